"""What is a rung that is due, and what is remembered of one, so that nobody is told twice?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from hub.duties.duty import Obligation
from hub.ladder.ladders import Ladder, Rung
from hub.moment import SHANGHAI, Moment
from hub.privacy import holds_identity_number
from hub.values.document_numbers import read_document_number
from hub.words import Word

# Subjects that are surely numbers of papers and not names: the agencies' running numbers, our own ids, periods.
_PLAIN_NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9:._-]+")
_LIKE_AN_IDENTITY = re.compile(r"\d{15}|\d{17}[\dXx]")
_UNITS = {"day": "日", "hour": "小时"}


class Act(Word):
    """What is to be done about a rung."""

    NOTIFY = "notify"
    PROPOSE = "propose"


class Outcome(Word):
    """What became of a rung so far."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    FIRED = "fired"
    PASSED_OVER = "passed_over"


_CODES = {
    Outcome.PROPOSED: "escalation.proposed",
    Outcome.APPROVED: "escalation.approved",
    Outcome.DECLINED: "escalation.declined",
    Outcome.WITHDRAWN: "escalation.withdrawn",
    Outcome.FIRED: "notice.sent",
    Outcome.PASSED_OVER: "rung.passed_over",
}
_REMINDER, _REMINDED = "reminder", "reminder.sent"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is remembered of a rung. attempt: which asking of a person it belongs to.

    code, subject: under which the ledger keeps it as a fact, once; `Told.read` is the way back.
    """

    rung_key: str
    outcome: Outcome
    at: datetime
    ladder_version: str
    attempt: int = 1

    @property
    def code(self) -> str:
        """The event code of the mechanism."""
        reminded = self.outcome is Outcome.FIRED and self.rung_key.split("/")[-2] == _REMINDER
        return _REMINDED if reminded else _CODES[self.outcome]

    @property
    def subject(self) -> str:
        """The rung, and the asking where it is not the first."""
        return self.rung_key if self.attempt == 1 else f"{self.rung_key}~{self.attempt}"

    @classmethod
    def read(cls, code: str, subject: str, at: datetime, ladder_version: str) -> Told | None:
        """What a fact says of a rung; None for a fact about anything else."""
        outcome = Outcome.FIRED if code == _REMINDED else next((o for o, c in _CODES.items() if c == code), None)
        key, _, attempt = subject.partition("~")
        return None if outcome is None else cls(key, outcome, at, ladder_version, int(attempt or 1))


@dataclass(frozen=True, slots=True)
class RungDue:
    """A rung that is due and neither sent nor settled.

    rung_key: the same across runs and changes of case_id. roles: whom the notice goes to, also where it is still a
    proposal. text: for people, without personal data. resend: the delivery that it is about goes out once more.
    """

    rung_key: str
    obligation: Obligation
    ladder: str
    ladder_version: str
    rung_no: int
    due_since: datetime
    act: Act
    roles: tuple[str, ...]
    decides: str
    document: str
    mandatory: bool
    resend: bool
    basis: str
    text: str
    attempt: int = 1

    def told(self, at: datetime) -> Told:
        """What to remember once it was done."""
        outcome = Outcome.FIRED if self.act is Act.NOTIFY else Outcome.PROPOSED
        return Told(self.rung_key, outcome, at, self.ladder_version, self.attempt)


@dataclass(frozen=True, slots=True)
class Settled:
    """A rung that needs nothing more: a proposal withdrawn, or a rung passed over. why: a word for the record."""

    rung_key: str
    outcome: Outcome
    ladder_version: str
    attempt: int
    why: str

    def told(self, at: datetime) -> Told:
        """What to remember."""
        return Told(self.rung_key, self.outcome, at, self.ladder_version, self.attempt)


@dataclass(slots=True)
class Remembered:
    """What was told of one rung. An attempt that was withdrawn cannot be approved any more; a refusal outweighs."""

    outcomes: dict[int, set[Outcome]] = field(default_factory=dict)
    proposed_at: dict[int, datetime] = field(default_factory=dict)
    version: str = ""

    def standing(self) -> Outcome | None:
        """Where the rung stands; None where it may still be raised."""
        every: set[Outcome] = set().union(*self.outcomes.values())
        for final in (Outcome.FIRED, Outcome.DECLINED, Outcome.PASSED_OVER):
            if final in every:
                return final
        latest = self.outcomes[max(self.outcomes)] if self.outcomes else set()
        if not latest or Outcome.WITHDRAWN in latest:
            return None
        return Outcome.APPROVED if Outcome.APPROVED in latest else Outcome.PROPOSED

    def attempt(self) -> int:
        """The asking that is under way, or the next one."""
        last = max(self.outcomes, default=0)
        return last if last and Outcome.WITHDRAWN not in self.outcomes[last] else last + 1


# obligation_id -> ladder -> rung number
Memory = Mapping[str, Mapping[str, Mapping[int, Remembered]]]


def remember(told: Iterable[Told]) -> Memory:
    """What was told, by obligation, ladder and rung; the order in which it is given does not matter."""
    memory: dict[str, dict[str, dict[int, Remembered]]] = {}
    for one in sorted(told, key=lambda t: (t.at, t.rung_key, t.attempt, t.outcome)):
        obligation_id, ladder, no = one.rung_key.rsplit("/", 2)
        known = memory.setdefault(obligation_id, {}).setdefault(ladder, {}).setdefault(int(no), Remembered())
        known.outcomes.setdefault(one.attempt, set()).add(one.outcome)
        known.version = known.version or one.ladder_version
        if one.outcome is Outcome.PROPOSED:
            known.proposed_at.setdefault(one.attempt, one.at)
    return memory


def rung_key(obligation_id: str, ladder: str, rung_no: int) -> str:
    """The name under which a rung is remembered."""
    return f"{obligation_id}/{ladder}/{rung_no}"


def due_rung(
    rung: Rung, ladder: Ladder, obligation: Obligation, title: str, attempt: int, as_of: datetime, *, approved: bool
) -> RungDue:
    """A rung of this obligation as it is to be sent, or proposed where a person has not yet approved it.

    as_of: the instant as of which the text says how late the obligation is; nothing else depends on it.
    """
    return RungDue(
        rung_key=rung_key(obligation.obligation_id, ladder.ladder, rung.rung),
        obligation=obligation,
        ladder=ladder.ladder,
        ladder_version=ladder.version,
        rung_no=rung.rung,
        due_since=rung.since(obligation.opened_at.latest(), obligation.due_at),
        act=Act.PROPOSE if rung.decides and not approved else Act.NOTIFY,
        roles=rung.to,
        decides=rung.decides,
        document=rung.document,
        mandatory=rung.mandatory,
        resend=obligation.rule in rung.resend_for,
        basis=rung.basis,
        text=_says(rung, obligation, title, as_of, approved=approved),
        attempt=attempt,
    )


@lru_cache(maxsize=65536)
def shown_subject(subject: str) -> str:
    """The subject of an obligation where it is a number of papers; empty where it may be a person's name or number.

    >>> shown_subject("繁检意〔2026〕5号"), shown_subject("A1409240400002026070060"), shown_subject("张三")
    ('繁检意〔2026〕5号', 'A1409240400002026070060', '')
    """
    if _LIKE_AN_IDENTITY.fullmatch(subject) or holds_identity_number(subject):
        return ""
    if _PLAIN_NUMBER.fullmatch(subject):
        return subject
    return written_number(subject) if read_document_number(subject).readable else ""


def written_number(text: str) -> str:
    """A document number in the national form, however it was typed; a text of another shape as it is.

    >>> written_number("平综 执移（2026）第008号"), written_number("口头")
    ('平综执移〔2026〕8号', '口头')
    """
    number = read_document_number(text)
    # Half-width brackets are for comparing; on paper those around a department are full width.
    return number.key.replace("(", "（").replace(")", "）") if number.readable else text


def _says(rung: Rung, obligation: Obligation, title: str, as_of: datetime, *, approved: bool) -> str:
    subject = shown_subject(obligation.subject)
    when = "即将届满" if rung.early else _how_late(rung, obligation, as_of)
    # The paper itself is signed and served on its own way; this is only the word that it comes.
    wants = f"{rung.document}已经批准拟制，以书面送达的为准。" if approved else rung.says
    due_at = f"{obligation.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}{'（暂定）' if obligation.provisional else ''}"
    return f"{title}{f'（{subject}）' if subject else ''}：期限 {due_at}，{when}。{wants}"


def _how_late(rung: Rung, obligation: Obligation, as_of: datetime) -> str:
    """How late it is, which a hub that comes late must not mistake for how late the rung wants it to be."""
    day = Moment.of(as_of).day
    days = obligation.days_past_due(day)
    count, _, unit = rung.after.partition(" ")
    held = f"满{count}{_UNITS[unit]}" if rung.lateness else ""
    return f"截至{day}已逾期{f'{days}日' if days else '（不足1日）'}（本级自逾期{held}起）"
