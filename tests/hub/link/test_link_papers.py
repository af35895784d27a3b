"""Which matter do papers, letters, receipts and penalties belong to (contract 6.2)?"""

from __future__ import annotations

import pytest

from hub.model import CellValue, Record
from tests.hub.agency_rows import ID_NO, OTHER_ID_NO
from tests.hub.county import (
    ANOTHER_NAME,
    ANOTHER_TOWNSHIP,
    acceptance,
    clue_receipt,
    copy_receipt,
    correspondence,
    document,
    handling,
    judge,
    linked,
    penalty,
    police_no,
    referral,
    result,
    together,
)

NOBODY: dict[str, CellValue] = {"persons": []}
LI: list[object] = [{"name": "李四", "id_no": OTHER_ID_NO}]
HIS_NUMBER = "繁城综执移〔2026〕1号"
PROSECUTED = (acceptance(), result("移送起诉", "2026-07-05"))


def tier(*records: Record) -> str:
    """Why the paper of the procuratorate stands in its case."""
    (only,) = [one.tier for one in linked(records).links if one.record.kind == "document"]
    return only


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"related_doc_no": HIS_NUMBER}, "number+identity+name"),
        ({"related_doc_no": "繁城综执移[2026]第1号", "persons": []}, "number"),
        ({}, "identity+name"),  # the clerk typed no number; the person, the township and the day say it
        ({"persons": [{"name": "张三"}]}, "name"),
        ({"police_case_no": police_no()}, "police_case_no+identity+name"),
        ({"police_case_no": police_no(), "persons": []}, "police_case_no"),
    ],
)
def test_a_copy_of_a_referral_finds_it_by_number_or_person(members: dict[str, CellValue], why: str) -> None:
    said = document("copy_receipt", 1, **{"decided_at": "2026-07-03T09:00:00+08:00", **members})
    records = (referral(), acceptance(), said) if "police_case_no" in members else (referral(), said)
    assert together(*records)
    assert tier(*records) == why


@pytest.mark.parametrize(
    "members",
    [
        {"persons": LI},  # another person, no number
        {"persons": LI, "related_doc_no": HIS_NUMBER},  # the number of somebody else's matter
        {"township": ANOTHER_NAME, "persons": [{"name": "张三"}]},  # a namesake elsewhere
        {"persons": []},  # nothing to go by
        {"persons": [{"name": "张三"}], "township": None, "decided_at": "2026-10-20T09:00:00+08:00"},
    ],
)
def test_a_paper_that_fits_nothing_is_a_case_of_its_own(members: dict[str, CellValue]) -> None:
    said = document("copy_receipt", 1, **{"decided_at": "2026-07-03T09:00:00+08:00", **members})
    assert len(linked([referral(), said]).cases) == 2
    assert tier(referral(), said) == "own"


def test_of_two_matters_that_a_paper_fits_alike_none_is_guessed() -> None:
    said = document("copy_receipt", 1, decided_at="2026-07-02T09:00:00+08:00")
    linkage = linked([referral(1), referral(2), said])
    assert [len(a.candidates) for a in linkage.ambiguities] == [2]
    assert len(linkage.cases) == 3
    # Only an acceptance that is ambiguous is a finding; the contract names no other.
    assert judge(referral(1), referral(2), said).about("ambiguous") == []


@pytest.mark.parametrize(
    ("doc_type", "before"),
    [
        ("supervision_acceptance", referral(建议立案监督时间="2026-07-05")),
        ("reasons_for_overdue", acceptance()),
        ("filing_order", acceptance()),
        ("indictment", acceptance()),
    ],
)
def test_a_paper_about_a_police_matter_finds_it_by_the_person(doc_type: str, before: Record) -> None:
    assert together(before, document(doc_type))


@pytest.mark.parametrize("doc_type", ["nonprosecution", "nonprosecution_review", "penalty_opinion"])
def test_what_follows_a_prosecution_belongs_to_no_matter_that_never_came_so_far(doc_type: str) -> None:
    assert together(*PROSECUTED, document(doc_type))
    assert not together(acceptance(), document(doc_type))
    assert together(acceptance(), document(doc_type, police_case_no=police_no()))  # unless its number says so


