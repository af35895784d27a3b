"""Forward referral: what the township and the police owe each other from the report to the handing over of the items.

Dates are worked out by hand against the notices of the State Council's office (2026: Spring Festival 15-23 February,
National Day 1-7 October; working Saturdays and Sundays 14 and 28 February, 9 May, 20 September, 10 October).
"""

from __future__ import annotations

import pytest

from hub.model import CellValue, Record
from tests.hub.county import acceptance, penalty, police_no, referral, result
from tests.mechanism.line import LI, OTHER_ID_NO, OTHER_NAME, Line, check, ids, joined, line, of, paper, split

ROW_1 = "繁城综执立〔2026〕1号"
REFERRAL_1 = "繁城综执移〔2026〕1号"
UNSENT: dict[str, CellValue] = {"批准时间": None, "移送时间": None}


def report(proposed: str, approved: str | None = None, **cells: CellValue) -> Record:
    """The special team reported in writing; the head decided, or not yet; nothing is sent so far."""
    return referral(报告时间=proposed, 批准时间=approved, 移送时间=None, **cells)


def approval(approved: str, sent: str | None = None) -> Record:
    """The head approved; the referral went out, or not yet."""
    return referral(批准时间=approved, 移送时间=sent)


def notified(day: str, **cells: CellValue) -> Record:
    """The township has the police's refusal in writing."""
    return referral(收到不予立案通知书时间=day, **cells)


def filed(day: str, handed_over: str | None = None) -> Record:
    """The township has the police's notice of filing; the items were handed over, or not yet."""
    return referral(收到立案通知书时间=day, 移交物品时间=handed_over)


def other(**cells: CellValue) -> Record:
    """A referral of another person: another matter."""
    return referral(2, 当事人=OTHER_NAME, 证件号码=OTHER_ID_NO, **cells)


def other_acceptance(**cells: CellValue) -> Record:
    """The police's record of that other matter."""
    return acceptance(2, **{"嫌疑人/单位": OTHER_NAME, "证件号码": OTHER_ID_NO, **cells})


def copied(day: str, no: int = 1) -> Record:
    """The procuratorate has the copy of the referral of that number."""
    who: dict[str, CellValue] = {"persons": [LI]} if no == 2 else {}
    return paper("copy_receipt", day, no, related_doc_no=f"繁城综执移〔2026〕{no}号", **who)


def extended(*tiers: tuple[str, int], no: int = 1) -> tuple[Record, ...]:
    """Extensions of the police case, each on its day for so many days."""
    return tuple(
        result("延长审查", day, no, 文书文号=f"繁公（刑）延字〔2026〕{n}号", 延长天数=str(days))
        for n, (day, days) in enumerate(tiers, start=1)
    )


