"""What do tests of people's decisions about links share? A decision as it would be kept, about records at hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.link.decisions import Judgement, LinkDecision, decision_id_of, named
from hub.model import Record
from hub.moment import SHANGHAI

AT = datetime(2026, 8, 3, 9, 0, tzinfo=SHANGHAI)


def decision(
    judgement: Judgement, one: Record | Sequence[Record], other: Record | Sequence[Record], minute: int = 0
) -> LinkDecision:
    """A decision about these records as they stand now, made so many minutes after nine."""
    sides = tuple(
        tuple(named(record) for record in ((side,) if isinstance(side, Record) else side)) for side in (one, other)
    )
    made = decision_id_of(judgement, sides[0], sides[1], 1)
    reason = "承办人与派出所核对过原件"
    at = AT + timedelta(minutes=minute)
    return LinkDecision(made, judgement, sides[0], sides[1], "承办人21", "case_officer", reason, at)
