"""Do the agencies' files appear where, when and as they did?"""

from __future__ import annotations

import csv
import hashlib
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from sandbox.faults import bring_back, take_away
from sandbox.layout import SHANGHAI, homes, instant, laid_out, lay_out


def fingerprints(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        path.relative_to(folder).as_posix(): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def at(text: str) -> datetime:
    return instant(text)


def test_every_agency_has_its_place_and_nothing_else_is_laid_out(samples: Path, tmp_path: Path) -> None:
    lay_out(samples, tmp_path)
    assert len(homes(samples)) == 15
    assert {path.name for path in tmp_path.iterdir()} == {
        "townships",
        "police",
        "procuratorate",
        "justice_bureau",
        "supervision_commission",
        "state",
    }
    for home in homes(samples).values():
        theirs = fingerprints(samples / home)
        ours = fingerprints(tmp_path / home)
        assert {name: found[0] for name, found in ours.items()} == {name: found[0] for name, found in theirs.items()}


def test_a_file_carries_the_time_at_which_it_arrived(samples: Path, tmp_path: Path) -> None:
    lay_out(samples, tmp_path)
    with (samples / "arrivals.csv").open(encoding="utf-8", newline="") as file:
        arrivals = list(csv.DictReader(file))
    assert len(arrivals) == 480
    for row in arrivals:
        assert (tmp_path / row["path"]).stat().st_mtime == datetime.fromisoformat(row["arrived_at"]).timestamp()


def test_what_arrives_later_is_not_there_yet_and_comes_step_by_step(samples: Path, tmp_path: Path) -> None:
    first = lay_out(samples, tmp_path, at("2026-06-01T18:06:10+08:00"))
    assert [path for path in first if "outbox/cl" in path] == ["police/outbox/cl_20260601.csv"]
    second = lay_out(samples, tmp_path, at("2026-06-01T18:06:20+08:00"))
    assert second == ["police/outbox/cl_20260601.csv.ok"]  # A manifest comes 20 seconds after its file.
    rest = lay_out(samples, tmp_path)
    assert not set(first + second) & set(rest)
    assert laid_out(tmp_path) - {""} == set(first + second + rest)
    assert lay_out(samples, tmp_path) == []


def test_a_file_that_was_changed_or_taken_away_at_its_place_is_left_so(samples: Path, tmp_path: Path) -> None:
    lay_out(samples, tmp_path)
    changed, gone = (
        tmp_path / "justice_bureau" / "receipts_202606.csv",
        tmp_path / "police" / "outbox" / "sa_20260601.csv",
    )
    changed.write_text("更正", encoding="utf-8")
    gone.unlink()
    assert lay_out(samples, tmp_path) == []
    assert changed.read_text(encoding="utf-8") == "更正"
    assert not gone.exists()


def test_a_read_only_source_serves_and_stays_as_it_is(samples: Path, tmp_path: Path) -> None:
    source = tmp_path / "来源"
    shutil.copytree(samples, source)
    for path in sorted(source.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = fingerprints(source)
    lay_out(source, tmp_path / "place", at("2026-08-01T00:00:00+08:00"))
    lay_out(source, tmp_path / "place")
    assert fingerprints(source) == before
    copied = tmp_path / "place" / "procuratorate" / "documents.json"
    copied.write_bytes(copied.read_bytes())  # What is at the place belongs to the agency, and can be written.


def test_another_drawing_has_other_townships_and_may_lack_agencies_and_dates(tmp_path: Path) -> None:
    source, place = tmp_path / "drawing", tmp_path / "place"
    ledger = source / "townships" / "150000777" / "行刑衔接台账_202701.xlsx"
    ledger.parent.mkdir(parents=True)
    ledger.write_bytes(b"ledger")
    (source / "townships" / "说明.txt").write_text("不是乡镇", encoding="utf-8")
    (source / "police" / "outbox").mkdir(parents=True)
    (source / "expected").mkdir()
    assert homes(source) == {"150000777": "townships/150000777", "police": "police"}
    assert lay_out(source, place, at("2020-01-01T00:00:00+08:00")) == ["townships/150000777/行刑衔接台账_202701.xlsx"]
    assert (place / "townships" / "150000777" / ledger.name).stat().st_mtime == ledger.stat().st_mtime
    assert (place / "police" / "inbox").is_dir()
    assert not (place / "expected").exists()


def test_a_place_that_is_away_gets_its_files_when_it_is_back(samples: Path, tmp_path: Path) -> None:
    lay_out(samples, tmp_path, at("2026-07-31T00:00:00+08:00"))
    take_away(tmp_path, "justice_bureau")
    with pytest.raises(FileNotFoundError):
        list((tmp_path / "justice_bureau").iterdir())
    with pytest.raises(FileExistsError):
        (tmp_path / "justice_bureau").mkdir(parents=True, exist_ok=True)
    came = lay_out(samples, tmp_path)
    assert not [path for path in came if path.startswith("justice_bureau")]
    bring_back(tmp_path, "justice_bureau")
    assert lay_out(samples, tmp_path) == [
        f"justice_bureau/receipts_2026{month}.csv" for month in ("07", "08", "09", "10")
    ]


def test_a_time_without_offset_is_shanghai_time() -> None:
    assert instant("2026-10-31T23:59:00") == datetime(2026, 10, 31, 23, 59, tzinfo=SHANGHAI)
    assert instant("2026-10-31T15:59:00Z") == instant("2026-10-31T23:59:00+08:00")