def test_a_person_prosecuted_once_is_not_so_in_his_other_matters() -> None:
    other = (acceptance(2, 接受时间="2026-07-02 09:00"), result("立案", "2026-07-03", 2))
    decided = document("nonprosecution")
    judged = judge(referral(1), *PROSECUTED, referral(2), *other, decided)
    assert decided in judged.case(PROSECUTED[0]).records
    assert decided not in judged.case(other[0]).records


def test_papers_under_one_case_number_of_the_procuratorate_stand_together() -> None:
    same: dict[str, CellValue] = {"unified_case_no": "繁检刑诉〔2026〕5号"}
    assert together(document("nonprosecution", 1, **same), document("nonprosecution_review", 2, **same))
    # Several persons, of one township or of two, or of one that the clerk left out: the number is the office's own.
    for township in (ANOTHER_NAME, None):
        other = document("nonprosecution", 2, **same, township=township, persons=LI)
        assert together(document("nonprosecution", 1, **same), other)


def test_an_opinion_to_refer_stands_with_the_penalty_it_is_about_and_the_referral_that_obeys_it() -> None:
    opinion = document("transfer_opinion", related_doc_no="繁城政罚决〔2026〕1号")
    obeying = referral(批准时间="2026-07-10", 移送时间="2026-07-10", 备注="根据繁检意〔2026〕1号移送")
    assert together(penalty(), opinion, obeying)
    assert together(penalty(), document("transfer_opinion"))  # by the person alone, where the clerk gave no number
    earlier = referral(批准时间="2026-03-10", 移送时间="2026-03-10")
    assert not together(earlier, opinion)


def test_an_opinion_that_fits_two_penalties_alike_is_not_guessed() -> None:
    linkage = linked([penalty(1), penalty(2), document("transfer_opinion")])
    assert [len(a.candidates) for a in linkage.ambiguities] == [2]
    assert len(linkage.cases) == 3


def test_a_penalty_is_a_case_of_its_own_unless_an_opinion_ties_it_to_one() -> None:
    assert not together(penalty(1), penalty(2))
    assert not together(referral(), penalty())
    answering = penalty(关联文号="繁检意〔2026〕1号")
    assert together(document("penalty_opinion"), answering)
    assert together(handling(), answering)  # also where only the township's own row knows the letter


@pytest.mark.parametrize(
    ("cells", "fits"),
    [
        ({}, True),
        ({"意见书文号": "繁检意 [2026] 第01号"}, True),
        ({"当事人": None}, True),
        ({"当事人": "李四"}, False),  # the number of another person's letter
        ({"意见书文号": "繁检意〔2026〕2号"}, False),
    ],
)
def test_a_handling_row_is_about_the_letter_of_its_number_unless_the_person_contradicts(
    cells: dict[str, CellValue], fits: bool
) -> None:
    assert together(document("penalty_opinion"), handling(1, **cells)) == fits


def test_a_handling_row_of_another_township_is_about_another_letter() -> None:
    assert not together(document("penalty_opinion"), handling(1, ANOTHER_TOWNSHIP))
    assert together(document("penalty_opinion", township=None), handling(1, ANOTHER_TOWNSHIP))


def test_two_letters_with_one_number_leave_what_answers_it_to_a_person() -> None:
    twice = [document("penalty_opinion", 1, doc_id=f"d{n}", persons=[]) for n in (1, 2)]
    linkage = linked([*twice, copy_receipt()])
    assert [a.record.kind for a in linkage.ambiguities] == ["copy_receipt"]
    assert len(linkage.cases) == 3


@pytest.mark.parametrize(
    ("letter", "answer"),
    [
        (document("penalty_opinion"), copy_receipt()),
        (document("transfer_opinion"), copy_receipt()),
        (document("duty_clue", sealed=True), clue_receipt()),
        (document("suggestion", **NOBODY), correspondence(类别="检察建议", 文号="繁检意〔2026〕1号")),
        (
            document("transfer_opinion"),
            document("refusal_notice", 7, doc_no="繁检通〔2026〕7号", related_doc_no="繁检意〔2026〕1号"),
        ),
    ],
)
def test_what_answers_a_letter_is_found_by_the_letters_number(letter: Record, answer: Record) -> None:
    assert together(letter, answer)


