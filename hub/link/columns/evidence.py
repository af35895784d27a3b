"""How many bits does what is seen of each candidate pair say?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from hub.link.columns.keys import Flags, Rows
from hub.link.columns.observed import (
    OBSERVED,
    SILENT,
    Codes,
    Masked,
    amounts,
    brothers,
    identities,
    lags,
    names,
    numbers,
    person_and_unit,
    shops,
    words,
)
from hub.link.columns.pairs import Pairs
from hub.link.columns.rarity import COUNTED, Bits, Rarities, lag_bits, rarities, span_of
from hub.link.columns.rules import PERSON, LinkRules
from hub.link.columns.sheets import side_by_side
from hub.link.columns.sides import Side
from hub.link.columns.traits import Column

MATTER = ("town", "pol", "unit", "cause", "amount", "days")
_AT_ONCE = 1 << 17  # pairs that are weighed together at the most: with fewer, what each step begins with takes the time


@dataclass(frozen=True)
class Weighed:
    """Pairs with what was seen of them: codes (SILENT where a side is), `stage`, `days`; their bits, summed by person and matter.

    shop: where one names the owner and the other his shop, as number and sum say.
    """

    left: Rows
    right: Rows
    codes: Mapping[str, Codes]
    bits: Mapping[str, Bits]
    stage: Codes
    days: Column
    person: Bits
    matter: Bits
    shop: Flags

    def table(self) -> pl.DataFrame:
        """`l`, `r`, each feature's code (null where silent) and its `_bits`, `stage`, `days`, `person`, `matter`, `score`, `shop`."""
        silent = self.stage == SILENT
        columns = {
            "l": self.left.astype(np.uint32),
            "r": self.right.astype(np.uint32),
            **self.codes,
            "stage": self.stage,
        }
        table = pl.DataFrame({**columns, **{f"{name}_bits": bits for name, bits in self.bits.items()}})
        return table.with_columns(
            *[pl.when(pl.col(name) != SILENT).then(name).alias(name) for name in (*self.codes, "stage")],
            days=pl.select(pl.when(~pl.Series(silent)).then(pl.Series(self.days))).to_series(),
            person=pl.Series(self.person), matter=pl.Series(self.matter), score=pl.Series(self.person + self.matter),
            shop=pl.Series(self.shop),
        )  # fmt: skip


