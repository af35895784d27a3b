"""Did each agency report when its calendar says so (contract 6.5)?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.duties.duty import Obligation
from hub.duties.reporting import Delivered, derive_reports, first_period
from tests.hub.agency_rows import AGENCIES, TOWNSHIP
from tests.hub.county import AS_OF, CALENDAR, RULES, at

LEDGER, SA, CL = "行刑衔接台账_{}.xlsx", "outbox/sa_{}.csv", "outbox/cl_{}.csv"


def came(agency: str, path: str, when: str, readable: bool = True) -> Delivered:
    place = AGENCIES[agency].mapping.channel.place
    return Delivered(agency, f"{place}/{path}", at(when), readable)


def reports(agency: str, *delivered: Delivered, as_of: str = AS_OF, first: str = "") -> dict[str, Obligation]:
    firsts: dict[str, str] | None = {AGENCIES[agency].mapping.kind: first} if first else None
    found = derive_reports({agency: AGENCIES[agency]}, delivered, RULES, CALENDAR, at(as_of), firsts)
    return {o.subject: o for o in found}


def states(found: dict[str, Obligation]) -> dict[str, str]:
    return {period: str(o.state) for period, o in found.items()}


@pytest.mark.parametrize(
    ("month", "opened", "due_at"),
    [
        ("202607", "2026-07-31", "2026-08-05T23:59:59+08:00"),
        ("202608", "2026-08-31", "2026-09-07T23:59:59+08:00"),  # the 5th is a Saturday
        ("202609", "2026-09-30", "2026-10-08T23:59:59+08:00"),  # the 5th is in National Day week
    ],
)
def test_a_month_is_owed_from_its_last_day_and_due_on_the_5th_of_the_next_or_the_working_day_after(
    month: str, opened: str, due_at: str
) -> None:
    one = reports(TOWNSHIP)[month]
    assert (str(one.opened_at), one.due_at) == (opened, at(due_at))
    assert (one.case_id, one.debtor, one.creditor) == (f"report:{TOWNSHIP}", TOWNSHIP, "hub")
    assert len(one.steps) == 2


def test_a_month_that_is_not_over_is_not_owed() -> None:
    assert list(reports(TOWNSHIP, as_of="2026-08-30")) == ["202607"]
    assert list(reports(TOWNSHIP, as_of="2026-08-31")) == ["202607", "202608"]
    assert reports(TOWNSHIP, as_of="2026-07-30T12:00+08:00") == {}


@pytest.mark.parametrize(
    ("when", "as_of", "state"),
    [
        ("2026-08-05T23:59:59+08:00", AS_OF, "discharged"),
        ("2026-08-06T00:00:00+08:00", AS_OF, "discharged_late"),
        (None, "2026-08-05T23:59:59+08:00", "open"),
        (None, "2026-08-06T00:00:00+08:00", "overdue"),
        ("2026-08-20T09:00:00+08:00", "2026-08-10", "overdue"),  # what came later was not there then
    ],
)
def test_a_report_is_in_time_through_the_last_second_of_its_day(when: str | None, as_of: str, state: str) -> None:
    delivered = [came(TOWNSHIP, LEDGER.format("202607"), when)] if when else []
    assert states(reports(TOWNSHIP, *delivered, as_of=as_of))["202607"] == state


def test_the_first_readable_file_of_a_month_is_the_report_and_one_refused_whole_is_none() -> None:
    broken = came(TOWNSHIP, LEDGER.format("202607"), "2026-08-03", readable=False)
    late = came(TOWNSHIP, LEDGER.format("202607_补报"), "2026-08-12")
    again = came(TOWNSHIP, LEDGER.format("202607_重发"), "2026-08-20")
    assert states(reports(TOWNSHIP, broken))["202607"] == "overdue"
    one = reports(TOWNSHIP, again, late, broken)["202607"]
    assert (str(one.state), str(one.ended_at)[:10]) == ("discharged_late", "2026-08-12")


def test_another_months_file_is_another_months_report() -> None:
    found = states(reports(TOWNSHIP, came(TOWNSHIP, LEDGER.format("202608"), "2026-08-01")))
    assert (found["202607"], found["202608"]) == ("overdue", "discharged")


def test_the_police_owe_a_report_on_every_working_day_and_on_no_other() -> None:
    found = reports("police", as_of="2026-06-22")
    # Neither week-ends nor the three days of the Dragon Boat festival.
    assert list(found) == [f"202606{day:02}" for day in (1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 15, 16, 17, 18, 22)]
    assert {o.opened_at.day for o in found.values()} == {o.due_at.date() for o in found.values()}
    autumn = reports("police", as_of="2026-10-12")
    assert "20260920" in autumn  # a make-up working day
    assert not {"20261001", "20261007", "20261011"} & set(autumn)


@pytest.mark.parametrize(
    ("sa", "cl", "state"),
    [
        ("2026-06-01T17:00:00+08:00", "2026-06-01T18:00:00+08:00", "discharged"),
        ("2026-06-01T17:00:00+08:00", "2026-06-02T08:00:00+08:00", "discharged_late"),  # when the second was there
        ("2026-06-01T17:00:00+08:00", None, "overdue"),
        (None, None, "overdue"),
    ],
)
def test_the_days_report_is_there_when_both_its_files_are(sa: str | None, cl: str | None, state: str) -> None:
    delivered = [
        came("police", path.format("20260601"), when) for path, when in ((SA, sa), (CL, cl)) if when is not None
    ]
    assert states(reports("police", *delivered, as_of="2026-06-03"))["20260601"] == state


def test_a_file_sent_again_counts() -> None:
    files = [
        came("police", SA.format("20260601"), "2026-06-01T17:00:00+08:00", readable=False),
        came("police", SA.format("20260601_r2"), "2026-06-01T19:00:00+08:00"),
        came("police", CL.format("20260601"), "2026-06-01T17:00:00+08:00"),
    ]
    one = reports("police", *files, as_of="2026-06-03")["20260601"]
    assert (str(one.state), str(one.ended_at)) == ("discharged", "2026-06-01T19:00:00+08:00")


def test_an_agency_without_a_calendar_owes_no_report() -> None:
    assert reports("justice_bureau") == {}
    assert reports("procuratorate") == {}


def test_a_rehearsal_begins_with_the_first_period_that_any_agency_of_the_kind_delivered() -> None:
    files = [
        came(TOWNSHIP, LEDGER.format("202609"), "2026-10-01"),
        came("140924209", LEDGER.format("202608"), "2026-09-01"),
        came("police", SA.format("20260910"), "2026-09-10"),
        came("police", "ack/P1.ack.csv", "2026-06-10"),
        came("justice_bureau", "receipts_202606.csv", "2026-07-01"),
        replace(came(TOWNSHIP, LEDGER.format("202601"), "2026-02-01"), path="elsewhere/x"),
    ]
    assert first_period(AGENCIES.values(), files) == {"township": "202608", "police": "20260910"}
    assert list(reports(TOWNSHIP, first="202609")) == ["202609", "202610"]
    assert list(reports("police", first="20261029", as_of="2026-10-30")) == ["20261029", "20261030"]


def test_december_is_due_in_january_and_provisional_without_a_holiday_notice() -> None:
    one = reports(TOWNSHIP, as_of="2027-01-04", first="202612")["202612"]
    assert (one.due_at, one.provisional) == (at("2027-01-05T23:59:59+08:00"), True)
