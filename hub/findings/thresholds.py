"""Which penalties should have been referred as crimes: alone, or together with others of one person?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from hub.findings.finding import Finding
from hub.link import Case
from hub.mapping.codes import Codes
from hub.screening.clue import ClueKind
from hub.screening.penalties import find_over_threshold

_CODES = {
    ClueKind.OVER_THRESHOLD: ("should_have_been_referred", "penalty"),
    ClueKind.JOINTLY_OVER_THRESHOLD: ("should_have_been_referred_jointly", "penalties"),
}


def find_thresholds(cases: Iterable[Case], codes: Codes, as_of: datetime) -> Iterator[Finding]:
    """`should_have_been_referred` and its joint form, over all cases without a referral."""
    for clue in find_over_threshold(cases, codes, as_of):
        code, word = _CODES[clue.kind]
        yield Finding(clue.case_id, code, clue.agency, f"{word}={'+'.join(clue.numbers)}")
