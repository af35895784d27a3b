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

_DAYS = tuple(f"day_{agency}" for agency in LISTS)
_NAME = ("name", "shown", "ending", "surname", "is_unit", "name_key", "name_length", "hidden", "named")
_IDENTITY = ("id_text", "id_mask", "id_key", "id_first", "id_birth", "id_good", "id_other", "id_damaged", "id_masked")
_NUMBERS = {
    number: (number, f"{number}_key", f"{number}_serial_key", f"{number}_words_key") for number in ("town", "pol")
}
# Of two rows of one group the first that shows it shows it for both.
_FIRST = ("unit", "unit_known", "cause", "cause_known", "amount", *_DAYS)
# What is true or false even where a row, or the whole of it, is absent.
_FLAGS = ("hidden", "named", "id_good", "id_other", "id_damaged", "id_masked")


class Reader:
    """Reads the traits of the rows of one list, each row once."""

    def __init__(self, agency: str, typed: pl.DataFrame, sheet: pl.DataFrame, codes: Codes, rows: pl.Series) -> None:
        """rows: all that will ever be asked for."""
        self._place = pl.repeat(None, sheet.height, dtype=pl.UInt32, eager=True).scatter(
            rows, pl.int_range(rows.len(), dtype=pl.UInt32, eager=True)
        )
        self._traits = _read(
            agency,
            typed.select("id_no", "unit", "cause", "date", "amount")[rows],
            sheet.select("own", "ref", "pol", "name")[rows],
            codes,
        )

    def traits(self, rows: pl.Series) -> pl.DataFrame:
        """One line of traits for each of the rows, in their order; all null for a null."""
        return self._traits[self._place.gather(rows)]


def _read(agency: str, typed: pl.DataFrame, sheet: pl.DataFrame, codes: Codes) -> pl.DataFrame:
    """town: the township's number, as borne or as noted; pol: the police's. Beside each text a figure (`…_key`) that is
    equal where the texts are: what is only compared for equality is fast to take along for millions of pairs.
    """
    town = {"township": "own", "police": "ref", "procuratorate": "ref"}[agency]
    pol = {"township": "pol", "police": "own", "procuratorate": "pol"}[agency]
    identity = identity_columns(typed["id_no"])
    words = pl.DataFrame({"unit": unit_column(typed["unit"], codes), "cause": cause_column(typed["cause"], codes)})
    days = {day: pl.repeat(None, typed.height, dtype=pl.Int32, eager=True) for day in _DAYS}
    days[f"day_{agency}"] = day_column(typed["date"]).to_physical()
    return pl.concat(
        [
            pl.DataFrame(_number_figures(sheet[town], "town") + _number_figures(sheet[pol], "pol")),
            _name_columns(sheet["name"]),
            identity.select(
                "id_text", "id_mask", "id_first", "id_birth", id_key=_figure(pl.col("id_text")),
                # Of the numbers that end in 000 few were issued and many went through a number cell; one in eleven of
                # these keeps a check digit that holds.
                id_good=pl.col("id_good") & ~pl.col("id_text").str.ends_with("000").fill_null(value=False),
                id_damaged=((pl.col("id_state") == "damaged") | pl.col("id_text").str.ends_with("000")).fill_null(value=False),
                id_other=pl.col("id_state") == "other", id_masked=pl.col("id_mask").is_not_null(),
            ),
            words.select(
                unit=_figure(pl.col("unit")), unit_known=~pl.col("unit").str.starts_with("?"),
                cause=_figure(pl.col("cause")), cause_known=~pl.col("cause").str.starts_with("?"),
            ),
            pl.DataFrame({"amount": amount_column(typed["amount"]), **days}),
        ],
        how="horizontal",
    )  # fmt: skip


def _name_columns(names: pl.Series) -> pl.DataFrame:
    """name: whole names only; shown: what a masked one shows at its beginning; ending: and at its end."""
    maybe = names.str.contains_any(_HIDING).fill_null(value=False)
    parts = each_once(pl.select(pl.when(maybe).then(names)).to_series(), _parts)
    split = parts.str.split_exact("\t", 1)
    shown, ending = split.struct.field("field_0"), split.struct.field("field_1")
    table = pl.DataFrame({"typed": names, "shown": shown, "ending": ending})
    name = pl.when(pl.col("shown").is_null()).then("typed")
    first = pl.coalesce("shown", "typed").str.slice(0, 1)
    return table.select(
        "shown", "ending", name=name, surname=pl.when(first != "").then(_figure(first)), name_key=_figure(name),
        is_unit=pl.col("typed").str.contains(UNIT_WORDS), name_length=name.str.len_chars().cast(pl.Int16),
        hidden=pl.col("shown").is_not_null(), named=pl.col("typed").is_not_null(),
    )  # fmt: skip


def _parts(name: str) -> str | None:
    parts = hidden_parts(name)
    return None if parts is None else "\t".join(parts)


def _number_figures(texts: pl.Series, number: str) -> list[pl.Series]:
    """A number, its key, the key of its year and serial, and the key of the words before them."""
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
    keys = table.select(_figure(pl.col(name)).alias(f"{number}_{name}") for name in table.columns)
    return [texts.alias(number), *keys.get_columns()]


def _figure(text: pl.Expr) -> pl.Expr:
    """A text as a figure that is equal where the texts are; null for null."""
    return pl.when(text.is_not_null()).then(text.hash())


def group_traits(groups: pl.DataFrame, readers: Mapping[str, Reader], slots: tuple[str, ...]) -> pl.DataFrame:
    """The traits of groups of up to two rows; slots: which lists may have a row in them, the leading one first.

    The name that is whole stands before a masked one, the identity number that holds before one that does not;
    name_2_key, id_2_key and amount_2 are what the other row says.
    """
    shown = [readers[slot].traits(groups[slot]) for slot in slots]
    if len(slots) == 1:
        nothing = {"name_2_key": pl.UInt64, "id_2_key": pl.UInt64, "amount_2": pl.Int64}
        only = shown[0].with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in nothing.items())
        return only.with_columns(pl.col(flag).fill_null(value=False) for flag in _FLAGS)
    both = pl.concat([frame.rename({c: f"{c}{place}" for c in frame.columns}) for place, frame in enumerate(shown)], how="horizontal")  # fmt: skip
    second_name = pl.col("name0").is_null() & (pl.col("name1").is_not_null() | pl.col("shown0").is_null())
    better = pl.col("id_good1").fill_null(value=False) & ~pl.col("id_good0").fill_null(value=False)
    second_id = better | (pl.col("id_first0").is_null() & pl.col("id_mask0").is_null() & pl.col("id_text0").is_null())
    chosen = both.lazy().with_columns(second_name=second_name, second_id=second_id).select(
        *[pl.when("second_name").then(f"{c}1").otherwise(f"{c}0").alias(c) for c in _NAME],
        *[pl.when("second_id").then(f"{c}1").otherwise(f"{c}0").alias(c) for c in _IDENTITY],
        *[pl.when(pl.col(f"{number}0").is_null()).then(f"{c}1").otherwise(f"{c}0").alias(c) for number, of in _NUMBERS.items() for c in of],
        *[pl.coalesce(f"{c}0", f"{c}1").alias(c) for c in _FIRST],
        name_2_key=pl.when("second_name").then("name_key0").otherwise("name_key1"),
        id_2_key=pl.when("second_id").then("id_key0").otherwise("id_key1"),
        amount_2=pl.col("amount1"),
    )  # fmt: skip
    return chosen.with_columns(pl.col(flag).fill_null(value=False) for flag in _FLAGS).collect()
