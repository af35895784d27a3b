"""Does an explanation say what was decided, with the figures of the answer, in an order of its own?"""

from __future__ import annotations

import pytest

from benchmarks.linking.draw import draw
from hub.link.columns.engine import Outcome, Wish, link_columns
from hub.link.columns.groups import certain_scores
from hub.link.columns.rules import LinkRules
from tests.hub.agency_rows import CODES, ID_NO
from tests.hub.link.listed import RULES, Row, outcome

TOLD = Wish(explain=True)
FIRST: Row = {
    "record_id": "t1",
    "doc_no": "繁城综执移〔2026〕1号",
    "party": "张三",
    "id_no": ID_NO,
    "date": "2026-07-01",
}
SECOND: Row = {**FIRST, "record_id": "t2", "doc_no": "繁城综执移〔2026〕2号"}
RECORD: Row = {
    "record_id": "p1", "doc_no": "繁公（刑）受案字〔2026〕10001号", "ref_doc_no": "繁城综执移〔2026〕1号", "party": "张三",
    "id_no": ID_NO, "date": "2026-07-02",
}  # fmt: skip
PAPER: Row = {
    "record_id": "d1", "doc_no": "繁检意〔2026〕1号", "police_doc_no": "繁公（刑）受案字〔2026〕10001号", "party": "张三",
    "id_no": ID_NO, "date": "2026-08-01",
}  # fmt: skip


def told(found: Outcome) -> list[tuple[str, str, str]]:
    return [(one.verdict, one.record_id, one.other_record_id) for one in found.explained]


def test_a_certain_pair_that_other_certain_pairs_contradict_is_told_as_such_and_not_as_a_link() -> None:
    about_two = {**PAPER, "ref_doc_no": "繁城综执移〔2026〕2号"}
    found = outcome([FIRST, SECOND], [RECORD], [about_two], wish=TOLD)
    assert found.links.filter(record_id="d1").select("case_id", "tier").row(0) == ("township:t1", "evidence")
    assert told(found) == [
        ("link", "p1", "t1"),
        ("link", "d1", "t1"),
        ("contradicted", "d1", "t2"),
        ("near miss", "d1", "t2"),
        ("contradicted", "d1", "p1"),
    ]


def test_a_certain_pair_is_told_with_the_bits_of_what_decided_and_the_rest_as_not_weighed() -> None:
    found = outcome([FIRST], [{**RECORD, "party": "张山"}], wish=TOLD)
    (one,) = found.explained
    assert {name: bits is not None for name, _, bits in one.seen} == {
        "identity number": True, "township's number": True, "name": False, "days between": False,
    }  # fmt: skip
    assert one.score == sum(bits or 0.0 for _, _, bits in one.seen)
    assert found.links.filter(record_id="p1")["score"].item() == round(one.score, 1)
    assert "days between 1 days (not weighed)" in one.row()[-1]


@pytest.mark.parametrize("learn", [False, True])
def test_every_row_that_found_its_case_is_told_as_a_link_with_the_score_of_the_answer(learn: bool) -> None:
    found = link_columns(draw(800, 3).lists, CODES, RULES, Wish(learn, explain=True))
    told_of = {(one.agency, one.record_id, round(one.score, 1)) for one in found.explained if one.verdict == "link"}
    placed = found.links.filter(found.links["tier"].cast(str).is_in(["number+identity", "number+name", "evidence"]))
    assert set(placed["tier"].cast(str)) == {"number+identity", "number+name", "evidence"}
    answered = set(placed.select("agency", "record_id", "score").rows())
    assert answered <= told_of
    cases = {(agency, record_id): case for case, agency, record_id in found.links.select("case_id", "agency", "record_id").iter_rows()}  # fmt: skip
    for one in found.explained:
        together = cases[one.agency, one.record_id] == cases[one.other_agency, one.other_record_id]
        assert together or one.verdict != "link"


def test_what_certain_pairs_are_worth_follows_the_table_of_figures() -> None:
    raw = RULES.model_dump()
    raw["features"]["identity"]["equal"]["expected"] *= 2  # one bit less
    cheaper = LinkRules.model_validate(raw)
    before, after = certain_scores(RULES), certain_scores(cheaper)
    assert after["number+identity"] == pytest.approx(before["number+identity"] - 1)
    assert after["number+name"] == before["number+name"]
    assert before == pytest.approx({"number+identity": 32.9, "number+name": 26.3}, abs=0.05)
