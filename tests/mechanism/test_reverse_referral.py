"""Reverse referral: what follows a decision not to prosecute, person by person and letter by letter.

Dates are worked out by hand against the notices of the State Council's office (2025 and 2026).
"""

from __future__ import annotations

import pytest

from hub.model import Record
from tests.hub.county import handling, penalty
from tests.mechanism.line import LI, OTHER_NAME, ZHANG, Line, check, ids, line, of, paper

LETTER_1 = "繁检意〔2026〕1号"
DECISION_1 = "繁检刑不诉〔2026〕1号"
SAME = {"unified_case_no": "繁检刑诉〔2026〕5号"}


def dropped(day: str, no: int = 1) -> Record:
    """张三 (1) or 李四 (2) is not prosecuted, in one case of the procuratorate."""
    return paper("nonprosecution", day, no, persons=[ZHANG if no == 1 else LI], **SAME)


def reviewed(day: str, needed: bool = True, no: int = 1) -> Record:
    """Whether that person needs an administrative penalty was reviewed."""
    return paper("nonprosecution_review", day, no, persons=[ZHANG if no == 1 else LI], penalty_needed=needed, **SAME)


def opinion(day: str, no: int = 1, **members: str) -> Record:
    """The penalty opinion about that person was served."""
    return paper("penalty_opinion", day, no, persons=[ZHANG if no == 1 else LI], **SAME, **members)


def replied(
    day: str, kind: str = "办理情况", performed: str | None = None, no: int = 1, opinion: str = "行政处罚"
) -> Record:
    """The township answered the letter of that number; what it asks was done, or not yet."""
    who = "张三" if no == 1 else OTHER_NAME
    return handling(no, 当事人=who, 意见类型=opinion, 回复日期=day, 回复类型=kind, 办结日期=performed)


