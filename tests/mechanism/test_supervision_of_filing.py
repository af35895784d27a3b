"""Supervision of filing: what the procuratorate and the police owe once a township asks, or the procuratorate demands.

Dates are worked out by hand against the notices of the State Council's office (2025 and 2026).
"""

from __future__ import annotations

import pytest

from hub.model import CellValue, Record
from tests.hub.county import acceptance, police_no, referral, result
from tests.mechanism.line import LI, OTHER_ID_NO, OTHER_NAME, Line, check, ids, line, of, paper, split

REFERRAL_1 = "繁城综执移〔2026〕1号"


def requested(day: str) -> Record:
    """The township asked the procuratorate to supervise."""
    return referral(建议立案监督时间=day)


def about(doc_type: str, day: str, no: int = 1) -> Record:
    """A paper about the police case of a number: of 张三 the first, of 李四 the second."""
    persons: dict[str, CellValue] = {"persons": [LI]} if no == 2 else {}
    return paper(doc_type, day, no, police_case_no=police_no(no), **persons)


def other() -> tuple[Record, Record]:
    """Another matter: the referral and the acceptance of 李四."""
    return (
        referral(2, 当事人=OTHER_NAME, 证件号码=OTHER_ID_NO, 建议立案监督时间="2026-07-06"),
        acceptance(2, **{"嫌疑人/单位": OTHER_NAME}, 证件号码=OTHER_ID_NO),
    )


