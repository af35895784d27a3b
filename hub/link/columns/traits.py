"""What does each row, or each group of rows that is one already, show that can be compared?"""

from __future__ import annotations

from collections.abc import Mapping

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


class Reader:
    """Reads the traits of the rows of one list, each row once."""

    def __init__(self, agency: str, typed: pl.DataFrame, sheet: pl.DataFrame, codes: Codes, rows: pl.Series) -> None:
        """rows: all that will ever be asked for."""
        self._place = pl.repeat(None, sheet.height, dtype=pl.UInt32, eager=True).scatter(
            rows, pl.int_range(rows.len(), dtype=pl.UInt32, eager=True)
        )
        self._traits = _read(agency, typed[rows], sheet[rows], codes)

    def traits(self, rows: pl.Series) -> pl.DataFrame:
        """One line of traits for each of the rows, in their order; all null for a null."""
        return self._traits[self._place.gather(rows)]


def _read(agency: str, typed: pl.DataFrame, sheet: pl.DataFrame, codes: Codes) -> pl.DataFrame:
    town = {"township": "own", "police": "ref", "procuratorate": "ref"}[agency]
    pol = {"township": "pol", "police": "own", "procuratorate": "pol"}[agency]
    days = {f"day_{one}": pl.Series([None], dtype=pl.Date).new_from_index(0, typed.height) for one in LISTS}
    return pl.concat(
        [
            sheet.select(town=town, pol=pol),
            _name_columns(sheet["name"]),
            identity_columns(typed["id_no"]),
            pl.DataFrame(
                {
                    "unit": unit_column(typed["unit"], codes),
                    "cause": cause_column(typed["cause"], codes),
                    "amount": amount_column(typed["amount"]),
                    **days,
                    f"day_{agency}": day_column(typed["date"]),
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


def group_traits(groups: pl.DataFrame, readers: Mapping[str, Reader], slots: tuple[str, ...]) -> pl.DataFrame:
    """The traits of groups of up to two rows; slots: which lists may have a row in them, the leading one first.

    town: the township's number, as borne or as noted; pol: the police's. day_<agency>: the days. The name that is
    whole stands before a masked one, the identity number that holds before one that does not; name_2, id_2 and
    amount_2 are what the other row says.
    """
    shown = [readers[slot].traits(groups[slot]) for slot in slots]
    both = pl.concat([frame.rename({c: f"{c}{place}" for c in frame.columns}) for place, frame in enumerate(shown)], how="horizontal")  # fmt: skip
    if len(slots) == 1:
        only = shown[0].with_columns(pl.lit(None, pl.String).alias("name_2"), pl.lit(None, pl.String).alias("id_2"), pl.lit(None, pl.Int64).alias("amount_2"))  # fmt: skip
        return _with_figures(only)
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
    return _with_figures(chosen)


_DAYS = tuple(f"day_{agency}" for agency in LISTS)


def _with_figures(traits: pl.DataFrame) -> pl.DataFrame:
    """The traits with figures for all that is only compared for equality: fast to take along for millions of pairs."""
    traits = traits.with_columns(
        column for number in ("town", "pol") for column in _number_figures(traits[number], number)
    )
    damaged = pl.col("id_state") == "damaged"
    return traits.with_columns(
        id_key=_figure(pl.col("id_text")), id_2_key=_figure(pl.col("id_2")),
        id_other=(pl.col("id_state") == "other").fill_null(value=False),
        # Of the numbers that end in 000 few were issued and many went through a number cell; one in eleven of these
        # keeps a check digit that holds.
        id_damaged=(damaged | pl.col("id_text").str.ends_with("000")).fill_null(value=False),
        id_masked=pl.col("id_mask").is_not_null(), id_good=pl.col("id_good").fill_null(value=False) & ~pl.col("id_text").str.ends_with("000").fill_null(value=False),
        name_key=_figure(pl.col("name")), name_2_key=_figure(pl.col("name_2")),
        name_length=pl.col("name").str.len_chars().cast(pl.Int16),
        hidden=pl.col("shown").is_not_null(), named=pl.col("shown").is_not_null() | pl.col("name").is_not_null(),
        unit_known=~pl.col("unit").str.starts_with("?"), cause_known=~pl.col("cause").str.starts_with("?"),
        unit=_figure(pl.col("unit")), cause=_figure(pl.col("cause")), surname=_figure(pl.col("surname")),
        **{day: pl.col(day).to_physical() for day in _DAYS},
    )  # fmt: skip


def _number_figures(texts: pl.Series, number: str) -> list[pl.Series]:
    """Of a number: its key, the key of year and serial, and the key of the words before them."""
    readable = texts.str.extract_groups(_READABLE)
    year, serial, words = (readable.struct.field(field) for field in ("2", "3", "1"))
    odd = (year.is_null() & texts.is_not_null()).arg_true()
    if odd.len():
        loose = texts.gather(odd).str.extract_groups(_LOOSE)
        short = "20" + loose.struct.field("2")
        year = year.scatter(odd, pl.select(pl.coalesce(loose.struct.field("3"), short)).to_series())
        serial = serial.scatter(odd, loose.struct.field("4").str.strip_chars_start("0"))
        words = words.scatter(odd, loose.struct.field("1"))
    table = pl.DataFrame({"key": texts, "serial_key": year + "-" + serial, "words_key": words})
    return table.select(_figure(pl.col(name)).alias(f"{number}_{name}") for name in table.columns).get_columns()


def _figure(text: pl.Expr) -> pl.Expr:
    """A text as a figure that is equal where the texts are; null for null."""
    return pl.when(text.is_not_null()).then(text.hash())
