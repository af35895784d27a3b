"""One clue for a prosecutor: what was seen, how it was counted, and on what basis it matters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hub.words import Word


class ClueKind(Word):
    """What a screening found. A clue is no finding of guilt: a person looks at it."""

    OVER_THRESHOLD = "over_threshold"  # one penalty at or over the criminal figure, and no referral
    JOINTLY_OVER_THRESHOLD = "jointly_over_threshold"  # one party's penalties together, within two years
    REPEATED = "repeated"  # below the figure, but punished before as often as the law asks
    UNPUNISHED = "unpunished"  # not prosecuted, an opinion asked for a penalty, and no township records one
    ALREADY_PUNISHED = "already_punished"  # not prosecuted, and punished for the same cause before


@dataclass(frozen=True, slots=True, order=True)
class Clue:
    """A clue in one case. agency: the township whose act it is about; seen_on: since when it stands.

    numbers: the document numbers that it rests on, in order of time. arithmetic: how it was counted, a line each,
    without names. basis: the provision.
    """

    kind: ClueKind
    case_id: str
    agency: str
    seen_on: date
    numbers: tuple[str, ...]
    arithmetic: tuple[str, ...]
    basis: str
