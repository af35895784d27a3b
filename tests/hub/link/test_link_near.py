"""Is it told of each record why it stands where it stands, and of each near miss why it was not taken, without a person's name?"""

from __future__ import annotations

import pytest

from hub.link import Linkage
from hub.link.decisions import Judgement
from hub.link.near import NearMiss, Neighbourhood, Refusal, asked_of, waterfall
from hub.link.waterfall import Step, Waterfall, picture
from hub.model import CellValue, Record
from tests.hub.agency_rows import ID_NO, OTHER_ID_NO
from tests.hub.county import (
    ANOTHER_TOWNSHIP,
    WEIGHTS,
    acceptance,
    copy_receipt,
    document,
    linked,
    penalty,
    referral,
    result,
)
from tests.hub.link.decided import decision

NO_NUMBER: dict[str, CellValue] = {"移送书文号": None}
SUSPECT = "嫌疑人/单位"


def near(linkage: Linkage, record: Record) -> list[NearMiss]:
    """What came near the case of a record."""
    (case,) = [case for case in linkage.cases if record in case.records]
    return Neighbourhood(linkage, WEIGHTS).near_misses(case)


def refusals(linkage: Linkage, record: Record) -> list[tuple[Record, Refusal]]:
    """The other record and why it was not taken, of the near misses of a record's case."""
    (case,) = [case for case in linkage.cases if record in case.records]
    return [(m.standing if m.newcomer in case.records else m.newcomer, m.refusal) for m in near(linkage, record)]


@pytest.mark.parametrize(
    ("cells", "refusal", "words"),
    [
        ({**NO_NUMBER, "证件号码": None, SUSPECT: "张某", "接受时间": "2026-07-08"}, Refusal.BELOW, "1 bits below the 9"),
        ({SUSPECT: "王五", "证件号码": None}, Refusal.PERSON, "-8 bits"),
        ({**NO_NUMBER, "接受时间": "2026-06-01"}, Refusal.MATTER, "the matter contradicts"),
    ],
    ids=["below", "person", "matter"],
)  # fmt: skip
def test_what_did_not_fit_is_told_with_the_reason_on_both_sides(
    cells: dict[str, CellValue], refusal: Refusal, words: str
) -> None:
    sent, answer = referral(), acceptance(1, **cells)
    linkage = linked([sent, answer])
    assert len(linkage.cases) == 2
    assert refusals(linkage, answer) == [(sent, refusal)]
    assert refusals(linkage, sent) == [(answer, refusal)]
    (miss,) = near(linkage, answer)
    assert words in miss.why


def test_what_fits_alike_is_told_as_left_to_a_person() -> None:
    first, second, answer = referral(1), referral(2), acceptance(1, **NO_NUMBER)
    linkage = linked([first, second, answer])
    assert refusals(linkage, answer) == [(first, Refusal.TIED), (second, Refusal.TIED)]
    assert refusals(linkage, first) == [(answer, Refusal.TIED)]


def test_the_weaker_candidate_is_told_with_the_bits_that_it_lacks() -> None:
    first, second, answer = referral(1), referral(2), acceptance(1)
    (miss,) = near(linked([first, second, answer]), answer)
    assert (miss.standing, miss.refusal) == (second, Refusal.WEAKER)
    assert miss.taken is not None
    assert miss.taken - miss.evidence.score == WEIGHTS.number.equal - WEIGHTS.number.differs
    assert "15 bits better" in miss.why


def test_a_referral_that_another_acceptance_answers_is_told_as_such() -> None:
    first, second = referral(1), referral(2)
    linkage = linked([first, second, acceptance(1), acceptance(2, **NO_NUMBER)])
    (other,) = [case for case in linkage.cases if second in case.records]
    unnumbered = next(r for r in other.records if r.kind == "acceptance")
    assert (first, Refusal.ANSWERED) in [
        (m.standing, m.refusal) for m in Neighbourhood(linkage, WEIGHTS).weighed_for(unnumbered)
    ]


def test_what_neither_a_person_nor_a_number_speaks_for_is_told_as_unidentified() -> None:
    sent = referral(涉案金额="12.5万")
    unsure = {SUSPECT: "张山", "证件号码": None, "涉案金额": "125000", "案件名称": "张山涉嫌滥伐林木案"}
    answer = acceptance(1, **NO_NUMBER, **unsure)
    (miss,) = near(linked([sent, answer]), answer)
    assert miss.evidence.score > miss.asked.accept
    assert (miss.standing, miss.refusal) == (sent, Refusal.UNIDENTIFIED)


