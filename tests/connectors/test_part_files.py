"""May two runs leave the same file at once, may one be killed, and is nothing of it left lying about?"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import asyncssh
import pytest

from connectors.endpoint import parse_endpoint
from connectors.folder import FolderPlace
from connectors.part_files import STALE_SECONDS, left_over, part_name
from connectors.place import Files, Place
from connectors.sftp import SftpPlace
from hub.errors import AgencyUnreachable
from hub.model import Outgoing
from tests.connectors.agencies_under_test import FilesUnderTest, opened
from tests.support.sshd import SftpServer
from tests.support.sshd_breakable import Breaking

BODY = os.urandom(400_000)
GROUP: Files = [("inbox/P1.csv", BODY), ("inbox/P1.csv.ok", sha256(BODY).hexdigest().encode())]
NOW = 1_800_000_000.0


def place_of(files: FilesUnderTest) -> Place:
    """The bare place behind a transport."""
    endpoint = parse_endpoint("police", files.url)
    return FolderPlace(endpoint) if files.transport == "folder" else SftpPlace(endpoint)


def names(folder: Path) -> list[str]:
    """All that stands in the inbox."""
    return sorted(path.name for path in (folder / "inbox").iterdir())


@contextmanager
def writing(place: Place, groups: Sequence[Files], faults: list[Exception]) -> Iterator[None]:
    """Another run that leaves files meanwhile."""

    def write() -> None:
        try:
            list(place.write_all(groups))
        except AgencyUnreachable as fault:
            faults.append(fault)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        thread.join(60)
        place.close()


# The names


def test_no_two_part_files_have_one_name_and_no_reader_takes_one() -> None:
    one, other = part_name("P1.csv"), part_name("P1.csv")
    assert one != other
    assert one.startswith(".")
    assert one.endswith(".part")


def test_a_part_is_left_over_once_its_file_stands_or_a_day_has_gone() -> None:
    done, fresh, old, undated = (part_name(name) for name in ("a.csv", "b.csv", "c.csv", "d.csv"))
    others = [".b.csv.part", "c.csv.part", ".~lock.c.csv#", f"x{old}", "e.csv"]
    stale = NOW - STALE_SECONDS - 1
    standing = {"a.csv": NOW, done: NOW, fresh: NOW, old: stale, undated: 0.0} | dict.fromkeys(others, stale)
    assert left_over(standing, NOW) == [done, old]


# Two at once


def test_runs_that_leave_the_same_at_once_never_show_half_of_it(files: FilesUnderTest) -> None:
    faults: list[Exception] = []
    target, seen = files.folder / "inbox" / "P1.csv", set()
    for _ in range(5):
        with writing(place_of(files), [GROUP], faults), writing(place_of(files), [GROUP], faults):
            deadline = time.monotonic() + 30
            while not target.with_name("P1.csv.ok").exists() and time.monotonic() < deadline and not faults:
                if target.exists():
                    seen.add(sha256(target.read_bytes()).hexdigest())
        assert faults == []
        assert target.read_bytes() == BODY
        with closing(place_of(files)) as place:  # what one left beside the other, the next run tidies
            list(place.write_all([[("inbox/P2.csv", b"x")]]))
        assert names(files.folder) == ["P1.csv", "P1.csv.ok", "P2.csv"]
        for path in (files.folder / "inbox").iterdir():
            path.unlink()
    assert seen <= {sha256(BODY).hexdigest()}


@pytest.mark.parametrize("plain", [False, True])
def test_a_run_that_another_has_overtaken_takes_its_file_for_its_own(
    breakable: tuple[SftpServer, Breaking], plain: bool
) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    breaking.plain_rename_only = plain
    breaking.holding.set()
    faults: list[Exception] = []
    with writing(SftpPlace(parse_endpoint("police", server.url)), [GROUP], faults):
        try:
            assert breaking.held.wait(30)
            with closing(SftpPlace(parse_endpoint("police", server.url))) as faster:
                assert list(faster.write_all([GROUP])) == [None]
                # It tidies, so the slower one finds nothing to rename.
                assert names(server.folder) == ["P1.csv", "P1.csv.ok"]
        finally:
            breaking.holding.clear()
    assert faults == []
    assert names(server.folder) == ["P1.csv", "P1.csv.ok"]


@pytest.mark.parametrize("plain", [False, True])
def test_a_run_that_was_overtaken_leaves_the_manifest_that_the_other_has_not(
    breakable: tuple[SftpServer, Breaking], plain: bool
) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    breaking.plain_rename_only = plain
    breaking.holding.set()
    faults: list[Exception] = []
    with writing(SftpPlace(parse_endpoint("police", server.url)), [GROUP], faults):
        try:
            assert breaking.held.wait(30)
            with closing(SftpPlace(parse_endpoint("police", server.url))) as killed:
                assert list(killed.write_all([GROUP[:1]])) == [None]
        finally:
            breaking.holding.clear()
    assert faults == []
    assert names(server.folder) == ["P1.csv", "P1.csv.ok"]


def test_a_file_of_another_that_comes_meanwhile_is_not_taken_for_the_hubs_own(
    breakable: tuple[SftpServer, Breaking],
) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    breaking.plain_rename_only = True
    breaking.holding.set()
    faults: list[Exception] = []
    with writing(SftpPlace(parse_endpoint("police", server.url)), [GROUP], faults):
        try:
            assert breaking.held.wait(30)
            (server.folder / "inbox" / "P1.csv").write_bytes(BODY[::-1])
        finally:
            breaking.holding.clear()
    assert len(faults) == 1
    assert names(server.folder) == ["P1.csv"]
    assert (server.folder / "inbox" / "P1.csv").read_bytes() == BODY[::-1]


def test_what_a_killed_run_left_is_tidied_and_what_others_keep_there_is_not(files: FilesUnderTest) -> None:
    done, forgotten, underway = part_name("P1.csv"), part_name("P8.csv"), part_name("P9.csv")
    kept = [".P1.csv.part", ".P7.csv.tmp", underway]
    for name in (done, underway, *kept):
        files.put(f"inbox/{name}", b"half of ", time.time())
    files.put(f"inbox/{forgotten}", b"half of ", time.time() - STALE_SECONDS - 60)
    with opened(files) as transport:
        transport.deliver(files.outgoing("P1"))
    assert names(files.folder) == sorted(["P1.csv", *kept])


def test_an_inbox_that_may_not_be_listed_takes_files_all_the_same(breakable: tuple[SftpServer, Breaking]) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    breaking.forbidden = frozenset({"scandir"})
    with closing(SftpPlace(parse_endpoint("police", server.url))) as place:
        assert list(place.write_all([GROUP])) == [None]
        assert list(place.write_all([[("inbox/P2.csv", b"x")]])) == [None]
    assert breaking.sessions == 1


# The flush


def test_a_file_that_cannot_be_flushed_gets_no_name_and_goes_out_with_the_next_run(
    breakable: tuple[SftpServer, Breaking],
) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    files = FilesUnderTest(server.folder, server.url, lambda: None, manifest=".ok", transport="sftp")
    breaking.failing_flush = asyncssh.SFTPFailure("No space left on device")
    with opened(files) as transport:
        with pytest.raises(AgencyUnreachable, match=r"inbox/P1\.csv: the server could not flush .*No space left"):
            transport.deliver(files.outgoing("P1"))
        assert names(server.folder) == []
        breaking.failing_flush = None
        transport.deliver(files.outgoing("P1"))
    assert names(server.folder) == ["P1.csv", "P1.csv.ok"]


def test_a_server_that_has_no_flush_after_all_is_as_safe_as_it_can_be(breakable: tuple[SftpServer, Breaking]) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    breaking.failing_flush = asyncssh.SFTPOpUnsupported("fsync")
    with closing(SftpPlace(parse_endpoint("police", server.url))) as place:
        assert list(place.write_all([GROUP])) == [None]
    assert names(server.folder) == ["P1.csv", "P1.csv.ok"]


def test_a_folder_whose_disk_fails_keeps_no_half_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    files = FilesUnderTest(tmp_path, f"file://{tmp_path}", lambda: None)
    with monkeypatch.context() as broken, opened(files) as transport:
        broken.setattr(os, "fsync", full)
        with pytest.raises(AgencyUnreachable, match="No space left"):
            transport.deliver(files.outgoing("P1"))
    assert names(tmp_path) == []
    with opened(files) as transport:
        transport.deliver(Outgoing("P1", "police", "inbox/P1.csv", BODY))
    assert names(tmp_path) == ["P1.csv"]
