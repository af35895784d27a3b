"""What is seen of each candidate pair, feature by feature?

Every observation is the place of its word in FEATURES, SILENT where a side shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hub.link.columns.keys import Flags
from hub.link.columns.masks import identity_masks, name_masks
from hub.link.columns.pairs import (
    Pairs,
    identity_slips,
    name_begins,
    name_companies,
    name_gaps,
    name_owners,
    name_shops,
    name_sounds,
    number_series,
    number_slips,
    number_years,
    one_float,
)
from hub.link.columns.rules import FEATURES
from hub.link.columns.traits import NO_DAY, NO_SUM, Column

# feature of a pair -> feature of the rules
OBSERVED = {"town": "number", "pol": "number", "identity": "identity", "name": "name", "unit": "unit", "cause": "cause", "amount": "amount"}  # fmt: skip
SILENT = np.int8(-1)
Codes = NDArray[np.int8]


@dataclass(frozen=True)
class Seen:
    """Codes of what is seen. second: where it is what only the second row of the right group says."""

    codes: Codes
    second: Flags


@dataclass(frozen=True)
class Masked(Seen):
    """The same of what may be masked. shows: where a mask was compared, how many characters are shown."""

    shows: Column


def identities(pairs: Pairs) -> Masked:
    """The identity numbers."""
    (good, good_r), (other, other_r), (damaged, damaged_r) = pairs["id_good"], pairs["id_other"], pairs["id_damaged"]
    comparable = pairs.both("id_key") & ~other & ~other_r & _one_register(pairs)
    doubtful = comparable & ~(good & good_r)
    lost = (damaged | damaged_r | one_float(pairs)) & pairs.both("id_first")
    first, first_r = pairs["id_first"]
    fits, shows = identity_masks(pairs)
    equal, second = _crossed(pairs, "id_key", "id_2_key", 0)
    near = lost & (np.abs(first - first_r) <= 1)
    slips = identity_slips(pairs, (pairs.differ("id_key") & ~(good & good_r)) | (lost & ~near))
    codes = _first_true(
        "identity",
        ("equal", equal),
        # A float may end the first 15 digits one higher.
        ("first_15", near),
        ("slip", (doubtful | lost) & slips),
        ("mask_fits", (fits == 1) & (shows > 0)),
        ("birth_equal", doubtful & pairs.equal("id_birth")),
        ("differs", comparable | lost | (fits == 0)),
    )
    return Masked(codes, second, shows)


def names(pairs: Pairs) -> Masked:
    """The names."""
    # Of two persons whose whole numbers hold and differ, the names need no long look.
    others = pairs["id_good"][0] & pairs["id_good"][1] & pairs.differ("id_key") & _one_register(pairs)
    worth = ~others | one_float(pairs)
    (hidden, hidden_r), (unit, unit_r), (named, named_r) = pairs["hidden"], pairs["is_unit"], pairs["named"]
    whole = ~hidden & ~hidden_r
    persons = whole & ~unit & ~unit_r
    longest, gap = np.maximum(*pairs["name_length"]), name_gaps(pairs)
    fits, shows = name_masks(pairs)
    equal, second = _crossed(pairs, "name_key", "name_2_key", 0)
    codes = _first_true(
        "name",
        ("equal", equal),
        ("owner", name_owners(pairs)),
        ("begins", whole & name_begins(pairs, worth)),
        ("sounds", name_sounds(pairs, persons & worth & (gap == 1))),
        ("alike", whole & (longest >= 3) & ((gap == 1) | (unit & unit_r & (gap.astype(np.int16) * 4 <= longest)))),
        ("alike_short", whole & (longest == 2) & (gap == 1) & pairs.differ("surname")),
        ("kin", whole & (longest == 2) & (gap == 1)),
        ("shop", name_shops(pairs, whole & named & named_r & worth)),
        ("mask_fits", fits),
        ("other_kind", whole & named & named_r & (unit ^ unit_r)),
        ("differs", named & named_r),
    )
    return Masked(codes, second, shows)


def _one_register(pairs: Pairs) -> Flags:
    """A person's number and a unit's stand in two registers: that they differ says nothing."""
    born, born_r = pairs["id_birth"]
    one: Flags = (born != 0) == (born_r != 0)
    return one


def brothers(pairs: Pairs, identity: Codes, name: Codes) -> Flags:
    """Where what is equal of two identity numbers is what twins share, and the names differ as theirs do."""
    shared = np.isin(identity, [FEATURES["identity"].index(seen) for seen in ("first_15", "birth_equal")])
    alike = np.isin(name, [FEATURES["name"].index(seen) for seen in ("alike", "kin")])
    return shared & alike & pairs.equal("surname")


def numbers(pairs: Pairs, number: str) -> Codes:
    """The township's numbers, or the police's. A number of another township is no slip of this one's."""
    differ = pairs.differ(f"{number}_key")
    known, known_r = pairs["unit_known"]
    (others, others_r) = pairs[f"{number}_others"]
    elsewhere = pairs.differ("unit") & known & known_r if number == "town" else np.zeros_like(differ)
    return _first_true(
        "number",
        ("equal", pairs.equal(f"{number}_key")),
        ("serial_equal", pairs.equal(f"{number}_serial_key")),
        ("year_left_out", number_years(pairs, number, differ)),
        ("slip", number_slips(pairs, number, differ & ~elsewhere & ~pairs.equal(f"{number}_serial_key"))),
        ("other_series", number_series(pairs, number, differ)),
        ("of_another", differ & (others | others_r)),
        ("differs", differ),
    )


