"""Which pairs are compared at all? Those that share a key, of keys that not too many share."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

_MONTH = 31
_BEFORE = 10  # days by which the later list's date may lie before the earlier one's


def candidate_pairs(
    left: pl.DataFrame, right: pl.DataFrame, blocks: Sequence[Sequence[str]], most: int
) -> pl.DataFrame:
    """`l`, `r`: places in the two tables of traits, each pair once, in order; only rows that are `open` take part.

    most: a key is passed over where more than so many pairs share it.
    """
    found = []
    for block in blocks:
        for number in ("town", "pol") if {"number", "serial"} & set(block) else ("",):
            one, other = _keyed(left, block, number, "l", True), _keyed(right, block, number, "r", False)
            pairs = _pairs(one, other, most)
            found.append(pairs if {"number", "identity"} & set(block) else _without_others(pairs, left, right))
    pairs = pl.concat(found)
    both = (pairs["l"].cast(pl.UInt64) * (1 << 32) + pairs["r"].cast(pl.UInt64)).unique().sort()
    return pl.DataFrame({"l": (both // (1 << 32)).cast(pl.UInt32), "r": (both % (1 << 32)).cast(pl.UInt32)})


def _pairs(one: pl.DataFrame, other: pl.DataFrame, most: int) -> pl.DataFrame:
    if not (one.height and other.height):
        return pl.DataFrame(schema={"l": pl.UInt32, "r": pl.UInt32})
    other = other.join(one, on="key", how="semi")
    shared = (
        one.join(other, on="key", how="semi").group_by("key").len("n").join(other.group_by("key").len("m"), on="key")
    )
    heavy = shared.filter(pl.col("n").cast(pl.UInt64) * pl.col("m") > most).select("key")
    if heavy.height:
        other = other.join(heavy, on="key", how="anti")
    return other.join(one, on="key").select("l", "r")


def _without_others(pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Without pairs of two whole numbers that both hold and differ: two persons, unless a document number joins them."""
    good = left["id_good"].gather(pairs["l"]) & right["id_good"].gather(pairs["r"])
    other = left["id_key"].gather(pairs["l"]) != right["id_key"].gather(pairs["r"])
    return pairs.filter(~(good & other).fill_null(value=False))


def _keyed(traits: pl.DataFrame, block: Sequence[str], number: str, side: str, later: bool) -> pl.DataFrame:
    parts: list[pl.Expr] = []
    for name in block:
        if name == "number":
            parts.append(pl.col(f"{number}_key"))
        elif name == "serial":
            parts.append(pl.col(f"{number}_serial_key"))
        elif name != "month":
            parts.append(_KEYS[name])
    table = traits.lazy().select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias(side), "open", *[part.alias(f"k{i}") for i, part in enumerate(parts)], day=_day(later)
    )  # fmt: skip
    table = table.filter("open", pl.all_horizontal(pl.col(f"k{i}").is_not_null() for i in range(len(parts))))
    keys = [f"k{i}" for i in range(len(parts))]
    if "month" in block:
        # The later list looks into its own month and the one before it.
        month = (pl.col("day") + (_BEFORE if later else 0)) // _MONTH
        months = pl.concat_list(month, month - 1) if later else pl.concat_list(month)
        table = table.with_columns(month=months).explode("month").filter(pl.col("month").is_not_null())
        keys.append("month")
    mixed: pl.Expr = pl.col(keys[0]).hash(1)
    for place, key in enumerate(keys[1:], 2):
        mixed = mixed ^ pl.col(key).hash(place)
    return table.select(side, key=mixed).collect()


_KEYS = {
    "identity": pl.col("id_key"),
    "first_15": pl.col("id_first"),
    "tail": pl.coalesce("id_text", "id_mask").str.extract(r"([0-9X]{4})$"),
    "name": pl.col("name_key"),
    "surname": pl.col("surname"),
    "birth": pl.col("id_birth"),
    "amount": pl.col("amount"),
    "unit": pl.col("unit"),
    "cause": pl.col("cause"),
}


def _day(later: bool) -> pl.Expr:
    days = ("day_procuratorate", "day_police", "day_township")
    order = days if later else days[::-1]
    return pl.coalesce(*[pl.col(day) for day in order])
