"""A script as it is often written: pandas merges on number and identity number, rapidfuzz on the rest within a township."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from rapidfuzz import fuzz, process

from benchmarks.linking.ways.cleaned import connect
from benchmarks.linking.ways.written import write_pairs

_ALIKE = 66.0  # of 100: two of three characters


def match(left: pd.DataFrame, right: pd.DataFrame, number: str) -> pd.DataFrame:
    """The pairs found by equal number and person, then by identity number and cause, then by a like name in a township."""
    found = []
    for keys in ([number, "id17"], [number, "name"], ["id17", "cause", "unit"], ["name", "cause", "unit", "amount"]):
        a, b = left.dropna(subset=keys), right.dropna(subset=keys)
        a, b = a[~a.duplicated(keys, keep=False)], b[~b.duplicated(keys, keep=False)]
        pairs = a.merge(b, on=keys, suffixes=("_a", "_b"))[["unique_id_a", "unique_id_b"]]
        pairs.columns = pd.Index(["a", "b"])
        found.append(pairs)
        left = left[~left["unique_id"].isin(pairs["a"])]
        right = right[~right["unique_id"].isin(pairs["b"])]
    found.append(_alike(left, right))
    return pd.concat(found)


def _alike(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    pairs = left.merge(right, on=["unit", "cause", "amount"], suffixes=("_a", "_b")).dropna(subset=["name_a", "name_b"])
    if pairs.empty:
        return pd.DataFrame({"a": [], "b": []}, dtype=str)
    pairs["score"] = process.cpdist(pairs["name_a"].tolist(), pairs["name_b"].tolist(), scorer=fuzz.ratio)
    pairs = pairs[pairs["score"] >= _ALIKE].sort_values(["score", "unique_id_a", "unique_id_b"], ascending=[False, True, True])  # fmt: skip
    pairs = pairs.drop_duplicates("unique_id_a").drop_duplicates("unique_id_b")
    return pairs[["unique_id_a", "unique_id_b"]].set_axis(["a", "b"], axis=1)


if __name__ == "__main__":
    tables = connect(Path(sys.argv[1]))
    township, police, papers = (tables.sql(f"from {name}").df() for name in ("township", "police", "procuratorate"))
    pairs = pd.concat(
        [match(police, township, "town_no"), match(papers, police, "pol_no"), match(papers, township, "town_no")]
    )
    tables.register("found", pairs)
    write_pairs(tables, ("from found",), Path(sys.argv[2]))
