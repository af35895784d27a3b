"""What is there to tell of the pairs that needed no weighing?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from hub.link.columns.evidence import Comparison
from hub.link.columns.exact import TIERS
from hub.link.columns.explanations import CONTRADICTED, LINKED, Called, Explained, explain
from hub.link.columns.groups import CERTAIN_PARTS, Groups, certain_scores
from hub.link.columns.learning import PAIRINGS
from hub.link.columns.numbers import Heads
from hub.link.columns.observed import OBSERVED
from hub.link.columns.rules import LinkRules
from hub.link.columns.settle import asked_bits
from hub.link.columns.sheets import LISTS
from hub.link.columns.sides import Side
from hub.link.columns.traits import read_rows
from hub.mapping.codes import Codes

# Which number the pairs of each of PAIRINGS agree in.
_NUMBER_OF = {PAIRINGS[0]: "town", PAIRINGS[1]: "pol", PAIRINGS[2]: "town"}


def explain_certain(
    certain: Sequence[pl.DataFrame], groups: Groups, cells: Mapping[str, pl.DataFrame],
    sheets: Mapping[str, pl.DataFrame], heads: Heads, codes: Codes, called: Called, rules: LinkRules,
) -> list[Explained]:  # fmt: skip
    """Every certain pair: joined, or contradicted by other certain pairs and so weighed like the rest.

    groups: as the certain pairs alone made them. rules: as set. The number and the person that are equal have the bits
    that the answer gives them; what else is seen of the pair was not weighed, and has none.
    """
    rows = {agency: _rows_of(certain, agency) for agency in LISTS}
    pool = read_rows(rows, cells, sheets, heads, codes)
    told: list[Explained] = []
    for pairs, (name, other) in zip(certain, PAIRINGS, strict=True):
        left, right = pl.DataFrame({name: pairs["left"]}), pl.DataFrame({other: pairs["right"]})
        places = np.arange(pairs.height)
        seen = Comparison(Side(left, pool, (name,)), Side(right, pool, (other,)), rules).weigh(places, places)
        joined = pl.Series(groups.together(name, pairs["left"], other, pairs["right"]))
        verdict = pl.when(joined).then(pl.lit(LINKED)).otherwise(pl.lit(CONTRADICTED))
        seen = _decided(seen, pairs["tier"], _NUMBER_OF[name, other], rules).with_columns(verdict=verdict)
        asked = asked_bits(int(sheets[other]["open"].sum()), rules)
        told += explain(seen, called.groups(left, (name,)), called.groups(right, (other,)), asked, rules)
    return told


def _rows_of(certain: Sequence[pl.DataFrame], agency: str) -> pl.Series:
    """The rows of one list that stand in certain pairs."""
    sides = [
        pairs[side]
        for pairs, names in zip(certain, PAIRINGS, strict=True)
        for name, side in zip(names, ("left", "right"), strict=True)
        if name == agency
    ]
    rows: pl.Series = pl.concat(sides).unique().sort()
    return rows


def _decided(seen: pl.DataFrame, tiers: pl.Series, number: str, rules: LinkRules) -> pl.DataFrame:
    """The pairs with the bits of what decided, and none of anything else; with the score that the answer has."""
    names = [name for name, _ in TIERS]
    worth = certain_scores(rules)
    equal = {feature: list(rules.features[of]).index("equal") for feature, of in OBSERVED.items()}
    columns = {"score": tiers.replace_strict(dict(enumerate(worth[name] for name in names)), return_dtype=pl.Float64)}
    for feature, of in OBSERVED.items():
        counts = [
            place
            for place, name in enumerate(names)
            if of in CERTAIN_PARTS[name] and (of != "number" or feature == number)
        ]
        decided = tiers.is_in(counts)
        columns[f"{feature}_bits"] = pl.select(pl.when(decided).then(rules.features[of]["equal"].bits)).to_series()
        columns[feature] = pl.select(pl.when(decided).then(equal[feature]).otherwise(seen[feature])).to_series()
    return seen.with_columns(days_bits=pl.lit(None, dtype=pl.Float64), **columns)
