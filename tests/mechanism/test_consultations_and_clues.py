"""Consultations, clues, suggestions, and the sealed clue: what each paper asks of its receiver.

Dates are worked out by hand against the notices of the State Council's office (2025 and 2026).
"""

from __future__ import annotations

import pytest

from hub.model import CellValue, Record
from tests.hub.county import acceptance, clue_receipt, correspondence, result
from tests.mechanism.line import Line, check, ids, line, of, paper

# Several clues that the procuratorate keeps under one number.
SAME: dict[str, CellValue] = {"unified_case_no": "繁检行〔2026〕5号"}


def asked(day: str, no: int = 1, kind: str = "书面咨询") -> Record:
    """The township asked the procuratorate, in writing or by word of mouth."""
    return correspondence(no, 类别=kind, 日期=day)


def clue(day: str, no: int = 1) -> Record:
    """The township handed over a public-interest clue."""
    return correspondence(no, 类别="线索移送", 日期=day)


def letter(doc_type: str, day: str, no: int = 1, /, **members: CellValue) -> Record:
    """The procuratorate's paper about the township's letter of that number."""
    return paper(doc_type, day, no, related_doc_no=f"繁城综执函〔2026〕{no}号", persons=[], **members)


def suggestion(day: str, no: int = 1, **members: CellValue) -> Record:
    """A suggestion of the procuratorate was served on the township."""
    return paper("suggestion", day, no, persons=[], **members)


def answered(day: str, no: int = 1) -> Record:
    """The township answered the suggestion of that number."""
    return correspondence(no, 类别="检察建议", 文号=f"繁检建〔2026〕{no}号", 日期="2026-07-08", 回复日期=day)


def duty_clue(day: str, no: int = 1) -> Record:
    """A clue of duty crime went to the supervision commission, sealed."""
    return paper("duty_clue", day, no, persons=[], township=None, sealed=True)


def signed(day: str, no: int = 1) -> Record:
    """The commission signed for it."""
    return clue_receipt(no, 移送函文号=f"繁检移〔2026〕{no}号", 收到日期=day)