class Comparison:
    """Two sides, ready to be compared pair by pair under the rules."""

    def __init__(self, left: Side, right: Side, rules: LinkRules, rare: Rarities | None = None) -> None:
        """rare: those of the right side, where they were counted before."""
        self._sides = left, right
        self._rules = rules
        self.rare = rarities(right, rules) if rare is None else rare
        self._lags = lag_bits(rules, max(span_of(left, right), float(rules.least_span)))
        self._bits = {feature: np.array([one.bits for one in rules.features[of].values()] + [0.0], dtype=np.float32)
                      for feature, of in OBSERVED.items()}  # fmt: skip

    def weigh(self, left: Rows, right: Rows) -> pl.DataFrame:
        """The `table` of the pairs of these places, all of them."""
        pairs = Pairs(self._sides, left, right)
        return self._matter(pairs, *self._person(pairs)).table()

    def acceptable(self, left: Rows, right: Rows) -> pl.DataFrame:
        """`l`, `r`, `score` of the pairs in which somebody is named and neither person nor matter speaks against it, or that
        are owner and shop.

        The person is looked at first: most pairs need not be looked at further.
        """
        # Parts of one size, so that threads that take turns are done at one time.
        bounds = np.linspace(0, len(left), -(-len(left) // _AT_ONCE) + 1).astype(np.int64)
        parts = [slice(begin, end) for begin, end in pairwise(bounds)]
        some = side_by_side(self._acceptable, [(left[part], right[part]) for part in parts])
        return pl.concat([pl.DataFrame(schema={"l": pl.UInt32, "r": pl.UInt32, "score": pl.Float32}), *some])

    def _acceptable(self, left: Rows, right: Rows) -> pl.DataFrame:
        pairs = Pairs(self._sides, left, right)
        codes, bits = self._person(pairs)
        somebody = (codes["identity"] != SILENT) | (codes["name"] != SILENT)
        speaks = bits["identity"] + bits["name"] > self._rules.decide.person
        kept = np.flatnonzero(somebody & (speaks | person_and_unit(codes)))
        codes, bits = {name: of[kept] for name, of in codes.items()}, {name: of[kept] for name, of in bits.items()}
        weighed = self._matter(pairs.those(kept), codes, bits)
        kept = np.flatnonzero((weighed.matter >= self._rules.decide.matter) & (speaks[kept] | weighed.shop))
        return pl.DataFrame(
            {
                "l": weighed.left[kept].astype(np.uint32), "r": weighed.right[kept].astype(np.uint32),
                "score": (weighed.person + weighed.matter)[kept],
            }
        )  # fmt: skip

    def _person(self, pairs: Pairs) -> tuple[dict[str, Codes], dict[str, Bits]]:
        identity, name = identities(pairs), names(pairs)
        identity.codes[brothers(pairs, identity.codes, name.codes)] = SILENT
        codes = {"identity": identity.codes, "name": name.codes}
        return codes, {"identity": self._identity_bits(pairs, identity), "name": self._name_bits(pairs, name)}

    def _matter(self, pairs: Pairs, person: Mapping[str, Codes], person_bits: Mapping[str, Bits]) -> Weighed:
        amount = amounts(pairs)
        seen = {number: numbers(pairs, number) for number in ("town", "pol")}
        seen |= {word: words(pairs, word) for word in ("unit", "cause")}
        stage, days, lag = self._days_bits(pairs)
        bits = {feature: self._counted(pairs, feature, codes) for feature, codes in seen.items()}
        seen["amount"], bits["amount"] = amount.codes, self._counted(pairs, "amount", amount.codes, amount.second)
        bits["days"] = lag
        of_person = sum((person_bits[name] for name in PERSON[1:]), start=person_bits[PERSON[0]])
        of_matter = sum((bits[name] for name in MATTER[1:]), start=bits[MATTER[0]])
        codes, bits = {**seen, **person}, {**person_bits, **bits}
        return Weighed(pairs.left, pairs.right, codes, bits, stage, days, of_person, of_matter, shops(pairs, codes))

    # --- what it says ----------------------------------------------------------------------------------------------

    def _counted(self, pairs: Pairs, feature: str, codes: Codes, second: Flags | None = None) -> Bits:
        """Set bits by code, and of what is counted those of the value; the last of the set ones is that of silence."""
        bits = self._bits[feature][codes]
        for place, seen in enumerate(self._rules.features[OBSERVED[feature]]):
            if seen in COUNTED.get(feature, ()):
                where = np.flatnonzero(codes == place)
                rare = self.rare[feature, seen]
                bits[where] = rare.first[pairs.right[where]]
                if second is not None and rare.second is not None:
                    where = where[second[where]]
                    bits[where] = rare.second[pairs.right[where]]
        return np.nan_to_num(bits, copy=False)

    def _identity_bits(self, pairs: Pairs, identity: Masked) -> Bits:
        place = list(self._rules.features["identity"]).index("mask_fits")
        bits, most = (
            self._counted(pairs, "identity", identity.codes, identity.second),
            self._rules.features["identity"]["mask_fits"].bits + 4.0,
        )
        where = np.flatnonzero(identity.codes == place)
        bits[where] = np.minimum(identity.shows[where] * 2.0, most)
        return bits

    def _name_bits(self, pairs: Pairs, name: Masked) -> Bits:
        place = list(self._rules.features["name"]).index("mask_fits")
        bits = self._counted(pairs, "name", name.codes, name.second)
        where = np.flatnonzero(name.codes == place)
        shows, says = name.shows[where], self.rare["name", "mask_fits"].first[pairs.right[where]]
        bits[where] = np.nan_to_num(np.where(shows == 0, 2.0, says + (shows - 1) * 4.0))
        return bits

    def _days_bits(self, pairs: Pairs) -> tuple[Codes, Column, Bits]:
        """Of the stages of which both days are there the one that says most for the pair: its place, the days between, its bits.

        A day of one list is now and then that of entry, weeks later; then the days of the others tell more.
        """
        stage = np.full(len(pairs), SILENT, dtype=np.int8)
        between, bits = np.zeros(len(pairs), dtype=np.int32), np.zeros(len(pairs), dtype=np.float32)
        for of, known, days in lags(pairs):
            ends, values = (np.array(column) for column in zip(*self._lags[of], strict=True))
            says = values.astype(np.float32)[np.minimum(np.searchsorted(ends, days), len(ends) - 1)]
            better = known & ((stage == SILENT) | (says >= bits))
            stage[better], between[better], bits[better] = of, days[better], says[better]
        return stage, between, bits
