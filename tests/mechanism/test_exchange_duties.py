"""The exchange itself: deliveries are acknowledged and reports are sent in, each agency by its own figure.

Dates are worked out by hand against the notice of the State Council's office for 2026.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from hub.duties.acknowledgements import derive_acknowledgements
from hub.duties.duty import Obligation
from hub.duties.reporting import Delivered, derive_reports
from hub.ledger.deliveries import DeliveryState, Refers, StoredDelivery
from hub.mapping.agency import Agency
from tests.hub.agency_rows import AGENCIES, TOWNSHIP
from tests.hub.county import ANOTHER_TOWNSHIP, CALENDAR, RULES, at
from tests.mechanism.line import Line, compare, line, of


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A line about deliveries: what went out, and what came back."""

    says: Line
    sent: tuple[StoredDelivery, ...]
    within: str = ""  # the receiver's own figure, where the line gives it one


@dataclass(frozen=True, slots=True)
class SentIn:
    """A line about reports: whose, and which files came."""

    says: Line
    agency: str
    files: tuple[Delivered, ...]


def moment(text: str) -> datetime:
    """`YYYY-MM-DD HH:MM`, Shanghai's clock."""
    return datetime.fromisoformat(f"{text}:00+08:00")


def delivery(no: str, sent: str | None, answered: str | None = None, agency: str = "police") -> StoredDelivery:
    """A delivery, when it went out, and when the receiver signed for it."""
    state = DeliveryState.PLANNED if sent is None else DeliveryState.ACKNOWLEDGED if answered else DeliveryState.SENT
    return StoredDelivery(
        no, agency, "notice", f"inbox/{no}.csv", "text/csv", "0" * 64, Refers(), moment("2026-07-06 09:00"), state,
        moment(sent) if sent else None, moment(answered) if answered else None,
    )  # fmt: skip


def handed(aspect: str, *sent: StoredDelivery, within: str = "", **said: str) -> HandedOver:
    """A line about `agency.acknowledge_delivery`."""
    (says,) = of("agency.acknowledge_delivery", line(aspect, about="N1", **said))
    return HandedOver(says, sent, within)


def file(path: str, came: str, agency: str = TOWNSHIP) -> Delivered:
    """A readable file of an agency, and when it was complete at its place."""
    return Delivered(agency, f"{AGENCIES[agency].mapping.channel.place}/{path}", moment(came), readable=True)


def ledger(month: str, came: str, agency: str = TOWNSHIP) -> Delivered:
    """A township's ledger of a month."""
    return file(f"行刑衔接台账_{month}.xlsx", came, agency)


def outbox(day: str, sa: str, cl: str) -> tuple[Delivered, Delivered]:
    """The police's two files of a day."""
    return file(f"outbox/sa_{day}.csv", sa, "police"), file(f"outbox/cl_{day}.csv", cl, "police")


def report(aspect: str, period: str, *files: Delivered, agency: str = TOWNSHIP, **said: str) -> SentIn:
    """A line about `agency.report`."""
    (says,) = of("agency.report", line(aspect, about=period, **said))
    return SentIn(says, agency, files)


DELIVERIES = [  # 24 hours, or the receiver's own figure; they run through holidays
    handed("on_time", delivery("N1", "2026-07-06 10:00", "2026-07-07 10:00"), due="2026-07-07 10:00",
           state="discharged", ended="2026-07-07 10:00", owes="police > hub"),
    handed("late", delivery("N1", "2026-07-06 10:00", "2026-07-07 10:01"), due="2026-07-07 10:00",
           state="discharged_late", ended="2026-07-07 10:01"),
    handed("missing", delivery("N1", "2026-07-06 10:00"), due="2026-07-07 10:00", state="overdue"),
    handed("open", delivery("N1", "2026-07-06 10:00"), due="2026-07-07 10:00", state="open",
           as_of="2026-07-07T10:00+08:00"),
    handed("scope", delivery("N1", "2026-07-06 10:00"), delivery("N2", "2026-07-06 10:00", "2026-07-06 11:00"),
           due="2026-07-07 10:00", state="overdue"),
    handed("holiday/national day", delivery("N1", "2026-09-30 17:00", "2026-10-08 09:00"), due="2026-10-01 17:00",
           state="discharged_late", ended="2026-10-08 09:00"),
    handed("per_agency/its own figure", delivery("N1", "2026-07-06 10:00", "2026-07-08 10:00"), within="48 hour",
           due="2026-07-08 10:00", state="discharged", ended="2026-07-08 10:00"),
    handed("per_agency/in working days", delivery("N1", "2026-09-30 17:00"), within="1 working_day",
           due="2026-10-08", state="overdue"),
    handed("per_agency/one that has left: the rule's own", delivery("N1", "2026-07-06 10:00", agency="gone"),
           due="2026-07-07 10:00", state="overdue"),
    handed("not_opened/not out yet", delivery("N1", None)),
]  # fmt: skip

