"""Opinions to refer: what a township owes once it is told to refer, whom the procuratorate tells, who signs the copy.

Dates are worked out by hand against the notice of the State Council's office for 2026.
"""

from __future__ import annotations

import pytest

from hub.model import CellValue, Record
from tests.hub.county import copies, copy_receipt, referral
from tests.mechanism.line import LI, OTHER_ID_NO, OTHER_NAME, Line, check, ids, line, of, paper

LETTER_1, LETTER_2 = "繁检意〔2026〕1号", "繁检意〔2026〕2号"
# Two letters about one matter of the procuratorate.
SAME = {"unified_case_no": "繁检刑诉〔2026〕5号"}


def referred(day: str, no: int = 1) -> Record:
    """The township referred, and says because of which letter."""
    return referral(no, 批准时间=None, 移送时间=day, 备注=f"根据繁检意〔2026〕{no}号检察意见移送")


def other_referred(day: str) -> Record:
    """Another person's referral, of which no letter speaks."""
    return referral(2, 当事人=OTHER_NAME, 证件号码=OTHER_ID_NO, 批准时间=None, 移送时间=day)


def notice(day: str, no: int = 1) -> Record:
    """The police are told in writing that the township does not refer as the letter of that number says."""
    persons: dict[str, CellValue] = {"persons": [LI]} if no == 2 else {}
    return paper("refusal_notice", day, no, related_doc_no=f"繁检意〔2026〕{no}号", **persons)


def _to(agency: str, day: str) -> CellValue:
    """One copy to another agency than the justice bureau."""
    return [{"agency": agency, "copied_at": f"{day}T09:00:00+08:00"}]


