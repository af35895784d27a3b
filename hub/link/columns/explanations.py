"""Why were two rows linked, or why were they not? In words and bits, feature by feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from hub.link.columns.observed import OBSERVED
from hub.link.columns.rules import FEATURES, LinkRules
from hub.link.columns.sheets import LISTS
from hub.link.waterfall import Step, Waterfall, picture

LINKED, AMBIGUOUS, NEAR_MISS, REFUSED = "link", "ambiguous", "near miss", "refused"
# Number and person are equal, but other certain pairs say otherwise: not joined for that, weighed like all others.
CONTRADICTED = "contradicted"
FEATURE_NAMES = {"town": "township's number", "pol": "police number", "identity": "identity number", "name": "name", "unit": "township",
          "cause": "cause", "amount": "amount", "days": "days between"}  # fmt: skip
_EQUAL = FEATURES["number"].index("equal")
_NEAR = 10.0  # bits below acceptance up to which a pair that was not linked is told
HEADER = ("verdict", "agency", "record_id", "other_agency", "other_record_id", "score", "asked", "why")


@dataclass(frozen=True)
class Called:
    """What the rows of each list are called, and where each comes in the order of the output."""

    ids: Mapping[str, pl.Series]
    places: Mapping[str, pl.Series]

    def groups(self, groups: pl.DataFrame, slots: Sequence[str]) -> list[Caller]:
        """The first row that each group has among the slots."""
        return [
            next(self._row(slot, row[slot]) for slot in slots if row[slot] is not None)
            for row in groups.iter_rows(named=True)
        ]

    def _row(self, agency: str, row: int) -> Caller:
        return Caller((LISTS.index(agency), self.places[agency][row]), agency, str(self.ids[agency][row] or ""))


class Caller(NamedTuple):
    """One row: where it comes (its list, and its place there), its agency and its record id."""

    place: tuple[int, int]
    agency: str
    record_id: str


@dataclass(frozen=True)
class Explained:
    """One pair of rows: what was decided, the bits that were asked for, and (feature, words, bits) of what was seen.

    bits: None of what was seen but not weighed. places: where the two rows come in the order of the output. reason: why
    the pair was not joined, or was though its names differ, in words.
    """

    verdict: str
    agency: str
    record_id: str
    other_agency: str
    other_record_id: str
    score: float
    asked: float
    seen: tuple[tuple[str, str, float | None], ...]
    places: tuple[tuple[int, int], tuple[int, int]]
    reason: str = ""

    def row(self) -> tuple[str, ...]:
        """The cells of HEADER."""
        why = "; ".join(
            f"{name} {words} (not weighed)" if bits is None else f"{name} {bits:+.1f} {words}"
            for name, words, bits in self.seen
        )
        why += f"; {self.reason}" if self.reason else ""
        return (self.verdict, self.agency, self.record_id, self.other_agency, self.other_record_id, f"{self.score:.1f}", f"{self.asked:.1f}", why)  # fmt: skip


def near(weighed: pl.DataFrame, links: pl.DataFrame, ambiguous: pl.DataFrame, accept: float, rules: LinkRules) -> pl.DataFrame:  # fmt: skip
    """Of the weighed pairs those worth telling, each with its `verdict`: the links, what came near, and what a number speaks for
    where one of the two is left without a link.
    """
    linked = weighed.join(links.select("l", "r"), on=["l", "r"], how="semi").with_columns(verdict=pl.lit(LINKED))
    left_alone = ~(pl.col("l").is_in(links["l"].implode()) & pl.col("r").is_in(links["r"].implode()))
    same_number = (pl.col("town") == _EQUAL) | (pl.col("pol") == _EQUAL)
    worth = (pl.col("score") >= accept - _NEAR) | (left_alone & same_number).fill_null(value=False)
    rest = weighed.join(links.select("l", "r"), on=["l", "r"], how="anti").filter(worth)
    person = (pl.col("person") <= rules.decide.person) & ~pl.col("shop")
    gate = person | (pl.col("matter") < rules.decide.matter)
    open_left = pl.col("l").is_in(ambiguous["l"].implode()) & (pl.col("score") >= accept)
    verdict = pl.when(gate).then(pl.lit(REFUSED)).when(open_left).then(pl.lit(AMBIGUOUS)).otherwise(pl.lit(NEAR_MISS))
    return pl.concat([linked, rest.with_columns(verdict=verdict)])


def explain(
    told: pl.DataFrame, left: Sequence[Caller], right: Sequence[Caller], asked: float, rules: LinkRules
) -> list[Explained]:
    """The pairs of `near` in words; left, right: the leading row of each group."""
    words = {feature: [one.words for one in rules.features[OBSERVED[feature]].values()] for feature in OBSERVED}
    found = []
    for row in told.iter_rows(named=True):
        seen: list[tuple[str, str, float | None]] = [
            (FEATURE_NAMES[feature], words[feature][row[feature]], row[f"{feature}_bits"])
            for feature in OBSERVED
            if row[feature] is not None
        ]
        if row["days"] is not None:
            seen.append((FEATURE_NAMES["days"], f"{row['days']} days", row["days_bits"]))
        seen.sort(key=lambda one: (-abs(one[2] or 0.0), one[0]))
        one, other = left[row["l"]], right[row["r"]]
        pair = (one.agency, one.record_id, other.agency, other.record_id)
        places = one.place, other.place
        found.append(
            Explained(row["verdict"], *pair, row["score"], asked, tuple(seen), places, _reason(row, asked, rules))
        )
    return found


def _reason(row: Mapping[str, Any], asked: float, rules: LinkRules) -> str:
    """Why a pair was not joined, the first reason that is enough; or why it was where the names do not say so."""
    of_a_shop = row["shop"] and row["person"] <= rules.decide.person
    if row["verdict"] not in (REFUSED, NEAR_MISS, AMBIGUOUS):
        return "业主与店铺：文号与金额均同 · owner and shop: number and sum are equal" if of_a_shop else ""
    if row["verdict"] == AMBIGUOUS:
        return "另有同样吻合的，由人认定 · another fits about as well: a person decides"
    if row["person"] <= rules.decide.person and not of_a_shop:
        return (
            f"人不符 · the person contradicts: {row['person']:+.1f} bits, more than {rules.decide.person:g} are needed"
        )
    if row["matter"] < rules.decide.matter:
        return f"事不符 · the matter contradicts: {row['matter']:+.1f} bits, {rules.decide.matter:g} are needed"
    if row["score"] < asked:
        return f"不足 · too little: {row['score']:.1f} bits, {asked:.1f} are asked for"
    return "另有更吻合的 · another fits better"


def waterfall(one: Explained) -> str:
    """The sum of one pair's bits as a small picture (SVG): a bar for each feature, and the line that was asked for."""
    rows = f"{one.agency} {one.record_id} – {one.other_agency} {one.other_record_id}"
    steps = tuple(Step(name, words, bits) for name, words, bits in one.seen)
    beyond = one.score - one.asked
    verdict = one.reason or f"{beyond:+.1f} bits beyond what is asked of so many candidates"
    verdict = f"{one.verdict}: {verdict}"
    return picture([Waterfall(rows, steps, one.asked, verdict)])
