"""Who meets whom? For every record at once, the records that bear a sign which it looks for."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from hub.link.signs import Sign, signs_and_sought
from hub.model import Record, RecordKind

Numbers = npt.NDArray[np.int64]


class Signed:
    """The signs of records as numbers of 64 bits, beside the record's own number: a million records take little room.

    Two signs of one number are no harm: whoever meets by a sign is weighed like anybody else. number_of: the number of
    a sign; the same in one run.
    """

    def __init__(self, number_of: Callable[[Sign], int] = hash) -> None:
        self.number_of = number_of
        self._borne, self._borne_by = array("q"), array("q")
        self._sought, self._sought_by = array("q"), array("q")

    def add(self, record_id: int, record: Record) -> None:
        """Take in what a record bears and what it looks for."""
        borne, sought = signs_and_sought(record)
        number_of = {sign: self.number_of(sign) for sign in borne | sought}  # most of what is sought is borne as well
        for signs, numbers, owners in (
            (borne, self._borne, self._borne_by),
            (sought, self._sought, self._sought_by),
        ):
            once = {number_of[sign] for sign in signs}
            numbers.extend(once)
            owners.extend([record_id] * len(once))

    def borne(self) -> tuple[Numbers, Numbers]:
        """Signs, and the records that bear them."""
        return _numbers(self._borne), _numbers(self._borne_by)

    def sought(self) -> tuple[Numbers, Numbers]:
        """Signs, and the records that look for them."""
        return _numbers(self._sought), _numbers(self._sought_by)


class Meetings:
    """For each of some records the others that it meets, by their places among them."""

    def __init__(self, records: Sequence[Record], ids: Sequence[int], signed: Signed) -> None:
        """ids: the records' own numbers. signed: their signs, perhaps among those of others."""
        place = _Places(ids)
        self._number_of = signed.number_of
        borne, bearers = place.of_those(*signed.borne())
        order = np.lexsort((bearers, borne))
        self._borne, self._bearers = borne[order], bearers[order]
        sought, seekers = place.of_those(*signed.sought())
        order = np.argsort(sought)
        sought, seekers = sought[order], seekers[order]
        first = np.searchsorted(self._borne, sought)
        times = np.searchsorted(self._borne, sought, side="right") - first
        met = self._bearers[_runs(first, times)]
        seeker = np.repeat(seekers, times)
        # An acceptance is held against referrals alone.
        acceptance = np.fromiter((one.kind is RecordKind.ACCEPTANCE for one in records), bool, len(records))
        referral = np.fromiter((one.kind is RecordKind.REFERRAL for one in records), bool, len(records))
        useful = (seeker != met) & (~acceptance[seeker] | referral[met])
        pairs = np.unique((seeker[useful] << 32) | met[useful])
        self._met = (pairs & 0xFFFFFFFF).astype(np.int32)
        self._begins = np.searchsorted(pairs >> 32, np.arange(len(records) + 1))

    def met_by(self, place: int) -> list[int]:
        """The others that a record meets, in order."""
        found: list[int] = self._met[self._begins[place] : self._begins[place + 1]].tolist()
        return found

    def meeting(self, places: Iterable[int]) -> list[int]:
        """Those that meet one of some records, in order."""
        met = np.isin(self._met, np.fromiter(places, np.int32))
        found: list[int] = np.unique(np.searchsorted(self._begins, np.flatnonzero(met), side="right") - 1).tolist()
        return found

    def bearing(self, sign: Sign) -> list[int]:
        """Who bears a sign, in order; now and then somebody who does not."""
        number = self._number_of(sign)
        first, last = (int(np.searchsorted(self._borne, number, side=side)) for side in ("left", "right"))
        found: list[int] = self._bearers[first:last].tolist()
        return found


def signed(records: Iterable[Record]) -> Signed:
    """The signs of these records, which have the numbers 0, 1, 2 …"""
    found = Signed()
    for number, record in enumerate(records):
        found.add(number, record)
    return found


class _Places:
    """Where among the records of a run those of certain numbers stand."""

    def __init__(self, ids: Sequence[int]) -> None:
        own = np.array(ids, dtype=np.int64)
        self._order = np.argsort(own)
        self._own = own[self._order]

    def of_those(self, numbers: Numbers, owners: Numbers) -> tuple[Numbers, Numbers]:
        """The numbers whose owners are here, and the places of these."""
        if not len(self._own):
            return numbers[:0], owners[:0]
        at = np.minimum(np.searchsorted(self._own, owners), len(self._own) - 1)
        here = self._own[at] == owners
        return numbers[here], self._order[at[here]]


def _numbers(found: array[int]) -> Numbers:
    return np.array(found, dtype=np.int64)


def _runs(first: Numbers, times: Numbers) -> Numbers:
    """first[0], first[0] + 1, … `times[0]` of them, then the same of the next."""
    ends = np.cumsum(times)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) - np.repeat(ends - times - first, times)
