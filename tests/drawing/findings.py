"""What must a reconciliation find? README 6.6 over the case files and their duties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tests.drawing.comparing import File, Finding, contradictions, penalties, references
from tests.drawing.duedays import Period, day_of, due
from tests.drawing.duties import Duty
from tests.drawing.places import AS_OF

OVERDUE = {
    "township.hand_over_items": "filed_items_not_handed_over",
    "township.penalise_after_refusal": "refused_then_nothing",
    "procuratorate.review_nonprosecution": "nonprosecution_not_reviewed",
    "procuratorate.copy_justice_bureau": "opinion_not_copied",
    "township.perform_opinion": "replied_not_performed",
}
ENDED = {"filing.accepted", "filing.refused", "referral.rerouted", "referral.returned"}


def find(files: list[File], duties: list[Duty]) -> list[Finding]:
    """Every finding once."""
    owed: dict[int, list[Duty]] = defaultdict(list)
    for duty in duties:
        if duty.state == "overdue":
            owed[id(duty.case)].append(duty)
    found: list[Finding] = []
    for file in files:
        found += _overdue(file, owed[id(file.case)])
        found += _unanswered(file)
        found += contradictions(file)
    found += penalties(files)
    found += references(files)
    return list(dict.fromkeys(found))


def _overdue(file: File, owed: list[Duty]) -> Iterator[Finding]:
    case = file.case
    for duty in owed:
        if duty.rule in OVERDUE:
            yield Finding(case, OVERDUE[duty.rule], duty.debtor, f"rule={duty.rule}")
        if duty.rule == "police.sign_receipt" and not file.acceptances:
            yield Finding(case, "sent_not_received", "police", f"rule={duty.rule}")
        if duty.rule == "police.decide_filing" and duty.opening is not None:
            number = duty.opening.police_case
            if not any(e.police_case == number for e in file.of(*ENDED)):
                yield Finding(case, "undecided", "police", f"police_case={number}")


def _unanswered(file: File) -> Iterator[Finding]:
    case, referred = file.case, file.sheet("移送案件")
    for a in file.acceptances:
        if a.candidates:
            names = "+".join(row.number.text for row in a.candidates)
            yield Finding(case, "ambiguous", "police", f"candidates={names}")
        elif not referred:
            # Where police name no unit, only they can say whose it is.
            agency = a.township if a.agency_text else "police"
            yield Finding(case, "received_not_sent", agency, f"police_case={a.case_no}")
    notices = [day_of(e.at) for e in file.of("filing.notice_received", "nonfiling.received")]
    for e in file.of("filing.accepted", "filing.refused"):
        silent = not any(day >= day_of(e.at) for day in notices)
        if referred and silent and due(e.at, Period(3, "day")) < AS_OF:
            yield Finding(case, "decided_not_notified", "police", f"police_case={e.police_case}")
