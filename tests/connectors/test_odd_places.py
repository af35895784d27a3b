"""Does one odd thing at a place, or an odd server, hinder nothing else, and is it told?"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.places import PlaceTransport
from connectors.sftp import SftpPlace
from hub.errors import NameTaken
from tests.connectors.agencies_under_test import LONG_AGO, FilesUnderTest, fetched, opened, taken
from tests.support.sshd import SftpServer
from tests.support.sshd_breakable import Breaking

CONTENT = '"案件编号"\r\n"A1"\r\n'.encode("gb18030")
NAME = "结果_甲.csv"


def a_socket(path: Path) -> None:
    """A socket that nobody listens on; its own path may be too long for the system."""
    with socket.socket(socket.AF_UNIX) as made:
        here = os.open(path.parent, os.O_RDONLY)
        made.bind(f"/proc/self/fd/{here}/{path.name}")
        os.close(here)


@pytest.fixture
def odd(breakable: tuple[SftpServer, Breaking]) -> tuple[FilesUnderTest, Breaking]:
    """An agency whose SFTP server tells less than others."""
    server, breaking = breakable
    server.folder.mkdir()
    return FilesUnderTest(server.folder, server.url, lambda: None, transport="sftp"), breaking


# Pipes and sockets


@pytest.mark.parametrize("make", [os.mkfifo, a_socket])
@pytest.mark.parametrize("name", ["a.csv", "a.csv.ok"])
@pytest.mark.parametrize("manifest", ["", ".ok"])
def test_what_is_no_file_is_told_once_and_the_others_come(
    files: FilesUnderTest,
    make: Callable[[Path], None],
    name: str,
    manifest: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    files.manifest = manifest
    files.put("outbox/b.csv", CONTENT)
    files.vouch("outbox/b.csv", CONTENT)
    make(files.folder / "outbox" / name)
    transport = files.open(pull=("outbox/*.csv", "outbox/a*"))
    assert [parcel.path for parcel in transport.fetch({})] == ["police/outbox/b.csv"]
    assert list(transport.fetch({"police/outbox/b.csv": dict(fetched(files)[0].meta)["fingerprint"]})) == []
    transport.close()
    told = [record.getMessage() for record in caplog.records if f"outbox/{name}" in record.getMessage()]
    assert told == [f"police: outbox/{name}: is a pipe, socket or device and no file; left alone"] * len(told)
    assert len(told) == (1 if name == "a.csv.ok" else 2)  # another pull, by another transport, tells it again


def test_a_link_to_a_pipe_is_no_file_either(files: FilesUnderTest) -> None:
    files.put("outbox/b.csv", CONTENT)
    os.mkfifo(files.folder / "pipe")
    (files.folder / "outbox" / "a.csv").symlink_to(files.folder / "pipe")
    assert [parcel.path for parcel in fetched(files)] == ["police/outbox/b.csv"]


@pytest.mark.parametrize("path", ["inbox/P1.csv", "ack/P1.ack.csv"])
def test_a_pipe_under_the_name_of_a_delivery_takes_it(files: FilesUnderTest, path: str) -> None:
    (files.folder / path).parent.mkdir()
    os.mkfifo(files.folder / path)
    with opened(files) as transport, pytest.raises(NameTaken, match=path):
        transport.deliver(files.outgoing("P1"))


# Listings that tell too little


def test_what_a_listing_leaves_open_is_asked_for(odd: tuple[FilesUnderTest, Breaking]) -> None:
    files, breaking = odd
    breaking.lists_kinds_alone = True
    for number in range(30):
        files.put(f"outbox/{number:02}.csv", CONTENT * number, LONG_AGO + number)
    (files.folder / "outbox" / "linked.csv").symlink_to(files.folder / "outbox" / "07.csv")
    (files.folder / "outbox" / "dangling.csv").symlink_to(files.folder / "outbox" / "gone.csv")
    parcels = fetched(files)
    assert len(parcels) == 31
    assert [len(parcel.content) for parcel in parcels if "linked" not in parcel.path] == [
        len(CONTENT) * number for number in range(30)
    ]
    assert parcels[0].arrived_at.timestamp() == LONG_AGO
    assert fetched(files, taken(parcels)) == []


@pytest.mark.parametrize("size", [0, 1, 32768, 131072, 400_000])
def test_a_file_whose_size_nobody_tells_is_fetched_whole_each_time_and_told(
    odd: tuple[FilesUnderTest, Breaking], size: int, caplog: pytest.LogCaptureFixture
) -> None:
    files, breaking = odd
    breaking.lists_kinds_alone = breaking.hides_sizes = True
    breaking.most_bytes_read = 50_000
    content = os.urandom(size)
    files.put("outbox/a.csv", content)
    (parcel,) = fetched(files)
    assert parcel.content == content
    assert dict(parcel.meta)["size"] == str(size)
    assert "outbox/a.csv: the server does not tell its size" in caplog.text
    # It may have changed: only its content shows whether it has.
    assert [again.sha256 for again in fetched(files, taken([parcel]))] == [parcel.sha256]


def test_a_file_without_a_size_that_never_ends_is_left(
    odd: tuple[FilesUnderTest, Breaking], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    files, breaking = odd
    breaking.lists_kinds_alone = breaking.hides_sizes = True
    monkeypatch.setattr("connectors.sftp_download.LARGEST_FILE", 100_000)
    files.put("outbox/a.csv", os.urandom(400_000))
    files.put("outbox/b.csv", CONTENT, LONG_AGO + 1)
    assert [parcel.path for parcel in fetched(files)] == ["police/outbox/b.csv"]
    assert "outbox/a.csv cannot be read just now: it has more than 100000 bytes" in caplog.text


def test_a_delivery_to_a_server_that_tells_no_sizes_is_known_again(odd: tuple[FilesUnderTest, Breaking]) -> None:
    files, breaking = odd
    breaking.lists_kinds_alone = breaking.hides_sizes = True
    with opened(files) as transport:
        transport.deliver(files.outgoing("P1"))
        assert isinstance(transport, PlaceTransport)
        assert isinstance(transport._place, SftpPlace)
        transport.deliver(files.outgoing("P1"))
        with pytest.raises(NameTaken):
            transport.deliver(files.outgoing("P1", "乙"))


# Names in other encodings


def raw(folder: Path, *parts: str) -> bytes:
    """A path whose parts are spelled in GB18030, its folders made."""
    way = os.fsencode(folder)
    for part in parts[:-1]:
        way += b"/" + part.encode("gb18030")
        os.makedirs(way, exist_ok=True)  # noqa: PTH103  (a name in bytes)
    return way + b"/" + parts[-1].encode("gb18030")


def lay(way: bytes, changed_at: float) -> None:
    """A file under a name in bytes."""
    with open(way, "wb") as file:  # noqa: PTH123
        file.write(CONTENT)
    os.utime(way, (changed_at, changed_at))


@pytest.mark.parametrize("changed_at", [LONG_AGO, LONG_AGO * 2])
def test_a_name_in_gb18030_is_read_by_every_channel_also_of_a_fresh_file(
    files: FilesUnderTest, changed_at: float
) -> None:
    lay(raw(files.folder, "outbox", NAME), changed_at)
    parcels = fetched(files)
    assert [(parcel.path, parcel.content) for parcel in parcels] == [(f"police/outbox/{NAME}", CONTENT)]
    assert fetched(files, taken(parcels)) == []


def test_a_folder_in_gb18030_is_gone_into_and_a_name_in_no_encoding_is_told(
    files: FilesUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    lay(raw(files.folder, "繁城镇", "deep", NAME), LONG_AGO)
    lay(os.fsencode(files.folder) + "/繁城镇".encode("gb18030") + b"/deep/\xff\xff.csv", LONG_AGO)
    transport = files.open(pull=("*/*/*.csv",))
    assert [parcel.path for parcel in transport.fetch({})] == [f"police/繁城镇/deep/{NAME}"]
    transport.close()
    assert "繁城镇/deep: a name in no known encoding" in caplog.text
