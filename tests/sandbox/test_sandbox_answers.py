"""Do the agencies answer as their script says: in time, late, never, and always the same?"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import paramiko
import pytest

from sandbox.agencies import Sandbox
from sandbox.answers import Answers, Script
from sandbox.layout import homes, lay_out

MakeParcel = Callable[[list[list[str]]], tuple[bytes, bytes]]
MakeRow = Callable[[int], list[str]]
SENT_AT = datetime(2026, 11, 2, 2, 0, tzinfo=timezone.utc)
PROMPT = Script(never=0.0, late=0.0, unknown_unit=0.0, missing_attachment=0.0)


@pytest.fixture
def place(samples: Path, tmp_path: Path) -> Path:
    """The agencies' files without their servers."""
    lay_out(samples, tmp_path / "place")
    return tmp_path / "place"


def clerks(place: Path, script: Script) -> Answers:
    return Answers(place, homes(place), script)


def put(folder: Path, name: str, content: bytes, sent_at: datetime = SENT_AT) -> None:
    (folder / name).write_bytes(content)
    os.utime(folder / name, (sent_at.timestamp(), sent_at.timestamp()))


def send_to_police(place: Path, parcel_id: str, content: tuple[bytes, bytes], sent_at: datetime = SENT_AT) -> None:
    put(place / "police" / "inbox", f"{parcel_id}.csv", content[0], sent_at)
    put(place / "police" / "inbox", f"{parcel_id}.csv.ok", content[1], sent_at)


def later(**period: float) -> datetime:
    return SENT_AT + timedelta(**period)


def results(place: Path, encoding: str = "gb18030") -> dict[str, list[str]]:
    found = {}
    for path in sorted((place / "police" / "ack").iterdir()):
        if not path.name.startswith("P2026090"):
            found[path.name] = [row["result"] for row in csv.DictReader(io.StringIO(path.read_text(encoding)))]
    return found


def test_the_police_acknowledge_row_by_row_as_their_examples_do(
    place: Path, make_parcel: MakeParcel, make_row: MakeRow, samples: Path
) -> None:
    content = make_parcel([make_row(1), make_row(2)])
    send_to_police(place, "P20261102-0001", content)
    assert clerks(place, PROMPT).answer_due(later(hours=1)) == ["police/ack/P20261102-0001.ack.csv"]
    ours = (place / "police" / "ack" / "P20261102-0001.ack.csv").read_bytes().decode("gb18030")
    theirs = (samples / "police" / "ack" / "P20260901-0001.ack.csv").read_bytes().decode("gb18030")
    assert ours.splitlines(keepends=True)[0] == theirs.splitlines(keepends=True)[0]
    sha256 = content[1].decode().split("sha256=")[1].strip()
    expected = [f'"P20261102-0001","2026-11-02T11:00:00+08:00","{sha256}","2","{row}","00"' for row in (1, 2)]
    assert ours.split("\r\n")[1:] == [*expected, ""]


