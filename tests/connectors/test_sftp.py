"""Does the hub speak only to the server that it knows, and survive the line?"""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import paramiko
import pytest
from paramiko.common import AUTH_FAILED

from connectors.endpoint import parse_endpoint
from connectors.open import open_transport
from connectors.place import Content
from connectors.places import PlaceTransport
from connectors.sftp import LANES, SftpPlace
from hub.channel import Channel
from hub.errors import AgencyUnreachable, ConfigurationFault
from hub.model import Outgoing, Parcel
from hub.transport import Transport
from tests.connectors.agencies_under_test import LONG_AGO, NOW, no_pause
from tests.support.sshd import SftpServer, free_port, known_hosts_line, make_key, openssh_server
from tests.support.sshd_breakable import Breaking, asyncssh_server

CHANNEL = Channel("police", "sftp", "police", pull=("outbox/*.csv",))
SECRET_LINE = "b3BlbnNzaC1rZXktdjE"


def transport(url: str) -> Transport:
    """A transport to an address."""
    return open_transport(parse_endpoint("police", url), CHANNEL, lambda: NOW, no_pause)


def pulled(url: str) -> list[Parcel]:
    """One pull."""
    one = transport(url)
    try:
        return list(one.fetch({}))
    finally:
        one.close()


def put(folder: Path, name: str, content: bytes, changed_at: float = LONG_AGO) -> None:
    """A file in the outbox."""
    (folder / "outbox").mkdir(exist_ok=True)
    (folder / "outbox" / name).write_bytes(content)
    os.utime(folder / "outbox" / name, (changed_at, changed_at))


@pytest.fixture
def hosts(tmp_path: Path) -> Path:
    """A known_hosts file of the test's own."""
    return tmp_path / "known_hosts"


# Whom the hub trusts


def test_a_server_that_is_not_in_known_hosts_is_refused_and_not_remembered(openssh: SftpServer, hosts: Path) -> None:
    hosts.write_text("", encoding="ascii")
    with pytest.raises(ConfigurationFault, match="known_hosts does not know"):
        pulled(openssh.address(known_hosts=hosts))
    assert hosts.read_text(encoding="ascii") == ""


def test_a_server_whose_key_has_changed_is_refused(openssh: SftpServer, hosts: Path, tmp_path: Path) -> None:
    other = make_key(tmp_path / "other_host_key")
    hosts.write_text(known_hosts_line(openssh.host, openssh.port, other), encoding="ascii")
    with pytest.raises(ConfigurationFault, match="host key is not the one"):
        pulled(openssh.address(known_hosts=hosts))


def test_a_key_of_another_kind_than_the_known_one_is_a_change(openssh: SftpServer, hosts: Path, tmp_path: Path) -> None:
    other = make_key(tmp_path / "other_host_key", "rsa")
    hosts.write_text(known_hosts_line(openssh.host, openssh.port, other), encoding="ascii")
    with pytest.raises(ConfigurationFault, match="host key is not the one"):
        pulled(openssh.address(known_hosts=hosts))


def test_the_key_of_the_same_host_at_another_port_is_no_proof(openssh: SftpServer, hosts: Path) -> None:
    hosts.write_text(known_hosts_line(openssh.host, openssh.port + 1, openssh.host_key), encoding="ascii")
    with pytest.raises(ConfigurationFault, match="known_hosts"):
        pulled(openssh.address(known_hosts=hosts))


def test_a_missing_known_hosts_file_is_a_fault_not_an_invitation(openssh: SftpServer, hosts: Path) -> None:
    with pytest.raises(ConfigurationFault, match="known_hosts cannot be read"):
        pulled(openssh.address(known_hosts=hosts))


# Who the hub is


def test_a_key_that_the_server_does_not_accept_is_a_fault(openssh: SftpServer, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match="refuses the key"):
        pulled(openssh.address(private_key=make_key(tmp_path / "stranger")))


@pytest.mark.parametrize("kind", ["rsa", "ecdsa", "ed25519"])
def test_every_usual_kind_of_key_is_read(openssh: SftpServer, tmp_path: Path, kind: str) -> None:
    with pytest.raises(ConfigurationFault, match="refuses the key"):
        pulled(openssh.address(private_key=make_key(tmp_path / kind, kind)))


@pytest.mark.parametrize("content", ["", "no key", f"-----BEGIN OPENSSH {'PRIVATE'} KEY-----\n{SECRET_LINE}\n"])
def test_a_broken_key_is_a_fault_that_does_not_quote_it(openssh: SftpServer, tmp_path: Path, content: str) -> None:
    broken = tmp_path / "broken"
    broken.write_text(content, encoding="ascii")
    with pytest.raises(ConfigurationFault, match="no usable key") as fault:
        pulled(openssh.address(private_key=broken))
    assert SECRET_LINE not in str(fault.value)


