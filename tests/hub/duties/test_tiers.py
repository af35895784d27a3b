"""Does an extension say who must approve it, on which paper and on what basis, and is an unlawful one called so?"""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.duties.duty import Obligation
from hub.duties.rules import load_rules
from hub.duties.tiers import Replacement
from hub.errors import ConfigurationFault
from hub.periods.period import Unit, parse_period
from tests.hub.county import RULES, acceptance, at, judge, police_no, referral, result

DECIDE = "police.decide_filing"
REPLACED = RULES.by_id[DECIDE].replaced_by


def tiers() -> Replacement:
    assert REPLACED is not None
    return REPLACED


def extended(days: int) -> Obligation:
    """The duty to decide, received on Thursday 2 July and extended on the third."""
    return judge(referral(), acceptance(), result("延长审查", "2026-07-03", 延长天数=str(days))).duty(DECIDE)


def test_an_extension_replaces_the_decision_period_by_its_own_days() -> None:
    assert (tiers().event, tiers().attribute, tiers().unit) == ("filing.extended", "days", Unit.DAY)
    assert tiers().counted_from == "referral.received"
    assert tiers().allowed == (7, 10, 30, 60)


@pytest.mark.parametrize(
    ("days", "approver", "basis", "due_at"),
    [
        (7, "规定未载明批准人", "公通字〔2015〕32号", "2026-07-09T23:59:59+08:00"),
        (10, "规定未载明批准人", "公通字〔2017〕25号）第十六条", "2026-07-13T23:59:59+08:00"),
        (30, "县级以上公安机关负责人", "公通字〔2015〕32号", "2026-08-03T23:59:59+08:00"),
        (60, "上一级公安机关负责人", "公通字〔2017〕25号）第十六条", "2026-08-31T23:59:59+08:00"),
    ],
)
def test_a_lawful_extension_names_approver_paper_and_basis(days: int, approver: str, basis: str, due_at: str) -> None:
    duty = extended(days)
    assert duty.due_at == at(due_at)
    assert duty.steps[0] == f"延长：以 {days} 日（繁公（刑）字〔2026〕1号）代替原期限，仍自原起算时间计算。"
    told = [step for step in duty.steps if step.startswith(f"档次：{days} 日")]
    assert any(f"批准：{approver}" in step and basis in step and "文书：呈请" in step for step in told)


def test_an_extension_that_only_one_field_of_law_knows_says_which() -> None:
    told = [step for step in extended(60).steps if step.startswith("档次")]
    assert len(told) == 1
    assert "限经济犯罪；" in told[0]


def test_the_two_long_extensions_of_economic_crime_are_conditioned_as_article_sixteen_says() -> None:
    said = {tier.quantity: tier.when for tier in tiers().tiers if tier.domain == "经济犯罪" and tier.quantity > 10}
    assert said == {30: "案情重大、疑难、复杂或者跨区域性", 60: "情况特殊，在三十日之外再延长三十日"}


def test_a_basis_that_nobody_compared_with_its_text_says_so() -> None:
    marked = [tier for tier in tiers().tiers if not tier.checked]
    assert 0 < len(marked) < len(tiers().tiers)
    assert all(str(tier).endswith("（原文待核）") for tier in marked)


@pytest.mark.parametrize("days", [5, 15, 45, 90])
def test_an_extension_by_days_that_no_rule_allows_is_followed_and_called_unlawful(days: int) -> None:
    duty = extended(days)
    assert duty.steps[0].startswith(
        f"延长：所载 {days} 日（繁公（刑）字〔2026〕1号）不在依法可延长的档次（7、10、30、60 日）之内"
    )
    assert not any(step.startswith("档次") for step in duty.steps)


def test_the_number_of_a_paper_is_shown_only_where_it_is_one() -> None:
    assert "张三" not in "".join(tiers().steps(7, "张三"))
    assert "（公延〔2026〕3号）" in tiers().steps(7, "公延〔2026〕3号")[0]


def test_days_without_end_extend_nothing() -> None:
    assert extended(123456789).due_at == judge(referral(), acceptance()).duty(DECIDE).due_at


def test_an_extension_keeps_whether_the_period_rolls_and_when_it_closes() -> None:
    kept = tiers().length(parse_period("3 day, no roll, closes 18:00"), 30)
    assert str(kept) == "30 day, no roll, closes 18:00"
    assert str(tiers().length(parse_period("3 working_day"), 30)) == "30 day"


def test_a_referral_that_is_passed_on_starts_a_fresh_clock_at_the_organ_that_receives_it() -> None:
    moved = result("转送", "2026-07-03 10:00")
    again = acceptance(2, 接受时间="2026-07-10 09:00", 移送书文号="繁城综执移〔2026〕1号", 原案件编号=police_no(1))
    judged = judge(referral(), acceptance(), moved, again, as_of="2026-07-11")
    first, second = judged.duty(DECIDE, police_no(1)), judged.duty(DECIDE, police_no(2))
    assert (str(first.state), first.case_id) == ("discharged", second.case_id)
    assert (str(second.state), second.due_at) == ("open", at("2026-07-13T23:59:59+08:00"))


def test_an_extension_by_the_first_organ_does_not_extend_the_second_ones_time() -> None:
    longer = result("延长审查", "2026-07-03", 延长天数="30")
    moved = result("转送", "2026-07-06 10:00")
    again = acceptance(2, 接受时间="2026-07-10 09:00", 移送书文号="繁城综执移〔2026〕1号", 原案件编号=police_no(1))
    judged = judge(referral(), acceptance(), longer, moved, again)
    assert judged.duty(DECIDE, police_no(2)).due_at == at("2026-07-13T23:59:59+08:00")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("quantity: 60", "quantity: 0", "quantity"),
        ("approver: 上一级", "aprover: 上一级", "aprover"),
        ("quantity: 10\n          when: 一般案件", "quantity: 10\n          when: ''", "when"),
        ("domain: 环境保护", "domain: 安全生产\n          when: 另一条", "stands twice"),
    ],
)
def test_a_slip_in_a_tier_is_named_with_its_place(
    project_root: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = (project_root / "mappings" / "rules.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "rules.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=said):
        load_rules(tmp_path / "rules.yaml")


def test_one_length_may_be_lawful_twice_but_no_tier_stands_twice(project_root: Path, tmp_path: Path) -> None:
    text = (project_root / "mappings" / "rules.yaml").read_text(encoding="utf-8")
    tier = text[
        text.index("        - quantity: 60") : text.index("    ends: [{event: filing.accepted}, {event: filing.ref")
    ]
    (tmp_path / "rules.yaml").write_text(text.replace(tier, tier + tier), encoding="utf-8")
    with pytest.raises(ConfigurationFault, match="a tier stands twice"):
        load_rules(tmp_path / "rules.yaml")