def test_the_examples_that_came_with_the_files_are_left_alone(samples: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(samples, source)
    (source / "police" / "ack" / "P20260901-0001.ack.csv").unlink()
    lay_out(source, tmp_path / "place")
    assert clerks(tmp_path / "place", PROMPT).answer_due(later(days=300)) == []


def test_no_answer_comes_before_its_time(place: Path, make_parcel: MakeParcel, make_row: MakeRow) -> None:
    send_to_police(place, "P1", make_parcel([make_row(1)]))
    delay = PROMPT.delay("police", "P1")
    assert delay is not None
    assert 1.0 <= delay <= 4.0
    assert clerks(place, PROMPT).answer_due(later(seconds=delay - 0.01)) == []
    assert clerks(place, PROMPT).answer_due(later(seconds=delay + 0.01)) == ["police/ack/P1.ack.csv"]
    assert clerks(place, PROMPT).answer_due(later(days=1)) == []


def test_the_same_seed_gives_the_same_answers_in_any_order_and_another_seed_others(
    samples: Path, tmp_path: Path, make_parcel: MakeParcel, make_row: MakeRow
) -> None:
    told = []
    for number, (seed, step) in enumerate([(7, 1), (7, -1), (8, 1)]):
        place = tmp_path / str(number)
        lay_out(samples, place)
        answers = clerks(place, Script(seed=seed))
        for serial in list(range(60))[::step]:
            send_to_police(place, f"P{serial:04}", make_parcel([make_row(3 * serial + row) for row in range(3)]))
            answers.answer_due(later(seconds=serial))
        answers.answer_due(later(days=1))
        told.append(results(place))
    assert told[0] == told[1] != told[2]
    assert {result for rows in told[0].values() for result in rows} == {"00", "11", "21"}


def test_some_deliveries_are_answered_late_and_some_never() -> None:
    script = Script(seed=3)
    delays = [script.delay("police", f"P{number}") for number in range(2000)]
    kinds = Counter("never" if delay is None else "late" if delay >= 40 else "prompt" for delay in delays)
    assert 0.06 < kinds["never"] / 2000 < 0.10
    assert 0.10 < kinds["late"] / 2000 < 0.14
    assert all(delay is None or 1 <= delay <= 4 or 40 <= delay <= 90 for delay in delays)
    slower = Script(seed=3, pace=10.0)
    assert [slower.delay("police", f"P{number}") for number in range(2000)] == [
        None if delay is None else pytest.approx(10 * delay) for delay in delays
    ]


def test_an_unanswered_delivery_stays_unanswered(place: Path, make_parcel: MakeParcel, make_row: MakeRow) -> None:
    silent = next(f"P{number}" for number in range(1000) if Script().delay("police", f"P{number}") is None)
    send_to_police(place, silent, make_parcel([make_row(1)]))
    assert clerks(place, Script()).answer_due(later(days=3650)) == []


def test_a_referral_number_that_was_taken_before_is_known(
    place: Path, make_parcel: MakeParcel, make_row: MakeRow
) -> None:
    send_to_police(place, "P1", make_parcel([make_row(1), make_row(2)]))
    clerks(place, PROMPT).answer_due(later(hours=1))
    send_to_police(place, "P2", make_parcel([make_row(2), make_row(3), make_row(3)]))
    clerks(place, PROMPT).answer_due(later(hours=1))  # Other clerks: what was taken is on record, not in a head.
    assert results(place) == {"P1.ack.csv": ["00", "00"], "P2.ack.csv": ["31", "00", "31"]}


def test_a_stop_between_register_and_answer_makes_no_row_known_to_itself(
    place: Path, make_parcel: MakeParcel, make_row: MakeRow
) -> None:
    send_to_police(place, "P1", make_parcel([make_row(1)]))
    clerks(place, PROMPT).answer_due(later(hours=1))
    (place / "police" / "ack" / "P1.ack.csv").unlink()
    clerks(place, PROMPT).answer_due(later(hours=1))
    assert results(place) == {"P1.ack.csv": ["00"]}


def test_what_was_not_taken_may_come_again(place: Path, make_parcel: MakeParcel, make_row: MakeRow) -> None:
    nothing_attached = Script(never=0.0, late=0.0, unknown_unit=0.0, missing_attachment=1.0)
    send_to_police(place, "P1", make_parcel([make_row(1)]))
    clerks(place, nothing_attached).answer_due(later(hours=1))
    send_to_police(place, "P2", make_parcel([make_row(1)]))
    clerks(place, PROMPT).answer_due(later(hours=1))
    assert results(place) == {"P1.ack.csv": ["21"], "P2.ack.csv": ["00"]}


def test_a_row_without_a_sending_unit_is_from_an_unknown_unit(
    place: Path, make_parcel: MakeParcel, make_row: MakeRow
) -> None:
    send_to_police(place, "P1", make_parcel([[*make_row(1)[:1], "", *make_row(1)[2:]]]))
    clerks(place, PROMPT).answer_due(later(hours=1))
    assert results(place) == {"P1.ack.csv": ["11"]}


def test_a_parcel_that_breaks_the_notice_gets_no_answer_until_it_is_right(
    place: Path, make_parcel: MakeParcel, make_row: MakeRow
) -> None:
    content, manifest = make_parcel([make_row(1)])
    other = make_parcel([make_row(1), make_row(2)])
    bare = content.replace(b'"', b"")
    broken = {
        "changed": (content + b" ", manifest),
        "rows": (content, manifest.replace(b"rows=1", b"rows=2")),
        "unquoted": (bare, manifest.replace(manifest.split(b"sha256=")[1], _sha256(bare) + b"\n")),
        "utf8": (text := content.decode("gb18030").encode(), b"rows=1\nsha256=" + _sha256(text) + b"\n"),
        "swapped": (content, other[1]),
    }
    for name, parcel in broken.items():
        send_to_police(place, name, parcel)
    put(place / "police" / "inbox", "unfinished.csv", content)
    answers = clerks(place, PROMPT)
    assert answers.answer_due(later(hours=1)) == []
    send_to_police(place, "changed", (content, manifest))
    assert answers.answer_due(later(hours=1)) == ["police/ack/changed.ack.csv"]


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


@pytest.mark.parametrize("home", ["townships/140924208", "justice_bureau", "supervision_commission"])
def test_folder_agencies_acknowledge_what_is_put_into_their_inbox(place: Path, home: str) -> None:
    inbox = place / home / "inbox"
    put(inbox, "D1.更正.xlsx", b"workbook")
    put(inbox, "D2.csv", '\ufeff"序号","事由"\r\n"1","甲"\r\n"2","乙"\r\n'.encode())
    put(inbox, ".D3.xlsx", b"half a file")
    put(inbox, "D4.xlsx.tmp", b"half a file")
    assert sorted(clerks(place, PROMPT).answer_due(later(hours=1))) == [
        f"{home}/ack/D1.ack.csv",
        f"{home}/ack/D2.ack.csv",
    ]
    content = (place / home / "ack" / "D2.ack.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(row["parcel_id"], row["rows"], row["row"], row["result"]) for row in rows] == [
        ("D2", "2", "1", "00"),
        ("D2", "2", "2", "00"),
    ]
    assert rows[0]["sha256"] == _sha256((inbox / "D2.csv").read_bytes()).decode()


def test_one_delivery_id_is_answered_differently_by_different_agencies() -> None:
    script = Script()
    delays = {script.delay(agency, "D1") for agency in ("140924100", "140924101", "justice_bureau")}
    assert len(delays) == 3


def test_a_parcel_put_over_sftp_is_answered_over_sftp(
    samples: Path,
    tmp_path: Path,
    make_parcel: MakeParcel,
    make_row: MakeRow,
    police_login: Callable[[str], paramiko.SFTPClient],
) -> None:
    with Sandbox(samples, tmp_path, pace=0.05, script=PROMPT) as sandbox:
        sftp = police_login(sandbox.endpoints["police"])
        content, manifest = make_parcel([make_row(1)])
        for name, part in (("P20261102-0009.csv", content), ("P20261102-0009.csv.ok", manifest)):
            with sftp.open(f"inbox/{name}.tmp", "wb") as file:
                file.write(part)
            sftp.posix_rename(f"inbox/{name}.tmp", f"inbox/{name}")
        put(tmp_path / "townships" / "140924100" / "inbox", "D1.xlsx", b"workbook", datetime.now(timezone.utc))
        wanted = {"P20261102-0009.ack.csv"}
        deadline = time.monotonic() + 20
        while not wanted <= set(sftp.listdir("ack")) or not list(
            (tmp_path / "townships" / "140924100" / "ack").iterdir()
        ):
            assert time.monotonic() < deadline, "no answer came"
            time.sleep(0.05)
        text = sftp.open("ack/P20261102-0009.ack.csv").read().decode("gb18030")
        assert text.split("\r\n")[1].endswith('"1","1","00"')


def test_a_folder_that_is_away_is_answered_after_it_is_back(samples: Path, tmp_path: Path) -> None:
    with Sandbox(samples, tmp_path, pace=0.02, script=PROMPT) as sandbox:
        ack = tmp_path / "justice_bureau" / "ack" / "D1.ack.csv"
        put(tmp_path / "justice_bureau" / "inbox", "D1.csv", b"a\r\n1\r\n", datetime.now(timezone.utc))
        with sandbox.outage("justice_bureau"):
            time.sleep(0.3)
            assert not ack.exists()
        deadline = time.monotonic() + 20
        while not ack.exists():
            assert time.monotonic() < deadline, "no answer came"
            time.sleep(0.05)
