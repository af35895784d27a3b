"""What is a paper about: which records, which duty, and whom does it concern?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.duties.duty import Obligation
from hub.link.signs import unit_of
from hub.model import Event, Record
from hub.moment import Moment
from hub.values.document_numbers import strict_key

_NUMBERS = ("referral_no", "case_no", "doc_no", "related_doc_no", "acceptance_no", "penalty_no", "police_case_no")


@dataclass(frozen=True, slots=True)
class Unit:
    """An agency as papers name it."""

    code: str
    kind: str
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter as a paper sees it, as of an instant.

    records: those of the case that its readers may know of. obligation: the duty that it is about, with its `title`
    for people. focus: sources of the records that it is about in particular; others count as far as no nearer one
    says something. decision: what the person who approved wrote. case_id: empty where the case is not the subject.
    """

    case_id: str
    records: tuple[Record, ...]
    as_of: datetime
    obligation: Obligation | None = None
    title: str = ""
    focus: frozenset[str] = frozenset()
    decision: Mapping[str, str] = field(default_factory=dict, repr=False)

    def near(self, fitting: Sequence[Record]) -> Sequence[Record]:
        """Of these the records nearest to the focus: in it, else sharing a number with it, step by step, else all."""
        reached = [record for record in self.records if record.source in self.focus]
        while reached:
            if found := [record for record in fitting if record in reached]:
                return found
            numbers = {number for record in reached for number in _numbers(record)}
            wider = [record for record in self.records if record in reached or numbers & _numbers(record)]
            if len(wider) == len(reached):
                break
            reached = wider
        return fitting

    def latest(self, code: str) -> Event | None:
        """The latest event of this code by the instant, among the nearest records that assert one."""
        now = Moment.of(self.as_of)
        known = {
            record.source: [event for event in record.events if event.code == code and not event.at.after(now)]
            for record in self.records
        }
        nearest = self.near([record for record in self.records if known[record.source]])
        events = [event for record in nearest for event in known[record.source]]
        return max(events, key=lambda event: event.at.sort_key(), default=None)

    def township(self, units: Mapping[str, Unit]) -> str:
        """The township concerned, by code; empty where there is none, or more than one."""
        sides = (self.obligation.debtor, self.obligation.creditor) if self.obligation else ()
        named = [code for side in sides if (code := side.partition("/")[0]) in units]
        own = {code for code in named if units[code].kind == "township"}
        if not own:
            own = {unit_of(record) for record in self.near([one for one in self.records if unit_of(one)])}
        return own.pop() if len(own) == 1 else ""


def _numbers(record: Record) -> set[str]:
    return {strict_key(number) for name in _NUMBERS if (number := record.get(name))}


def about(records: Sequence[Record], ref: str) -> frozenset[str]:
    """The sources of the records that bear a number, in any spelling; none where the reference is no number of theirs."""
    key = strict_key(ref)
    return frozenset(record.source for record in records if key and key in _numbers(record))
