"""Which agencies do the connectors' tests speak to?"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.connectors.agencies_under_test import AgencyUnderTest, ApiUnderTest, FilesUnderTest
from tests.support.http_agency import HttpAgency, http_agency
from tests.support.sshd import SftpServer, openssh_server
from tests.support.sshd_breakable import Breaking, asyncssh_server

FILE_SERVERS = ("folder", "openssh", "asyncssh")


@pytest.fixture(scope="module")
def openssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    """Debian's sshd, serving a folder of its own."""
    with openssh_server(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture
def breakable(tmp_path: Path) -> Iterator[tuple[SftpServer, Breaking]]:
    """An SFTP server that breaks off when told."""
    with asyncssh_server(tmp_path / "served", tmp_path / "keys") as server:
        yield server


@pytest.fixture
def api() -> Iterator[HttpAgency]:
    """An API after the interface notice."""
    with http_agency() as agency:
        yield agency


@pytest.fixture(params=FILE_SERVERS)
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FilesUnderTest]:
    """An agency that exchanges files, by each way there is."""
    with ExitStack() as stack:
        yield _files(request.param, tmp_path, stack)


@pytest.fixture(params=[*FILE_SERVERS, "api"])
def agency(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AgencyUnderTest]:
    """An agency, by each channel there is."""
    with ExitStack() as stack:
        if request.param == "api":
            running = ExitStack()
            stack.push(running)
            yield ApiUnderTest(running.enter_context(http_agency()), running.close)
        else:
            yield _files(request.param, tmp_path, stack)


def _files(kind: str, tmp_path: Path, stack: ExitStack) -> FilesUnderTest:
    place = tmp_path / f"place-{uuid.uuid4().hex[:8]}"
    place.mkdir()
    if kind == "folder":
        return FilesUnderTest(place, f"file://{place}", lambda: shutil.rmtree(place))
    running = ExitStack()
    stack.push(running)
    if kind == "openssh":
        server = running.enter_context(openssh_server(place, tmp_path / "keys"))
    else:
        server, _ = running.enter_context(asyncssh_server(place, tmp_path / "keys"))
    return FilesUnderTest(place, server.url, running.close, transport="sftp")
