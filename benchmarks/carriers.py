"""By which ways do files go to and from an SFTP server? The hub's, the `sftp` command, asyncssh, and a plain script.

Each way takes every file of a folder, over one connection of its own, which counts in its time. Fetched files end in
memory, as the hub needs them, or on disk where a command can do no other; the hub has then also worked out each
file's digest for the evidence, the others have not. Files to leave are read from disk by all. Settings of the peers:
`sftp` and asyncssh are given the cipher that the hub prefers (the fastest that all have where the processor has AES),
asyncssh as many files at once as the hub; the plain script is what one writes after paramiko's first page.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path, PurePosixPath

import asyncssh
import paramiko

from connectors.endpoint import parse_endpoint
from connectors.open import open_transport
from hub.channel import Channel
from hub.model import Outgoing
from tests.support.sshd import SftpServer

CIPHER = "aes128-gcm@openssh.com"
AT_ONCE = 64

# Name and content of each file, or the folder where they lie.
Fetched = dict[str, bytes] | Path


def hub_get(server: SftpServer, folder: str, into: Path) -> Fetched:
    """As a pull does: list, look which files are finished, fetch, with each file's digest for the evidence."""
    channel = Channel("police", "sftp", "police", pull=(f"{folder}/*",))
    transport = open_transport(parse_endpoint("police", server.url), channel, _now)
    try:
        return {PurePosixPath(parcel.path).name: parcel.content for parcel in transport.fetch({})}
    finally:
        transport.close()


def hub_put(server: SftpServer, source: Path, folder: str) -> None:
    """As a push does: look whether it stands there or was answered, write beside, flush, measure, rename."""
    transport = open_transport(parse_endpoint("police", server.url), Channel("police", "sftp", "police"), _now)
    outgoings = (Outgoing(one.name, "police", f"{folder}/{one.name}", one.read_bytes()) for one in source.iterdir())
    try:
        for refused in transport.deliver_all(outgoings):
            assert refused is None
    finally:
        transport.close()


def command_get(server: SftpServer, folder: str, into: Path) -> Fetched:
    """`sftp -b`, one line: get every file; what it left on disk is read only when it is compared."""
    _command(server, [f"get {server.folder}/{folder}/* {into}/"])
    return into


def command_put(server: SftpServer, source: Path, folder: str) -> None:
    """`sftp -b`, one line: put every file straight under its name."""
    _command(server, [f"put {source}/* {server.folder}/{folder}/"])


def command_put_safely(server: SftpServer, source: Path, folder: str) -> None:
    """`sftp -b`, two lines a file: put beside and flush, rename; as safe as the hub's."""
    place = f"{server.folder}/{folder}"
    names = [one.name for one in source.iterdir()]
    lines = [
        (f"put -f {source}/{name} {place}/.{name}.part", f"rename {place}/.{name}.part {place}/{name}")
        for name in names
    ]
    _command(server, [line for pair in lines for line in pair])


def asyncssh_get(server: SftpServer, folder: str, into: Path) -> Fetched:
    """Every file a task of its own, so many at once."""
    fetched: dict[str, bytes] = {}

    async def get_one(sftp: asyncssh.SFTPClient, name: str) -> None:
        async with sftp.open(f"{server.folder}/{folder}/{name}", "rb") as file:
            fetched[name] = await file.read()

    async def get(sftp: asyncssh.SFTPClient) -> None:
        names = [str(name) for name in await sftp.listdir(f"{server.folder}/{folder}") if name not in {".", ".."}]
        await _together([get_one(sftp, name) for name in names])

    asyncio.run(_with_asyncssh(server, get))
    return fetched


def asyncssh_put(server: SftpServer, source: Path, folder: str) -> None:
    """Every file a task of its own, straight under its name."""

    async def put(sftp: asyncssh.SFTPClient) -> None:
        await _together([sftp.put(one, f"{server.folder}/{folder}/{one.name}") for one in source.iterdir()])

    asyncio.run(_with_asyncssh(server, put))


def asyncssh_put_safely(server: SftpServer, source: Path, folder: str) -> None:
    """Every file a task of its own, written beside, flushed, renamed; as safe as the hub's."""

    async def put_one(sftp: asyncssh.SFTPClient, one: Path) -> None:
        beside = f"{server.folder}/{folder}/.{one.name}.part"
        async with sftp.open(beside, "wb") as file:
            await file.write(one.read_bytes())
            await file.fsync()
        await sftp.posix_rename(beside, f"{server.folder}/{folder}/{one.name}")

    async def put(sftp: asyncssh.SFTPClient) -> None:
        await _together([put_one(sftp, one) for one in source.iterdir()])

    asyncio.run(_with_asyncssh(server, put))


def script_get(server: SftpServer, folder: str, into: Path) -> Fetched:
    """paramiko as its first page has it: one file after another."""
    fetched: dict[str, bytes] = {}
    with _script(server) as client:
        sftp = client.open_sftp()
        for name in sftp.listdir(f"{server.folder}/{folder}"):
            content = BytesIO()
            sftp.getfo(f"{server.folder}/{folder}/{name}", content)
            fetched[name] = content.getvalue()
    return fetched


def script_put(server: SftpServer, source: Path, folder: str) -> None:
    """paramiko as its first page has it: one file after another, straight under its name."""
    with _script(server) as client:
        sftp = client.open_sftp()
        for one in source.iterdir():
            sftp.put(str(one), f"{server.folder}/{folder}/{one.name}")


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _command(server: SftpServer, lines: list[str]) -> None:
    options = [f"UserKnownHostsFile={server.known_hosts}", "StrictHostKeyChecking=yes", "IdentitiesOnly=yes"]
    subprocess.run(
        ["sftp", "-q", "-b", "-", "-F", "none", "-c", CIPHER, "-P", str(server.port), "-i", str(server.private_key)]
        + [part for option in options for part in ("-o", option)]
        + [f"{server.user}@{server.host}"],
        input="\n".join([*lines, ""]).encode(),
        stdout=subprocess.DEVNULL,
        check=True,
    )


async def _with_asyncssh(server: SftpServer, work: Callable[[asyncssh.SFTPClient], Awaitable[None]]) -> None:
    async with (
        asyncssh.connect(
            server.host,
            server.port,
            username=server.user,
            client_keys=[str(server.private_key)],
            known_hosts=str(server.known_hosts),
            encryption_algs=[CIPHER],
            config=None,
        ) as connection,
        connection.start_sftp_client() as sftp,
    ):
        await work(sftp)


async def _together(jobs: Sequence[Awaitable[object]]) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(job: Awaitable[object]) -> None:
        async with room:
            await job

    await asyncio.gather(*map(one, jobs))


def _script(server: SftpServer) -> paramiko.SSHClient:
    client = paramiko.SSHClient()
    client.load_host_keys(str(server.known_hosts))
    client.connect(
        server.host,
        server.port,
        server.user,
        key_filename=str(server.private_key),
        allow_agent=False,
        look_for_keys=False,
    )
    return client
