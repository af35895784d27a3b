"""Why were two rows linked, or why were they not? In words and bits, feature by feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from hub.link.columns.observed import OBSERVED
from hub.link.columns.rules import LinkRules
from hub.link.waterfall import Step, Waterfall, picture

LINKED, AMBIGUOUS, NEAR_MISS, REFUSED = "link", "ambiguous", "near miss", "refused"
FEATURE_NAMES = {"town": "township's number", "pol": "police number", "identity": "identity number", "name": "name", "unit": "township",
          "cause": "cause", "amount": "amount", "days": "days between"}  # fmt: skip
_NEAR = 10.0  # bits below acceptance up to which a pair that was not linked is told
HEADER = ("verdict", "agency", "record_id", "other_agency", "other_record_id", "score", "asked", "why")


@dataclass(frozen=True)
class Explained:
    """One pair of rows: what was decided, the bits that were asked for, and (feature, words, bits) of what was seen."""

    verdict: str
    agency: str
    record_id: str
    other_agency: str
    other_record_id: str
    score: float
    asked: float
    seen: tuple[tuple[str, str, float], ...]

    def row(self) -> tuple[str, ...]:
        """The cells of HEADER."""
        why = "; ".join(f"{name} {bits:+.1f} {words}" for name, words, bits in self.seen)
        return (self.verdict, self.agency, self.record_id, self.other_agency, self.other_record_id, f"{self.score:.1f}", f"{self.asked:.1f}", why)  # fmt: skip


def near(weighed: pl.DataFrame, links: pl.DataFrame, ambiguous: pl.DataFrame, accept: float, rules: LinkRules) -> pl.DataFrame:  # fmt: skip
    """Of the weighed pairs those worth telling, each with its `verdict`."""
    linked = weighed.join(links.select("l", "r"), on=["l", "r"], how="semi").with_columns(verdict=pl.lit(LINKED))
    rest = weighed.join(links.select("l", "r"), on=["l", "r"], how="anti").filter(pl.col("score") >= accept - _NEAR)
    gate = (pl.col("person") < rules.decide.person) | (pl.col("matter") < rules.decide.matter)
    open_left = pl.col("l").is_in(ambiguous["l"].implode()) & (pl.col("score") >= accept)
    verdict = pl.when(gate).then(pl.lit(REFUSED)).when(open_left).then(pl.lit(AMBIGUOUS)).otherwise(pl.lit(NEAR_MISS))
    return pl.concat([linked, rest.with_columns(verdict=verdict)])


def explain(
    told: pl.DataFrame,
    left: Sequence[tuple[str, str]],
    right: Sequence[tuple[str, str]],
    asked: float,
    rules: LinkRules,
) -> list[Explained]:
    """The pairs of `near` in words; left, right: the agency and the record id of the leading row of each group."""
    words = {feature: [one.words for one in rules.features[OBSERVED[feature]].values()] for feature in OBSERVED}
    found = []
    for row in told.iter_rows(named=True):
        seen = [
            (FEATURE_NAMES[feature], words[feature][row[feature]], row[f"{feature}_bits"])
            for feature in OBSERVED
            if row[feature] is not None
        ]
        if row["days"] is not None:
            seen.append((FEATURE_NAMES["days"], f"{row['days']} days", row["days_bits"]))
        seen.sort(key=lambda one: (-abs(one[2]), one[0]))
        (agency, record_id), (other_agency, other_id) = left[row["l"]], right[row["r"]]
        found.append(
            Explained(row["verdict"], agency, record_id, other_agency, other_id, row["score"], asked, tuple(seen))
        )
    return found


def waterfall(one: Explained) -> str:
    """The sum of one pair's bits as a small picture (SVG): a bar for each feature, and the line that was asked for."""
    rows = f"{one.agency} {one.record_id} – {one.other_agency} {one.other_record_id}"
    steps = tuple(Step(name, words, bits) for name, words, bits in one.seen)
    beyond = sum(bits for _, _, bits in one.seen) - one.asked
    verdict = f"{one.verdict}, {beyond:+.1f} bits beyond what is asked of so many candidates"
    return picture([Waterfall(rows, steps, one.asked, verdict)])


def ids_of(groups: pl.DataFrame, slots: Sequence[str], ids: Mapping[str, pl.Series]) -> list[tuple[str, str]]:
    """(agency, record id) of the first row that each group has among the slots."""
    return [
        next((slot, str(ids[slot][row[slot]] or "")) for slot in slots if row[slot] is not None)
        for row in groups.iter_rows(named=True)
    ]