LINES: list[Line] = [
    *of(
        "township.decide_transfer",  # 3 days from the report (国令730 五)
        line("on_time", report("2026-07-06", "2026-07-09"), due="2026-07-09", state="discharged", ended="2026-07-09",
             owes="140924100 > 140924100/head"),
        line("late", report("2026-07-06", "2026-07-10"), due="2026-07-09", state="discharged_late", ended="2026-07-10"),
        line("missing", report("2026-07-06"), due="2026-07-09", state="overdue"),
        line("open", report("2026-07-06"), due="2026-07-09", state="open", as_of="2026-07-09"),
        line("early", report("2026-07-06", "2026-07-05"), due="2026-07-09", state="overdue"),
        line("scope", report("2026-07-06"), other(报告时间="2026-07-06", 批准时间="2026-07-07", 移送时间=None), *joined(),
             about=ROW_1, due="2026-07-09", state="overdue"),
        line("holiday/spring festival", report("2026-02-12", "2026-02-24"), due="2026-02-24", state="discharged",
             ended="2026-02-24"),
        line("holiday/national day", report("2026-09-29", "2026-10-09"), due="2026-10-08", state="discharged_late",
             ended="2026-10-09"),
        line("holiday/working sunday", report("2026-09-17", "2026-09-21"), due="2026-09-20", state="discharged_late",
             ended="2026-09-21"),
        line("ends:transfer.approved", report("2026-07-06", "2026-07-08", 是否批准="是"), due="2026-07-09",
             state="discharged", ended="2026-07-08"),
        line("ends:transfer.rejected", report("2026-07-06", "2026-07-08", 是否批准="否"), due="2026-07-09",
             state="discharged", ended="2026-07-08"),
        line("use:working_days", report("2026-07-02"), use="working_days", due="2026-07-07", state="overdue"),
    ),
    *of(
        "township.send_referral",  # 24 hours from the approval (国令730 五): they run on Saturdays and holidays
        line("on_time", approval("2026-07-06 09:00", "2026-07-07 09:00"), due="2026-07-07 09:00", state="discharged",
             ended="2026-07-07 09:00", owes="140924100 > police"),
        line("late", approval("2026-07-06 09:00", "2026-07-07 09:01"), due="2026-07-07 09:00", state="discharged_late",
             ended="2026-07-07 09:01"),
        line("missing", approval("2026-07-06 09:00"), due="2026-07-07 09:00", state="overdue"),
        line("open", approval("2026-07-06 09:00"), due="2026-07-07 09:00", state="open", as_of="2026-07-07T09:00+08:00"),
        line("early", approval("2026-07-06 09:00", "2026-07-05 09:00"), due="2026-07-07 09:00", state="overdue"),
        line("scope", approval("2026-07-06 09:00"), other(批准时间="2026-07-06 09:00", 移送时间="2026-07-06 10:00"),
             *joined(), about=ROW_1, due="2026-07-07 09:00", state="overdue"),
        line("holiday/national day", approval("2026-09-30 17:00", "2026-10-08 09:00"), due="2026-10-01 17:00",
             state="discharged_late", ended="2026-10-08 09:00"),
        line("holiday/saturday", approval("2026-07-03 16:00", "2026-07-04 15:00"), due="2026-07-04 16:00",
             state="discharged", ended="2026-07-04 15:00"),
        line("on_time/a bare date", approval("2026-07-06", "2026-07-07"), due="2026-07-07",
             state="discharged", ended="2026-07-07"),
        # Seven hours of office a day: 6.5 on Monday, 7, 7, and 3.5 on Thursday morning.
        line("use:office_hours", approval("2026-07-06 09:00"), use="office_hours", due="2026-07-09 12:00",
             state="overdue"),
        line("use:next_hour", approval("2026-07-06 09:20"), use="next_hour", due="2026-07-07 10:00", state="overdue"),
    ),
    *of(
        "township.copy_procuratorate",  # 3 days from sending (县定)
        line("on_time", referral(移送时间="2026-07-06 10:00"), copied("2026-07-09"), due="2026-07-09",
             state="discharged", ended="2026-07-09 09:00", owes="140924100 > procuratorate"),
        line("late", referral(移送时间="2026-07-06 10:00"), copied("2026-07-10"), due="2026-07-09",
             state="discharged_late", ended="2026-07-10 09:00"),
        line("missing", referral(移送时间="2026-07-06 10:00"), due="2026-07-09", state="overdue"),
        line("open", referral(移送时间="2026-07-06 10:00"), due="2026-07-09", state="open", as_of="2026-07-09"),
        line("early", referral(移送时间="2026-07-06 10:00"), copied("2026-07-05"), due="2026-07-09", state="overdue"),
        line("scope", referral(移送时间="2026-07-06 10:00"), other(移送时间="2026-07-06 10:00"), copied("2026-07-07", 2),
             cases=2, about=REFERRAL_1, due="2026-07-09", state="overdue"),
        line("holiday/spring festival", referral(移送时间="2026-02-13 10:00"), copied("2026-02-24"), due="2026-02-24",
             state="discharged", ended="2026-02-24 09:00"),
    ),
    *of(
        "police.sign_receipt",  # 24 hours from sending (县定; 国令730 七)
        line("on_time", referral(移送时间="2026-07-06 10:00"), acceptance(接受时间="2026-07-07 10:00"),
             due="2026-07-07 10:00", state="discharged", ended="2026-07-07 10:00", owes="police > 140924100"),
        line("late", referral(移送时间="2026-07-06 10:00"), acceptance(接受时间="2026-07-07 10:01"),
             due="2026-07-07 10:00", state="discharged_late", ended="2026-07-07 10:01"),
        line("missing", referral(移送时间="2026-07-06 10:00"), due="2026-07-07 10:00", state="overdue"),
        line("open", referral(移送时间="2026-07-06 10:00"), due="2026-07-07 10:00", state="open",
             as_of="2026-07-07T10:00+08:00"),
        line("early", referral(移送时间="2026-07-06 10:00"), acceptance(接受时间="2026-07-05 10:00"),
             due="2026-07-07 10:00", state="overdue"),
        line("scope", referral(移送时间="2026-07-06 10:00"), other(移送时间="2026-07-06 10:00"),
             other_acceptance(接受时间="2026-07-06 11:00"), cases=2, about=REFERRAL_1, due="2026-07-07 10:00",
             state="overdue"),
        line("holiday/national day", referral(移送时间="2026-09-30 17:00"), acceptance(接受时间="2026-10-08 09:00"),
             due="2026-10-01 17:00", state="discharged_late", ended="2026-10-08 09:00"),
        line("holiday/signed on a holiday", referral(移送时间="2026-09-30 17:00"), acceptance(接受时间="2026-10-01"),
             due="2026-10-01 17:00", state="discharged", ended="2026-10-01"),
        line("ends:referral.received", referral(移送时间="2026-07-06 10:00"), acceptance(接受时间="2026-07-06 11:00"),
             due="2026-07-07 10:00", state="discharged", ended="2026-07-06 11:00"),
        # Handed back over the counter, and entered in the books two days later.
        line("ends:referral.returned", referral(移送时间="2026-07-06 10:00"), acceptance(接受时间="2026-07-08 09:00"),
             result("退回", "2026-07-06 16:00"), due="2026-07-07 10:00", state="discharged", ended="2026-07-06 16:00"),
        line("use:working_day", referral(移送时间="2026-07-03 10:00"), use="working_day", due="2026-07-06",
             state="overdue"),
    ),
    *of(
        "township.supplement_material",  # 3 days from the notice (公安程序规定 180)
        line("on_time", referral(补正时间="2026-07-09"), acceptance(补正通知时间="2026-07-06"), due="2026-07-09",
             state="discharged", ended="2026-07-09", owes="140924100 > police"),
        line("late", referral(补正时间="2026-07-10"), acceptance(补正通知时间="2026-07-06"), due="2026-07-09",
             state="discharged_late", ended="2026-07-10"),
        line("missing", referral(), acceptance(补正通知时间="2026-07-06"), due="2026-07-09", state="overdue"),
        line("open", referral(), acceptance(补正通知时间="2026-07-06"), due="2026-07-09", state="open",
             as_of="2026-07-09"),
        line("early", referral(补正时间="2026-07-05"), acceptance(补正通知时间="2026-07-06"), due="2026-07-09",
             state="overdue"),
        line("scope", referral(), acceptance(补正通知时间="2026-07-06"), other(补正时间="2026-07-07"),
             other_acceptance(), cases=2, due="2026-07-09", state="overdue"),
        line("holiday/spring festival", referral(补正时间="2026-02-25"), acceptance(补正通知时间="2026-02-12"),
             due="2026-02-24", state="discharged_late", ended="2026-02-25"),
        line("holiday/working saturday", referral(补正时间="2026-02-14"), acceptance(补正通知时间="2026-02-11"),
             due="2026-02-14", state="discharged", ended="2026-02-14"),
        line("use:working_days", referral(), acceptance(补正通知时间="2026-07-02"), use="working_days",
             due="2026-07-07", state="overdue"),
    ),
    *of(
        "police.decide_filing",  # 3 days from acceptance, 7, 10, 30 or 60 where extended (国令730 八; 公安程序规定 180)
        line("on_time", acceptance(接受时间="2026-07-06"), result("立案", "2026-07-09"), due="2026-07-09",
             state="discharged", ended="2026-07-09", owes="police > 140924100"),
        line("late", acceptance(接受时间="2026-07-06"), result("立案", "2026-07-10"), due="2026-07-09",
             state="discharged_late", ended="2026-07-10"),
        line("missing", acceptance(接受时间="2026-07-06"), due="2026-07-09", state="overdue"),
        line("open", acceptance(接受时间="2026-07-06"), due="2026-07-09", state="open", as_of="2026-07-09"),
        line("early", acceptance(接受时间="2026-07-06"), result("立案", "2026-07-05"), due="2026-07-09",
             state="overdue"),
        line("scope", referral(), *split(), result("立案", "2026-07-03", 2), about=police_no(1), due="2026-07-06",
             state="overdue"),
        line("holiday/spring festival", acceptance(接受时间="2026-02-12"), due="2026-02-24", state="overdue"),
        line("holiday/the working saturday before it", acceptance(接受时间="2026-02-11"), due="2026-02-14",
             state="overdue"),
        line("holiday/the working saturday after it", acceptance(接受时间="2026-02-25"), due="2026-02-28",
             state="overdue"),
        line("holiday/qingming", acceptance(接受时间="2026-04-01"), due="2026-04-07", state="overdue"),
        line("holiday/labour day", acceptance(接受时间="2026-04-30"), due="2026-05-06", state="overdue"),
        line("holiday/the working saturday of may", acceptance(接受时间="2026-05-06"), due="2026-05-09",
             state="overdue"),
        line("holiday/dragon boat", acceptance(接受时间="2026-06-16"), due="2026-06-22", state="overdue"),
        line("holiday/the working sunday of september", acceptance(接受时间="2026-09-17"), due="2026-09-20",
             state="overdue"),
        line("holiday/mid-autumn", acceptance(接受时间="2026-09-22"), due="2026-09-28", state="overdue"),
        line("holiday/national day", acceptance(接受时间="2026-09-29"), due="2026-10-08", state="overdue"),
        line("holiday/the working saturday of october", acceptance(接受时间="2026-10-07"), due="2026-10-10",
             state="overdue"),
        line("ends:filing.accepted", acceptance(接受时间="2026-07-06"), result("立案", "2026-07-08"), due="2026-07-09",
             state="discharged", ended="2026-07-08"),
        line("ends:filing.refused", acceptance(接受时间="2026-07-06"), result("不予立案", "2026-07-08"),
             due="2026-07-09", state="discharged", ended="2026-07-08"),
        line("ends:referral.rerouted", acceptance(接受时间="2026-07-06"), result("转送", "2026-07-08"),
             due="2026-07-09", state="discharged", ended="2026-07-08"),
        line("ends:referral.returned", acceptance(接受时间="2026-07-06"), result("退回", "2026-07-08"),
             due="2026-07-09", state="discharged", ended="2026-07-08"),
        line("extended:7", acceptance(接受时间="2026-07-02"), *extended(("2026-07-05", 7)),
             result("立案", "2026-07-09"), due="2026-07-09", state="discharged", ended="2026-07-09"),
        line("extended:10", acceptance(接受时间="2026-07-02"), *extended(("2026-07-05", 10)),  # the 12th is a Sunday
             result("立案", "2026-07-13"), due="2026-07-13", state="discharged", ended="2026-07-13"),
        line("extended:30", acceptance(接受时间="2026-07-02"), *extended(("2026-07-05", 30)),  # 1 August: Saturday
             result("立案", "2026-08-04"), due="2026-08-03", state="discharged_late", ended="2026-08-04"),
        line("extended:60", acceptance(接受时间="2026-07-02"), *extended(("2026-07-05", 60)), due="2026-08-31",
             state="overdue"),
        line("extended:60/into national day", acceptance(接受时间="2026-08-03"), *extended(("2026-08-05", 60)),
             due="2026-10-08", state="overdue"),
        line("extended:latest", acceptance(接受时间="2026-07-02"), *extended(("2026-07-05", 30), ("2026-07-20", 60)),
             due="2026-08-31", state="overdue"),
        line("extended:latest/not the longest", acceptance(接受时间="2026-07-02"),
             *extended(("2026-07-03", 30), ("2026-07-05", 7)), due="2026-07-09", state="overdue"),
        line("extended:latest/before it was accepted", acceptance(接受时间="2026-07-02"), *extended(("2026-07-01", 30)),
             due="2026-07-06", state="overdue"),
        line("extended:latest/another police case", referral(), *split(), *extended(("2026-07-03", 30), no=2),
             about=police_no(1), due="2026-07-06", state="overdue"),
        line("extended:latest/a length that no tier allows is shown as it was stated",
             acceptance(接受时间="2026-07-02"), *extended(("2026-07-05", 45)), due="2026-08-17", state="overdue"),
        line("restart", acceptance(接受时间="2026-07-02"), result("转送", "2026-07-03"),
             acceptance(2, 原案件编号=police_no(1), 接受时间="2026-07-13", 移送书文号=None),
             result("不予立案", "2026-07-16", 2), about=police_no(2), due="2026-07-16", state="discharged",
             ended="2026-07-16"),
        line("restart/the first organ has answered", acceptance(接受时间="2026-07-02"), result("转送", "2026-07-03"),
             acceptance(2, 原案件编号=police_no(1), 接受时间="2026-07-13", 移送书文号=None), about=police_no(1),
             due="2026-07-06", state="discharged", ended="2026-07-03"),
        line("use:working_days", acceptance(接受时间="2026-07-02"), use="working_days", due="2026-07-07",
             state="overdue"),
        line("use:no_roll", acceptance(接受时间="2026-07-02"), use="no_roll", due="2026-07-05", state="overdue"),
        line("use:close_of_business", acceptance(接受时间="2026-07-06"), result("立案", "2026-07-09 18:00"),
             use="close_of_business", due="2026-07-09 18:00", state="discharged", ended="2026-07-09 18:00"),
        line("use:close_of_business/a minute later", acceptance(接受时间="2026-07-06"),
             result("立案", "2026-07-09 18:01"), use="close_of_business", due="2026-07-09 18:00",
             state="discharged_late", ended="2026-07-09 18:01"),
        line("use:working_days/and by the close of business", acceptance(接受时间="2026-07-02"),
             use="working_days+close_of_business", due="2026-07-07 18:00", state="overdue"),
        line("use:supplement_pauses", referral(补正时间="2026-07-10"),
             acceptance(接受时间="2026-07-06", 补正通知时间="2026-07-07"), use="supplement_pauses", due="2026-07-13",
             state="overdue"),  # the 9th and three days: the 12th is a Sunday
        line("use:supplement_pauses/never supplemented", referral(),
             acceptance(接受时间="2026-07-06", 补正通知时间="2026-07-07"), use="supplement_pauses", due="2026-07-09",
             state="overdue"),
        line("missing/supplementing does not pause", referral(补正时间="2026-07-10"),
             acceptance(接受时间="2026-07-06", 补正通知时间="2026-07-07"), due="2026-07-09", state="overdue"),
    ),
    *of(
        "township.request_reconsideration",  # 3 days from the refusal (国令730 九): a right, it lapses quietly
        line("on_time", notified("2026-07-06", 提请复议时间="2026-07-09"), due="2026-07-09", state="discharged",
             ended="2026-07-09", owes="140924100 > police"),
        line("late", notified("2026-07-06", 提请复议时间="2026-07-10"), due="2026-07-09", state="lapsed"),
        line("missing", notified("2026-07-06"), due="2026-07-09", state="lapsed"),
        line("open", notified("2026-07-06"), due="2026-07-09", state="open", as_of="2026-07-09"),
        line("early", notified("2026-07-06", 提请复议时间="2026-07-05"), due="2026-07-09", state="lapsed"),
        line("scope", notified("2026-07-06"), other(收到不予立案通知书时间="2026-07-06", 提请复议时间="2026-07-07"),
             *joined(), about=ROW_1, due="2026-07-09", state="lapsed"),
        line("holiday/national day", notified("2026-09-29", 提请复议时间="2026-10-08"), due="2026-10-08",
             state="discharged", ended="2026-10-08"),
        line("holiday/working saturday", notified("2026-02-11", 提请复议时间="2026-02-24"), due="2026-02-14",
             state="lapsed"),
        line("ends:reconsideration.requested", notified("2026-07-06", 提请复议时间="2026-07-07"), due="2026-07-09",
             state="discharged", ended="2026-07-07"),
        line("ends:supervision.requested", notified("2026-07-06", 建议立案监督时间="2026-07-08"), due="2026-07-09",
             state="discharged", ended="2026-07-08"),
        line("use:working_days", notified("2026-07-02", 提请复议时间="2026-07-07"), use="working_days",
             due="2026-07-07", state="discharged", ended="2026-07-07"),
    ),
    *of(
        "police.decide_reconsideration",  # 3 days from the request (国令730 九)
        line("on_time", acceptance(), result("复议受理", "2026-07-13"), result("复议决定", "2026-07-16"),
             due="2026-07-16", state="discharged", ended="2026-07-16", owes="police > 140924100"),
        line("late", acceptance(), result("复议受理", "2026-07-13"), result("复议决定", "2026-07-17"),
             due="2026-07-16", state="discharged_late", ended="2026-07-17"),
        line("missing", acceptance(), result("复议受理", "2026-07-13"), due="2026-07-16", state="overdue"),
        line("open", acceptance(), result("复议受理", "2026-07-13"), due="2026-07-16", state="open",
             as_of="2026-07-16"),
        line("early", acceptance(), result("复议受理", "2026-07-13"), result("复议决定", "2026-07-12"),
             due="2026-07-16", state="overdue"),
        line("scope", referral(), *split(), result("复议受理", "2026-07-13", 1), result("复议受理", "2026-07-13", 2),
             result("复议决定", "2026-07-14", 2), about=police_no(1), due="2026-07-16", state="overdue"),
        line("holiday/national day", acceptance(), result("复议受理", "2026-09-28"), result("复议决定", "2026-10-08"),
             due="2026-10-08", state="discharged", ended="2026-10-08"),
        line("use:working_days", acceptance(), result("复议受理", "2026-07-09"), use="working_days", due="2026-07-14",
             state="overdue"),
        line("use:no_roll", acceptance(), result("复议受理", "2026-07-09"), use="no_roll", due="2026-07-12",
             state="overdue"),
    ),
    *of(
        "township.request_supervision",  # 3 days from the upheld refusal (国令730 九): a right
        line("on_time", referral(收到复议结果时间="2026-07-13", 复议结果="维持", 建议立案监督时间="2026-07-16"),
             due="2026-07-16", state="discharged", ended="2026-07-16", owes="140924100 > procuratorate"),
        line("late", referral(收到复议结果时间="2026-07-13", 复议结果="维持", 建议立案监督时间="2026-07-17"),
             due="2026-07-16", state="lapsed"),
        line("missing", referral(收到复议结果时间="2026-07-13", 复议结果="维持"), due="2026-07-16", state="lapsed"),
        line("open", referral(收到复议结果时间="2026-07-13", 复议结果="维持"), due="2026-07-16", state="open",
             as_of="2026-07-16"),
        line("early", referral(收到复议结果时间="2026-07-13", 复议结果="维持", 建议立案监督时间="2026-07-12"),
             due="2026-07-16", state="lapsed"),
        line("scope", referral(收到复议结果时间="2026-07-13", 复议结果="维持"),
             other(收到复议结果时间="2026-07-13", 复议结果="维持", 建议立案监督时间="2026-07-14"), *joined(),
             about=ROW_1, due="2026-07-16", state="lapsed"),
        line("holiday/national day", referral(收到复议结果时间="2026-09-29", 复议结果="维持", 建议立案监督时间="2026-10-08"),
             due="2026-10-08", state="discharged", ended="2026-10-08"),
        line("not_opened", referral(收到复议结果时间="2026-07-13", 复议结果="撤销")),
        line("use:working_days", referral(收到复议结果时间="2026-07-09", 复议结果="维持", 建议立案监督时间="2026-07-14"),
             use="working_days", due="2026-07-14", state="discharged", ended="2026-07-14"),
    ),
    *of(
        "township.hand_over_items",  # 3 days from the notice of filing (国令730 十二)
        line("on_time", filed("2026-07-06", "2026-07-09"), due="2026-07-09", state="discharged", ended="2026-07-09",
             owes="140924100 > police"),
        line("late", filed("2026-07-06", "2026-07-10"), due="2026-07-09", state="discharged_late", ended="2026-07-10"),
        line("missing", filed("2026-07-06"), due="2026-07-09", state="overdue"),
        line("open", filed("2026-07-06"), due="2026-07-09", state="open", as_of="2026-07-09"),
        line("early", filed("2026-07-06", "2026-07-05"), due="2026-07-09", state="overdue"),
        line("scope", filed("2026-07-06"), other(收到立案通知书时间="2026-07-06", 移交物品时间="2026-07-07"), *joined(),
             about=ROW_1, due="2026-07-09", state="overdue"),
        line("holiday/spring festival", filed("2026-02-13", "2026-02-24"), due="2026-02-24", state="discharged",
             ended="2026-02-24"),
        line("holiday/working sunday", filed("2026-09-17", "2026-09-21"), due="2026-09-20", state="discharged_late",
             ended="2026-09-21"),
        line("use:working_days", filed("2026-07-02"), use="working_days", due="2026-07-07", state="overdue"),
    ),
    *of(
        "township.penalise_after_refusal",  # 90 days from the refusal (行政处罚法 60): 10 July + 90 = 8 October
        line("on_time", notified("2026-07-10", 处罚决定时间="2026-10-08"), due="2026-10-08", state="discharged",
             ended="2026-10-08", owes="140924100 > procuratorate"),
        line("late", notified("2026-07-10", 处罚决定时间="2026-10-09"), due="2026-10-08", state="discharged_late",
             ended="2026-10-09"),
        line("missing", notified("2026-07-10"), due="2026-10-08", state="overdue"),
        line("missing/far from any holiday", notified("2026-07-22"), due="2026-10-20", state="overdue"),
        line("open", notified("2026-07-10"), due="2026-10-08", state="open", as_of="2026-10-08"),
        line("early", notified("2026-07-10", 处罚决定时间="2026-07-09"), due="2026-10-08", state="overdue"),
        line("scope", notified("2026-07-10"), penalty(处罚决定时间="2026-07-20"), cases=2, due="2026-10-08",
             state="overdue"),  # one party's other matter
        line("holiday/national day", notified("2026-07-06", 处罚决定时间="2026-10-08"), due="2026-10-08",
             state="discharged", ended="2026-10-08"),  # the 90th day is 4 October
        line("ends:penalty.decided", notified("2026-07-10", 处罚决定时间="2026-08-03"), due="2026-10-08",
             state="discharged", ended="2026-08-03"),
        line("ends:reconsideration.requested", notified("2026-07-10", 提请复议时间="2026-07-13"), due="2026-10-08",
             state="discharged", ended="2026-07-13"),
        line("ends:supervision.requested", notified("2026-07-10", 建议立案监督时间="2026-07-13"), due="2026-10-08",
             state="discharged", ended="2026-07-13"),
        line("use:no_roll", notified("2026-07-06"), use="no_roll", due="2026-10-04", state="overdue"),
        line("use:upheld_refusal_reopens",
             notified("2026-07-06", 提请复议时间="2026-07-08", 收到复议结果时间="2026-07-13", 复议结果="维持"),
             use="upheld_refusal_reopens", opened="2026-07-13", due="2026-10-12", state="overdue"),  # 11: a Sunday
        line("ends:reconsideration.requested/read literally an upheld refusal reopens nothing",
             notified("2026-07-06", 提请复议时间="2026-07-08", 收到复议结果时间="2026-07-13", 复议结果="维持"),
             due="2026-10-08", state="discharged", ended="2026-07-08"),
    ),
    *of(
        "police.notify_withdrawal",  # 3 days from the withdrawal (公安程序规定 189)
        line("on_time", acceptance(), result("撤案", "2026-07-13"), result("撤案通知", "2026-07-16"), due="2026-07-16",
             state="discharged", ended="2026-07-16", owes="police > 140924100"),
        line("late", acceptance(), result("撤案", "2026-07-13"), result("撤案通知", "2026-07-17"), due="2026-07-16",
             state="discharged_late", ended="2026-07-17"),
        line("missing", acceptance(), result("撤案", "2026-07-13"), due="2026-07-16", state="overdue"),
        line("open", acceptance(), result("撤案", "2026-07-13"), due="2026-07-16", state="open", as_of="2026-07-16"),
        line("early", acceptance(), result("撤案", "2026-07-13"), result("撤案通知", "2026-07-12"), due="2026-07-16",
             state="overdue"),
        line("scope", referral(), *split(), result("撤案", "2026-07-13", 1), result("撤案", "2026-07-13", 2),
             result("撤案通知", "2026-07-14", 2), about=police_no(1), due="2026-07-16", state="overdue"),
        line("holiday/mid-autumn", acceptance(), result("撤案", "2026-09-23"), result("撤案通知", "2026-09-28"),
             due="2026-09-28", state="discharged", ended="2026-09-28"),
        line("use:working_days", acceptance(), result("撤案", "2026-07-09"), use="working_days", due="2026-07-14",
             state="overdue"),
        line("use:no_roll", acceptance(), result("撤案", "2026-07-09"), use="no_roll", due="2026-07-12",
             state="overdue"),
    ),
]  # fmt: skip


@pytest.mark.parametrize("said", LINES, ids=ids(LINES))
def test_what_is_owed_about_a_referral(said: Line) -> None:
    check(said)
