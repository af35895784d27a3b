"""Is everybody told what they must have, once, and nobody what is sealed?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.delivery.outbox import compose
from hub.delivery.plan import CaseView, DeliveryIntent, Kind, Situation, plan
from hub.duties.duty import Obligation
from hub.findings.finding import Finding
from hub.ladder.climb import Outcome, RungDue, Told
from hub.ladder.climb import plan as climb
from hub.ladder.ladders import load_ladders
from hub.link.linker import case_id_of
from hub.model import Event, Record, RecordKind
from hub.moment import Moment
from hub.privacy import holds_identity_number
from tests.hub.ladder_obligations import obligation
from tests.hub.matters import (
    AS_OF,
    CSV_TOWNSHIP,
    ID_NO,
    MAPPINGS,
    TOWNSHIP,
    WRITERS,
    acceptance,
    case,
    clue_receipt,
    corrected,
    decision,
    desk,
    duty_clue,
    record,
    referral,
)

DESK = desk()
LADDERS = load_ladders(MAPPINGS / "ladders.yaml")
UNSEALED = {"police", "justice_bureau", TOWNSHIP, CSV_TOWNSHIP, "140924101"}


def told(
    *cases: CaseView,
    planned: Sequence[str] = (),
    findings: Sequence[Finding] = (),
    overdue: Sequence[Obligation] = (),
    fired: Sequence[RungDue] = (),
) -> list[DeliveryIntent]:
    return plan(Situation(AS_OF, cases, findings, overdue, fired), planned, DESK)


def ids(intents: Sequence[DeliveryIntent]) -> list[str]:
    return [intent.delivery_id for intent in intents]


def ways(intents: Sequence[DeliveryIntent]) -> list[tuple[str, str]]:
    return [(str(intent.kind), intent.receiver) for intent in intents]


def overdue_of(
    rule: str = "police.decide_filing",
    ladder: str = "police_silent",
    days: int = 1,
    debtor: str = "police",
    creditor: str = TOWNSHIP,
    obligation_id: str = "O1",
    subject: str = "A1409240400002026100052",
) -> Obligation:
    return obligation(
        rule,
        ladder,
        as_of=AS_OF,
        due_at=AS_OF - timedelta(days=days, hours=1),
        debtor=debtor,
        creditor=creditor,
        obligation_id=obligation_id,
        subject=subject,
        case_id="C1",
    )


def fired_of(*owed: Obligation, approve: bool = False) -> list[RungDue]:
    first = climb(owed, [], LADDERS, AS_OF)
    if not approve:
        return list(first.due)
    facts = first.told(AS_OF)
    facts += [replace(one, outcome=Outcome.APPROVED) for one in facts if one.outcome is Outcome.PROPOSED]
    return list(climb(owed, facts, LADDERS, AS_OF).due)


def test_a_referral_goes_to_the_police_and_its_copy_to_the_procuratorate() -> None:
    sent, copy = told(case(referral()))
    assert ways([sent, copy]) == [("referral", "police"), ("referral_copy", "procuratorate")]
    assert dict(sent.row) == {
        "referral_no": "营综执移字〔2026〕3号",
        "unit": TOWNSHIP,
        "unit_name": "大营镇人民政府",
        "cause": "非法采矿",
        "parties": "示例甲",
        "sent_at": "2026-10-26T10:00:00+08:00",
    }
    assert [(party.name, party.id_no) for party in copy.parties] == [("示例甲", ID_NO)]


def test_what_was_told_is_not_told_again_however_the_case_is_named_since() -> None:
    first = told(case(referral(), decision()))
    assert told(case(referral(), decision()), planned=ids(first)) == []
    assert told(case(referral(), decision(), case_id="C2"), planned=ids(first)) == []


def test_a_corrected_referral_is_a_new_delivery_that_names_the_one_it_replaces() -> None:
    first = told(case(referral()))
    again = told(case(corrected(referral(), cause="破坏性采矿")), planned=ids(first))
    assert ways(again) == ways(first)
    assert [intent.replaces for intent in again] == ids(first)
    back = told(case(referral()), planned=[*ids(first), *ids(again)])
    assert [intent.replaces for intent in back] == ids(again)
    assert not set(ids(back)) & {*ids(first), *ids(again)}


def test_a_correction_of_what_a_receiver_is_not_told_is_no_delivery_to_it() -> None:
    first = told(case(referral()))
    assert ways(told(case(corrected(referral(), amount="126000")), planned=ids(first))) == [
        ("referral_copy", "procuratorate")
    ]


def test_a_referral_that_the_police_have_on_record_is_not_sent_to_them_again() -> None:
    registered = {"copy.received": "2026-10-27"}
    copy_receipt = record("procuratorate", RecordKind.DOCUMENT, "d9", registered, {"doc_type": "copy_receipt"})
    assert told(case(referral(), acceptance(), copy_receipt)) == []


def test_of_two_referrals_in_one_matter_the_one_that_the_police_do_not_name_is_still_sent() -> None:
    first, second = referral(no=3), referral(no=4)
    sent = told(case(first, second, acceptance("营综执移字(2026)3号")))
    assert [dict(i.row)["referral_no"] for i in sent if i.kind is Kind.REFERRAL] == ["营综执移字〔2026〕4号"]


def test_a_correction_of_what_the_hub_told_is_sent_also_where_the_police_have_the_referral() -> None:
    first = told(case(referral()))
    again = told(case(corrected(referral(), cause="破坏性采矿"), acceptance()), planned=ids(first))
    assert ("referral", "police") in ways(again)


def test_a_referral_dated_after_the_day_asked_for_is_not_sent_yet() -> None:
    assert told(case(referral(sent_at="2026-11-02"))) == []


def test_a_finding_is_not_told_again_when_a_record_joins_its_case_and_gives_it_another_name() -> None:
    alone, joined = [acceptance()], [acceptance(), referral()]
    detail = f"police_case={alone[0].get('police_case_no')}"
    first, later = (
        (CaseView(case_id_of(records), tuple(records)), Finding(case_id_of(records), "undecided", "police", detail))
        for records in (alone, joined)
    )
    assert first[0].case_id != later[0].case_id
    before = [one for one in told(first[0], findings=[first[1]]) if one.kind is Kind.FINDING]
    assert [one.receiver for one in before] == ["police", "procuratorate"]
    after = told(later[0], findings=[later[1]], planned=ids(before))
    assert [one for one in after if one.kind is Kind.FINDING] == []


@pytest.mark.parametrize(
    ("result", "fields", "says", "cites"),
    [
        ("filed", {}, "立案", "第十二条"),
        ("refused", {}, "不予立案", "第九条"),
        ("reconsideration_decided", {"outcome": "upheld"}, "复议决定（维持）", "建议人民检察院依法监督"),
    ],
)
def test_the_township_that_referred_is_told_what_the_police_decided_and_what_follows(
    result: str, fields: dict[str, str], says: str, cites: str
) -> None:
    found = told(case(referral(), acceptance(), decision(result, **fields)))
    (to_township,) = [intent for intent in found if intent.kind is Kind.FILING_DECISION]
    row = dict(to_township.row)
    assert (to_township.receiver, row["result"], row["referral_nos"]) == (TOWNSHIP, says, "营综执移字〔2026〕3号")
    assert cites in row["next"]


def test_every_township_of_a_joined_case_is_told_with_its_own_referrals() -> None:
    other = referral(CSV_TOWNSHIP, referral_no="神综执移字〔2026〕9号")
    found = told(case(referral(), other, acceptance(), decision()))
    rows = {i.receiver: dict(i.row)["referral_nos"] for i in found if i.kind is Kind.FILING_DECISION}
    assert rows == {TOWNSHIP: "营综执移字〔2026〕3号", CSV_TOWNSHIP: "神综执移字〔2026〕9号"}


def test_a_decision_that_the_township_has_on_record_is_not_told_to_it_again() -> None:
    noted = referral()
    noted = replace(noted, events=(*noted.events, Event("nonfiling.received", Moment.parse("2026-10-29"), TOWNSHIP)))
    assert Kind.FILING_DECISION not in {i.kind for i in told(case(noted, decision()))}
    earlier = replace(noted, events=(*noted.events[:1], replace(noted.events[1], at=Moment.parse("2026-10-20"))))
    assert Kind.FILING_DECISION in {i.kind for i in told(case(earlier, decision()))}


def test_a_number_is_told_in_the_national_form_and_another_spelling_of_it_is_no_correction() -> None:
    first = told(case(referral(referral_no="营综 执移字［2026］第003")))
    assert dict(first[0].row)["referral_no"] == "营综执移字〔2026〕3号"
    assert told(case(referral()), planned=ids(first)) == []


def test_an_undecided_case_is_reported_with_the_time_that_was_missed() -> None:
    finding = Finding("C1", "undecided", "police", "police_case=A1409240400002026100052")
    other = overdue_of(days=9, obligation_id="O2", subject="A1409240400002026100053")
    found = told(findings=[finding], overdue=[overdue_of(), other])
    rows = [dict(i.row) for i in found if i.kind is Kind.FINDING]
    assert {row["due_at"] for row in rows} == {"2026-10-30T22:59:00+08:00"}


def test_other_acts_of_the_police_are_no_decision_on_filing() -> None:
    assert Kind.FILING_DECISION not in {i.kind for i in told(case(referral(), decision("withdrawn")))}


def test_a_finding_goes_to_the_agency_that_must_act_and_to_the_procuratorate_with_due_time_and_basis() -> None:
    owed = overdue_of("township.hand_over_items", "", debtor=TOWNSHIP, creditor="police")
    finding = Finding("C1", "filed_items_not_handed_over", TOWNSHIP, "rule=township.hand_over_items")
    found = told(case(referral(), acceptance()), findings=[finding], overdue=[owed])
    rows = {intent.receiver: dict(intent.row) for intent in found if intent.kind is Kind.FINDING}
    assert set(rows) == {TOWNSHIP, "procuratorate"}
    assert rows[TOWNSHIP]["detail"] == "逾期事项：移交涉案物品和材料"
    assert rows[TOWNSHIP]["subject"] == "营综执移字〔2026〕3号"
    assert rows[TOWNSHIP]["due_at"] == "2026-10-30T22:59:00+08:00"
    assert rows[TOWNSHIP]["basis"] == owed.basis


@pytest.mark.parametrize(
    ("code", "detail", "says"),
    [
        ("field_conflict", "field=id_no", "不一致的内容：证件号码"),
        ("reference_gap", "missing=光政移字〔2026〕10号", "缺少的文号：光政移字〔2026〕10号"),
        ("should_have_been_referred_jointly", "penalties=甲政罚决〔2026〕1号+乙政罚决〔2026〕2号", "处罚决定书：甲政罚决〔2026〕1号、乙政罚决〔2026〕2号"),
        ("status_conflict", "reconsideration", "复议结果"),
    ],
)  # fmt: skip
def test_a_finding_speaks_in_peoples_words(code: str, detail: str, says: str) -> None:
    found = told(findings=[Finding("", code, TOWNSHIP, detail)])
    assert {dict(intent.row)["detail"] for intent in found} == {says}


def test_what_others_let_pass_is_reported_to_the_procuratorate_and_its_own_lapses_are_its_own_ladders() -> None:
    theirs = overdue_of()
    ours = overdue_of("procuratorate.copy_justice_bureau", "own_house", debtor="procuratorate", obligation_id="O2")
    found = told(overdue=[theirs, ours])
    assert [(str(i.kind), i.receiver, i.obligation_ids) for i in found] == [("overdue", "procuratorate", ("O1",))]


def test_the_rungs_of_one_duty_reach_an_agency_as_one_notice_that_names_all_its_readers() -> None:
    found = told(fired=fired_of(overdue_of(days=0)))
    assert [(i.receiver, dict(i.row)["to"]) for i in found] == [
        ("police", "公安机关联络员、责任单位联络员、责任单位负责人")
    ]
    assert found[0].rung_keys == ("O1/police_silent/1", "O1/reminder/2")


def test_a_role_is_named_with_who_holds_it_where_the_agency_says_so() -> None:
    police = replace(DESK.receivers["police"], people={"police_liaison": "法制大队值班员"})
    desk = replace(DESK, receivers={**DESK.receivers, "police": police})
    found = plan(Situation(AS_OF, fired=fired_of(overdue_of(days=0))), (), desk)
    assert [dict(i.row)["to"] for i in found] == ["公安机关联络员（法制大队值班员）、责任单位联络员、责任单位负责人"]


def test_a_proposal_is_no_notice_and_an_approved_one_carries_its_paper_alone() -> None:
    owed = overdue_of(days=4)
    assert "要求说明理由通知书" not in str([dict(i.row) for i in told(fired=fired_of(owed))])
    found = told(fired=fired_of(owed, approve=True))
    assert [(i.receiver, dict(i.row)["document"], i.rung_keys) for i in found] == [
        ("police", "要求说明理由通知书", ("O1/police_silent/4",))
    ]
    numbers = {"O1/police_silent/4": "繁检逾期通〔2026〕1号"}
    (numbered,) = plan(Situation(AS_OF, fired=fired_of(owed, approve=True), papers=numbers), (), DESK)
    assert dict(numbered.row)["document"] == "要求说明理由通知书（繁检逾期通〔2026〕1号）"


def test_a_paper_for_an_agency_without_channel_goes_to_the_office_that_carries_it() -> None:
    owed = overdue_of(
        "township.reply_opinion", "opinion_unanswered", days=31, debtor=TOWNSHIP, creditor="procuratorate"
    )
    facts = [
        Told(f"O1/opinion_unanswered/{no}", outcome, AS_OF - timedelta(hours=1), "")
        for no, outcome in ((1, Outcome.FIRED), (2, Outcome.DECLINED), (3, Outcome.DECLINED), (4, Outcome.DECLINED))
    ]
    facts += [
        Told("O1/reminder/2", Outcome.FIRED, AS_OF, ""),
        Told("O1/opinion_unanswered/5", Outcome.APPROVED, AS_OF, ""),
    ]
    found = told(fired=climb([owed], facts, LADDERS, AS_OF).due)
    assert [(i.receiver, dict(i.row)["to"]) for i in found] == [
        ("procuratorate", "中共繁峙县委员会、繁峙县人民代表大会常务委员会")
    ]


def test_about_a_silent_channel_nothing_is_told_through_it() -> None:
    owed = overdue_of("agency.acknowledge_delivery", "technical", days=4, debtor=TOWNSHIP, creditor="hub")
    found = told(fired=fired_of(owed), overdue=[owed])
    assert ways(found) == [("overdue", "procuratorate"), ("notice", "procuratorate")]
    itself = overdue_of("agency.acknowledge_delivery", "technical", days=4, debtor="procuratorate", creditor="hub")
    assert told(fired=fired_of(itself), overdue=[itself]) == []


def test_an_id_of_a_delivery_is_fit_for_the_interface_and_gives_nothing_away() -> None:
    found = told(case(referral(), decision()), overdue=[overdue_of()], fired=fired_of(overdue_of()))
    for intent in found:
        assert 8 <= len(intent.delivery_id) <= 128
        assert intent.delivery_id.isascii()
        assert not holds_identity_number(intent.delivery_id)
        assert ID_NO not in repr(intent)
        assert "示例甲" not in repr(intent)
    other_key = replace(DESK, index=lambda text: DESK.index(f"other {text}"))
    assert not set(ids(found)) & set(ids(plan(Situation(AS_OF, [case(referral(), decision())]), [], other_key)))


def sealed_obligation() -> Obligation:
    return overdue_of(
        "supervision_commission.acknowledge_clue",
        "reminder",
        debtor="supervision_commission",
        creditor="procuratorate",
        obligation_id="O9",
        subject="繁检移〔2026〕1号",
    )


def test_a_duty_clue_reaches_nobody_but_the_procuratorate_and_the_supervision_commission() -> None:
    sealed = case(duty_clue(), clue_receipt())
    findings = [Finding("C1", "field_conflict", agency, "field=party") for agency in sorted(UNSEALED)]
    owed = sealed_obligation()
    found = told(sealed, findings=findings, overdue=[owed], fired=fired_of(owed))
    assert {intent.receiver for intent in found} == {"procuratorate", "supervision_commission"}
    assert all(intent.sealed for intent in found)


def test_a_clue_that_was_linked_into_a_township_matter_leaves_no_trace_in_what_others_get() -> None:
    plain = [referral(), acceptance("别的〔2026〕1号"), decision()]
    open_matter = told(case(*plain))
    assert told(case(*plain, duty_clue(), clue_receipt())) == open_matter
    finding = Finding("C1", "field_conflict", "police", "field=party")
    mixed = told(case(*plain, duty_clue()), findings=[finding])
    assert [i.receiver for i in mixed if i.kind is Kind.FINDING] == ["procuratorate"]


@pytest.mark.parametrize("sign", ["doc_type", "sealed", "event", "kind", "agency"])
def test_any_one_sign_of_a_sealed_matter_is_enough(sign: str) -> None:
    clue = duty_clue()
    plain = replace(clue, fields={"doc_no": "x"}, events=())
    signed = {
        "doc_type": replace(plain, fields={"doc_type": "duty_clue"}),
        "sealed": replace(plain, fields={"sealed": "yes"}),
        "event": replace(plain, events=clue.events),
        "kind": replace(plain, kind=clue_receipt().kind),
        "agency": replace(plain, agency="supervision_commission"),
    }[sign]
    assert not DESK.rules.sealed.seals(plain)
    assert DESK.rules.sealed.seals(signed)


RECORDS = st.sampled_from(
    [referral(), referral(no=4), referral(CSV_TOWNSHIP, no=5), acceptance(), decision(), decision("filed"), decision("withdrawn")]
)  # fmt: skip
CASES = st.lists(st.lists(RECORDS, min_size=1, max_size=4, unique_by=lambda r: (r.agency, r.key)), max_size=4)


@given(CASES, st.integers(min_value=0, max_value=4), st.booleans())
@settings(max_examples=40, deadline=None)
def test_whether_a_duty_clue_exists_changes_not_one_byte_of_what_others_get(
    drawn: list[list[Record]], place: int, overdue: bool
) -> None:
    """Not even a serial number of a file: they count per receiver."""
    cases = [case(*records, case_id=f"C{number}") for number, records in enumerate(drawn)]
    owed = [overdue_of(), *([sealed_obligation()] if overdue else [])]
    finding = Finding("C0", "undecided", "police", "police_case=A1409240400002026100052")
    sealed_case = case(duty_clue(), clue_receipt(), case_id="CX")
    sealed_finding = Finding("CX", "field_conflict", "police", "field=party")

    def bytes_for_others(situation: Situation) -> list[object]:
        dispatches = compose(plan(situation, [], DESK), [], AS_OF.date(), DESK, WRITERS)
        return [d for d in dispatches if d.outgoing.agency in UNSEALED]

    without = Situation(AS_OF, cases, [finding], owed[:1], fired_of(owed[0]))
    with_clue = Situation(
        AS_OF,
        [*cases[:place], sealed_case, *cases[place:]],
        [finding, sealed_finding],
        owed,
        fired_of(*owed),
    )
    assert bytes_for_others(with_clue) == bytes_for_others(without)


@given(CASES, st.lists(st.integers(min_value=0, max_value=6), max_size=6))
@settings(max_examples=60, deadline=None)
def test_however_often_it_is_planned_nothing_is_planned_twice(drawn: list[list[Record]], seen: list[int]) -> None:
    cases = [case(*records, case_id=f"C{number}") for number, records in enumerate(drawn)]
    planned: list[str] = []
    for upto in [*seen, len(cases)]:
        new = ids(told(*cases[:upto], planned=planned))
        assert not set(new) & set(planned)
        planned += new
    assert told(*cases, planned=planned) == []
    assert len(set(planned)) == len(planned)
