"""Between two looks, every change of an obligation is named once, with what it rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hub.duties.changes import What, compare
from hub.duties.duty import Obligation, RuleKind, State
from hub.moment import Moment
from tests.hub.ladder_obligations import DUE, obligation

DAY = timedelta(days=1)
OPEN = obligation(as_of=DUE - DAY)
OVERDUE = obligation(as_of=DUE + DAY)
DONE = replace(obligation(as_of=DUE + 2 * DAY, ended_at=DUE + DAY), ended_by="cl_20260707.csv!R1")


def whats(before: list[Obligation], after: list[Obligation]) -> list[tuple[str, str, str]]:
    return [(str(c.what), c.was, c.now) for c in compare(before, after)]


def test_nothing_changed_says_nothing() -> None:
    other = replace(DONE, obligation_id="O2")
    assert whats([OPEN, other], [other, OPEN]) == []


def test_what_opened_and_ended_in_between_is_two_changes() -> None:
    assert whats([], [OPEN]) == [("opened", "", "open")]
    assert whats([], [DONE]) == [("opened", "", "open"), ("ended", "open", "discharged_late")]
    assert whats([], [OVERDUE]) == [("opened", "", "open"), ("fell_overdue", "open", "overdue")]


def test_an_act_ends_it_and_names_the_row_that_says_so() -> None:
    (change,) = compare([OVERDUE], [DONE])
    assert (change.what, change.was, change.now) == (What.ENDED, "overdue", "discharged_late")
    assert change.source == "cl_20260707.csv!R1"
    assert change.at == Moment.of(DUE + DAY)


def test_time_alone_makes_it_overdue_and_the_reason_names_the_due_time() -> None:
    (change,) = compare([OPEN], [OVERDUE])
    assert (change.what, change.source) == (What.FELL_OVERDUE, "")
    assert change.why == "期限 2026-07-06 23:59 已过，未见办理。"


def test_a_right_that_was_not_used_lapses() -> None:
    right = obligation(as_of=DUE - DAY, kind=RuleKind.RIGHT, ladder="")
    assert whats([right], [replace(right, state=State.LAPSED)]) == [("lapsed", "open", "lapsed")]


def test_what_a_corrected_record_brings_back_is_reopened() -> None:
    assert whats([DONE], [OVERDUE]) == [("reopened", "discharged_late", "overdue")]
    assert whats([DONE], [OPEN]) == [("reopened", "discharged_late", "open")]


def test_a_waiver_shows_its_reason() -> None:
    waived = replace(OVERDUE, state=State.VOID, ended_at=Moment.of(DUE + DAY), steps=("计算", "免除：理由"))
    (change,) = compare([OVERDUE], [waived])
    assert (change.what, change.why) == (What.VOIDED, "免除：理由")


def test_a_moved_due_time_shows_which_version_and_which_line_moved_it() -> None:
    before = replace(OPEN, steps=("起算", "计算：3 日"), calendar_version="a")
    after = replace(OPEN, due_at=DUE + 3 * DAY, steps=("起算", "计算：6 日"), calendar_version="b")
    (change,) = compare([before], [after])
    assert (change.was, change.now) == ("2026-07-06 23:59", "2026-07-09 23:59")
    assert change.why == "日历版本由 a 改为 b。 计算：6 日"
    both = compare([before], [replace(after, state=State.OVERDUE)])
    assert {c.what for c in both} == {What.DUE_MOVED, What.FELL_OVERDUE}


def test_what_no_record_says_any_more_is_gone() -> None:
    (change,) = compare([OVERDUE], [])
    assert (change.what, change.was, change.now) == (What.GONE, "overdue", "")
