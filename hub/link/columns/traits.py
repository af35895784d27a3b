"""What does each row, or each group of rows that is one already, show that can be compared?"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from hub.link.columns.identities import identity_columns
from hub.link.columns.keys import figure
from hub.link.columns.matter_values import amount_column, cause_column, day_column, unit_column
from hub.link.columns.numbers import serials
from hub.link.columns.sheets import LISTS, side_by_side
from hub.link.columns.spelling import each_once
from hub.mapping.codes import Codes
from hub.values.names import UNIT_WORDS, hidden_parts

_HIDING = ["某", "*", "□", "?", "×", "X"]

_DAYS = tuple(f"day_{agency}" for agency in LISTS)
_NAME = ("name", "shown", "ending", "surname", "is_unit", "name_key", "name_length", "hidden", "named")
_IDENTITY = (
    "id_text",
    "id_mask",
    "id_key",
    "tail",
    "id_first",
    "id_birth",
    "id_good",
    "id_other",
    "id_damaged",
    "id_masked",
)
_NUMBERS = {number: (number, f"{number}_key", f"{number}_serial_key") for number in ("town", "pol")}
# Of two rows of one group the first that shows it shows it for both.
_FIRST = ("unit", "unit_known", "cause", "cause_known", "amount", *_DAYS)
# What is true or false even where a row, or the whole of it, is absent.
_FLAGS = ("hidden", "named", "id_good", "id_other", "id_damaged", "id_masked")
# What is read on its own, the longest work first: numbers by their meaning (the township's, the police's), the rest by column.
_NUMBER_OF = {
    "town": {"township": "own", "police": "ref", "procuratorate": "ref"},
    "pol": {"township": "pol", "police": "own", "procuratorate": "pol"},
}
_PARTS = ("id_no", "amount", "cause", "party", "date", "town", "pol", "unit")


class Reader:
    """Knows the traits of rows of one list, each read once."""

    def __init__(self, height: int, rows: pl.Series, traits: pl.DataFrame) -> None:
        """height: of the list; rows: all that will ever be asked for, and what was read of them."""
        self._place = pl.repeat(None, height, dtype=pl.UInt32, eager=True).scatter(
            rows, pl.int_range(rows.len(), dtype=pl.UInt32, eager=True)
        )
        self._traits = traits

    def traits(self, rows: pl.Series) -> pl.DataFrame:
        """One line of traits for each of the rows, in their order; all null for a null."""
        return self._traits[self._place.gather(rows)]


def read_rows(
    asked: Mapping[str, pl.Series], lists: Mapping[str, pl.DataFrame], sheets: Mapping[str, pl.DataFrame], codes: Codes
) -> dict[str, Reader]:  # fmt: skip
    """agency -> the reader of the rows asked for. Beside each text stands a figure (`…_key`) that is equal where the texts
    are: what is only compared for equality is fast to take along for millions of pairs.

    The columns are read side by side; each is a function of its own cells alone.
    """
    work = [(agency, part) for part in _PARTS for agency in LISTS]
    read = side_by_side(
        _read, [(agency, part, asked[agency], lists[agency], sheets[agency], codes) for agency, part in work]
    )
    readers = {}
    for agency in LISTS:
        parts = [frame for (of, _), frame in zip(work, read, strict=True) if of == agency]
        readers[agency] = Reader(lists[agency].height, asked[agency], pl.concat(parts, how="horizontal"))
    return readers


def _read(
    agency: str, part: str, rows: pl.Series, typed: pl.DataFrame, sheet: pl.DataFrame, codes: Codes
) -> pl.DataFrame:  # fmt: skip
    if part in _NUMBER_OF:
        return _number_columns(part, _NUMBER_OF[part][agency], sheet, rows)
    if part == "party":
        return _name_columns(sheet["name"].gather(rows))
    texts = typed[part].gather(rows)
    if part == "id_no":
        return _identity_columns(texts)
    if part == "amount":
        return pl.DataFrame({part: amount_column(texts)})
    if part == "date":
        absent = pl.repeat(None, rows.len(), dtype=pl.Int32, eager=True)
        return pl.DataFrame(dict.fromkeys(_DAYS, absent) | {f"day_{agency}": day_column(texts).to_physical()})
    return _word_columns(part, {"unit": unit_column, "cause": cause_column}[part](texts, codes))


def _identity_columns(texts: pl.Series) -> pl.DataFrame:
    id_text = pl.col("id_text")
    # Of the numbers that end in 000 few were issued and many went through a number cell; one in eleven of
    # these keeps a check digit that holds.
    rounded = id_text.str.ends_with("000").fill_null(value=False)
    return identity_columns(texts).select(
        "id_text", "id_mask", "id_first", "id_birth", id_key=figure(id_text),
        tail=figure(pl.coalesce("id_text", "id_mask").str.extract(r"([0-9X]{4})$")), id_good=pl.col("id_good") & ~rounded,
        id_damaged=(pl.col("id_state") == "damaged") | rounded, id_other=pl.col("id_state") == "other",
        id_masked=pl.col("id_mask").is_not_null(),
    )  # fmt: skip


def _word_columns(name: str, words: pl.Series) -> pl.DataFrame:
    word = pl.col(name)
    return pl.DataFrame({name: words}).select(
        figure(word).alias(name), (~word.str.starts_with("?")).alias(f"{name}_known")
    )


def _number_columns(name: str, of: str, sheet: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    texts = sheet[of].gather(rows)
    return pl.DataFrame(
        {name: texts, f"{name}_key": sheet[f"{of}_key"].gather(rows), f"{name}_serial_key": serials(texts)}
    ).with_columns(figure(pl.col(f"{name}_serial_key")))


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
        "shown", "ending", name=name, surname=pl.when(first != "").then(figure(first)), name_key=figure(name),
        is_unit=pl.col("typed").str.contains(UNIT_WORDS), name_length=name.str.len_chars().cast(pl.Int16),
        hidden=pl.col("shown").is_not_null(), named=pl.col("typed").is_not_null(),
    )  # fmt: skip


def _parts(name: str) -> str | None:
    parts = hidden_parts(name)
    return None if parts is None else "\t".join(parts)


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
