"""What an agency owes: one obligation as computed from the events, with its arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from hub.moment import Moment
from hub.words import Word


class RuleKind(Word):
    """What missing the due time means."""

    DUTY = "duty"  # a breach
    RIGHT = "right"  # lapses quietly
    POLICY = "policy"  # the county's own figure


class State(Word):
    """Where an obligation stands as of an instant."""

    OPEN = "open"
    OVERDUE = "overdue"
    DISCHARGED = "discharged"
    DISCHARGED_LATE = "discharged_late"
    LAPSED = "lapsed"
    VOID = "void"


# As the glossary has them, for what people read.
STATE_WORDS = {
    State.OPEN: "未到期",
    State.OVERDUE: "逾期未办",
    State.DISCHARGED: "按期办结",
    State.DISCHARGED_LATE: "逾期办结",
    State.LAPSED: "期满未行使",
    State.VOID: "不再需要",
}


@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty, right or policy that one event opened.

    obligation_id: stable across runs and across changes of case_id; made from the rule and the
        opening record's own key, so a rung told once stays told.
    subject: what it is about inside the case (case_no, 案件编号, letter number, person), for people.
    opened_by, ended_by: sources of the records that assert the events; `ended_by` may be empty.
    steps: the arithmetic, one line each, with its basis.
    """

    obligation_id: str
    case_id: str
    rule: str
    kind: RuleKind
    debtor: str
    creditor: str
    opened_at: Moment
    due_at: datetime
    state: State
    ended_at: Moment | None
    basis: str
    ladder: str
    rule_version: str
    calendar_version: str
    provisional: bool = False
    subject: str = ""
    opened_by: str = ""
    ended_by: str = ""
    steps: tuple[str, ...] = ()

    def days_past_due(self, day: date) -> int:
        """Calendar days from the due day to this one, as papers, lists and notices all count how late a duty is."""
        return (day - Moment.of(self.due_at).day).days
