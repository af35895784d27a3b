"""What is otherwise since the last run, and is the reason told? Cases, links and findings, each both ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hub.duties.duty import State
from hub.findings.run_changes import RunChange, RunChanged, compare_runs
from hub.findings.run_reasons import Seen
from hub.model import Record
from tests.hub.agency_rows import ID_NO, OTHER_ID_NO, TOWNSHIP
from tests.hub.county import AS_OF, acceptance, at, judge, penalty, police_no, referral, result

# The same line of sa before and after the desk corrected it: first of another person, under no number.
WRONG = acceptance(1, 移送书文号=None, **{"嫌疑人/单位": "王五"}, 证件号码=OTHER_ID_NO)
RIGHT = acceptance(1)


def seen(*records: Record, as_of: str = AS_OF) -> Seen:
    """What a run sees of these records."""
    judged = judge(*records, as_of=as_of)
    return Seen(at(as_of), judged.linkage, judged.owed, judged.found)


def told(before: Seen, after: Seen) -> dict[str, list[RunChange]]:
    """What became -> every change of it."""
    found: dict[str, list[RunChange]] = {}
    for change in compare_runs(before, after):
        found.setdefault(str(change.what), []).append(change)
    return found


def findings(changes: list[RunChange]) -> set[str]:
    """What findings are about."""
    return {change.about for change in changes}


def test_a_run_that_sees_the_same_tells_nothing() -> None:
    records = (referral(), acceptance(), result(), penalty(2))
    assert compare_runs(seen(*records), seen(*reversed(records))) == []


def test_a_new_matter_appears_once_with_all_its_records() -> None:
    changes = told(seen(referral()), seen(referral(), penalty(2, 当事人="李四", 证件号码=OTHER_ID_NO)))
    assert list(changes) == ["case_appeared"]
    (appeared,) = changes["case_appeared"]
    assert appeared.agency == TOWNSHIP
    assert appeared.sources[0] in appeared.why


def test_a_record_that_joins_a_matter_is_told_with_the_reason_of_its_link_and_ends_what_was_missing() -> None:
    changes = told(seen(referral()), seen(referral(), acceptance()))
    (came,) = changes["link_came"]
    assert (came.agency, came.about, came.was) == ("police", acceptance().source, "")
    assert "依据：" in came.why
    assert "sent_not_received rule=police.sign_receipt" in findings(changes["finding_went"])
    assert all(acceptance().source in change.why for change in changes["finding_went"])
    assert not {"case_appeared", "case_merged", "case_gone"} & set(changes)


def test_a_duty_that_fell_due_between_the_runs_is_the_reason_of_its_finding() -> None:
    early, late = "2026-07-02T09:00:00+08:00", "2026-07-02T11:00:00+08:00"
    changes = told(seen(referral(), as_of=early), seen(referral(), as_of=late))
    assert list(changes) == ["finding_came"]
    (came,) = changes["finding_came"]
    assert came.about == "sent_not_received rule=police.sign_receipt"
    assert came.why == "期限 2026-07-02 10:00 已过，未见办理。"
    assert came.sources == ()


def test_a_decision_that_fell_due_is_named_by_its_due_time_too() -> None:
    records = (referral(), acceptance())
    changes = told(seen(*records, as_of="2026-07-03T00:00:00+08:00"), seen(*records, as_of="2026-07-10T00:00:00+08:00"))
    (came,) = [change for change in changes["finding_came"] if change.about.startswith("undecided")]
    assert came.about == f"undecided police_case={police_no()}"
    assert came.why.startswith("期限 2026-07-06 23:59 已过")


def test_a_correction_that_brings_two_cases_together_is_a_merger_and_says_which_record_and_which_signs() -> None:
    before, after = seen(referral(), WRONG), seen(referral(), RIGHT)
    changes = told(before, after)
    (merged,) = changes["case_merged"]
    assert set(merged.was.split("+")) == {case.case_id for case in before.linkage.cases}
    assert RIGHT.source in merged.why
    assert "依据：" in merged.why
    assert [change.about for change in changes["link_changed"]] == [RIGHT.source]
    gone = findings(changes["finding_went"])
    assert gone >= {f"received_not_sent police_case={police_no()}", "sent_not_received rule=police.sign_receipt"}
    assert all("并成" in change.why for change in changes["finding_went"])
    assert ID_NO not in merged.why


def test_a_correction_that_parts_a_case_is_a_split() -> None:
    before, after = seen(referral(), RIGHT), seen(referral(), WRONG)
    changes = told(before, after)
    (split,) = changes["case_split"]
    assert set(split.now.split("+")) == {case.case_id for case in after.linkage.cases}
    assert WRONG.source in split.why
    assert f"received_not_sent police_case={police_no()}" in findings(changes["finding_came"])


def test_a_record_that_stands_no_more_is_told_with_what_is_missing_since() -> None:
    changes = told(seen(referral(), acceptance()), seen(referral()))
    (went,) = changes["link_went"]
    assert went.about == acceptance().source
    (missing,) = [one for one in changes["finding_came"] if one.about.startswith("sent_not_received")]
    assert "不再有的记录" in missing.why


def test_a_matter_of_which_nothing_stands_is_gone() -> None:
    changes = told(
        seen(penalty(), referral(2, 当事人="李四", 证件号码=OTHER_ID_NO)),
        seen(referral(2, 当事人="李四", 证件号码=OTHER_ID_NO)),
    )
    assert [change.what for change in changes["case_gone"]] == [RunChanged.CASE_GONE]
    assert "link_went" not in changes


def test_a_case_that_only_got_another_id_keeps_its_findings() -> None:
    # The referral leads and names the case anew; that the police have not decided stood before and stands still.
    before, after = seen(acceptance()), seen(referral(), acceptance())
    assert before.linkage.cases[0].case_id != after.linkage.cases[0].case_id
    changes = told(before, after)
    assert f"received_not_sent police_case={police_no()}" in findings(changes["finding_went"])
    every = findings([one for name, some in changes.items() if name.startswith("finding") for one in some])
    assert not any(about.startswith("undecided") for about in every)
    assert not {"case_appeared", "case_gone", "case_merged", "case_split"} & set(changes)


def test_a_gap_in_a_series_belongs_to_no_case_and_names_the_agencys_records() -> None:
    people = [{"当事人": name, "证件号码": None} for name in ("赵一", "钱二")]
    first, third = (referral(no, **cells) for no, cells in zip((1, 3), people, strict=True))
    changes = told(seen(first), seen(first, third))
    (gap,) = [change for change in changes["finding_came"] if change.about.startswith("reference_gap")]
    assert (gap.case_id, gap.agency) == ("", TOWNSHIP)
    assert third.source in gap.why


def test_a_row_of_the_same_cells_that_is_read_otherwise_is_not_called_corrected() -> None:
    before, after = (replace(seen(referral(), one), content={one.source: "digest"}) for one in (WRONG, RIGHT))
    (merged,) = told(before, after)["case_merged"]
    assert merged.why.startswith(f"对照修改后读法不同的记录：{RIGHT.source}。")
    corrected = replace(after, content={RIGHT.source: "another"})
    (merged,) = told(before, corrected)["case_merged"]
    assert merged.why.startswith(f"更正的记录：{RIGHT.source}。")


def test_a_gap_that_a_row_in_quarantine_fills_names_its_number() -> None:
    first, third = (referral(no, 当事人=name, 证件号码=None) for no, name in ((1, "赵一"), (3, "钱二")))
    aside = ((TOWNSHIP, "繁城综执移〔2026〕2号"),)
    before, filled = seen(first, third), judge(first, third, set_aside=aside)
    after = replace(before, findings=filled.found, set_aside=aside)
    (gap,) = told(before, after)["finding_went"]
    assert gap.about.startswith("reference_gap")
    assert gap.why == "隔离的行有变动：繁城综执移〔2026〕2号。"


def test_what_nothing_else_explains_is_put_down_to_time_from_when_to_when() -> None:
    # Decided and not notified: a period of three days that is no duty of its own.
    records = (referral(), acceptance(), result())
    changes = told(seen(*records, as_of="2026-07-04T00:00:00+08:00"), seen(*records, as_of="2026-07-12T00:00:00+08:00"))
    (came,) = [change for change in changes["finding_came"] if change.about.startswith("decided_not_notified")]
    assert came.why == "有关的记录、关联决定均无变化，由 2026-07-04 00:00 至 2026-07-12 00:00 时间推移。"


def test_what_cannot_be_put_down_to_time_is_not() -> None:
    """Looked at again as of the same instant: of a duty that was waived meanwhile its last step says so."""
    before = seen(referral(), as_of="2026-07-03T00:00:00+08:00")
    (overdue,) = [o for o in before.obligations if o.rule == "police.sign_receipt"]
    waived = replace(overdue, state=State.VOID, steps=(*overdue.steps, "豁免：重复登记。"))
    others = [o for o in before.obligations if o is not overdue]
    less = [f for f in before.findings if f.code != "sent_not_received"]
    (went,) = told(before, replace(before, obligations=[*others, waived], findings=less))["finding_went"]
    assert went.why == "豁免：重复登记。"
    moved = replace(overdue, state=State.OPEN, due_at=overdue.due_at + timedelta(days=1))
    (went,) = told(before, replace(before, obligations=[*others, moved], findings=less))["finding_went"]
    assert went.why == "期限由 2026-07-02 10:00 改为 2026-07-03 10:00。"
    (went,) = told(before, replace(before, findings=less))["finding_went"]
    assert went.why == "有关的记录、关联决定均无变化。"


def test_the_changes_come_in_the_same_order_whatever_order_the_records_had() -> None:
    before, after = [referral(), WRONG, penalty(2)], [referral(), RIGHT, result()]
    one = compare_runs(seen(*before), seen(*after))
    other = compare_runs(seen(*reversed(before)), seen(*reversed(after)))
    assert [(c.what, c.case_id, c.about, c.was, c.now) for c in one] == [
        (c.what, c.case_id, c.about, c.was, c.now) for c in other
    ]
    assert [c.what for c in one] == sorted((c.what for c in one), key=list(RunChanged).index)