REPORTS = [  # a township's ledger by the 5th of the next month; the police's two files on the very working day
    report("on_time", "202607", ledger("202607", "2026-08-05 23:59"), due="2026-08-05", state="discharged",
           ended="2026-08-05 23:59", owes="140924100 > hub", opened="2026-07-31"),
    report("late", "202607", ledger("202607_补报", "2026-08-06 00:00"), due="2026-08-05", state="discharged_late",
           ended="2026-08-06 00:00"),
    report("missing", "202607", due="2026-08-05", state="overdue"),
    report("open", "202607", due="2026-08-05", state="open", as_of="2026-08-05"),
    report("scope", "202607", ledger("202607", "2026-08-03 09:00", ANOTHER_TOWNSHIP), due="2026-08-05",
           state="overdue"),
    report("scope/another month", "202607", ledger("202608", "2026-08-03 09:00"), due="2026-08-05", state="overdue"),
    report("holiday/saturday", "202608", ledger("202608", "2026-09-07 17:00"), due="2026-09-07", state="discharged",
           ended="2026-09-07 17:00"),
    report("holiday/national day", "202609", ledger("202609", "2026-10-09 09:00"), due="2026-10-08",
           state="discharged_late", ended="2026-10-09 09:00"),
    report("holiday/the police report on a working sunday", "20260920",
           *outbox("20260920", "2026-09-20 17:00", "2026-09-20 18:00"), agency="police", due="2026-09-20",
           state="discharged", ended="2026-09-20 18:00"),
    report("holiday/the police owe none on a holiday", "20261001", agency="police"),
    report("per_agency/the police daily", "20260706", *outbox("20260706", "2026-07-06 17:00", "2026-07-06 18:00"),
           agency="police", due="2026-07-06", state="discharged", ended="2026-07-06 18:00", owes="police > hub"),
    report("per_agency/not before both files are there", "20260706",
           *outbox("20260706", "2026-07-06 17:00", "2026-07-07 08:00"), agency="police", due="2026-07-06",
           state="discharged_late", ended="2026-07-07 08:00"),
    report("per_agency/an agency without a calendar", "202607", agency="justice_bureau"),
]  # fmt: skip

LINES: list[Line] = [*(one.says for one in DELIVERIES), *(one.says for one in REPORTS)]


@pytest.mark.parametrize("handed_over", DELIVERIES, ids=lambda one: str(one.says))
def test_every_delivery_is_acknowledged_in_its_receivers_time(handed_over: HandedOver) -> None:
    says = handed_over.says
    agencies = acknowledging("police", handed_over.within) if handed_over.within else AGENCIES
    found = derive_acknowledgements(handed_over.sent, agencies, RULES, CALENDAR, at(says.as_of))
    _same(says, [o for o in found if o.subject == says.about])


@pytest.mark.parametrize("sent_in", REPORTS, ids=lambda one: str(one.says))
def test_every_report_comes_in_its_agencys_time(sent_in: SentIn) -> None:
    says, agency = sent_in.says, sent_in.agency
    found = derive_reports(AGENCIES, sent_in.files, RULES, CALENDAR, at(says.as_of))
    _same(says, [o for o in found if (o.debtor, o.subject) == (agency, says.about)])


def acknowledging(code: str, within: str) -> dict[str, Agency]:
    """The county's agencies, one of them with a figure of its own."""
    standing = AGENCIES[code]
    return {
        **AGENCIES,
        code: replace(standing, mapping=standing.mapping.model_copy(update={"acknowledge_within": within})),
    }


def _same(says: Line, owed: list[Obligation]) -> None:
    if not says.due:
        assert owed == []
        return
    (only,) = owed
    assert str(only.opened_at).startswith(says.opened)
    compare(says, only)