LINES: list[Line] = [
    *of(
        "procuratorate.review_nonprosecution",  # 10 working days from the decision (指引 十二)
        line("on_time", dropped("2026-07-06"), reviewed("2026-07-20"), due="2026-07-20", state="discharged",
             ended="2026-07-20 09:00", owes="procuratorate > 140924100"),
        line("late", dropped("2026-07-06"), reviewed("2026-07-21"), due="2026-07-20", state="discharged_late",
             ended="2026-07-21 09:00"),
        line("missing", dropped("2026-07-06"), due="2026-07-20", state="overdue"),
        line("open", dropped("2026-07-06"), due="2026-07-20", state="open", as_of="2026-07-20"),
        line("early", dropped("2026-07-06"), reviewed("2026-07-05"), due="2026-07-20", state="overdue"),
        line("scope", dropped("2026-07-06"), dropped("2026-07-06", 2), reviewed("2026-07-07", no=2),
             about=DECISION_1, due="2026-07-20", state="overdue"),
        line("use:guideline_clock", dropped("2026-07-06"), use="guideline_clock", due="2026-07-23", state="overdue"),
        # 13, 14 (a working Saturday), 24 to 28 (again one), 2 to 4 March.
        line("holiday/spring festival", dropped("2026-02-12"), reviewed("2026-03-04"), due="2026-03-04",
             state="discharged", ended="2026-03-04 09:00"),
        # 28 to 30 September, 8 to 10 October (a working Saturday), 12 to 15.
        line("holiday/national day", dropped("2026-09-24"), reviewed("2026-10-16"), due="2026-10-15",
             state="discharged_late", ended="2026-10-16 09:00"),
    ),
    *of(
        "procuratorate.serve_penalty_opinion",  # 3 days from the decision (二（五）)
        line("on_time", dropped("2026-07-06"), opinion("2026-07-09"), due="2026-07-09", state="discharged",
             ended="2026-07-09 15:00", owes="procuratorate > 140924100"),
        line("late", dropped("2026-07-06"), opinion("2026-07-10"), due="2026-07-09", state="discharged_late",
             ended="2026-07-10 15:00"),
        line("missing", dropped("2026-07-06"), due="2026-07-09", state="overdue"),
        line("missing/the review says yes", dropped("2026-07-06"), reviewed("2026-07-08"), due="2026-07-09",
             state="overdue"),
        line("open", dropped("2026-07-06"), due="2026-07-09", state="open", as_of="2026-07-09"),
        line("early", dropped("2026-07-06"), opinion("2026-07-05"), due="2026-07-09", state="overdue"),
        line("scope", dropped("2026-07-06"), dropped("2026-07-06", 2), opinion("2026-07-07", 2), about=DECISION_1,
             due="2026-07-09", state="overdue"),
        line("holiday/spring festival", dropped("2026-02-12"), opinion("2026-02-24"), due="2026-02-24",
             state="discharged", ended="2026-02-24 15:00"),
        line("void", dropped("2026-07-06"), reviewed("2026-07-08", needed=False), due="2026-07-09", state="void",
             ended="2026-07-08 09:00"),
        line("void/said after the three days", dropped("2026-07-06"), reviewed("2026-07-20", needed=False),
             due="2026-07-09", state="void", ended="2026-07-20 09:00"),
        line("void/served all the same", dropped("2026-07-06"), reviewed("2026-07-08", needed=False),
             opinion("2026-07-09"), due="2026-07-09", state="void", ended="2026-07-08 09:00"),
        line("void/overdue until it is said", dropped("2026-07-06"), reviewed("2026-07-20", needed=False),
             as_of="2026-07-19", due="2026-07-09", state="overdue"),
        line("scope/another person's review voids nothing", dropped("2026-07-06"), dropped("2026-07-06", 2),
             reviewed("2026-07-08", needed=False, no=2), about=DECISION_1, due="2026-07-09", state="overdue"),
        line("use:working_days", dropped("2026-07-09"), use="working_days", due="2026-07-14", state="overdue"),
        line("use:guideline_clock", dropped("2026-07-06"), use="guideline_clock", due="2026-07-23", state="overdue"),
    ),
    *of(
        "township.reply_opinion",  # 2 months from receipt, or the letter's own day (二（六）)
        line("on_time", opinion("2026-07-08"), replied("2026-09-08"), due="2026-09-08", state="discharged",
             ended="2026-09-08", owes="140924100 > procuratorate"),
        line("late", opinion("2026-07-08"), replied("2026-09-09"), due="2026-09-08", state="discharged_late",
             ended="2026-09-09"),
        line("missing", opinion("2026-07-08"), due="2026-09-08", state="overdue"),
        line("open", opinion("2026-07-08"), due="2026-09-08", state="open", as_of="2026-09-08"),
        line("early", opinion("2026-07-08"), replied("2026-07-07"), due="2026-09-08", state="overdue"),
        line("scope", opinion("2026-07-08"), opinion("2026-07-08", 2), replied("2026-07-20", no=2), about=LETTER_1,
             due="2026-09-08", state="overdue"),
        line("holiday/national day", opinion("2026-08-03"), replied("2026-10-08"), due="2026-10-08",
             state="discharged", ended="2026-10-08"),
        line("holiday/sunday", opinion("2026-07-06"), replied("2026-09-07"), due="2026-09-07", state="discharged",
             ended="2026-09-07"),
        # No 31 February: its last day, which is a working Saturday.
        line("month_end/no 31 february", opinion("2025-12-31"), due="2026-02-28", state="overdue"),
        line("month_end/from the last day of february", opinion("2026-02-28"), due="2026-04-28", state="overdue"),
        line("month_end/over the turn of the year", opinion("2025-11-15"), due="2026-01-15", state="overdue"),
        line("letter_date", opinion("2026-07-06", reply_by="2026-07-17"), replied("2026-07-17"), due="2026-07-17",
             state="discharged", ended="2026-07-17"),
        line("letter_date/a day that was named does not roll", opinion("2026-09-21", reply_by="2026-10-03"),
             replied("2026-10-08"), due="2026-10-03", state="discharged_late", ended="2026-10-08"),
        line("use:last_day_of_month", opinion("2026-02-28"), use="last_day_of_month", due="2026-04-30",
             state="overdue"),
    ),
    *of(
        "township.perform_opinion",  # 30 days from a reply that work is under way (县定; 二（七）)
        line("on_time", opinion("2026-07-08"), replied("2026-07-13", performed="2026-08-12"), due="2026-08-12",
             state="discharged", ended="2026-08-12", owes="140924100 > procuratorate"),
        line("late", opinion("2026-07-08"), replied("2026-07-13", performed="2026-08-13"), due="2026-08-12",
             state="discharged_late", ended="2026-08-13"),
        line("missing", opinion("2026-07-08"), replied("2026-07-13"), due="2026-08-12", state="overdue"),
        line("open", opinion("2026-07-08"), replied("2026-07-13"), due="2026-08-12", state="open",
             as_of="2026-08-12"),
        line("early", opinion("2026-07-08"), replied("2026-07-13", performed="2026-07-12"), due="2026-08-12",
             state="overdue"),
        line("scope", opinion("2026-07-08"), opinion("2026-07-08", 2), replied("2026-07-13"),
             replied("2026-07-13", performed="2026-07-20", no=2), about=LETTER_1, due="2026-08-12", state="overdue"),
        line("holiday/national day", opinion("2026-07-08"), replied("2026-09-03", performed="2026-10-08"),
             due="2026-10-08", state="discharged", ended="2026-10-08"),
        line("ends:opinion.performed", opinion("2026-07-08"), replied("2026-07-13", performed="2026-07-20"),
             due="2026-08-12", state="discharged", ended="2026-07-20"),
        # Any penalty of the case performs it, without naming the letter in its own right.
        line("ends:penalty.decided", opinion("2026-07-08"), replied("2026-07-13"),
             penalty(处罚决定时间="2026-08-03", 关联文号=LETTER_1), due="2026-08-12", state="discharged",
             ended="2026-08-03"),
        line("not_opened", opinion("2026-07-08"), replied("2026-07-13", "处理结果")),
        line("not_opened/an objection", opinion("2026-07-08"), replied("2026-07-13", "异议")),
        line("not_opened/an opinion to refer", paper("transfer_opinion", "2026-07-08"),
             replied("2026-07-13", opinion="建议移送")),
    ),
]  # fmt: skip


@pytest.mark.parametrize("said", LINES, ids=ids(LINES))
def test_what_is_owed_after_a_decision_not_to_prosecute(said: Line) -> None:
    check(said)