def test_a_receipt_is_of_a_letter_of_its_own_kind() -> None:
    assert not together(document("suggestion"), copy_receipt())
    assert not together(document("penalty_opinion"), clue_receipt())
    assert not together(document("duty_clue"), copy_receipt())


def test_each_clue_and_each_consultation_is_a_case_with_its_answer() -> None:
    later: dict[str, CellValue] = {"decided_at": "2026-07-13T09:00:00+08:00", **NOBODY}
    clue = correspondence(1)
    registered = document(
        "clue_registration", 5, related_doc_no="繁城综执函〔2026〕1号", doc_no="繁检登〔2026〕5号", **later
    )
    asked = correspondence(2, 类别="书面咨询")
    answered = document(
        "consultation_answer", 6, related_doc_no="繁城综执函〔2026〕2号", doc_no="繁检答〔2026〕6号", **later
    )
    judged = judge(clue, registered, asked, answered)
    assert judged.case(clue).records == (clue, registered)
    assert judged.case(asked).records == (asked, answered)


def test_a_consultation_asked_by_the_police_belongs_to_the_police_case() -> None:
    asked = result("书面咨询", "2026-07-05", 文书文号="繁公（刑）咨字〔2026〕1号")
    answer = document(
        "consultation_answer", 6, related_doc_no="繁公（刑）咨字〔2026〕1号", doc_no="繁检答〔2026〕6号", **NOBODY
    )
    assert together(acceptance(), asked, answer)


def test_a_paper_is_joined_by_what_came_before_it() -> None:
    """Two refusals of one person: the demand for reasons is about the one that was refused before it was written."""
    early = (acceptance(1), result("不予立案", "2026-07-03", 1))
    late = (acceptance(2, 接受时间="2026-07-02 09:00"), result("不予立案", "2026-07-20", 2))
    demand = document("reasons_for_nonfiling", decided_at="2026-07-06T09:00:00+08:00")
    judged = judge(referral(1), *early, referral(2), *late, demand)
    assert demand in judged.case(early[0]).records


ZHANG: list[object] = [{"name": "张三", "id_no": ID_NO}]


def test_a_letter_that_names_several_takes_in_the_decision_about_each_of_them() -> None:
    decided = [
        document("nonprosecution", no, doc_no=f"繁检刑不诉〔2026〕{no}号", persons=who)
        for no, who in enumerate((ZHANG, LI), start=1)
    ]
    both = document("penalty_opinion", 4, persons=[*ZHANG, *LI])
    judged = judge(*decided, both)
    assert len(judged.linkage.cases) == 1
    assert not judged.linkage.ambiguities
    states = {str(one.state) for one in judged.owed if one.rule == "procuratorate.serve_penalty_opinion"}
    assert states == {"discharged"}
    # Two decisions about one of them are alternatives, as they would be for a letter to that one alone.
    again = document("nonprosecution", 3, doc_no="繁检刑不诉〔2026〕3号", persons=ZHANG)
    (left,) = linked([*decided, again, both]).ambiguities
    assert left.record == both


@pytest.mark.parametrize(
    "signed", ["2026-07-06T08:30:00+08:00", "2026-07-06T09:00:00+08:00", "2026-07-05T17:00:00+08:00"]
)
def test_an_opinion_may_be_signed_before_the_decision_that_it_is_served_with(signed: str) -> None:
    decision = document("nonprosecution", 1, doc_no="繁检刑不诉〔2026〕1号")
    assert together(decision, document("penalty_opinion", 2, decided_at=signed))


def test_an_opinion_that_was_served_before_the_decision_is_about_another() -> None:
    decision = document("nonprosecution", 1, doc_no="繁检刑不诉〔2026〕1号")
    earlier = {"decided_at": "2026-07-05T17:00:00+08:00", "served_at": "2026-07-05T18:00:00+08:00"}
    assert len(linked([decision, document("penalty_opinion", 2, **earlier)]).cases) == 2
