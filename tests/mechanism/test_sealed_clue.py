"""A clue of duty crime is a matter of its own with its receipt, whatever numbers and persons it shares with another."""

from __future__ import annotations

import pytest

from hub.model import CellValue
from tests.hub.county import acceptance, clue_receipt, judge, police_no, referral, result
from tests.mechanism.line import paper

UNIFIED = "繁检刑诉〔2026〕5号"


@pytest.mark.parametrize(
    "shared",
    [
        {},
        {"unified_case_no": UNIFIED},
        {"police_case_no": police_no(1)},
        {"police_case_no": police_no(9)},
        {"related_doc_no": "繁城综执移〔2026〕1号"},
        {"related_doc_no": "繁检意〔2026〕1号"},
        {"doc_no": "繁检意〔2026〕1号"},
        {"unified_case_no": UNIFIED, "police_case_no": police_no(1), "related_doc_no": "繁城综执移〔2026〕1号"},
    ],
    ids=lambda shared: "+".join(shared) or "persons only",
)
def test_a_sealed_clue_joins_no_matter_and_changes_none(shared: dict[str, CellValue]) -> None:
    matter = (
        referral(),
        acceptance(),
        result("移送起诉", "2026-07-05", 1),
        paper("nonprosecution", "2026-07-06", police_case_no=police_no(1), unified_case_no=UNIFIED),
        paper("penalty_opinion", "2026-07-08", police_case_no=police_no(1), unified_case_no=UNIFIED),
        # Under this number police have said what became of it, and never that they received it.
        result("立案", "2026-07-05", 9),
    )
    clue = paper("duty_clue", "2026-07-07", sealed=True, **shared)
    number = str(shared.get("doc_no", "繁检移〔2026〕1号"))
    without, having = judge(*matter), judge(*matter, clue, clue_receipt(移送函文号=number))
    (sealed,) = [case for case in having.linkage.cases if clue in case.records]
    assert [str(record.kind) for record in sealed.records] == ["document", "clue_receipt"]
    assert [case for case in having.linkage.cases if case != sealed] == list(without.linkage.cases)
    assert [o for o in having.owed if o.case_id != sealed.case_id] == list(without.owed)
    assert [f for f in having.found if f.case_id != sealed.case_id] == list(without.found)
    assert [o.rule for o in having.owed if o.case_id == sealed.case_id] == ["supervision_commission.acknowledge_clue"]


def test_two_sealed_clues_of_one_case_are_two_matters() -> None:
    clues = [paper("duty_clue", "2026-07-07", no, sealed=True, unified_case_no=UNIFIED) for no in (1, 2)]
    assert len(judge(*clues).linkage.cases) == 2
