"""What would another calendar, or another text of the rules, make of the same matters?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hub.duties import obligations
from hub.duties.amendment import Shift, Tally, shifts, tally
from hub.duties.duty import Obligation
from hub.duties.rules import Rules, load_rules
from hub.duties.wording import wordings
from hub.model import Record
from hub.periods.calendar import WorkingCalendar
from hub.periods.period import parse_period
from tests.hub.county import CALENDAR, RULES, acceptance, at, judge, linked, referral, result

DECIDE, ITEMS = "police.decide_filing", "township.hand_over_items"
# 10 October is a make-up day; the longer holiday leaves it the first working day after 7 October.
LONGER = WorkingCalendar(
    {**CALENDAR.days_off, date(2026, 10, 8): "国庆节", date(2026, 10, 9): "国庆节"},
    CALENDAR.make_up,
    CALENDAR.notices,
    "longer",
)


def owed(*records: Record, calendar: WorkingCalendar = CALENDAR, as_of: str = "2026-10-09") -> list[Obligation]:
    return obligations.derive(linked(records).cases, RULES, calendar, at(as_of))


def amended(rule_id: str, since: str, period: str, version: str = "2") -> Rules:
    """The county's rules with one amendment."""
    new = RULES.by_id[rule_id].model_copy(
        update={"version": version, "effective_from": date.fromisoformat(since), "period": parse_period(period)}
    )
    return Rules((*RULES.every, new), "amended")


def test_a_calendar_that_moves_a_due_time_shows_it_and_the_state_that_follows() -> None:
    matter = (referral(), acceptance(接受时间="2026-09-29"))
    (moved,) = shifts(owed(*matter), owed(*matter, calendar=LONGER))
    assert moved.before is not None
    assert moved.after is not None
    assert (moved.before.due_at, moved.after.due_at) == (
        at("2026-10-08T23:59:59+08:00"),
        at("2026-10-10T23:59:59+08:00"),
    )
    assert (str(moved.before.state), str(moved.after.state)) == ("overdue", "open")
    assert (moved.before.calendar_version, moved.after.calendar_version) == (CALENDAR.version, "longer")
    assert tally([moved]) == [Tally(DECIDE, "police", 0, 0, 1, 1, 0)]


def test_what_falls_due_at_the_same_time_is_no_shift_though_the_calendar_is_another() -> None:
    matter = (referral(), acceptance(接受时间="2026-07-02"))
    assert shifts(owed(*matter), owed(*matter, calendar=LONGER)) == ()


def test_a_provisional_due_time_becomes_final_once_the_years_notice_is_held() -> None:
    matter = (referral(移送时间="2026-12-30 10:00"), acceptance(接受时间="2026-12-30"))
    published = WorkingCalendar(
        {**CALENDAR.days_off, date(2027, 1, 1): "元旦"},
        CALENDAR.make_up,
        {**CALENDAR.notices, 2027: "通知"},
        "with 2027",
    )
    found = shifts(owed(*matter, as_of="2026-12-31"), owed(*matter, calendar=published, as_of="2026-12-31"))
    decided = next(one for one in found if one.obligation.rule == DECIDE)
    assert decided.becomes_final
    assert not decided.moved  # Saturday 2 January rolls to Monday either way
    assert decided.before is not None
    assert any(step.startswith("暂定") for step in decided.before.steps)
    assert not any(step.startswith("暂定") for step in decided.obligation.steps)


def test_an_amendment_shows_only_what_was_opened_after_it_took_effect() -> None:
    matter = (
        referral(收到立案通知书时间="2026-07-06"),
        acceptance(接受时间="2026-07-02"),
        result("立案", "2026-07-03"),
    )
    later = judge(*matter, rules=amended(ITEMS, "2026-07-07", "5 day"))
    now = judge(*matter, rules=amended(ITEMS, "2026-07-06", "5 day"))
    today = judge(*matter)
    assert shifts(today.owed, later.owed) == ()
    (moved,) = shifts(today.owed, now.owed)
    assert (moved.obligation.rule, moved.obligation.rule_version) == (ITEMS, "2")
    assert moved.obligation.due_at == at("2026-07-13T23:59:59+08:00")  # Saturday, rolled


def test_what_only_one_text_opens_is_told_apart() -> None:
    matter = (referral(), acceptance(接受时间="2026-07-02"))
    without = Rules(tuple(rule for rule in RULES.every if rule.id != DECIDE), "without")
    today, less = judge(*matter).owed, judge(*matter, rules=without).owed
    (gone,) = shifts(today, less)
    (come,) = shifts(less, today)
    assert (gone.after, come.before) == (None, None)
    assert [(t.only_before, t.only_after) for t in (*tally([gone]), *tally([come]))] == [(1, 0), (0, 1)]
    assert not gone.moved
    assert not gone.becomes_final


def test_a_shift_of_nothing_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="of an obligation"):
        _ = Shift(None, None).obligation


def test_two_texts_of_the_rules_are_compared_word_by_word(project_root: Path, tmp_path: Path) -> None:
    text = (project_root / "mappings" / "rules.yaml").read_text(encoding="utf-8")
    begins = text.index(f"  - id: {ITEMS}\n")
    entry = text[begins : text.index("\n  - id:", begins)]
    changed = entry.replace("period: 3 day\n", "period: 5 day\n").replace("第十二条", "第十二条（修订）")
    newer = entry.replace('version: "1"', 'version: "2"').replace(
        "effective_from: 2020-08-07", "effective_from: 2027-01-01"
    )
    (tmp_path / "rules.yaml").write_text(text.replace(entry, changed + newer), encoding="utf-8")
    found = wordings(RULES, load_rules(tmp_path / "rules.yaml"))
    assert [(one.rule, str(one.effective_from), one.part) for one in found] == [
        (ITEMS, "2020-08-07", "period"),
        (ITEMS, "2020-08-07", "basis"),
        (ITEMS, "2027-01-01", "entry"),
    ]
    assert (found[0].before, found[0].after) == ("3 day", "5 day")
    assert found[2].before == ""
    assert found[2].after.startswith("version 2, 3 day, ")


def test_a_reading_that_is_chosen_shows_in_version_and_period(project_root: Path, tmp_path: Path) -> None:
    text = (project_root / "mappings" / "rules.yaml").read_text(encoding="utf-8")
    begins = f"  - id: {ITEMS}\n"
    (tmp_path / "rules.yaml").write_text(text.replace(begins, f"{begins}    use: working_days\n"), encoding="utf-8")
    found = wordings(RULES, load_rules(tmp_path / "rules.yaml"))
    assert [(one.part, one.before, one.after) for one in found] == [
        ("version", "1", "1+working_days"),
        ("period", "3 day", "3 working_day"),
    ]
