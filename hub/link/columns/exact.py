"""Which rows are certain at once: number and person equal, and no other row of either list like them?"""

from __future__ import annotations

import polars as pl

from hub.link.columns.keys import key_of, stands_again

# (tier, person column); what stands first is tried first.
TIERS = (("number+identity", "whole_id"), ("number+name", "name"))


def certain_pairs(left: pl.DataFrame, left_number: str, right: pl.DataFrame, right_number: str) -> pl.DataFrame:
    """`left`, `right` (rows), `tier` (a place in TIERS) of the pairs that agree in a number and in the person.

    The number noted on the left is the number borne on the right, and the identity number or the name is equal; no
    other row of either list has the two. Found by 64-bit hashes and verified on the texts. A pair of equal names whose
    whole identity numbers differ is left to the weighing of evidence.
    """
    found: list[pl.DataFrame] = []
    for number, (_, person) in enumerate(TIERS):
        one = _keyed(left, left_number, person, "left")
        other = _keyed(right, right_number, person, "right")
        pairs = one.join(other, on="key")
        equal = _same(pairs, left, right, left_number, right_number) & _same(pairs, left, right, person, person)
        if person == "name":
            a, b = left["whole_id"].gather(pairs["left"]), right["whole_id"].gather(pairs["right"])
            equal &= ~(a != b).fill_null(False)
        pairs = pairs.filter(equal).select("left", "right", tier=pl.lit(number, dtype=pl.Int8))
        found.append(pairs)
        left = _without(left, pairs["left"])
        right = _without(right, pairs["right"])
    return pl.concat(found)


def _keyed(sheet: pl.DataFrame, number: str, person: str, side: str) -> pl.DataFrame:
    key = key_of(sheet[number], sheet[person])
    once = sheet["open"] & key.is_not_null()
    key = key.filter(once)
    rows = sheet["row"].filter(once)
    single = ~stands_again(key)
    return pl.DataFrame({"key": key.filter(single), side: rows.filter(single)})


def _same(
    pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame, left_column: str, right_column: str
) -> pl.Series:
    return left[left_column].gather(pairs["left"]) == right[right_column].gather(pairs["right"])


def _without(sheet: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    still = sheet["open"].scatter(rows, False)
    return sheet.with_columns(still.alias("open"))
