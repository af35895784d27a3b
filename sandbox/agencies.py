"""Where can the agencies be reached, and how are they started and stopped?"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import TextIO
from urllib.parse import quote, urlencode

from sandbox.answers import Answers, AnswersThread, Script
from sandbox.api_server import Api, ApiServer, ApiSettings, Line
from sandbox.documents import Shelf
from sandbox.faults import Faults, bring_back, take_away
from sandbox.keys import USER, keep_keys, write_private
from sandbox.layout import STATE, homes, instant, lay_out
from sandbox.ports import listen, port_of
from sandbox.sftp_server import SftpServer


def now() -> datetime:
    """The agencies live in the real time."""
    return datetime.now(timezone.utc)


class Sandbox:
    """The agencies of a folder laid out like the samples, running.

    source: the folder; only read. Which agencies there are is found from it.
    place: where the agencies keep their files; made, or continued where it exists: same keys, same ports
        if they are free, nothing laid out twice, nothing received forgotten.
    until: what arrives later is not there yet (files by `arrivals.csv`, documents by `updated_at`);
        `arrive` moves on, never back. None: everything is there.
    seed, pace, script: how the agencies answer (`answers.Script`); answers=False: they do not.
    sftp_port, http_port: fixed ports; OSError where one is taken.

    Switches for tests of faults, any time while it runs:
        with sandbox.outage("police"): ...          no server, or no folder, until the block ends
        sandbox.faults["police"].pause = 2.0        every read (SFTP) or answer (API) waits so long
        sandbox.faults["police"].drop(after=1000)   the connection breaks after 1000 bytes of the next longer
                                                    file; for the API, of the next longer answer
    """

    def __init__(
        self,
        source: Path,
        place: Path,
        until: datetime | None = None,
        seed: int = 1,
        pace: float = 1.0,
        answers: bool = True,
        *,
        script: Script | None = None,
        api: ApiSettings | None = None,
        sftp_port: int | None = None,
        http_port: int | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.place = place.resolve()
        self.homes = homes(source)
        self.faults = {code: Faults() for code in ("police", "procuratorate") if code in self.homes}
        self.endpoints: dict[str, str] = {}
        self._source = source
        self._until = until
        self._script = replace(script or Script(), seed=seed, pace=pace) if answers else None
        self._api_settings = api or ApiSettings()
        self._fixed_ports = {"police": sftp_port, "procuratorate": http_port}
        self._clock = clock
        self._shelf = Shelf(self.place / "procuratorate" / "documents.json")
        self._servers: dict[str, SftpServer | ApiServer] = {}
        self._ports: dict[str, int] = {}
        self._stack = ExitStack()
        if not self.homes:
            raise ValueError(f"no agency's folder under {source}")

    def __enter__(self) -> Sandbox:
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def arrive(self, until: datetime | None) -> list[str]:
        """Let time go on to `until` (None: to the end of what there is); the paths that came."""
        self._until = _later(self._until, until)
        write_private(self.place / STATE / "until", (self._until.isoformat() if self._until else "").encode())
        self._shelf.until = self._until
        return lay_out(self._source, self.place, self._until)

    @contextmanager
    def outage(self, agency: str) -> Iterator[None]:
        """The agency cannot be reached while the block runs; after it everything is as before."""
        if agency in self._servers:
            self._servers[agency].stop()
            try:
                yield
            finally:
                self._servers[agency].start(listen(self._ports[agency]))
        else:
            take_away(self.place, self.homes[agency])
            try:
                yield
            finally:
                bring_back(self.place, self.homes[agency])
                self.arrive(self._until)

    def _start(self, stack: ExitStack) -> None:
        state = self.place / STATE
        state.mkdir(parents=True, exist_ok=True)
        stack.enter_context(_alone(state / "lock"))
        for home in self.homes.values():
            bring_back(self.place, home)
        if (state / "until").exists():
            before = (state / "until").read_text(encoding="utf-8")
            self._until = _later(self._until, instant(before) if before else None)
        self.arrive(self._until)
        keys = keep_keys(self.place)
        if "police" in self.homes:
            self._servers["police"] = SftpServer(self.place / "police", keys, self.faults["police"])
        if "procuratorate" in self.homes:
            api = Api(self.place / "procuratorate", keys, self._shelf, self._api_settings, self._clock)
            line = Line(api.app(), self._api_settings, self.faults["procuratorate"])
            self._servers["procuratorate"] = ApiServer(line)
        self._start_servers(stack)
        if "police" in self._ports:
            keys.write_known_hosts(self._ports["police"])
        self.endpoints = {code: self._endpoint(code, keys.folder, keys.client_secret) for code in self.homes}
        write_private(self.place / "endpoints.json", json.dumps(self.endpoints, indent=1).encode())
        if self._script is not None:
            tick = min(0.5, max(0.02, self._script.pace / 4))
            thread = AnswersThread(Answers(self.place, self.homes, self._script), self._clock, tick)
            thread.start()
            stack.callback(thread.stop)

    def _start_servers(self, stack: ExitStack) -> None:
        noted = self.place / STATE / "ports.json"
        previous: dict[str, int] = json.loads(noted.read_text(encoding="utf-8")) if noted.exists() else {}
        for code, server in self._servers.items():
            listener = listen(self._fixed_ports[code], previous.get(code))
            self._ports[code] = port_of(listener)
            stack.callback(server.stop)
            server.start(listener)
        write_private(noted, json.dumps(previous | self._ports).encode())

    def _endpoint(self, code: str, keys_folder: Path, client_secret: str) -> str:
        if code == "police":
            paths = {"private_key": keys_folder / "hub_client_key", "known_hosts": keys_folder / "known_hosts"}
            query = urlencode({name: str(path) for name, path in paths.items()}, quote_via=quote, safe="/")
            return f"sftp://{USER}@127.0.0.1:{self._ports[code]}/?{query}"
        if code == "procuratorate":
            query = urlencode({"client_id": USER, "client_secret": client_secret}, quote_via=quote)
            return f"http://127.0.0.1:{self._ports[code]}/?{query}"
        return (self.place / self.homes[code]).as_uri()


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two horizons; None is the end of time."""
    return None if one is None or other is None else max(one, other)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold the place; RuntimeError where another sandbox runs there."""
    with lock.open("a") as file:
        _take(file, lock)
        yield


def _take(file: TextIO, lock: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise RuntimeError(f"another sandbox runs at {lock.parent.parent}") from None
