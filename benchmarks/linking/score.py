"""How good are the links? Precision, recall and F1 over pairs, on the hard residue, and recall for each kind of noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

_ROW = ["agency", "record_id"]


@dataclass(frozen=True, slots=True)
class Quality:
    """Of pairs of rows of different agencies. hard: of those with a row whose numbers are all missing or wrong.

    by_noise: kind -> recall of the pairs of rows that it touched; without kinds that touched none.
    """

    precision: float
    recall: float
    hard_recall: float
    by_noise: Mapping[str, float]

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.precision else 0.0


def judge(truth: pl.DataFrame, links: pl.DataFrame) -> Quality:
    """Compare an answer with the truth; raises AssertionError where a row is missing, comes twice or was never there."""
    links = links.select("case_id", "agency", "record_id").cast(pl.String)
    together = truth.join(links, on=_ROW, how="left")
    if together.height != truth.height or together["case_id"].null_count():
        raise AssertionError("not every row came back once")
    if links.height != truth.height:
        raise AssertionError(f"{links.height - truth.height} rows came back that stand in no list")
    true, found = _pairs(together, "case"), _pairs(together, "case_id")
    right = true.join(found, on=true.columns)
    hard = truth.filter("hard").select(_ROW)
    kinds = truth.select(*_ROW, kind=pl.col("noise").str.split("|")).explode("kind").filter(pl.col("kind") != "")
    by_noise = {}
    for (kind,), rows in sorted(kinds.partition_by("kind", as_dict=True, include_key=False).items(), key=str):
        if touched := _touched(true, rows).height:
            by_noise[str(kind)] = _touched(right, rows).height / touched
    return Quality(
        right.height / max(found.height, 1),
        right.height / max(true.height, 1),
        _touched(right, hard).height / max(_touched(true, hard).height, 1),
        by_noise,
    )


def _pairs(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    one = rows.select(by, *_ROW)
    both = one.join(one, on=by, suffix="_2").filter(pl.col("agency") < pl.col("agency_2"))
    return both.select(*_ROW, "agency_2", "record_id_2").unique()


def _touched(pairs: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    first = pairs.join(rows, on=_ROW, how="semi")
    second = pairs.join(rows, left_on=["agency_2", "record_id_2"], right_on=_ROW, how="semi")
    return pl.concat([first, second]).unique()
