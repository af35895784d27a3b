"""What do the sandbox's tests start and drive it with? Real servers, and the clients that agencies know."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import paramiko
import pytest
import requests
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from sandbox.agencies import Sandbox
from sandbox.api_server import ApiSettings
from sandbox.layout import SHANGHAI

FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time")
def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    clock = re.fullmatch(r"(.{10})T([01]\d|2[0-3])(:[0-5]\d){2}(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)", value)
    return clock is not None and _is_date(clock[1])


@FORMATS.checks("date")
def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


class Interface:
    """The procuratorate's interface notice, as a judge of what is said under it."""

    def __init__(self, notice: Path) -> None:
        self.notice: dict[str, Any] = yaml.safe_load(notice.read_text(encoding="utf-8"))
        self.answers_judged = 0

    def validator(self, schema: object) -> Draft202012Validator:
        """A validator for a schema of the notice, references and formats included."""
        whole = {"allOf": [schema], "components": self.notice["components"]}
        return Draft202012Validator(whole, format_checker=FORMATS)

    def judge(self, answer: requests.Response, **_: object) -> None:
        """Fail where an answer is not one that the notice describes for this request."""
        path = re.sub(r"(/api/v1/documents)/[^/]+$", r"\1/{id}", urlsplit(answer.url).path)
        described = self.notice["paths"][path][str(answer.request.method).lower()]["responses"]
        assert str(answer.status_code) in described, f"{answer.status_code} is not in the notice for {path}"
        response = described[str(answer.status_code)]
        if "$ref" in response:
            response = self.notice["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        assert set(response.get("headers", ())) <= {
            name for name in response.get("headers", ()) if name in answer.headers
        }
        media_type = answer.headers["Content-Type"].split(";")[0]
        assert media_type in response["content"]
        self.validator(response["content"][media_type]["schema"]).validate(answer.json())
        self.answers_judged += 1


class Caller:
    """A client of the API that has every answer judged by the interface notice."""

    def __init__(self, endpoint: str, interface: Interface) -> None:
        parts = urlsplit(endpoint)
        self.base = f"{parts.scheme}://{parts.netloc}"
        self.credentials = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.hooks["response"].append(interface.judge)

    def token(self, **fields: str) -> requests.Response:
        """Ask for a token; fields replace the right ones."""
        form = {"grant_type": "client_credentials", **self.credentials, **fields}
        return self.session.post(f"{self.base}/oauth2/token", data=form, timeout=10)

    def log_in(self, **fields: str) -> Caller:
        """Bear a token from now on."""
        self.session.headers["Authorization"] = f"Bearer {self.token(**fields).json()['access_token']}"
        return self

    def get(self, path: str, **query: str | int) -> requests.Response:
        """GET under /api/v1."""
        return self.session.get(f"{self.base}/api/v1{path}", params=query, timeout=10)

    def post(self, path: str, key: str | None, body: object) -> requests.Response:
        """POST under /api/v1; bytes go as they are, all else as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"} | ({} if key is None else {"Idempotency-Key": key})
        return self.session.post(f"{self.base}/api/v1{path}", data=content, headers=headers, timeout=10)


class HandClock:
    """The agencies' clock, where a test lets the hours pass."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 2, 9, 0, tzinfo=SHANGHAI)

    def __call__(self) -> datetime:
        return self.instant

    def advance(self, **period: float) -> None:
        """Let time pass."""
        self.instant += timedelta(**period)


@pytest.fixture(scope="session")
def interface(samples: Path) -> Interface:
    """The procuratorate's openapi.yaml."""
    return Interface(samples / "procuratorate" / "openapi.yaml")


@pytest.fixture(scope="session")
def make_caller(interface: Interface) -> Callable[[str], Caller]:
    """A client of an API endpoint."""
    return lambda endpoint: Caller(endpoint, interface)


@pytest.fixture
def caller(agencies: Sandbox, make_caller: Callable[[str], Caller]) -> Caller:
    """A client of the shared procuratorate, logged in."""
    return make_caller(agencies.endpoints["procuratorate"]).log_in()


@pytest.fixture(scope="module")
def agencies(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """All agencies of the samples, running and silent, shared by a module's tests."""
    with Sandbox(samples, tmp_path_factory.mktemp("agencies"), answers=False) as sandbox:
        yield sandbox


@pytest.fixture
def hand_clock() -> HandClock:
    return HandClock()


@pytest.fixture
def procuratorate(
    samples: Path, tmp_path: Path, interface: Interface, hand_clock: HandClock
) -> Iterator[Callable[..., tuple[Sandbox, Caller]]]:
    """Start a procuratorate of its own, with settings, on the test's own clock."""
    opened: list[Sandbox] = []

    def start(**settings: Any) -> tuple[Sandbox, Caller]:
        sandbox = Sandbox(samples, tmp_path / "place", answers=False, api=ApiSettings(**settings), clock=hand_clock)
        opened.append(sandbox.__enter__())
        return sandbox, Caller(sandbox.endpoints["procuratorate"], interface)

    yield start
    for sandbox in reversed(opened):
        sandbox.__exit__(None, None, None)


def log_in_to_police(endpoint: str) -> paramiko.SSHClient:
    """An SSH client that knows the police's server by its key and has logged in with the hub's."""
    parts = urlsplit(endpoint)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    client = paramiko.SSHClient()
    client.load_host_keys(query["known_hosts"])
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    client.connect(
        str(parts.hostname),
        int(parts.port or 22),
        parts.username,
        key_filename=query["private_key"],
        look_for_keys=False,
        allow_agent=False,
        timeout=10,
    )
    return client


@pytest.fixture
def police_login() -> Iterator[Callable[[str], paramiko.SFTPClient]]:
    """Log in to an SFTP endpoint; everything is closed after the test."""
    clients: list[paramiko.SSHClient] = []

    def log_in(endpoint: str) -> paramiko.SFTPClient:
        clients.append(log_in_to_police(endpoint))
        return clients[-1].open_sftp()

    yield log_in
    for client in clients:
        client.close()


def parcel(rows: list[list[str]]) -> tuple[bytes, bytes]:
    """A parcel for the police and its manifest, as the interface notice asks for them."""
    lines = [["移送书文号", "移送单位", "案由", "当事人", "移送时间", "附件数"], *rows]
    content = "".join(",".join(f'"{field}"' for field in line) + "\r\n" for line in lines).encode("gb18030")
    return content, f"rows={len(rows)}\nsha256={hashlib.sha256(content).hexdigest()}\n".encode()


@pytest.fixture(scope="session")
def make_parcel() -> Callable[[list[list[str]]], tuple[bytes, bytes]]:
    return parcel


def referral_row(serial: int) -> list[str]:
    """A row of a parcel; the people are invented."""
    return [f"繁城综执移字〔2026〕{serial}号", "繁城镇人民政府", "非法占用农用地", "示例甲", "2026-11-02 10:00", "3"]


@pytest.fixture(scope="session")
def make_row() -> Callable[[int], list[str]]:
    return referral_row
