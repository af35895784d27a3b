"""What does each row, or each group of rows that is one already, show that can be compared?"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hub.link.columns.identities import identity_columns
from hub.link.columns.matter_values import amount_column, cause_column, day_column, unit_column
from hub.link.columns.sheets import LISTS
from hub.link.columns.spelling import each_once
from hub.mapping.codes import Codes
from hub.values.names import UNIT_WORDS, hidden_parts

_READABLE = r"^(.*)〔(\d{4})〕[A-Z]*(\d+)号$"
# A year of two digits or without brackets: as hub.values.document_numbers reads loosely.
_LOOSE = r"^(.*?)(?:（(\d\d)）|((?:19|20)\d\d)[年）-])第?[A-Za-z]*(\d+)号?$"
_HIDING = ["某", "*", "□", "?", "×", "X"]


@dataclass(frozen=True)
class Reader:
    """Reads the traits of the rows of one list; each row at most once."""

    typed: pl.DataFrame
    sheet: pl.DataFrame
    codes: Codes

    def traits(self, rows: pl.Series) -> pl.DataFrame:
        """One line of traits for each of the rows, in their order."""
        typed, sheet = self.typed[rows], self.sheet[rows]
        return pl.concat(
            [
                sheet.select("own", "ref", "pol"),
                _name_columns(sheet["name"]),
                identity_columns(typed["id_no"]),
                pl.DataFrame(
                    {
                        "unit": unit_column(typed["unit"], self.codes),
                        "cause": cause_column(typed["cause"], self.codes),
                        "day": day_column(typed["date"]),
                        "amount": amount_column(typed["amount"]),
                    }
                ),
            ],
            how="horizontal",
        )


def _name_columns(names: pl.Series) -> pl.DataFrame:
    """name: whole names only; shown: what a masked one shows at its beginning; ending: and at its end."""
    maybe = names.str.contains_any(_HIDING).fill_null(False)
    parts = each_once(pl.select(pl.when(maybe).then(names)).to_series(), _parts)
    split = parts.str.split_exact("\t", 1)
    shown, ending = split.struct.field("field_0"), split.struct.field("field_1")
    table = pl.DataFrame({"typed": names, "shown": shown, "ending": ending})
    return table.select(
        name=pl.when(pl.col("shown").is_null()).then("typed"),
        shown="shown",
        ending="ending",
        surname=pl.coalesce("shown", "typed").str.slice(0, 1),
        is_unit=pl.col("typed").str.contains(UNIT_WORDS),
    ).with_columns(pl.when(pl.col("surname") != "").then("surname").alias("surname"))


def _parts(name: str) -> str | None:
    parts = hidden_parts(name)
    return None if parts is None else "\t".join(parts)


# Of two rows of one group the first that has a trait shows it; for the second the other is kept beside it.
_FIRST = ("unit", "cause", "amount")


def group_traits(groups: pl.DataFrame, readers: dict[str, Reader], slots: tuple[str, ...]) -> pl.DataFrame:
    """The traits of groups of up to two rows; slots: which lists may have a row in them, the leading one first.

    town: the township's number, as borne or as noted; pol: the police's. day_<agency>: the days. The name that is
    whole stands before a masked one, the identity number that holds before one that does not; name_2, id_2 and
    amount_2 are what the other row says.
    """
    shown = [_of_slot(groups[slot], readers[slot], slot) for slot in slots]
    both = pl.concat([frame.rename({c: f"{c}{place}" for c in frame.columns}) for place, frame in enumerate(shown)], how="horizontal")  # fmt: skip
    if len(slots) == 1:
        only = shown[0].with_columns(pl.lit(None, pl.String).alias("name_2"), pl.lit(None, pl.String).alias("id_2"), pl.lit(None, pl.Int64).alias("amount_2"))  # fmt: skip
        return _with_numbers(only)
    second_name = pl.col("name0").is_null() & (pl.col("name1").is_not_null() | pl.col("shown0").is_null())
    better = pl.col("id_good1").fill_null(False) & ~pl.col("id_good0").fill_null(False)
    second_id = better | (pl.col("id_first0").is_null() & pl.col("id_mask0").is_null() & pl.col("id_text0").is_null())
    name = ("name", "shown", "ending", "surname", "is_unit")
    identity = ("id_text", "id_state", "id_good", "id_first", "id_birth", "id_mask")
    chosen = both.select(
        *[pl.when(second_name).then(f"{c}1").otherwise(f"{c}0").alias(c) for c in name],
        *[pl.when(second_id).then(f"{c}1").otherwise(f"{c}0").alias(c) for c in identity],
        *[pl.coalesce(f"{c}0", f"{c}1").alias(c) for c in (*_FIRST, "town", "pol", *_DAYS)],
        name_2=pl.when(second_name).then("name0").otherwise("name1"),
        id_2=pl.when(second_id).then("id_text0").otherwise("id_text1"),
        amount_2=pl.col("amount1"),
    )
    return _with_numbers(chosen)


_DAYS = tuple(f"day_{agency}" for agency in LISTS)


def _of_slot(rows: pl.Series, reader: Reader, agency: str) -> pl.DataFrame:
    present = rows.drop_nulls().unique().sort()
    traits = reader.traits(present).with_columns(row=present)
    town = {"township": "own", "police": "ref", "procuratorate": "ref"}[agency]
    pol = {"township": None, "police": "own", "procuratorate": "pol"}[agency]
    traits = traits.with_columns(
        pl.col(town).alias("town"),
        pl.col(pol).alias("pol") if pol else pl.lit(None, dtype=pl.String).alias("pol"),
        *[(pl.col("day") if day == f"day_{agency}" else pl.lit(None, dtype=pl.Date)).alias(day) for day in _DAYS],
    ).drop("own", "ref", "day")
    wide = pl.DataFrame({"row": rows.cast(pl.UInt32)}).join(traits, on="row", how="left", maintain_order="left")
    return wide.drop("row")


def _with_numbers(traits: pl.DataFrame) -> pl.DataFrame:
    """Year, serial and the words before them of both numbers."""
    columns = []
    for number in ("town", "pol"):
        parts = traits[number].str.extract_groups(_READABLE)
        loose = traits[number].str.extract_groups(_LOOSE)
        columns += [
            pl.select(
                pl.coalesce(
                    parts.struct.field("2").cast(pl.Int32), loose.struct.field("3").cast(pl.Int32),
                    2000 + loose.struct.field("2").cast(pl.Int32),
                )
            ).to_series().alias(f"{number}_year"),
            pl.select(
                pl.coalesce(parts.struct.field("3"), loose.struct.field("4")).cast(pl.Int64, strict=False)
            ).to_series().alias(f"{number}_serial"),
            pl.select(pl.coalesce(parts.struct.field("1"), loose.struct.field("1"))).to_series().alias(f"{number}_words"),
        ]  # fmt: skip
    return traits.with_columns(columns)