LINES: list[Line] = [
    *of(
        "procuratorate.answer_consultation",  # 7 days from a written question (二（八）)
        line("on_time", asked("2026-07-06"), letter("consultation_answer", "2026-07-13"), due="2026-07-13",
             state="discharged", ended="2026-07-13 15:00", owes="procuratorate > 140924100"),
        line("on_time/asked by the police", acceptance(), result("书面咨询", "2026-07-06", 文书文号="繁公咨〔2026〕1号"),
             paper("consultation_answer", "2026-07-13", related_doc_no="繁公咨〔2026〕1号"), due="2026-07-13",
             state="discharged", ended="2026-07-13 15:00", owes="procuratorate > police"),
        line("late", asked("2026-07-06"), letter("consultation_answer", "2026-07-14"), due="2026-07-13",
             state="discharged_late", ended="2026-07-14 15:00"),
        line("missing", asked("2026-07-06"), due="2026-07-13", state="overdue"),
        line("missing/asked by the police", acceptance(), result("书面咨询", "2026-07-06"), due="2026-07-13",
             state="overdue"),
        line("open", asked("2026-07-06"), due="2026-07-13", state="open", as_of="2026-07-13"),
        line("early", asked("2026-07-06"), letter("consultation_answer", "2026-07-05"), due="2026-07-13",
             state="overdue"),
        line("scope", acceptance(), result("书面咨询", "2026-07-06", 文书文号="繁公咨〔2026〕1号"),
             result("书面咨询", "2026-07-06", 文书文号="繁公咨〔2026〕2号"),
             paper("consultation_answer", "2026-07-07", related_doc_no="繁公咨〔2026〕2号"),
             about="繁公咨〔2026〕1号", due="2026-07-13", state="overdue"),
        line("holiday/national day", asked("2026-09-24"), letter("consultation_answer", "2026-10-08"),
             due="2026-10-08", state="discharged", ended="2026-10-08 15:00"),
        line("not_opened", asked("2026-07-06", kind="口头咨询")),
        line("use:working_days", asked("2026-07-06"), use="working_days", due="2026-07-15", state="overdue"),
    ),
    *of(
        "procuratorate.register_clue",  # 7 days from the clue (县定; 二（九）)
        line("on_time", clue("2026-07-06"), letter("clue_registration", "2026-07-13"), due="2026-07-13",
             state="discharged", ended="2026-07-13 09:00", owes="procuratorate > 140924100"),
        line("late", clue("2026-07-06"), letter("clue_registration", "2026-07-14"), due="2026-07-13",
             state="discharged_late", ended="2026-07-14 09:00"),
        line("missing", clue("2026-07-06"), due="2026-07-13", state="overdue"),
        line("open", clue("2026-07-06"), due="2026-07-13", state="open", as_of="2026-07-13"),
        line("early", clue("2026-07-06"), letter("clue_registration", "2026-07-05"), due="2026-07-13",
             state="overdue"),
        # Two clues that the procuratorate keeps as one case: only the second is registered.
        line("scope", clue("2026-07-06"), clue("2026-07-06", 2), letter("clue_registration", "2026-07-07", 2, **SAME),
             letter("clue_result", "2026-07-20", 1, **SAME), about="繁城综执函〔2026〕1号", due="2026-07-13", state="overdue"),
        line("scope/another matter", clue("2026-07-06"), clue("2026-07-06", 2),
             letter("clue_registration", "2026-07-07", 2), cases=2, about="繁城综执函〔2026〕1号", due="2026-07-13",
             state="overdue"),
        line("missing/from a wednesday", clue("2026-07-08"), due="2026-07-15", state="overdue"),
        line("holiday/spring festival", clue("2026-02-10"), letter("clue_registration", "2026-02-25"),
             due="2026-02-24", state="discharged_late", ended="2026-02-25 09:00"),
    ),
    *of(
        "procuratorate.notify_clue_result",  # 30 days from the registration (县定; 二（九） “应当相互通报”)
        line("on_time", clue("2026-07-10"), letter("clue_registration", "2026-07-13"),
             letter("clue_result", "2026-08-12"), due="2026-08-12", state="discharged", ended="2026-08-12 15:00",
             owes="procuratorate > 140924100"),
        line("late", clue("2026-07-10"), letter("clue_registration", "2026-07-13"),
             letter("clue_result", "2026-08-13"), due="2026-08-12", state="discharged_late",
             ended="2026-08-13 15:00"),
        line("missing", clue("2026-07-10"), letter("clue_registration", "2026-07-13"), due="2026-08-12",
             state="overdue"),
        line("open", clue("2026-07-10"), letter("clue_registration", "2026-07-13"), due="2026-08-12", state="open",
             as_of="2026-08-12"),
        line("early", clue("2026-07-10"), letter("clue_registration", "2026-07-13"),
             letter("clue_result", "2026-07-12"), due="2026-08-12", state="overdue"),
        line("scope", clue("2026-07-10"), letter("clue_registration", "2026-07-13", 1, **SAME), clue("2026-07-10", 2),
             letter("clue_registration", "2026-07-13", 2, **SAME), letter("clue_result", "2026-07-20", 2, **SAME),
             about="繁检登〔2026〕1号", due="2026-08-12", state="overdue"),
        line("holiday/national day", clue("2026-09-01"), letter("clue_registration", "2026-09-03"),
             letter("clue_result", "2026-10-08"), due="2026-10-08", state="discharged", ended="2026-10-08 15:00"),
    ),
    *of(
        "township.reply_suggestion",  # 2 months, or the letter's own day; urgent 15 days (三¶1)
        line("on_time", suggestion("2026-07-08"), answered("2026-09-08"), due="2026-09-08", state="discharged",
             ended="2026-09-08", owes="140924100 > procuratorate"),
        line("late", suggestion("2026-07-08"), answered("2026-09-09"), due="2026-09-08", state="discharged_late",
             ended="2026-09-09"),
        line("missing", suggestion("2026-07-08"), due="2026-09-08", state="overdue"),
        line("open", suggestion("2026-07-08"), due="2026-09-08", state="open", as_of="2026-09-08"),
        line("early", suggestion("2026-07-08"), answered("2026-07-07"), due="2026-09-08", state="overdue"),
        line("scope", suggestion("2026-07-08", 1, unified_case_no="繁检行〔2026〕5号"),
             suggestion("2026-07-08", 2, unified_case_no="繁检行〔2026〕5号"), answered("2026-07-20", 2),
             about="繁检建〔2026〕1号", due="2026-09-08", state="overdue"),
        line("holiday/national day", suggestion("2026-08-05"), answered("2026-10-08"), due="2026-10-08",
             state="discharged", ended="2026-10-08"),
        line("month_end/no 31 february", suggestion("2025-12-31"), due="2026-02-28", state="overdue"),
        line("month_end/from the last day of february", suggestion("2026-02-28"), due="2026-04-28", state="overdue"),
        line("letter_date", suggestion("2026-07-08", reply_by="2026-07-31"), answered("2026-07-31"),
             due="2026-07-31", state="discharged", ended="2026-07-31"),
        line("letter_date/on a sunday, which does not roll", suggestion("2026-07-08", reply_by="2026-08-02"),
             answered("2026-08-03"), due="2026-08-02", state="discharged_late", ended="2026-08-03"),
        line("special:urgent", suggestion("2026-07-08", urgent=True), answered("2026-07-23"), due="2026-07-23",
             state="discharged", ended="2026-07-23"),
        line("special:urgent/into national day", suggestion("2026-09-21", urgent=True), due="2026-10-08",
             state="overdue"),
        line("special:urgent/the letter's own day comes first",
             suggestion("2026-07-08", urgent=True, reply_by="2026-07-13"), due="2026-07-13", state="overdue"),
        line("use:last_day_of_month", suggestion("2026-02-28"), use="last_day_of_month", due="2026-04-30",
             state="overdue"),
    ),
    *of(
        "supervision_commission.acknowledge_clue",  # 3 days from the letter (县定; 三¶2)
        line("on_time", duty_clue("2026-07-06"), signed("2026-07-09"), due="2026-07-09", state="discharged",
             ended="2026-07-09", owes="supervision_commission > procuratorate"),
        line("late", duty_clue("2026-07-06"), signed("2026-07-10"), due="2026-07-09", state="discharged_late",
             ended="2026-07-10"),
        line("missing", duty_clue("2026-07-06"), due="2026-07-09", state="overdue"),
        line("open", duty_clue("2026-07-06"), due="2026-07-09", state="open", as_of="2026-07-09"),
        line("early", duty_clue("2026-07-06"), signed("2026-07-05"), due="2026-07-09", state="overdue"),
        line("scope", duty_clue("2026-07-06"), duty_clue("2026-07-06", 2), signed("2026-07-07", 2), cases=2,
             about="繁检移〔2026〕1号", due="2026-07-09", state="overdue"),
        line("holiday/spring festival", duty_clue("2026-02-12"), signed("2026-02-24"), due="2026-02-24",
             state="discharged", ended="2026-02-24"),
        line("holiday/working saturday", duty_clue("2026-10-07"), signed("2026-10-12"), due="2026-10-10",
             state="discharged_late", ended="2026-10-12"),
    ),
]  # fmt: skip


@pytest.mark.parametrize("said", LINES, ids=ids(LINES))
def test_what_is_owed_about_consultations_clues_and_suggestions(said: Line) -> None:
    check(said)
