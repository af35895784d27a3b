"""What is missing, late or contradictory between the agencies, as of an instant? (mechanism.md, Findings)"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from hub.duties.duty import Obligation
from hub.findings.authority import Authorities
from hub.findings.conflicts import find_conflicts
from hub.findings.finding import Finding
from hub.findings.presence import find_presence
from hub.findings.references import find_references
from hub.findings.thresholds import find_thresholds
from hub.link import Linkage
from hub.mapping.codes import Codes
from hub.periods.calendar import WorkingCalendar

__all__ = ["Finding", "find"]


def find(
    linkage: Linkage,
    obligations: Iterable[Obligation],
    codes: Codes,
    authorities: Authorities,
    calendar: WorkingCalendar,
    as_of: datetime,
    set_aside_numbers: Sequence[tuple[str, str]] = (),
) -> tuple[Finding, ...]:
    """Every finding that stands as of the instant, sorted; pure.

    set_aside_numbers: (township, 移送书文号) of rows in quarantine, which fill gaps in the serials.
    """
    owed: dict[str, list[Obligation]] = {}
    for obligation in obligations:
        owed.setdefault(obligation.case_id, []).append(obligation)
    found: set[Finding] = set()
    unclear = {a.record.source for a in linkage.ambiguities}
    for case in linkage.cases:
        found.update(find_presence(case, owed.get(case.case_id, ()), calendar, as_of, unclear))
        found.update(find_conflicts(case, authorities, as_of))
    found.update(find_thresholds(linkage.cases, codes, as_of))
    found.update(find_references(linkage, set_aside_numbers))
    return tuple(sorted(found))