LINES: list[Line] = [
    *of(
        "township.act_on_transfer_opinion",  # 7 days from service (县定; 二（四）¶1 “及时”)
        line("on_time", paper("transfer_opinion", "2026-07-06"), referred("2026-07-13"), due="2026-07-13",
             state="discharged", ended="2026-07-13", owes="140924100 > procuratorate"),
        line("late", paper("transfer_opinion", "2026-07-06"), referred("2026-07-14"), due="2026-07-13",
             state="discharged_late", ended="2026-07-14"),
        line("missing", paper("transfer_opinion", "2026-07-06"), due="2026-07-13", state="overdue"),
        line("open", paper("transfer_opinion", "2026-07-06"), due="2026-07-13", state="open", as_of="2026-07-13"),
        line("early", paper("transfer_opinion", "2026-07-06"), referred("2026-07-05"), due="2026-07-13",
             state="overdue"),
        line("scope", paper("transfer_opinion", "2026-07-06"), other_referred("2026-07-07"), cases=2,
             due="2026-07-13", state="overdue"),
        line("holiday/national day", paper("transfer_opinion", "2026-09-24"), referred("2026-10-08"),
             due="2026-10-08", state="discharged", ended="2026-10-08"),
    ),
    *of(
        "procuratorate.notify_police_of_refusal",  # 7 days from the due day that was missed (县定; 二（四）¶2)
        line("on_time", paper("transfer_opinion", "2026-07-06"), notice("2026-07-20"), opened="2026-07-13",
             due="2026-07-20", state="discharged", ended="2026-07-20 15:00", owes="procuratorate > police"),
        line("late", paper("transfer_opinion", "2026-07-06"), notice("2026-07-21"), opened="2026-07-13",
             due="2026-07-20", state="discharged_late", ended="2026-07-21 15:00"),
        line("missing", paper("transfer_opinion", "2026-07-06"), opened="2026-07-13", due="2026-07-20",
             state="overdue"),
        line("open", paper("transfer_opinion", "2026-07-06"), opened="2026-07-13", due="2026-07-20", state="open",
             as_of="2026-07-14"),
        line("early", paper("transfer_opinion", "2026-07-06"), notice("2026-07-12"), opened="2026-07-13",
             due="2026-07-20", state="overdue"),
        line("scope", paper("transfer_opinion", "2026-07-06"),
             paper("transfer_opinion", "2026-07-06", 2, persons=[LI]), notice("2026-07-15", 2), cases=2,
             about=LETTER_1, due="2026-07-20", state="overdue"),
        line("holiday/national day", paper("transfer_opinion", "2026-09-17"), notice("2026-10-09"),
             opened="2026-09-24", due="2026-10-08", state="discharged_late", ended="2026-10-09 15:00"),
        line("ends:police.notified_of_refusal", paper("transfer_opinion", "2026-07-06"), notice("2026-07-15"),
             due="2026-07-20", state="discharged", ended="2026-07-15 15:00"),
        line("ends:referral.sent", paper("transfer_opinion", "2026-07-06"), referred("2026-07-16"), due="2026-07-20",
             state="discharged", ended="2026-07-16"),
        line("not_opened", paper("transfer_opinion", "2026-07-06"), referred("2026-07-13")),
        line("not_opened/not before the due day is over", paper("transfer_opinion", "2026-07-06"), as_of="2026-07-13"),
    ),
    *of(
        "procuratorate.copy_justice_bureau",  # 3 days from service (县定; 二（四）¶1、（五）)
        line("on_time", paper("transfer_opinion", "2026-07-06", copies=copies("2026-07-09")), due="2026-07-09",
             state="discharged", ended="2026-07-09 09:00", owes="procuratorate > justice_bureau"),
        line("late", paper("transfer_opinion", "2026-07-06", copies=copies("2026-07-10")), due="2026-07-09",
             state="discharged_late", ended="2026-07-10 09:00"),
        line("missing", paper("transfer_opinion", "2026-07-06"), due="2026-07-09", state="overdue"),
        line("open", paper("transfer_opinion", "2026-07-06"), due="2026-07-09", state="open", as_of="2026-07-09"),
        line("early", paper("transfer_opinion", "2026-07-06", copies=copies("2026-07-05")), due="2026-07-09",
             state="overdue"),
        line("scope", paper("penalty_opinion", "2026-07-06", 1, **SAME),
             paper("penalty_opinion", "2026-07-06", 2, copies=copies("2026-07-07"), **SAME), about=LETTER_1,
             due="2026-07-09", state="overdue"),
        line("holiday/spring festival", paper("penalty_opinion", "2026-02-12", copies=copies("2026-02-24")),
             due="2026-02-24", state="discharged", ended="2026-02-24 09:00"),
        line("missing/a copy to the police", paper("transfer_opinion", "2026-07-06", copies=_to("police", "2026-07-07")),
             due="2026-07-09", state="overdue"),
        line("opens:transfer_opinion.served", paper("transfer_opinion", "2026-07-06"), due="2026-07-09",
             state="overdue"),
        line("opens:penalty_opinion.served", paper("penalty_opinion", "2026-07-06"), due="2026-07-09",
             state="overdue"),
    ),
    *of(
        "justice_bureau.acknowledge_copy",  # 3 days from the copy (县定)
        line("on_time", paper("penalty_opinion", "2026-07-06", copies=copies("2026-07-07")),
             copy_receipt(收文日期="2026-07-10"), due="2026-07-10", state="discharged", ended="2026-07-10",
             owes="justice_bureau > procuratorate"),
        line("late", paper("penalty_opinion", "2026-07-06", copies=copies("2026-07-07")),
             copy_receipt(收文日期="2026-07-13"), due="2026-07-10", state="discharged_late", ended="2026-07-13"),
        line("missing", paper("penalty_opinion", "2026-07-06", copies=copies("2026-07-07")), due="2026-07-10",
             state="overdue"),
        line("open", paper("penalty_opinion", "2026-07-06", copies=copies("2026-07-07")), due="2026-07-10",
             state="open", as_of="2026-07-10"),
        line("early", paper("penalty_opinion", "2026-07-06", copies=copies("2026-07-07")),
             copy_receipt(收文日期="2026-07-06"), due="2026-07-10", state="overdue"),
        line("scope", paper("penalty_opinion", "2026-07-06", 1, copies=copies("2026-07-07"), **SAME),
             paper("penalty_opinion", "2026-07-06", 2, copies=copies("2026-07-07"), **SAME),
             copy_receipt(2, 收文日期="2026-07-08"), about=LETTER_1, due="2026-07-10", state="overdue"),
        line("holiday/working sunday", paper("penalty_opinion", "2026-09-16", copies=copies("2026-09-17")),
             copy_receipt(收文日期="2026-09-21"), due="2026-09-20", state="discharged_late", ended="2026-09-21"),
        line("holiday/national day", paper("penalty_opinion", "2026-09-28", copies=copies("2026-09-29")),
             copy_receipt(收文日期="2026-10-08"), due="2026-10-08", state="discharged", ended="2026-10-08"),
        line("not_opened", paper("penalty_opinion", "2026-07-06", copies=_to("police", "2026-07-07"))),
    ),
]  # fmt: skip


@pytest.mark.parametrize("said", LINES, ids=ids(LINES))
def test_what_is_owed_about_an_opinion_to_refer_and_its_copies(said: Line) -> None:
    check(said)
