"""Is a drawing what it says it is? Its bytes, its balance, its arithmetic, its hazards, and the comparison with it."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.drawing import Drawing, draw
from tests.drawing.compare import differences
from tests.drawing.duedays import text
from tests.drawing.duties import duties
from tests.drawing.hazards import HAZARDS
from tests.drawing.people import Registry, credit_check, id_check, organisation_check
from tests.drawing.sample_events import sample_events

SEEDS = (1, 2, 3)
FINDINGS = {
    "sent_not_received",
    "received_not_sent",
    "decided_not_notified",
    "undecided",
    "filed_items_not_handed_over",
    "refused_then_nothing",
    "nonprosecution_not_reviewed",
    "opinion_not_copied",
    "replied_not_performed",
    "should_have_been_referred",
    "should_have_been_referred_jointly",
    "field_conflict",
    "order_conflict",
    "status_conflict",
    "duplicate_reference",
    "reference_gap",
    "ambiguous",
}


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> list[Drawing]:
    folder = tmp_path_factory.mktemp("drawings")
    return [draw(folder / str(seed), seed) for seed in SEEDS]


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_seed_draws_the_same_bytes(drawings: list[Drawing], tmp_path: Path) -> None:
    again = draw(tmp_path / "again", SEEDS[0])
    assert _bytes(again.folder) == _bytes(drawings[0].folder)
    assert _bytes(drawings[0].folder) != _bytes(drawings[1].folder)


def test_every_hazard_strikes_somewhere_in_three_drawings(drawings: list[Drawing]) -> None:
    struck = sum((d.hazards for d in drawings), Counter[str]())
    assert sorted(set(HAZARDS) - set(struck)) == []


def test_a_hazard_that_is_switched_off_never_strikes(tmp_path: Path) -> None:
    off = {"name_masked", "ambiguous", "ambiguous_person", "ledger_bomb", "day_missing"}
    drawing = draw(tmp_path, 7, hazards=set(HAZARDS) - off)
    assert not off & set(drawing.hazards)
    assert drawing.findings["ambiguous"] == 0


def test_nothing_goes_wrong_where_every_hazard_is_off(tmp_path: Path) -> None:
    drawing = draw(tmp_path, 7, hazards=())
    rows = _table(drawing.expected / "rows.csv")
    assert not any(row["disposition"] in {"quarantined", "duplicate"} for row in rows)
    assert not drawing.hazards


@pytest.mark.parametrize("code", sorted(FINDINGS))
def test_every_drawing_holds_every_finding(drawings: list[Drawing], code: str) -> None:
    assert all(d.findings[code] > 0 for d in drawings)


def test_the_balance_of_every_file_adds_up_and_is_that_of_its_rows(drawings: list[Drawing]) -> None:
    for drawing in drawings:
        counted = Counter(
            ("api" if r["source"].startswith("api:") else r["source"].split("!")[0], r["disposition"])
            for r in _table(drawing.expected / "rows.csv")
        )
        for row in _table(drawing.expected / "balance.csv"):
            parts = {d: int(row[d]) for d in ("accepted", "duplicate", "superseded", "quarantined", "ignored")}
            assert sum(parts.values()) == int(row["rows"])
            assert parts == {d: counted[row["file"], d] for d in parts}


def test_every_accepted_record_stands_in_one_case_and_nothing_else_does(drawings: list[Drawing]) -> None:
    for drawing in drawings:
        rows = {r["source"]: r["disposition"] for r in _table(drawing.expected / "rows.csv")}
        links = _table(drawing.expected / "links.csv")
        assert sorted(s for s, d in rows.items() if d == "accepted") == sorted(r["source"] for r in links)
        earlier = [e for r in links for e in r["earlier"].split("|") if e]
        assert sorted(s for s, d in rows.items() if d in {"duplicate", "superseded"}) == sorted(earlier)


def test_every_counted_row_of_a_workbook_is_a_line_of_it_and_none_is_left_out(drawings: list[Drawing]) -> None:
    for drawing in drawings:
        told: dict[tuple[str, str], list[int]] = {}
        blank = set()
        for row in _table(drawing.expected / "rows.csv"):
            path, *rest = row["source"].split("!")
            if len(rest) == 2:
                told.setdefault((path, rest[0]), []).append(int(rest[1][1:]))
                blank |= {row["source"]} if row["reason"] == "blank" else set()
        for (path, sheet), lines in told.items():
            book = CalamineWorkbook.from_path(str(drawing.folder / path))
            cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            assert lines == list(range(min(lines), len(cells) + 1))
            for n in lines:
                assert any(c != "" for c in cells[n - 1]) == (f"{path}!{sheet}!R{n}" not in blank)


def _usual_header(folder: Path, files: str) -> bytes:
    """The header of most of them: one or two bear a strange column."""
    headers = Counter(p.read_bytes().splitlines()[0] for p in folder.glob(files))
    return headers.most_common(1)[0][0]


def test_a_drawing_has_the_shape_of_the_samples(drawings: list[Drawing], samples: Path) -> None:
    drawing = drawings[0]
    for path in sorted((samples / "expected").glob("*.csv")):
        assert list(_table(drawing.expected / path.name)[0]) == list(_table(path)[0])
    receipts = ("justice_bureau/*.csv", "supervision_commission/*.csv")
    for files in ("police/outbox/sa_*.csv", "police/outbox/cl_*.csv", *receipts):
        assert _usual_header(drawing.folder, files) == _usual_header(samples, files)
    ours, theirs = (
        json.loads((f / "procuratorate" / "documents.json").read_text("utf-8"))[0] for f in (drawing.folder, samples)
    )
    assert list(ours) == list(theirs)
    assert _table(drawing.folder / "arrivals.csv")[0].keys() == _table(samples / "arrivals.csv")[0].keys()


def test_all_kinds_of_documents_and_decisions_are_drawn(drawings: list[Drawing], samples: Path) -> None:
    drawn = {e["event"] for d in drawings for e in _table(d.expected / "events.csv")}
    assert {e["event"] for e in _table(samples / "expected" / "events.csv")} - drawn == set()


def test_the_duties_of_the_samples_follow_from_their_events(samples: Path) -> None:
    """The same rules and the same calendar, run over the samples' events, give the samples' obligations."""
    ours = Counter(
        (d.case.name, d.rule, text(d.opened), text(d.due_at), d.state, text(d.ended) if d.ended else "", d.late_by)
        for d in duties(sample_events(samples))
    )
    theirs = Counter(
        (
            r["case"],
            r["rule"],
            r["opened_at"],
            r["due_at"],
            r["state"],
            r["ended_at"],
            int(r["late_by_days"]) if r["late_by_days"] else None,
        )
        for r in _table(samples / "expected" / "obligations.csv")
        if r["rule"] != "agency.report"
    )
    assert sorted((ours - theirs).elements()) == []
    assert sorted((theirs - ours).elements()) == []


def test_people_of_a_drawing_have_numbers_with_right_check_signs() -> None:
    import random

    registry = Registry(random.Random(5))
    for _ in range(50):
        person, company = registry.person(), registry.company()
        assert person.id_no[17] == id_check(person.id_no[:17])
        assert company.id_no[16] == organisation_check(company.id_no[8:16])
        assert company.id_no[17] == credit_check(company.id_no[:17])


def _as_hub(drawing: Drawing, out: Path) -> None:
    """The truth in the columns of a hub's output, under other case names."""
    out.mkdir()
    for name in ("links.csv", "obligations.csv", "findings.csv", "rows.csv", "balance.csv"):
        rows = _table(drawing.expected / name)
        renamed = [{("case_id" if k == "case" else k): v for k, v in row.items()} for row in rows]
        for row in renamed:
            if row.get("case_id", "").startswith("M"):
                row["case_id"] = "C" + row["case_id"][::-1]
        with (out / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(renamed[0]))
            writer.writeheader()
            writer.writerows(renamed)


