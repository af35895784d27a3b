"""Where does a test get a real PostgreSQL? A private cluster of its own, on a socket that nobody else knows."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

SERVER_USER = "postgres"  # PostgreSQL refuses to run as root
START_SECONDS = 60.0
# Nothing here has to survive a power cut. The ICU locale sorts unlike bytes, so that an ORDER BY which
# leaves the order to the server's locale is found out.
INITDB = (
    "--auth=trust",
    "--username=hub",
    "--encoding=UTF8",
    "--no-sync",
    "--locale-provider=icu",
    "--icu-locale=zh-CN",
)
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
}


@dataclass(frozen=True, slots=True)
class PostgresCluster:
    """A running server. socket_folder: where it listens."""

    socket_folder: Path

    def url(self, database: str) -> str:
        """The URL of one database, as the ledger takes it."""
        return f"postgresql://hub@/{database}?host={quote(str(self.socket_folder))}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A plain connection as superuser, each statement its own transaction."""
        return psycopg.connect(host=str(self.socket_folder), user="hub", dbname=database, autocommit=True)

    def new_database(self) -> str:
        """Create an empty database and give its name."""
        name = f"t{uuid.uuid4().hex}"
        with closing(self.connect()) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        with closing(self.connect()) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    """One server for the whole session."""
    with running_cluster(SETTINGS) as cluster:
        yield cluster


@contextmanager
def running_cluster(settings: Mapping[str, str]) -> Iterator[PostgresCluster]:
    """A server of one's own with these settings, stopped by its process id and removed afterwards."""
    # Not pytest's own folder: that is closed to other users, and the path of a socket must be short.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    data = folder / "data"
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, SERVER_USER, SERVER_USER)
        subprocess.run(
            [*_as_server_user(), _binary("initdb"), *INITDB, f"--pgdata={data}"], check=True, capture_output=True
        )
        options = [f"--{name}={value}" for name, value in settings.items()]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*_as_server_user(), _binary("postgres"), "-D", str(data), "-k", str(folder), *options],
                stdout=log,
                stderr=log,
            )
        cluster = PostgresCluster(folder)
        try:
            _wait_until_up(cluster, server, folder / "log")
            yield cluster
        finally:
            server.terminate()
            try:
                server.wait(timeout=5)  # waits for clients to leave; a test that kept a connection is not waited for
            except subprocess.TimeoutExpired:
                server.send_signal(2)
                server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_cluster: PostgresCluster) -> Iterator[str]:
    """The URL of a database of the test's own."""
    name = postgres_cluster.new_database()
    yield postgres_cluster.url(name)
    postgres_cluster.drop_database(name)


def _binary(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise FileNotFoundError(f"{name}: install Debian's package postgresql")
    return str(found[-1])


def _as_server_user() -> list[str]:
    # The server goes when its test session goes, even where that was killed.
    leash = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() != 0:
        return leash
    return [*leash, f"--reuid={SERVER_USER}", f"--regid={SERVER_USER}", "--clear-groups"]


def _wait_until_up(cluster: PostgresCluster, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            cluster.connect().close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")
