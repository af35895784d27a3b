"""Do the agencies start, stop and go on where they were?"""

from __future__ import annotations

import json
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import paramiko
import pytest

from sandbox.agencies import Sandbox
from sandbox.layout import instant

Login = Callable[[str], paramiko.SFTPClient]
ALERT = {"case_id": "C1", "code": "undecided", "agency": "police", "raised_at": "2026-10-31T23:59:00+08:00"}


def servers() -> set[int | None]:
    return {thread.ident for thread in threading.enumerate() if thread.name.startswith("sandbox-")}


def test_every_agency_has_an_endpoint_and_the_file_says_the_same(agencies: Sandbox) -> None:
    assert json.loads((agencies.place / "endpoints.json").read_text(encoding="utf-8")) == agencies.endpoints
    schemes = {code: urlsplit(url).scheme for code, url in agencies.endpoints.items()}
    assert schemes.pop("police") == "sftp"
    assert schemes.pop("procuratorate") == "http"
    assert set(schemes.values()) == {"file"}
    assert len(schemes) == 13


def test_secrets_are_for_their_owner_only(agencies: Sandbox) -> None:
    for path in [*(agencies.place / "secrets").iterdir(), agencies.place / "endpoints.json"]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((agencies.place / "secrets").stat().st_mode) == 0o700


def test_a_place_with_spaces_and_chinese_in_its_name_can_be_reached(
    samples: Path, tmp_path: Path, police_login: Login
) -> None:
    place = tmp_path / "演示 100%&甲"
    with Sandbox(samples, place, answers=False) as sandbox:
        for url in sandbox.endpoints.values():
            assert url.isascii()
            assert " " not in url
        township = Path(unquote(urlsplit(sandbox.endpoints["140924100"]).path))
        assert (township / "行刑衔接台账_202607.xlsx").exists()
        assert "outbox" in police_login(sandbox.endpoints["police"]).listdir("/")


def test_a_sandbox_started_again_goes_on_where_it_was(
    samples: Path, tmp_path: Path, police_login: Login, make_caller: Callable[[str], Any]
) -> None:
    before = servers()
    with Sandbox(samples, tmp_path, answers=False) as first:
        endpoints = dict(first.endpoints)
        keys = {path.name: path.read_bytes() for path in (tmp_path / "secrets").iterdir()}
        police_login(endpoints["police"]).open("inbox/P1.csv", "wb").close()
        receipt = make_caller(endpoints["procuratorate"]).log_in().post("/alerts", "before-the-stop", ALERT)
        assert receipt.status_code == 201
    assert servers() == before
    with Sandbox(samples, tmp_path, answers=False) as second:
        assert second.endpoints == endpoints
        assert {path.name: path.read_bytes() for path in (tmp_path / "secrets").iterdir()} == keys
        assert "P1.csv" in police_login(endpoints["police"]).listdir("inbox")
        again = make_caller(endpoints["procuratorate"]).log_in().post("/alerts", "before-the-stop", ALERT)
        assert (again.status_code, again.json()) == (200, receipt.json())


def test_a_port_that_someone_else_has_taken_is_replaced_and_told(
    samples: Path, tmp_path: Path, police_login: Login
) -> None:
    before = servers()
    with Sandbox(samples, tmp_path, answers=False) as sandbox:
        port = urlsplit(sandbox.endpoints["police"]).port or 0
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        with Sandbox(samples, tmp_path, answers=False) as sandbox:
            assert urlsplit(sandbox.endpoints["police"]).port != port
            assert police_login(sandbox.endpoints["police"]).listdir("/")
        with pytest.raises(OSError), Sandbox(samples, tmp_path, answers=False, sftp_port=port):
            raise AssertionError("a fixed port that is taken must not be replaced")
    assert servers() == before


