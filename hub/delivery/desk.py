"""Who plans what is pushed, with which rules, and what is a thing that an agency must be told?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hub.delivery.rules import DeliveryRules, Kind, Layout
from hub.ladder.ladders import RoleRule
from hub.model import Party, Record


@dataclass(frozen=True, slots=True)
class Receiver:
    """An agency that the hub can deliver to. kind: `township`, `police`, …; receives: the layout it asked for, or empty.

    people: role of the ladders -> who holds it there.
    """

    code: str
    kind: str
    name: str
    receives: str = ""
    people: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """All that planning needs beside the facts.

    receivers: agency code -> agency. roles: of the ladders. titles: rule id -> its name for people. index: a keyed
    digest (`Cipher.index`), so that a delivery's id gives away nothing of what it holds.
    """

    rules: DeliveryRules
    receivers: Mapping[str, Receiver]
    roles: Mapping[str, RoleRule]
    titles: Mapping[str, str]
    index: Callable[[str], str]

    def addressee(self, role: str, receiver: str) -> str:
        """A role as a notice to this agency names it: its title, and who holds it there where the agency says so."""
        title = self.roles[role].title
        known = self.receivers.get(receiver)
        person = known.people.get(role, "") if known else ""
        return f"{title}（{person}）" if person else title

    def layout(self, receiver: Receiver, kind: Kind) -> Layout | None:
        """How this kind goes to this receiver; None where it has no channel for it."""
        return self.rules.layout(receiver.code, receiver.kind, receiver.receives, kind)


@dataclass(frozen=True, slots=True)
class CaseView:
    """One matter: the accepted records that speak of it."""

    case_id: str
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """Something that one agency must be told. thread: what it is about; row: what is told, canonical texts.

    settled_by: the receiver's own rows that record the thing, so that it is not told a first time, only corrected.
    sealed: belongs to a sealed matter. aliases: threads under which it may have been told, before records joined its case.
    """

    kind: Kind
    receiver: str
    thread: tuple[str, ...]
    row: Mapping[str, str] = field(repr=False)
    raised_at: datetime
    case_id: str = ""
    sources: tuple[str, ...] = ()
    obligation_ids: tuple[str, ...] = ()
    rung_keys: tuple[str, ...] = ()
    parties: tuple[Party, ...] = field(default=(), repr=False)
    settled_by: tuple[str, ...] = ()
    sealed: bool = False
    aliases: tuple[tuple[str, ...], ...] = ()


def unsealed(case: CaseView, desk: Desk) -> tuple[Record, ...]:
    """The records of a matter that anybody who takes part in it may know of."""
    return tuple(record for record in case.records if not desk.rules.sealed.seals(record))


def base(agency: str) -> str:
    """The agency of a debtor or creditor: `140924100/head` is of 140924100."""
    return agency.partition("/")[0]
