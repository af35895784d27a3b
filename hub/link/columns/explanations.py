"""Why were two rows linked, or why were they not? In words and bits, feature by feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import polars as pl

from hub.link.columns.evidence import OBSERVED
from hub.link.columns.rules import LinkRules

LINKED, AMBIGUOUS, NEAR_MISS, REFUSED = "link", "ambiguous", "near miss", "refused"
_NAMES = {"town": "township's number", "pol": "police number", "identity": "identity number", "name": "name", "unit": "township",
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
            (_NAMES[feature], words[feature][row[feature]], row[f"{feature}_bits"])
            for feature in OBSERVED
            if row[feature] is not None
        ]
        if row["days"] is not None:
            seen.append((_NAMES["days"], f"{row['days']} days", row["days_bits"]))
        seen.sort(key=lambda one: (-abs(one[2]), one[0]))
        (agency, record_id), (other_agency, other_id) = left[row["l"]], right[row["r"]]
        found.append(
            Explained(row["verdict"], agency, record_id, other_agency, other_id, row["score"], asked, tuple(seen))
        )
    return found


def waterfall(one: Explained) -> str:
    """The sum of one pair's bits as a small picture (SVG), one bar for each feature, from nothing to the score."""
    steps = [("of so many candidates", "what is asked for, against chance", -one.asked), *one.seen]
    total, low, high = 0.0, 0.0, 0.0
    bars: list[tuple[str, float, float]] = []
    for name, words, bits in steps:
        bars.append((f"{name}: {words}", total, total + bits))
        total += bits
        low, high = min(low, total), max(high, total)
    scale, height = 360 / max(high - low, 1.0), 26
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="980" height="{height * (len(bars) + 2)}" font-family="sans-serif" font-size="13">',
        f'<text x="8" y="18">{escape(f"{one.agency} {one.record_id} – {one.other_agency} {one.other_record_id}: {one.verdict}, {total:+.1f} bits beyond what is asked")}</text>',
    ]  # fmt: skip
    for place, (label, start, end) in enumerate(bars, 1):
        x, width, y = 590 + (min(start, end) - low) * scale, abs(end - start) * scale, place * height + 8
        colour = "#2a7f62" if end >= start else "#b3492f"
        lines.append(f'<text x="8" y="{y + 13}">{escape(label)}</text>')
        lines.append(f'<rect x="{x:.1f}" y="{y}" width="{max(width, 1):.1f}" height="18" fill="{colour}"/>')
        lines.append(f'<text x="500" y="{y + 13}">{end - start:+.1f} = {end:+.1f}</text>')
    zero = 590 - low * scale
    lines.append(f'<line x1="{zero:.1f}" y1="30" x2="{zero:.1f}" y2="{height * (len(bars) + 1)}" stroke="#333"/></svg>')
    return "\n".join(lines) + "\n"


def ids_of(groups: pl.DataFrame, slots: Sequence[str], ids: Mapping[str, pl.Series]) -> list[tuple[str, str]]:
    """(agency, record id) of the first row that each group has among the slots."""
    return [
        next((slot, str(ids[slot][row[slot]] or "")) for slot in slots if row[slot] is not None)
        for row in groups.iter_rows(named=True)
    ]