def test_what_had_arrived_before_a_restart_stays_arrived(samples: Path, tmp_path: Path) -> None:
    july, august = instant("2026-07-10T00:00:00+08:00"), instant("2026-08-10T00:00:00+08:00")
    ledger = tmp_path / "townships" / "140924209" / "行刑衔接台账_202607.xlsx"
    with Sandbox(samples, tmp_path, july, answers=False) as sandbox:
        assert not ledger.exists()
        assert "townships/140924209/行刑衔接台账_202607.xlsx" in sandbox.arrive(august)
    with Sandbox(samples, tmp_path, july, answers=False) as sandbox:
        assert ledger.exists()
        assert sandbox.arrive(july) == []


@pytest.mark.parametrize("note", ["ports.json", "until"])
def test_a_note_that_could_not_be_written_stands_as_it_was_for_the_next_start(
    samples: Path, tmp_path: Path, note: str
) -> None:
    july = instant("2026-07-10T00:00:00+08:00")
    with Sandbox(samples, tmp_path, july, answers=False):
        before = (tmp_path / "state" / note).read_text(encoding="utf-8")
    in_the_way = tmp_path / "state" / f".{note}.draft"
    in_the_way.mkdir()
    with pytest.raises(OSError), Sandbox(samples, tmp_path, july, answers=False):
        raise AssertionError("it cannot be written")
    in_the_way.rmdir()
    assert (tmp_path / "state" / note).read_text(encoding="utf-8") == before
    with Sandbox(samples, tmp_path, july, answers=False) as sandbox:
        assert sandbox.endpoints


def test_two_sandboxes_cannot_share_a_place(samples: Path, agencies: Sandbox) -> None:
    with pytest.raises(RuntimeError, match="another sandbox"), Sandbox(samples, agencies.place):
        raise AssertionError("a second sandbox must not start")


def test_a_folder_without_agencies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no agency"):
        Sandbox(tmp_path, tmp_path / "place")


def test_an_absent_agency_has_no_endpoint(tmp_path: Path) -> None:
    (tmp_path / "drawing" / "townships" / "150000777").mkdir(parents=True)
    (tmp_path / "drawing" / "procuratorate").mkdir()
    with Sandbox(tmp_path / "drawing", tmp_path / "place") as sandbox:
        assert set(sandbox.endpoints) == {"150000777", "procuratorate"}


def test_an_outage_that_outlived_its_sandbox_is_over_at_the_next_start(samples: Path, tmp_path: Path) -> None:
    with Sandbox(samples, tmp_path, answers=False) as sandbox:
        outage = sandbox.outage("140924100")
        outage.__enter__()
        assert not (tmp_path / "townships" / "140924100").is_dir()
    with Sandbox(samples, tmp_path, answers=False):
        assert (tmp_path / "townships" / "140924100" / "行刑衔接台账_202607.xlsx").exists()


def test_the_command_says_when_it_is_ready_and_stops_when_it_is_told(
    samples: Path, tmp_path: Path, project_root: Path, police_login: Login
) -> None:
    command = [sys.executable, "-m", "sandbox", "serve", str(samples), "--place", str(tmp_path), "--seed", "5"]
    command += ["--until", "2026-08-01T00:00:00+08:00", "--pace", "0.5"]
    for number in (signal.SIGTERM, signal.SIGINT):
        with subprocess.Popen(command, cwd=project_root, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            assert running.stdout.readline() == f"sandbox ready: 15 agencies, {tmp_path / 'endpoints.json'}\n"
            endpoints = json.loads((tmp_path / "endpoints.json").read_text(encoding="utf-8"))
            assert "sa_20260731.csv" in police_login(endpoints["police"]).listdir("outbox")
            assert "sa_20260803.csv" not in police_login(endpoints["police"]).listdir("outbox")
            second = subprocess.run(command, cwd=project_root, capture_output=True, text=True, check=False, timeout=60)
            assert (second.returncode, second.stdout) == (2, "")
            assert "another sandbox" in second.stderr
            running.send_signal(number)
            assert running.wait(timeout=30) == 0
