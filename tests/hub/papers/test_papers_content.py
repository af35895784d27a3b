"""Does each paper say what it must, and is it held back, naming what is missing, as long as it cannot?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from hub.errors import ConfigurationFault
from hub.ladder.ladders import load_ladders
from hub.model import CellValue, Party, Record
from hub.papers.fill import ADDRESSEES, SEVERAL, fill
from hub.papers.matter import Matter
from hub.papers.rules import FieldRule, Papers
from tests.hub.agency_rows import ID_NO, MAPPINGS
from tests.hub.county import document, referral
from tests.hub.papers.paper_matters import (
    PAPERS,
    STORIES,
    UNITS,
    Story,
    filled,
    given_by_hand,
    matter_of,
    text_of,
    written,
)  # fmt: skip

KINDS = [rule.paper for rule in PAPERS.every]
REQUIRED = [(rule.paper, name) for rule in PAPERS.every for name in rule.required]


def drafted(kind: str, **given: str) -> str:
    """The text of a paper."""
    rule = PAPERS.by_name[kind]
    content = filled(rule, matter_of(kind), {**given_by_hand(rule), **given})
    assert content.missing == ()
    return text_of(written(rule, content, f"{content.prefix}〔2026〕8号"))


def without(field: FieldRule, matter: Matter, papers: Papers) -> tuple[Matter, Papers]:
    """The matter in which nobody says what the field wants to know."""
    if field.record:
        return replace(matter, records=tuple(_silent(one, field.take) for one in matter.records)), papers
    if field.event:
        records = tuple(replace(r, events=tuple(e for e in r.events if e.code != field.event)) for r in matter.records)
        return replace(matter, records=records), papers
    if field.office:
        return matter, replace(papers, offices={**papers.offices, field.office: ""})
    return replace(matter, obligation=None, records=()), papers


def _silent(record: Record, take: str) -> Record:
    fields: Mapping[str, str] = {name: text for name, text in record.fields.items() if name != take}
    return replace(record, fields=fields, parties=() if take in ("people", "names", "identified") else record.parties)


def test_there_are_papers_to_look_at_and_each_has_a_matter() -> None:
    assert set(KINDS) == set(STORIES)
    assert len(KINDS) >= 22
    assert len(REQUIRED) > 100


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_bears_number_addressee_basis_date_and_every_field_that_it_needs(kind: str) -> None:
    rule = PAPERS.by_name[kind]
    content = filled(rule, matter_of(kind), given_by_hand(rule))
    assert content.missing == ()
    text = text_of(written(rule, content, f"{content.prefix}〔2026〕8号"))
    day = "2027年1月31日" if kind == "supervised_case_reminder" else "2026年10月31日"
    for shown in (f"{content.prefix}〔2026〕8号", "、".join(content.addressees), rule.basis, rule.title, day):
        assert shown in text
    for name in rule.required:
        assert content.context[name] in text, name
    assert ("抄送：" in text) is bool(rule.copies_to)
    assert all(name in text for name in content.copies_to)
    assert "{" not in text
    assert "None" not in text


@pytest.mark.parametrize(("kind", "name"), REQUIRED)
def test_a_required_field_left_out_holds_the_paper_back_and_is_named(kind: str, name: str) -> None:
    rule = PAPERS.by_name[kind]
    field = rule.fields[name]
    given = {other: text for other, text in given_by_hand(rule).items() if other != name}
    matter, papers = matter_of(kind), PAPERS
    if not field.given:
        matter, papers = without(field, matter, papers)
    content = fill(rule, matter, papers, UNITS, given)
    assert field.label in content.missing
    again = fill(rule, matter, papers, UNITS, {**given, name: "2026-10-20"})
    assert field.label not in again.missing


def test_the_letter_that_asks_for_a_penalty_says_all_that_the_mechanism_demands() -> None:
    text = drafted("penalty_opinion", measures="取保候审，已解除", confiscation="没收违法所得3000元，随函移送")
    for said in (
        "采取和解除刑事强制措施情况", "查封、扣押、冻结涉案财物情况", "训诫或者责令具结悔过、赔礼道歉、赔偿损失情况",
        "没收违法所得及涉案财物移送情况", "取保候审，已解除", "没收违法所得3000元，随函移送", "繁检刑不诉〔2026〕7号",
        f"张三（公民身份号码{ID_NO}）", "两个月以内", "经检察长批准", "抄送：繁峙县司法局",
    ):  # fmt: skip
        assert said in text


def test_an_urgent_letter_sets_its_own_day_and_says_why() -> None:
    rule = PAPERS.by_name["penalty_opinion"]
    urgent = {**given_by_hand(rule), "reply_by": "2026-11-20"}
    assert filled(rule, matter_of("penalty_opinion"), urgent).missing == ("情况紧急的理由",)
    text = drafted("penalty_opinion", reply_by="2026-11-20", urgency="违法所得正在转移")
    assert "请于2026年11月20日前将处理结果或者办理情况书面回复本院" in text
    assert "两个月" not in text


def test_a_letter_about_an_overdue_duty_gives_the_due_day_and_the_days_since() -> None:
    text = drafted("overdue_reasons")
    # Received on Thursday 2 July; three days end on Sunday, so on Monday 6 July.
    assert "期限至2026年7月6日届满" in text
    assert "截至2026年10月31日，已逾期117日" in text
    assert "七日以内" in text


def test_a_paper_names_the_mechanism_in_full_where_a_rule_cites_it_in_short() -> None:
    text = drafted("follow_up")
    assert f"期限依据：{PAPERS.mechanism}二（六）：收到之日起2个月内书面回复" in text


def test_reasons_are_asked_for_by_the_letter_that_the_rule_calls_for() -> None:
    named = {rule: [p.paper for p in PAPERS.of_rung("要求说明理由通知书", rule)] for rule in (
        "police.sign_receipt", "police.decide_filing", "police.decide_reconsideration",
    )}  # fmt: skip
    assert named == {
        "police.sign_receipt": ["overdue_reasons"],
        "police.decide_filing": ["overdue_reasons"],
        "police.decide_reconsideration": ["nonfiling_reasons"],
    }


def test_every_document_of_the_ladders_is_a_paper() -> None:
    ladders = load_ladders(MAPPINGS / "ladders.yaml")
    documents = {rung.document for ladder in ladders.every for rung in ladder.rungs if rung.document}
    assert documents
    assert documents == {rule.document for rule in PAPERS.every if rule.document}


def test_records_that_disagree_are_not_chosen_between() -> None:
    twice = (referral(案由="滥伐林木"), replace(referral(案由="盗伐林木"), key="other", source="other"))
    matter = Matter("C1", twice, matter_of("duty_clue").as_of)
    content = filled(PAPERS.by_name["referral_receipt"], matter, {})
    assert f"案由{SEVERAL}" in content.missing


def test_a_person_without_a_certain_number_is_not_named_in_the_letter_that_asks_for_a_penalty() -> None:
    rule = PAPERS.by_name["penalty_opinion"]
    unsure: tuple[CellValue, ...] = ([{"name": "张三", "id_no": None}], [{"name": "张某某", "id_no": ID_NO}])
    for persons in unsure:
        story = Story(
            (document("nonprosecution", cause="滥伐林木", persons=persons),), "procuratorate.serve_penalty_opinion"
        )
        content = filled(rule, matter_of("penalty_opinion", story), given_by_hand(rule))
        assert content.missing == ("被不起诉人及证件号码",)


def test_a_number_that_only_another_agency_wrote_down_is_taken_from_there() -> None:
    nameless = replace(referral(), parties=(Party("张三"),), source="a")
    matter = Matter("C1", (nameless, replace(referral(), source="b", key="b")), matter_of("duty_clue").as_of)
    content = filled(PAPERS.by_name["referral_receipt"], replace(matter, focus=frozenset({"a"})), {})
    assert content.context["parties"] == "张三"
    told = filled(PAPERS.by_name["transfer_opinion"], replace(matter, focus=frozenset({"a"})), {})
    assert told.context["parties"] == f"张三（公民身份号码{ID_NO}）"


def test_a_paper_whose_addressee_is_not_known_is_held_back() -> None:
    matter = Matter("C1", (), matter_of("duty_clue").as_of)
    assert filled(PAPERS.by_name["suggestion"], matter, {}).missing[0] == ADDRESSEES


def test_a_field_that_the_paper_does_not_have_is_refused_with_those_it_has() -> None:
    rule = PAPERS.by_name["reminder"]
    with pytest.raises(ConfigurationFault, match="no field tpyo; it has duty, subject"):
        filled(rule, matter_of("reminder"), {"tpyo": "示例甲"})
    with pytest.raises(ConfigurationFault, match="give a day like 2026-10-31") as fault:
        filled(rule, matter_of("reminder"), {"due_on": "示例甲"})
    assert "示例甲" not in str(fault.value)


def test_the_same_matter_and_instant_give_the_same_bytes() -> None:
    rule = PAPERS.by_name["refusal_notice"]
    files = {written(rule, filled(rule, matter_of("refusal_notice"), {}), "繁检情通〔2026〕8号") for _ in range(2)}
    assert len(files) == 1
    later = written(rule, filled(rule, matter_of("refusal_notice"), {}), "繁检情通〔2026〕8号", "2026-11-01")
    assert later not in files


def test_what_an_officer_or_a_broken_file_puts_in_stays_text() -> None:
    text = drafted("clue_transfer", facts="第一段 <w:p/> & {{ facts }} {% raw %}\r\n第二段\x07\x00末")
    assert "第一段 <w:p/> & {{ facts }} {% raw %}" in text.replace("\n", " ")
    assert "第二段\ufffd\ufffd末" in text
