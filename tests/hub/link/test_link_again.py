"""Does a run over what came lately say what a whole run says, and look at what goes only as often as it must?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import pytest

from hub.link.again import Held, link_again, link_all
from hub.link.matter import Joined
from hub.link.signs import Sign, signs, sought
from hub.model import CellValue, Record
from tests.hub.agency_rows import ID_NO, OTHER_ID_NO
from tests.hub.county import WEIGHTS, acceptance, document, referral, result

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


class Kept:
    """What every run left, with nothing between the linker and the records: what the ledger's notes must give."""

    def __init__(self) -> None:
        self.by_id: dict[int, Held] = {}

    def bearing(self, wanted: Iterable[Sign]) -> set[int]:
        """Those of which a sign is among the wanted."""
        asked = set(wanted)
        return {i for i, one in self.by_id.items() if not asked.isdisjoint(signs(one.record))}

    def looking_for(self, borne: Iterable[Sign]) -> Mapping[Sign, Collection[int]]:
        """For each sign those that look for it."""
        return {sign: [i for i, one in self.by_id.items() if sign in set(sought(one.record))] for sign in set(borne)}

    def whole_cases(self, record_ids: Iterable[int]) -> set[int]:
        """Those that stand together with these."""
        cases = {self.by_id[i].case_id for i in record_ids if i in self.by_id}
        return {i for i, one in self.by_id.items() if one.case_id in cases}

    def held(self, record_ids: Iterable[int]) -> list[Held]:
        """These, as they were left."""
        return [self.by_id[i] for i in record_ids if i in self.by_id]


def of_all_kinds() -> list[Record]:
    """Matters of three persons: passed on and taken over under a mask, not prosecuted, with letters that name several."""
    people = (("张三", ID_NO), ("李四", OTHER_ID_NO), ("张山", ""))
    records: list[Record] = []
    for no, (name, number) in enumerate(people, start=1):
        who: dict[str, CellValue] = {"嫌疑人/单位": name, "证件号码": number or None}
        records += [
            referral(no, 当事人=name, 证件号码=number or None),
            acceptance(no, **who),
            result("转送", "2026-07-04", no),
            result("移送起诉", "2026-07-05", no + 10),
            acceptance(no + 10, 移送书文号=None, **{"嫌疑人/单位": f"{name[0]}某某", "证件号码": None}, 接受时间="2026-07-04 18:00"),
        ]  # fmt: skip
    named: list[object] = [{"name": name, "id_no": number or None} for name, number in people]
    for no, who_else in enumerate((named[:1], named[1:2], named[:1], named[2:]), start=1):
        records.append(document("nonprosecution", no, doc_no=f"繁检刑不诉〔2026〕{no}号", persons=who_else))
    for no, several in enumerate((named[:2], named, named[1:], named[:1]), start=1):
        early: dict[str, CellValue] = {"decided_at": "2026-07-05T09:00:00+08:00", "persons": list(several)}
        records.append(document("penalty_opinion", no, doc_no=f"繁检意〔2026〕{no}号", **early))
        records.append(document("nonprosecution_review", no, doc_no=f"繁检审〔2026〕{no}号", persons=list(several)))
    return records


@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_and_goes_in_which_order_the_links_are_those_of_a_whole_run(seed: int) -> None:
    chance = random.Random(seed)
    everything = dict(enumerate(of_all_kinds()))
    kept, waiting = Kept(), chance.sample(sorted(everything), len(everything))
    together = 0
    while waiting:
        new = {waiting.pop(): None for _ in range(min(len(waiting), chance.choice((1, 2, 5))))}
        gone = chance.sample(sorted(kept.by_id), min(len(kept.by_id), chance.choice((0, 0, 1))))
        done = link_again(kept, {i: everything[i] for i in new}, gone, WEIGHTS)
        for i in gone:
            del kept.by_id[i]
        kept.by_id |= {one.record_id: one for one in done.changed}
        whole = {one.record_id: one for one in link_all({i: everything[i] for i in kept.by_id}, WEIGHTS)}
        assert {i: (one.case_id, one.why) for i, one in kept.by_id.items()} == {
            i: (one.case_id, one.why) for i, one in whole.items()
        }
        together += len(whole) - len({one.case_id for one in whole.values()})
        waiting += [i for i in gone if chance.random() < 0.5]
    assert together > 20