def test_a_key_that_is_not_there_is_a_fault(openssh: SftpServer, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match="private_key cannot be read"):
        pulled(openssh.address(private_key=tmp_path / "gone"))


def test_a_base_folder_that_is_not_there_is_a_fault(openssh: SftpServer) -> None:
    url = openssh.url.replace(str(openssh.folder), str(openssh.folder) + "/gone")
    with pytest.raises(ConfigurationFault, match="no folder"):
        pulled(url)


# The line


def test_a_port_that_nobody_listens_on_is_out_of_reach(openssh: SftpServer) -> None:
    with pytest.raises(AgencyUnreachable, match="police"):
        pulled(openssh.address(port=free_port()))


@contextmanager
def listener(answer: bytes) -> Iterator[int]:
    """Something that accepts connections, says a word and then nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                line.sendall(answer)
                held.append(line)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for line in held:
                line.close()
            thread.join(5)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-Silent\r\n"])
def test_a_server_that_says_nothing_of_use_is_given_up_in_time(openssh: SftpServer, answer: bytes) -> None:
    with listener(answer) as port:
        place = SftpPlace(parse_endpoint("police", openssh.address(port=port)), connect_seconds=0.5)
        began = time.monotonic()
        with pytest.raises(AgencyUnreachable):
            place.entries("outbox")
        assert time.monotonic() - began < 60  # it would never answer
        place.close()


def test_a_line_cut_while_a_file_is_fetched_yields_no_half_file(breakable: tuple[SftpServer, Breaking]) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    put(server.folder, "a.csv", b"a" * 1000)
    put(server.folder, "b.csv", os.urandom(3_000_000), LONG_AGO + 1)
    breaking.after_bytes_read = 1_000_000
    one = transport(server.url)
    parcels = one.fetch({})
    assert next(parcels).path == "police/outbox/a.csv"
    with pytest.raises(AgencyUnreachable):
        next(parcels)
    breaking.after_bytes_read = None
    assert [len(parcel.content) for parcel in one.fetch({})] == [1000, 3_000_000]
    one.close()


def test_a_line_cut_while_a_file_is_delivered_leaves_nothing_under_its_name(
    breakable: tuple[SftpServer, Breaking],
) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    outgoing = Outgoing("P1", "police", "inbox/P1.csv", os.urandom(3_000_000))
    breaking.after_bytes_written = 1_000_000
    one = transport(server.url)
    with pytest.raises(AgencyUnreachable):
        one.deliver(outgoing)
    assert [path.name for path in (server.folder / "inbox").iterdir() if not path.name.startswith(".")] == []
    breaking.after_bytes_written = None
    one.deliver(outgoing)
    assert [(path.name, path.read_bytes()) for path in (server.folder / "inbox").iterdir()] == [
        ("P1.csv", outgoing.content)
    ]
    one.close()


def test_a_server_that_stops_answering_in_the_middle_is_given_up(breakable: tuple[SftpServer, Breaking]) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    put(server.folder, "a.csv", b"a" * 1000)
    breaking.silent_seconds = 3.0
    place = SftpPlace(parse_endpoint("police", server.url), answer_seconds=0.5)
    one = PlaceTransport(place, CHANNEL, lambda: NOW, no_pause)
    with pytest.raises(AgencyUnreachable, match="in time"):
        list(one.fetch({}))
    one.close()


def test_a_server_that_renames_only_the_old_way_gets_whole_files_too(breakable: tuple[SftpServer, Breaking]) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    breaking.plain_rename_only = True
    one = transport(server.url)
    one.deliver(Outgoing("P1", "police", "inbox/P1.csv", b"x"))
    assert [path.name for path in (server.folder / "inbox").iterdir()] == ["P1.csv"]
    one.close()


def test_many_files_come_over_one_connection(breakable: tuple[SftpServer, Breaking]) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    wanted = {f"police/outbox/{number:03}.csv": os.urandom(number * 997) for number in range(150)}
    for number, content in enumerate(wanted.values()):
        put(server.folder, f"{number:03}.csv", content, LONG_AGO + number)
    assert {parcel.path: parcel.content for parcel in pulled(server.url)} == wanted
    assert breaking.sessions == 1
    # None of them was still open when the last one was handed over.
    assert breaking.open_files == 0


def test_a_server_that_answers_less_than_was_asked_for_is_asked_again(breakable: tuple[SftpServer, Breaking]) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    breaking.most_bytes_read = 5000
    content = os.urandom(300_000)
    put(server.folder, "a.csv", content)
    (parcel,) = pulled(server.url)
    assert parcel.content == content
    # The pieces were answered in another order than they lie in the file.
    assert parcel.sha256 == sha256(content).hexdigest()


def test_a_pull_left_in_the_middle_leaves_the_connection_usable(breakable: tuple[SftpServer, Breaking]) -> None:
    server, _ = breakable
    server.folder.mkdir()
    for number in range(20):
        put(server.folder, f"{number}.csv", os.urandom(200_000), LONG_AGO + number)
    one = transport(server.url)
    next(iter(one.fetch({})))
    one.deliver(Outgoing("P1", "police", "inbox/P1.csv", b"x"))
    assert len(list(one.fetch({}))) == 20
    one.close()


def test_a_pull_left_in_the_middle_leaves_no_file_open_at_the_agency(breakable: tuple[SftpServer, Breaking]) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    for number in range(30):
        put(server.folder, f"{number:02}.csv", os.urandom(500_000), LONG_AGO + number)
    one = transport(server.url)
    parcels = one.fetch({})
    next(parcels)
    assert isinstance(parcels, Generator)
    parcels.close()
    one.deliver(Outgoing("P1", "police", "inbox/P1.csv", b"x"))  # what was under way is answered before this is
    deadline = time.monotonic() + 5
    while breaking.open_files and time.monotonic() < deadline:
        time.sleep(0.01)
    assert breaking.open_files == 0
    one.close()


def test_a_file_that_is_written_anew_while_it_is_read_is_left_for_the_next_run(
    breakable: tuple[SftpServer, Breaking], caplog: pytest.LogCaptureFixture
) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    put(server.folder, "a.csv", os.urandom(1_000_000))
    with open_place(server.url) as place:
        # The server tells how large its pieces are, so the second piece begins at a known place.
        (entry,) = place.entries("outbox")
        breaking.ends_at = 131072
        assert list(place.contents([entry])) == [None]
        breaking.ends_at = None
        (found,) = place.contents([entry])
    assert found is not None
    assert len(found.content) == 1_000_000
    assert found.sha256 == sha256(found.content).hexdigest()
    assert "changed while it was read" in caplog.text


def test_a_server_that_keeps_less_than_was_sent_is_found_out_before_the_file_has_its_name(
    breakable: tuple[SftpServer, Breaking],
) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    breaking.most_bytes_kept = 999
    one = transport(server.url)
    with pytest.raises(AgencyUnreachable, match=r"inbox/P1\.csv: the server kept less"):
        one.deliver(Outgoing("P1", "police", "inbox/P1.csv", os.urandom(2000)))
    assert list((server.folder / "inbox").iterdir()) == []
    one.close()


def test_of_many_deliveries_on_their_way_each_manifest_comes_after_its_file(
    breakable: tuple[SftpServer, Breaking],
) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    vouched = replace(CHANNEL, manifest=".ok")
    one = open_transport(parse_endpoint("police", server.url), vouched, lambda: NOW, no_pause)
    outgoings = [Outgoing(f"P{n}", "police", f"inbox/P{n}.csv", os.urandom(n * 2000)) for n in range(100)]
    assert list(one.deliver_all(outgoings)) == [None] * 100
    one.close()
    place_of = {Path(os.fsdecode(path)).name: place for place, path in enumerate(breaking.renamed)}
    assert len(place_of) == 200
    assert all(place_of[f"P{n}.csv"] < place_of[f"P{n}.csv.ok"] for n in range(100))
    assert breaking.sessions == LANES
    assert len(set(breaking.lines)) == 1


@pytest.mark.parametrize("rude", [False, True])
def test_a_server_that_gives_one_channel_only_gets_all_files_over_it(tmp_path: Path, rude: bool) -> None:
    files = [[(f"inbox/{n}.csv", b"x" * n)] for n in range(40)]
    with ExitStack() as stack:
        (tmp_path / "served").mkdir()
        if rude:
            server, breaking = stack.enter_context(asyncssh_server(tmp_path / "served", tmp_path / "keys"))
            breaking.one_channel_only = True
        else:
            server = stack.enter_context(openssh_server(tmp_path / "served", tmp_path / "keys", sessions=1))
        place = stack.enter_context(open_place(server.url))
        assert list(place.write_all(files)) == [None] * 40
        assert list(place.write_all([[("inbox/40.csv", b"x" * 40)]])) == [None]
    left = {path.name: path.stat().st_size for path in (tmp_path / "served" / "inbox").iterdir()}
    assert left == {f"{n}.csv": n for n in range(41)}


def test_a_line_cut_while_many_are_left_tells_of_those_before_the_cut_only(
    breakable: tuple[SftpServer, Breaking],
) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    files = [[(f"inbox/{n:02}.csv", os.urandom(100_000 if n < 30 else 3_000_000))] for n in range(40)]
    breaking.after_bytes_written = 1_000_000
    with open_place(server.url) as place:
        told, fault = told_of(place.write_all(files))
        assert isinstance(fault, AgencyUnreachable)
        whole = {p.name: p.stat().st_size for p in (server.folder / "inbox").iterdir() if not p.name.startswith(".")}
        assert set(whole) >= {f"{n:02}.csv" for n in range(told)}
        assert all(whole[f"{n:02}.csv"] == len(files[n][0][1]) for n in range(told))
        assert told < 40
        breaking.after_bytes_written = None
        assert list(place.write_all(files)) == [None] * 40
    assert len(list((server.folder / "inbox").iterdir())) == 40


def test_a_file_that_may_not_be_written_stops_those_behind_it_only(breakable: tuple[SftpServer, Breaking]) -> None:
    server, _ = breakable
    (server.folder / "inbox").mkdir(parents=True)
    (server.folder / "inbox" / "17.csv").mkdir()  # a folder where the file would be
    with open_place(server.url) as place:
        told, fault = told_of(place.write_all([[(f"inbox/{n}.csv", b"x")] for n in range(40)]))
    assert told == 17
    assert "17.csv" in str(fault)


def test_no_more_files_are_open_at_once_than_the_server_allows(breakable: tuple[SftpServer, Breaking]) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    with open_place(server.url) as place:
        for session in place._lanes(40):
            session.files = 3
        assert list(place.write_all([[(f"outbox/{n}.csv", b"x" * n)] for n in range(40)])) == [None] * 40
        # Three over each channel.
        assert breaking.most_open <= 3 * LANES
        breaking.most_open = 0
        found = [one.content for one in place.contents(place.entries("outbox")) if one is not None]
        assert sorted(map(len, found)) == list(range(40))
        assert breaking.most_open == 3


def test_a_server_that_knows_no_extension_is_served_the_plain_way(openssh: SftpServer) -> None:
    with open_place(openssh.url) as place:
        session = place._session()
        session.extensions, session.piece = frozenset(), 32768
        place_files = [("inbox/plain.csv", b"x" * 100_000)]
        assert list(place.write_all([place_files])) == [None]
        (entry,) = place.look_at(["inbox/plain.csv"])
        assert entry is not None
        (found,) = place.contents([entry])
        assert found == Content(b"x" * 100_000, sha256(b"x" * 100_000).hexdigest())
    (openssh.folder / "inbox" / "plain.csv").unlink()


def told_of(outcomes: Iterator[None]) -> tuple[int, Exception | None]:
    """How many groups were told to stand before it ended, and what ended it."""
    told = 0
    try:
        for _ in outcomes:
            told += 1
    except (AgencyUnreachable, ConfigurationFault) as fault:
        return told, fault
    return told, None


@contextmanager
def open_place(url: str) -> Iterator[SftpPlace]:
    """A place at an address."""
    place = SftpPlace(parse_endpoint("police", url))
    try:
        yield place
    finally:
        place.close()


def test_a_server_that_hangs_up_during_the_login_is_out_of_reach_not_a_refusal(
    openssh: SftpServer, hosts: Path
) -> None:
    with hanging_up_after_key_exchange(openssh) as port:
        hosts.write_text(known_hosts_line("127.0.0.1", port, openssh.host_key), encoding="ascii")
        with pytest.raises(AgencyUnreachable):
            pulled(openssh.address(known_hosts=hosts, port=port))


@contextmanager
def hanging_up_after_key_exchange(server: SftpServer) -> Iterator[int]:
    """A server with the right host key that ends every connection once someone asks to log in."""
    host_key = paramiko.PKey.from_path(server.host_key)

    class NoLogin(paramiko.ServerInterface):
        def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
            for one in lines:
                one.close()
            return AUTH_FAILED

    lines: list[paramiko.Transport] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with suppress(OSError):
                lines.append(paramiko.Transport(listening.accept()[0]))
                lines[0].add_server_key(host_key)
                lines[0].start_server(server=NoLogin())

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        thread.join(5)
        for one in lines:
            one.close()


# What is not permitted


def test_a_folder_that_may_not_be_listed_is_a_fault(breakable: tuple[SftpServer, Breaking]) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    put(server.folder, "a.csv", b"x")
    breaking.forbidden = frozenset({"scandir"})
    with pytest.raises(ConfigurationFault, match="outbox"):
        pulled(server.url)


@pytest.mark.parametrize("action", ["open", "mkdir"])
def test_a_delivery_that_may_not_be_written_is_a_fault(breakable: tuple[SftpServer, Breaking], action: str) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    breaking.forbidden = frozenset({action})
    one = transport(server.url)
    with pytest.raises(ConfigurationFault, match="inbox"):
        one.deliver(Outgoing("P1", "police", "inbox/P1.csv", b"x"))
    one.close()


def test_a_file_that_may_not_be_read_is_left_with_a_warning(
    breakable: tuple[SftpServer, Breaking], caplog: pytest.LogCaptureFixture
) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    put(server.folder, "a.csv", b"x")
    breaking.forbidden = frozenset({"open"})
    assert pulled(server.url) == []
    assert "outbox/a.csv" in caplog.text
    breaking.forbidden = frozenset()
    assert len(pulled(server.url)) == 1


def test_a_file_whose_disk_is_bad_is_left_and_the_others_come(breakable: tuple[SftpServer, Breaking]) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    for name in ("a", "b", "c"):
        put(server.folder, f"{name}.csv", os.urandom(400_000))
    breaking.failing_read_of = b"b.csv"
    assert [parcel.path for parcel in pulled(server.url)] == ["police/outbox/a.csv", "police/outbox/c.csv"]


# Odd files


def test_a_name_that_is_not_utf_8_is_read_as_gb18030(openssh: SftpServer) -> None:
    folder = openssh.folder / "outbox"
    folder.mkdir(exist_ok=True)
    way = os.fsencode(folder) + "/结果_甲.csv".encode("gb18030")
    unreadable = os.fsencode(folder) + b"/\xff\xff.csv"
    for name in (way, unreadable):
        with open(name, "wb") as file:  # noqa: PTH123  (a name in bytes)
            file.write(b"x")
        os.utime(name, (LONG_AGO, LONG_AGO))
    try:
        assert [(parcel.path, parcel.content) for parcel in pulled(openssh.url)] == [
            ("police/outbox/结果_甲.csv", b"x")
        ]
    finally:
        for name in (way, unreadable):
            os.unlink(name)  # noqa: PTH108


@pytest.mark.parametrize("size", [0, 1, 32767, 32768, 32769, 131072, 131073, 400_000])
def test_every_size_comes_whole(openssh: SftpServer, size: int) -> None:
    content = os.urandom(size)
    put(openssh.folder, "a.csv", content)
    assert [parcel.content for parcel in pulled(openssh.url)] == [content]
    (openssh.folder / "outbox" / "a.csv").unlink()


def test_a_delivered_file_is_readable_by_its_receiver(openssh: SftpServer) -> None:
    one = transport(openssh.url)
    one.deliver(Outgoing("P7", "police", "inbox/P7.csv", b"x"))
    one.close()
    mode = (openssh.folder / "inbox" / "P7.csv").stat().st_mode
    assert mode & stat.S_IRUSR


def test_a_connection_that_was_dropped_between_two_calls_is_made_anew(breakable: tuple[SftpServer, Breaking]) -> None:
    server, breaking = breakable
    server.folder.mkdir()
    put(server.folder, "a.csv", b"x")
    before = set(threading.enumerate())  # threads of earlier tests may end meanwhile, so they are not counted
    one = transport(server.url)
    assert len(list(one.fetch({}))) == 1
    connected = set(threading.enumerate()) - before
    breaking.cut()
    deadline = time.monotonic() + 5
    while any(thread.is_alive() for thread in connected) and time.monotonic() < deadline:
        time.sleep(0.01)  # until this side has noticed
    assert len(list(one.fetch({}))) == 1
    assert breaking.sessions == 2
    one.close()


def test_a_server_that_never_speaks_is_told_in_one_line_without_a_traceback(openssh: SftpServer) -> None:
    """In a process of its own, with no log set up, as the command line has none."""
    program = (
        "import sys\n"
        "from connectors.endpoint import parse_endpoint\n"
        "from connectors.sftp import SftpPlace\n"
        "from hub.errors import AgencyUnreachable\n"
        "try:\n"
        "    SftpPlace(parse_endpoint('police', sys.argv[1]), connect_seconds=0.5).entries('outbox')\n"
        "except AgencyUnreachable as fault:\n"
        "    print(fault)\n"
    )
    with listener(b"") as port:
        command = [sys.executable, "-c", program, openssh.address(port=port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("police: SFTP: ")
    assert done.stderr == ""
