"""Does a run over what came lately look at what goes only as often as it must?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from hub.link.again import Held, link_again
from hub.link.matter import Joined
from hub.link.signs import Sign
from hub.model import Record
from tests.hub.county import WEIGHTS, referral

COMPARED: Counter[str] = Counter()


class CaseId(str):
    """The id of a case that counts how often it is compared with another."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        COMPARED[str(self)] += 1
        return super().__eq__(other)

    __hash__ = str.__hash__


@dataclass(frozen=True)
class Noted:
    """What the last run left: records that nobody looks for, two to a case."""

    records: Mapping[int, Record]

    def bearing(self, wanted: Iterable[Sign]) -> set[int]:
        """Nobody."""
        return set()

    def looking_for(self, borne: Iterable[Sign]) -> Mapping[Sign, Collection[int]]:
        """Nobody."""
        return {}

    def whole_cases(self, record_ids: Iterable[int]) -> set[int]:
        """The records with the other one of their case."""
        return {i for asked in record_ids for i in (asked, asked ^ 1)}

    def held(self, record_ids: Iterable[int]) -> list[Held]:
        """These, as they were left."""
        alone = Joined("own", 0.0, ())
        return [Held(i, self.records[i], CaseId(f"C{i // 2}"), alone, {}) for i in record_ids]


def test_of_many_records_that_go_each_case_is_looked_at_as_often_as_of_few() -> None:
    known = Noted({i: replace(referral(1), key=f"k{i}", source=f"r{i}") for i in range(400)})
    done = link_again(known, {}, range(0, 400, 2), WEIGHTS)
    # Whoever stood with one that is gone takes its turns again.
    assert (done.looked_at, done.chosen) == (400, 200)
    assert [held.record_id for held in done.changed] == list(range(1, 400, 2))
    assert max(COMPARED.values()) < 10