def person_and_unit(codes: Mapping[str, Codes]) -> Flags:
    """Where one side names a person and the other a unit, and no identity number speaks for or against."""
    silent: Flags = (codes["identity"] == SILENT) & (codes["name"] == FEATURES["name"].index("other_kind"))
    return silent


def shops(pairs: Pairs, codes: Mapping[str, Codes]) -> Flags:
    """Where these two are an owner and his shop, since a document number and the sum are equal: more than a number alone.

    A company is a party of its own and nobody's shop.
    """
    number, amount = FEATURES["number"].index("equal"), FEATURES["amount"].index("equal")
    one_matter = ((codes["town"] == number) | (codes["pol"] == number)) & (codes["amount"] == amount)
    maybe: Flags = person_and_unit(codes) & one_matter
    owned: Flags = maybe & ~name_companies(pairs, maybe)
    return owned


def words(pairs: Pairs, feature: str) -> Codes:
    """Township or cause."""
    known, known_r = pairs[f"{feature}_known"]
    return _first_true(feature, ("equal", pairs.equal(feature)), ("differs", known & known_r))


def amounts(pairs: Pairs) -> Seen:
    """The sums."""
    a, b = pairs["amount"]
    more, less = np.maximum(a, b), np.minimum(a, b)
    both = (a != NO_SUM) & (b != NO_SUM)
    near = more * 98 <= less * 100
    for factor in (10, 100, 10_000):
        near |= more == less * factor
    equal, second = _crossed(pairs, "amount", "amount_2", NO_SUM)
    return Seen(_first_true("amount", ("equal", equal), ("near", both & near), ("differs", both)), second)


def lags(pairs: Pairs) -> Iterator[tuple[int, Flags, Column]]:
    """For each two days that the sides may give: of which stage (a place in STAGES) they are, where both are there, and how
    many days lie between. The farthest first.
    """
    township, police, paper = (pairs[f"day_{agency}"] for agency in ("township", "police", "procuratorate"))
    for of, later, earlier in (
        (2, paper[0], township[1]),
        (1, paper[1], police[0]),
        (1, paper[0], police[1]),
        (0, police[0], township[1]),
    ):
        known = (later != NO_DAY) & (earlier != NO_DAY)
        if known.any():
            yield of, known, later - earlier


def _crossed(pairs: Pairs, trait: str, second: str, nothing: int) -> tuple[Flags, Flags]:
    """Equal, or the second value of either side equal to the first of the other; and where it is the right's second alone."""
    (a, b), (second_a, second_b) = pairs[trait], pairs[second]
    first: Flags = ((a == b) & (a != nothing)) | ((second_a == b) & (b != nothing))
    other: Flags = (a == second_b) & (a != nothing) & ~first
    return first | other, other


def _first_true(feature: str, *cases: tuple[str, Flags]) -> Codes:
    """The code of the first case that holds; SILENT where none does."""
    chosen = np.full(len(cases[0][1]), SILENT, dtype=np.int8)
    for seen, holds in reversed(cases):
        chosen[holds] = FEATURES[feature].index(seen)
    return chosen