def test_the_truth_differs_in_nothing_from_itself(drawings: list[Drawing], tmp_path: Path) -> None:
    _as_hub(drawings[0], tmp_path / "out")
    assert differences(drawings[0].expected, tmp_path / "out") == []


@pytest.mark.parametrize(
    ("name", "column", "value", "kind"),
    [
        ("links.csv", "case_id", "elsewhere", "link"),
        ("obligations.csv", "state", "waived", "obligation"),
        ("obligations.csv", "debtor", "nobody", "owed"),
        ("findings.csv", "agency", "nobody", "finding"),
        ("rows.csv", "disposition", "lost", "row"),
        ("balance.csv", "rows", "999", "balance"),
    ],
)
def test_one_planted_difference_is_found_and_named(
    drawings: list[Drawing], tmp_path: Path, name: str, column: str, value: str, kind: str
) -> None:
    out = tmp_path / "out"
    _as_hub(drawings[0], out)
    rows = _table(out / name)
    # A record that stands alone has no link to lose: the first of those that share a case is moved.
    shared = Counter(row.get("case_id", "") for row in rows)
    moved = next(row for row in rows if name != "links.csv" or shared[row["case_id"]] > 2)
    moved[column] = value
    with (out / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    found = differences(drawings[0].expected, out)
    assert kind in {d.kind for d in found}
    shutil.rmtree(out)
