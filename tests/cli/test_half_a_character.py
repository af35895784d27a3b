"""Does a document with half a character in it stop anything that the hub writes or prints?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from connectors import json_documents
from tests.support.environ import environ_of
from tests.support.http_agency import Fault, http_agency
from tests.support.small_county import SmallCounty

HALVED = {
    "doc_id": "d1\ud83d", "doc_type": "penalty_opinion", "doc_no": "\ud83d繁检意〔2026〕1号", "township": "140924100",
    "persons": [{"name": "示例甲\ud83d", "id_no": None}], "copies": [], "decided_at": "2026-07-06T09:00:00+08:00",
    "served_at": "2026-07-06T09:00:00+08:00", "updated_at": "2026-07-06T10:00:00+08:00",
}  # fmt: skip


@pytest.mark.parametrize(
    "as_it_came", [False, True], ids=["made whole when read", "kept by a hub that read it as it came"]
)
def test_every_command_tells_of_it(
    small_county: SmallCounty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, as_it_came: bool
) -> None:
    if as_it_came:
        monkeypatch.setattr(json_documents, "whole_json", lambda value: value)
    with http_agency() as api:
        small_county.sandbox.endpoints["procuratorate"] = api.url
        page = json.dumps({"items": [HALVED, 7], "next_cursor": None}).encode()
        api.faults.append(Fault(200, body=page, path="/api/v1/documents"))
        assert small_county.pull("procuratorate").counts()["rows"] == 2
    environ = os.environ | environ_of(small_county.hub.settings, "2026-09-30T12:00+08:00")

    def hub(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *words], env=environ, capture_output=True, encoding="utf-8", check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    hub("reconcile", "--commit", "--out", str(tmp_path / "out"))
    assert "\ufffd繁检意〔2026〕1号" in (tmp_path / "out" / "links.csv").read_text(encoding="utf-8")
    (owed,) = [one for one in json.loads(hub("obligations", "--json")) if one["rule"] == "township.reply_opinion"]
    assert "\ufffd" in owed["subject"]
    assert owed["subject"] in hub("obligations")
    hub("escalate", "--commit")
    hub("quarantine", "list")
    hub("evidence", "verify")


def test_what_is_printed_may_hold_half_a_character_from_elsewhere() -> None:
    program = "from cli.exit_codes import run; run(lambda: print('half \\ud83d a pair'))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=_utf8())
    assert done.stdout.decode() == "half \ufffd a pair\n"


def _utf8() -> dict[str, str]:
    return os.environ | {"PYTHONIOENCODING": "utf-8:strict"}