def test_what_a_person_decided_is_told_as_decided() -> None:
    sent, answer = referral(), acceptance()
    made = [decision(Judgement.REJECT, answer, sent)]
    linkage = linked([sent, answer], made)
    (case,) = [case for case in linkage.cases if answer in case.records]
    (miss,) = Neighbourhood(linkage, WEIGHTS, made).near_misses(case)
    assert (miss.standing, miss.refusal) == (sent, Refusal.DECIDED)
    assert "a person decided" in miss.why


def test_what_a_person_put_elsewhere_is_told_as_placed() -> None:
    first, second, answer = referral(1), referral(2), acceptance(1, **NO_NUMBER)
    linkage = linked([first, second, answer], [decision(Judgement.CONFIRM, answer, second)])
    assert refusals(linkage, answer) == [(first, Refusal.PLACED)]


def test_another_township_is_the_reason_with_letters_only() -> None:
    other = referral(2, ANOTHER_TOWNSHIP, 移送书文号="繁城综执移〔2026〕1号", 涉案金额="12.5万")
    mine = referral(7, 涉案金额="9万")
    answer = acceptance(1, 移送书文号="繁城综执移〔2026〕1号", 涉案金额="125000")
    linkage = linked([other, mine, answer], [decision(Judgement.CONFIRM, answer, mine)])
    (miss,) = [one for one in near(linkage, answer) if one.standing == other]
    assert any(one.feature == "township" and one.bits < 0 for one in miss.evidence.observations)
    assert (miss.refusal, miss.why) == (Refusal.PLACED, "its place was found otherwise")


def test_a_document_and_a_letter_are_told_what_they_came_near_to() -> None:
    sent = referral()
    elsewhere = document(
        "copy_receipt", related_doc_no="繁城综执移〔2026〕1号", persons=[{"name": "王五", "id_no": OTHER_ID_NO}]
    )
    linkage = linked([sent, elsewhere])
    assert refusals(linkage, elsewhere) == [(sent, Refusal.PERSON)]
    letter = document("penalty_opinion", township="岩头乡")
    receipt = penalty(1, 关联文号="繁检意〔2026〕1号")
    linkage = linked([letter, receipt])
    assert refusals(linkage, receipt) == [(letter, Refusal.TOWNSHIP)]


def test_what_is_far_off_is_no_near_miss_and_the_best_come_first() -> None:
    answer = acceptance(1)
    far = referral(9, ANOTHER_TOWNSHIP, 当事人="李四", 证件号码=OTHER_ID_NO)
    close = [referral(n) for n in range(1, 8)]
    misses = near(linked([answer, far, *close]), answer)
    assert len(misses) == 3
    assert far not in [m.standing for m in misses]
    scores = [m.evidence.score for m in misses]
    assert scores == sorted(scores, reverse=True)


def test_the_steps_of_every_link_add_up_to_its_score() -> None:
    linkage = linked([referral(), acceptance(), result(), document("copy_receipt", related_doc_no="繁城综执移〔2026〕1号"), copy_receipt()])  # fmt: skip
    weighed = 0
    for one in linkage.links:
        asked = asked_of(one, WEIGHTS.decide)
        drawn = waterfall("", one.explanation, asked)
        if drawn.asked is not None:
            weighed += 1
            assert drawn.sums()[-1] == pytest.approx(one.score)
            assert drawn.sums()[-1] >= asked.accept
        else:
            assert all(step.bits is None for step in drawn.steps)
    assert weighed == 2


def test_neither_text_nor_picture_names_a_person() -> None:
    records = [referral(1), referral(2), acceptance(1, **NO_NUMBER), acceptance(2, **{SUSPECT: "王五"}), result()]
    linkage = linked(records)
    standing = Neighbourhood(linkage, WEIGHTS)
    misses = [miss for case in linkage.cases for miss in standing.near_misses(case)]
    drawn = [waterfall("", miss.evidence.explanation, miss.asked) for miss in misses]
    drawn += [waterfall("", one.explanation, asked_of(one, WEIGHTS.decide)) for one in linkage.links]
    told = picture(drawn) + "".join(line for one in drawn for line in one.lines()) + "".join(m.why for m in misses)
    assert len(misses) > 3
    assert not any(word in told for word in ("张三", "王五", ID_NO, OTHER_ID_NO))


def test_the_picture_has_a_bar_for_each_weighed_feature_and_a_line_for_what_was_asked() -> None:
    steps = (Step("name", "equal", 9.0), Step("cause <a>", "differs", -4.0), Step("own number", "", None))
    drawn = picture([Waterfall("one & two", steps, 9.0), Waterfall("three", steps, verdict="not taken")])
    assert drawn.count("<rect") == 1 + 2 * 2
    assert drawn.count("stroke-dasharray") == 1
    assert "one &amp; two" in drawn
    assert "cause &lt;a&gt;: 不同 differs" in drawn
