"""Do the police offer their files over SFTP to the clients that the world has?"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import paramiko
import pytest

from sandbox.agencies import Sandbox

Login = Callable[[str], paramiko.SFTPClient]


def openssh(endpoint: str, *commands: str) -> subprocess.CompletedProcess[str]:
    parts = urlsplit(endpoint)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    options = ["-o", f"UserKnownHostsFile={query['known_hosts']}", "-o", "StrictHostKeyChecking=yes"]
    options += ["-o", "IdentitiesOnly=yes", "-F", "none", "-i", query["private_key"], "-P", str(parts.port), "-b", "-"]
    return subprocess.run(
        ["sftp", *options, f"{parts.username}@{parts.hostname}"],
        input="\n".join(commands) + "\n",
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_paramiko_fetches_every_outbox_file_as_it_is(agencies: Sandbox, police_login: Login, samples: Path) -> None:
    sftp = police_login(agencies.endpoints["police"])
    listed = {entry.filename: entry for entry in sftp.listdir_attr("outbox")}
    assert set(listed) == {path.name for path in (samples / "police" / "outbox").iterdir()}
    for name, entry in list(listed.items())[::20]:
        with sftp.open(f"outbox/{name}") as file:
            assert file.read() == (samples / "police" / "outbox" / name).read_bytes()
        assert entry.st_mtime == int((agencies.place / "police" / "outbox" / name).stat().st_mtime)


def test_the_openssh_client_lists_fetches_puts_and_renames(agencies: Sandbox, tmp_path: Path, samples: Path) -> None:
    (tmp_path / "寄出.csv").write_bytes(b"parcel")
    ran = openssh(
        agencies.endpoints["police"],
        "ls /",
        f'get /outbox/sa_20260602.csv "{tmp_path}/取回.csv"',
        f'put "{tmp_path}/寄出.csv" "/inbox/.寄出.tmp"',
        'rename "/inbox/.寄出.tmp" "/inbox/寄出.csv"',
    )
    assert ran.returncode == 0, ran.stderr
    assert all(folder in ran.stdout for folder in ("outbox", "inbox", "ack"))
    assert (tmp_path / "取回.csv").read_bytes() == (samples / "police" / "outbox" / "sa_20260602.csv").read_bytes()
    assert (agencies.place / "police" / "inbox" / "寄出.csv").read_bytes() == b"parcel"


def test_the_hub_writes_to_the_inbox_and_nowhere_else(agencies: Sandbox, police_login: Login) -> None:
    sftp = police_login(agencies.endpoints["police"])
    with sftp.open("inbox/P1.csv.tmp", "wb") as file:
        file.write(b"first")
    sftp.posix_rename("inbox/P1.csv.tmp", "inbox/P1.csv")
    refused: list[Callable[[], object]] = [
        lambda: sftp.open("outbox/sa_20260601.csv", "wb"),
        lambda: sftp.open("new.csv", "wb"),
        lambda: sftp.remove("outbox/sa_20260601.csv"),
        lambda: sftp.rename("inbox/P1.csv", "ack/P1.ack.csv"),
        lambda: sftp.rename("inbox/../outbox/sa_20260601.csv", "inbox/sa.csv"),
        lambda: sftp.utime("outbox/sa_20260601.csv", (0, 0)),
        lambda: sftp.mkdir("inbox/sub"),
        lambda: sftp.rmdir("ack"),
        lambda: sftp.symlink("/", "inbox/link"),
    ]
    for attempt in refused:
        with pytest.raises(OSError):
            attempt()
    sftp.remove("inbox/P1.csv")


def test_no_path_leads_out_of_the_police_folder(agencies: Sandbox, police_login: Login) -> None:
    sftp = police_login(agencies.endpoints["police"])
    assert sftp.normalize("/../../..") == "/"
    assert set(sftp.listdir("/../..")) == {"outbox", "inbox", "ack"}
    for path in (
        "../secrets/client_secret",
        "/../procuratorate/documents.json",
        str(agencies.place / "endpoints.json"),
    ):
        with pytest.raises(FileNotFoundError):
            sftp.open(path)


def test_another_key_another_user_and_a_password_are_refused(agencies: Sandbox) -> None:
    parts = urlsplit(agencies.endpoints["police"])
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    own = paramiko.Ed25519Key.from_private_key_file(query["private_key"])
    attempts: list[dict[str, object]] = [
        {"username": "hub", "pkey": paramiko.RSAKey.generate(2048)},
        {"username": "root", "pkey": own},
        {"username": "hub", "password": "hub"},
    ]
    for attempt in attempts:
        client = paramiko.SSHClient()
        client.load_host_keys(query["known_hosts"])
        with pytest.raises(paramiko.SSHException):
            client.connect(str(parts.hostname), int(parts.port or 0), look_for_keys=False, allow_agent=False, **attempt)  # type: ignore[arg-type]
        client.close()


def test_there_is_no_shell_and_no_way_onward(agencies: Sandbox, police_login: Login) -> None:
    channel = police_login(agencies.endpoints["police"]).get_channel()
    assert channel is not None
    transport = channel.get_transport()
    with pytest.raises(paramiko.SSHException):
        transport.open_session().exec_command("id")
    with pytest.raises(paramiko.ChannelException):
        transport.open_channel("direct-tcpip", ("127.0.0.1", 22), ("127.0.0.1", 1))


def test_many_clients_read_and_write_at_once(agencies: Sandbox, police_login: Login, samples: Path) -> None:
    clients = [police_login(agencies.endpoints["police"]) for _ in range(6)]
    names = sorted(path.name for path in (samples / "police" / "outbox").glob("sa_*.csv"))

    def work(number: int) -> int:
        for name in names[number::6]:
            with clients[number].open(f"outbox/{name}") as file:
                assert file.read() == (samples / "police" / "outbox" / name).read_bytes()
        with clients[number].open(f"inbox/parallel{number}.csv", "wb") as file:
            file.write(bytes([number]) * 100_000)
        return len(names[number::6])

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(work, range(6))) == len(names)
    for number in range(6):
        written = agencies.place / "police" / "inbox" / f"parallel{number}.csv"
        assert written.read_bytes() == bytes([number]) * 100_000


def test_a_line_that_breaks_leaves_half_a_file_once(agencies: Sandbox, police_login: Login) -> None:
    (agencies.place / "police" / "ack" / "long.bin").write_bytes(b"x" * 200_000)
    agencies.faults["police"].drop(after=50_000)
    sftp = police_login(agencies.endpoints["police"])
    with pytest.raises((OSError, EOFError, paramiko.SSHException)):
        sftp.open("ack/long.bin").read()
    again = police_login(agencies.endpoints["police"])
    assert len(again.open("ack/long.bin").read()) == 200_000


def test_the_openssh_client_sees_the_break_too(agencies: Sandbox, tmp_path: Path) -> None:
    (agencies.place / "police" / "ack" / "long.bin").write_bytes(b"x" * 200_000)
    agencies.faults["police"].drop(after=50_000)
    ran = openssh(agencies.endpoints["police"], f'get /ack/long.bin "{tmp_path}/half.bin"')
    assert ran.returncode != 0
    half = tmp_path / "half.bin"
    assert not half.exists() or half.stat().st_size < 200_000


def test_slow_answers_are_slow_until_they_are_not(agencies: Sandbox, police_login: Login) -> None:
    sftp = police_login(agencies.endpoints["police"])
    agencies.faults["police"].pause = 0.3
    began = time.monotonic()
    sftp.open("outbox/sa_20260601.csv").read()
    assert time.monotonic() - began >= 0.3
    agencies.faults["police"].pause = 0.0


def test_in_an_outage_nobody_gets_in_and_after_it_all_is_as_before(agencies: Sandbox, police_login: Login) -> None:
    before = police_login(agencies.endpoints["police"])
    with agencies.outage("police"):
        with pytest.raises((OSError, EOFError, paramiko.SSHException)):
            before.listdir("outbox")
        with pytest.raises(OSError):
            police_login(agencies.endpoints["police"])
    assert police_login(agencies.endpoints["police"]).listdir("/")