LINES: list[Line] = [
    *of(
        "procuratorate.accept_supervision",  # 7 days from the request (县定; 二（二）)
        line("on_time", requested("2026-07-06"), acceptance(), about("supervision_acceptance", "2026-07-13"),
             due="2026-07-13", state="discharged", ended="2026-07-13 09:00", owes="procuratorate > 140924100"),
        line("late", requested("2026-07-06"), acceptance(), about("supervision_acceptance", "2026-07-14"),
             due="2026-07-13", state="discharged_late", ended="2026-07-14 09:00"),
        line("missing", requested("2026-07-06"), acceptance(), due="2026-07-13", state="overdue"),
        line("missing/from a wednesday", requested("2026-07-08"), acceptance(), due="2026-07-15", state="overdue"),
        line("open", requested("2026-07-06"), acceptance(), due="2026-07-13", state="open", as_of="2026-07-13"),
        line("early", requested("2026-07-06"), acceptance(), about("supervision_acceptance", "2026-07-05"),
             due="2026-07-13", state="overdue"),
        line("scope", requested("2026-07-06"), acceptance(), *other(), about("supervision_acceptance", "2026-07-07", 2),
             cases=2, about=REFERRAL_1, due="2026-07-13", state="overdue"),
        line("holiday/spring festival", requested("2026-02-10"), acceptance(),
             about("supervision_acceptance", "2026-02-24"), due="2026-02-24", state="discharged",
             ended="2026-02-24 09:00"),
    ),
    *of(
        "police.explain_nonfiling",  # 7 days from the demand (刑诉规则 560; 公安程序规定 182)
        line("on_time", acceptance(), about("reasons_for_nonfiling", "2026-07-06"),
             result("说明不立案理由", "2026-07-13"), due="2026-07-13", state="discharged", ended="2026-07-13",
             owes="police > procuratorate"),
        line("late", acceptance(), about("reasons_for_nonfiling", "2026-07-06"), result("说明不立案理由", "2026-07-14"),
             due="2026-07-13", state="discharged_late", ended="2026-07-14"),
        line("missing", acceptance(), about("reasons_for_nonfiling", "2026-07-06"), due="2026-07-13", state="overdue"),
        line("missing/from a wednesday", acceptance(), about("reasons_for_nonfiling", "2026-07-08"), due="2026-07-15",
             state="overdue"),
        line("open", acceptance(), about("reasons_for_nonfiling", "2026-07-06"), due="2026-07-13", state="open",
             as_of="2026-07-13"),
        line("early", acceptance(), about("reasons_for_nonfiling", "2026-07-06"),
             result("说明不立案理由", "2026-07-05"), due="2026-07-13", state="overdue"),
        line("scope", acceptance(), about("reasons_for_nonfiling", "2026-07-06"), *other(),
             result("说明不立案理由", "2026-07-07", 2), cases=2, due="2026-07-13", state="overdue"),
        line("use:working_days", acceptance(), about("reasons_for_nonfiling", "2026-07-06"), use="working_days",
             due="2026-07-15", state="overdue"),
        line("use:no_roll", acceptance(), about("reasons_for_nonfiling", "2026-07-04"), use="no_roll",
             due="2026-07-11", state="overdue"),
        line("holiday/national day", acceptance(), about("reasons_for_nonfiling", "2026-09-25"),
             result("说明不立案理由", "2026-10-09"), due="2026-10-08", state="discharged_late", ended="2026-10-09"),
        line("ends:nonfiling.explained", acceptance(), about("reasons_for_nonfiling", "2026-07-06"),
             result("说明不立案理由", "2026-07-10"), due="2026-07-13", state="discharged", ended="2026-07-10"),
        line("ends:filing.accepted", acceptance(), about("reasons_for_nonfiling", "2026-07-06"),
             result("立案", "2026-07-10"), due="2026-07-13", state="discharged", ended="2026-07-10"),
    ),
    *of(
        "police.explain_overdue",  # 7 days from the demand (刑诉规则 562)
        line("on_time", acceptance(), about("reasons_for_overdue", "2026-07-13"), result("说明逾期理由", "2026-07-20"),
             due="2026-07-20", state="discharged", ended="2026-07-20", owes="police > procuratorate"),
        line("late", acceptance(), about("reasons_for_overdue", "2026-07-13"), result("说明逾期理由", "2026-07-21"),
             due="2026-07-20", state="discharged_late", ended="2026-07-21"),
        line("missing", acceptance(), about("reasons_for_overdue", "2026-07-13"), due="2026-07-20", state="overdue"),
        line("missing/from a wednesday", acceptance(), about("reasons_for_overdue", "2026-07-08"), due="2026-07-15",
             state="overdue"),
        line("open", acceptance(), about("reasons_for_overdue", "2026-07-13"), due="2026-07-20", state="open",
             as_of="2026-07-20"),
        line("early", acceptance(), about("reasons_for_overdue", "2026-07-13"), result("说明逾期理由", "2026-07-12"),
             due="2026-07-20", state="overdue"),
        line("scope", acceptance(), about("reasons_for_overdue", "2026-07-13"), *other(),
             result("说明逾期理由", "2026-07-14", 2), cases=2, due="2026-07-20", state="overdue"),
        line("holiday/spring festival", acceptance(), about("reasons_for_overdue", "2026-02-09"),
             result("说明逾期理由", "2026-02-24"), due="2026-02-24", state="discharged", ended="2026-02-24"),
        line("ends:overdue.explained", acceptance(), about("reasons_for_overdue", "2026-07-13"),
             result("说明逾期理由", "2026-07-14"), due="2026-07-20", state="discharged", ended="2026-07-14"),
        line("ends:filing.accepted", acceptance(), about("reasons_for_overdue", "2026-07-13"),
             result("立案", "2026-07-14"), due="2026-07-20", state="discharged", ended="2026-07-14"),
        line("ends:filing.refused", acceptance(), about("reasons_for_overdue", "2026-07-13"),
             result("不予立案", "2026-07-14"), due="2026-07-20", state="discharged", ended="2026-07-14"),
    ),
    *of(
        "procuratorate.notify_supervision_result",  # 10 days from the finding that the reasons hold (刑诉规则 561)
        line("on_time", acceptance(), about("reasons_upheld", "2026-07-13"), about("supervision_result", "2026-07-23"),
             due="2026-07-23", state="discharged", ended="2026-07-23 15:00", owes="procuratorate > 140924100"),
        line("late", acceptance(), about("reasons_upheld", "2026-07-13"), about("supervision_result", "2026-07-24"),
             due="2026-07-23", state="discharged_late", ended="2026-07-24 15:00"),
        line("missing", acceptance(), about("reasons_upheld", "2026-07-13"), due="2026-07-23", state="overdue"),
        line("open", acceptance(), about("reasons_upheld", "2026-07-13"), due="2026-07-23", state="open",
             as_of="2026-07-23"),
        line("early", acceptance(), about("reasons_upheld", "2026-07-13"), about("supervision_result", "2026-07-12"),
             due="2026-07-23", state="overdue"),
        line("scope", acceptance(), about("reasons_upheld", "2026-07-13"), *other(),
             about("supervision_result", "2026-07-14", 2), cases=2, due="2026-07-23", state="overdue"),
        line("holiday/national day", acceptance(), about("reasons_upheld", "2026-09-22"),
             about("supervision_result", "2026-10-08"), due="2026-10-08", state="discharged",
             ended="2026-10-08 15:00"),
    ),
    *of(
        "police.file_as_ordered",  # 15 days from the order (刑诉规则 563; 公安程序规定 182)
        line("on_time", acceptance(), about("filing_order", "2026-07-06"), result("立案", "2026-07-21"),
             due="2026-07-21", state="discharged", ended="2026-07-21", owes="police > procuratorate"),
        line("late", acceptance(), about("filing_order", "2026-07-06"), result("立案", "2026-07-22"),
             due="2026-07-21", state="discharged_late", ended="2026-07-22"),
        line("missing", acceptance(), about("filing_order", "2026-07-06"), due="2026-07-21", state="overdue"),
        line("missing/a second refusal is no filing", acceptance(), about("filing_order", "2026-07-06"),
             result("不予立案", "2026-07-10"), due="2026-07-21", state="overdue"),
        line("open", acceptance(), about("filing_order", "2026-07-06"), due="2026-07-21", state="open",
             as_of="2026-07-21"),
        line("early", acceptance(), about("filing_order", "2026-07-06"), result("立案", "2026-07-05"),
             due="2026-07-21", state="overdue"),
        line("scope", acceptance(), about("filing_order", "2026-07-06"), *other(), result("立案", "2026-07-07", 2),
             cases=2, due="2026-07-21", state="overdue"),
        line("use:working_days", acceptance(), about("filing_order", "2026-07-06"), use="working_days",
             due="2026-07-27", state="overdue"),
        line("use:no_roll", acceptance(), about("filing_order", "2026-07-04"), use="no_roll", due="2026-07-19",
             state="overdue"),
        line("holiday/spring festival", acceptance(), about("filing_order", "2026-02-02"), result("立案", "2026-02-24"),
             due="2026-02-24", state="discharged", ended="2026-02-24"),
    ),
    *of(
        "police.conclude_supervised_case",  # 3 months from the filing that was ordered (刑诉规则 564)
        line("on_time", acceptance(), about("filing_order", "2026-07-06"), result("立案", "2026-07-15"),
             result("移送起诉", "2026-10-15"), due="2026-10-15", state="discharged", ended="2026-10-15",
             owes="police > procuratorate"),
        line("late", acceptance(), about("filing_order", "2026-07-06"), result("立案", "2026-07-15"),
             result("移送起诉", "2026-10-16"), due="2026-10-15", state="discharged_late", ended="2026-10-16"),
        line("missing", acceptance(), about("filing_order", "2026-07-06"), result("立案", "2026-07-15"),
             due="2026-10-15", state="overdue"),
        line("open", acceptance(), about("filing_order", "2026-07-06"), result("立案", "2026-07-15"),
             due="2026-10-15", state="open", as_of="2026-10-15"),
        line("early", acceptance(), about("filing_order", "2026-07-06"), result("立案", "2026-07-15"),
             result("移送起诉", "2026-07-14"), due="2026-10-15", state="overdue"),
        line("scope", referral(), *split(), about("filing_order", "2026-07-06"), result("立案", "2026-07-15", 1),
             result("立案", "2026-07-15", 2), result("移送起诉", "2026-08-03", 2), about=police_no(1),
             due="2026-10-15", state="overdue"),
        line("holiday/national day", acceptance(), about("filing_order", "2026-07-01"), result("立案", "2026-07-03"),
             result("移送起诉", "2026-10-08"), due="2026-10-08", state="discharged", ended="2026-10-08"),
        # No 30 February: its last day, which is a working Saturday.
        line("month_end/no 30 february", acceptance(), about("filing_order", "2025-11-20"),
             result("立案", "2025-11-30"), due="2026-02-28", state="overdue"),
        line("month_end/from the last day of february", acceptance(), about("filing_order", "2026-02-27"),
             result("立案", "2026-02-28"), due="2026-05-28", state="overdue"),
        line("ends:prosecution.referred", acceptance(), about("filing_order", "2026-07-06"),
             result("立案", "2026-07-15"), result("移送起诉", "2026-08-03"), due="2026-10-15", state="discharged",
             ended="2026-08-03"),
        line("ends:case.withdrawn", acceptance(), about("filing_order", "2026-07-06"), result("立案", "2026-07-15"),
             result("撤案", "2026-08-03"), due="2026-10-15", state="discharged", ended="2026-08-03"),
        line("not_opened", acceptance(), result("立案", "2026-07-15")),
        line("not_opened/filed before the order", acceptance(), result("立案", "2026-07-05"),
             about("filing_order", "2026-07-06")),
        line("use:last_day_of_month", acceptance(), about("filing_order", "2026-02-27"), result("立案", "2026-02-28"),
             use="last_day_of_month", due="2026-06-01", state="overdue"),  # 31 May is a Sunday
    ),
]  # fmt: skip


@pytest.mark.parametrize("said", LINES, ids=ids(LINES))
def test_what_is_owed_while_the_procuratorate_supervises_a_filing(said: Line) -> None:
    check(said)
