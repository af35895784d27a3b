"""What do the identity numbers of a whole column say, and how far can each be trusted? As hub.values.identity has it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.spelling import SPACES, codes, with_put
from hub.values.identity import FIRST_YEAR, LAST_YEAR, IdentityState, current_form, read_identity

_PERSON = r"^[1-9][0-9]{16}[0-9X]$"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_UNIT = rf"^[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{10}}$"
_PERSON_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PERSON_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_UNIT_WEIGHTS = tuple(3**place % 31 for place in range(17))
_UNIT_VALUE = np.zeros(256, dtype=np.int16)
_UNIT_VALUE[np.frombuffer(_ALPHABET.encode(), dtype=np.uint8)] = np.arange(31)
_LEAST_MASKED = 4
ROUNDED = "000"  # how Excel ends a number that it kept only the first 15 digits of
_MONTH_DAYS = np.array((0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), dtype=np.int32)

COLUMNS = ("id_text", "id_state", "id_good", "id_first", "id_birth", "id_mask")
NUMBER = 18  # characters
_ZERO = np.uint8(ord("0"))
STAR = np.uint8((ord("*") - ord("0")) % 256)  # as `figures_by_place` has it
STATES = tuple(str(state) for state in IdentityState)
_STATE = {state: np.int8(place) for place, state in enumerate(IdentityState)}
_WORDS = pl.Series(STATES, dtype=pl.Enum(STATES))
_UNKNOWN = np.int8(-1)
_HIDDEN = (IdentityState.MASKED, IdentityState.DAMAGED, IdentityState.ABSENT)
Cells = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int32] | NDArray[np.int64]


def whole_number(texts: pl.Series) -> pl.Series:
    """The cells that are a whole number of 18 characters as they stand, whatever their check digit; null for others.

    What ends in 000 mostly went through a number cell, and then other people's numbers look the same.
    """
    whole = texts.str.contains(rf"{_PERSON}|{_UNIT}") & ~texts.str.ends_with(ROUNDED)
    return pl.select(pl.when(whole).then(texts)).to_series()


def identity_columns(texts: pl.Series) -> pl.DataFrame:
    """COLUMNS of a list of identity numbers as typed.

    id_text: the number in its 18-character form, also a mistyped one or one of another kind; null where masked,
    damaged or absent. id_state: the word of `IdentityState`. id_good: the check digit holds. id_first: the
    first 15 digits, also of a damaged one. id_birth: year, month and day as one figure. id_mask: a masked text.
    """
    clean = _clean(texts)
    state, person, first = _by_shape(clean)
    table = pl.DataFrame({"digits": clean, "state": state, "person": person})
    table = _current_forms(table, np.flatnonzero(state == _STATE[IdentityState.LEGACY]))
    odd = pl.Series(np.flatnonzero(state == _UNKNOWN))
    if odd.len():
        table = _read_singly(texts.gather(odd), table, odd)
    state_is = {one: pl.col("state") == int(_STATE[one]) for one in IdentityState}
    shown, damaged = ~pl.any_horizontal(state_is[one] for one in _HIDDEN), state_is[IdentityState.DAMAGED]
    read = table.select(
        id_text=pl.when(shown).then("digits"), id_state=_WORDS.gather(table["state"].cast(pl.UInt32)),
        id_good=state_is[IdentityState.COMPLETE] | state_is[IdentityState.LEGACY],
        id_mask=pl.when(state_is[IdentityState.MASKED]).then("digits"), fifteen=shown | damaged, born=pl.col("person") | damaged,
    )  # fmt: skip
    figures = _first_figures(first, table["digits"], read["fifteen"], read["born"])
    return pl.concat([read, figures], how="horizontal").select(COLUMNS)


def _first_figures(first: NDArray[np.int64], digits: pl.Series, fifteen: pl.Series, born: pl.Series) -> pl.DataFrame:
    """The first 15 digits, and of a person's the birth date in them; first: those that were read already, else 0."""
    birth = (first // 10 % 10**8).astype(np.int32)
    rest = np.flatnonzero((first == 0) & fifteen.to_numpy())
    if len(rest):
        texts = digits.gather(rest)
        first[rest] = texts.str.slice(0, 15).cast(pl.Int64, strict=False).fill_null(0)
        birth[rest] = texts.str.slice(6, 8).cast(pl.Int32, strict=False).fill_null(0)
    known = pl.DataFrame({"id_first": first, "id_birth": birth, "fifteen": fifteen, "born": born})
    return known.select(
        pl.when(pl.col("fifteen") & (pl.col("id_first") != 0)).then("id_first").alias("id_first"),
        pl.when(pl.col("born") & (pl.col("id_birth") != 0)).then("id_birth").alias("id_birth"),
    )


def _clean(texts: pl.Series) -> pl.Series:
    """Without what Excel and clerks put around a number; most cells have nothing of it."""
    odd = (~texts.str.contains(r"^[0-9A-Z*]+$")).fill_null(value=False).arg_true()
    if odd.len() == 0:
        return texts
    typed = texts.gather(odd).str.strip_chars(SPACES).str.replace(r"^'\s*", "").str.replace(r'^="([^"]*)"$', "${1}")
    return with_put(texts, odd, codes(typed).str.replace_all("×", "X", literal=True).str.strip_chars_start("'‘’"))


def _by_shape(clean: pl.Series) -> tuple[NDArray[np.int8], Flags, NDArray[np.int64]]:
    """What shape and check digit settle, `_UNKNOWN` where not; which are 18 characters of a person; their first 15 digits."""
    state = np.full(clean.len(), _UNKNOWN, dtype=np.int8)
    person = np.zeros(clean.len(), dtype=np.bool_)
    first = np.zeros(clean.len(), dtype=np.int64)
    state[clean.is_null().to_numpy()] = _STATE[IdentityState.ABSENT]
    length = clean.str.len_bytes().fill_null(0).to_numpy()
    eighteen = np.flatnonzero(length == 18)
    if len(eighteen):
        state[eighteen], person[eighteen], first[eighteen] = _judge(clean.gather(eighteen))
    fifteen = np.flatnonzero(length == 15)
    fifteen = fifteen[clean.gather(fifteen).str.contains(r"^[0-9]+$").to_numpy()]
    if len(fifteen):
        days = figures_by_place("19" + clean.gather(fifteen).str.slice(6, 6), 8)
        state[fifteen] = np.where(_is_day(days), _STATE[IdentityState.LEGACY], _STATE[IdentityState.OTHER])
    left = np.flatnonzero((state == _UNKNOWN) & (length >= _LEAST_MASKED))
    masked = clean.gather(left).str.contains(r"^[0-9A-Z]*\*[0-9A-Z*]*$") & clean.gather(left).str.contains(
        "[0-9].*[0-9]"
    )
    state[left[masked.to_numpy()]] = _STATE[IdentityState.MASKED]
    return state, person, first


def _judge(texts: pl.Series) -> tuple[NDArray[np.int8], Flags, NDArray[np.int64]]:
    """The state of texts of 18 bytes, which are shaped like a person's number, and the first 15 digits of those."""
    person: Flags = texts.str.contains(_PERSON).to_numpy().copy()
    born, complete, shaped = np.zeros_like(person), np.zeros_like(person), person.copy()
    first = np.zeros(len(person), dtype=np.int64)
    rows = np.flatnonzero(person)
    figures = figures_by_place(texts if len(rows) == len(person) else texts.gather(rows), 18)
    born[rows] = _is_day(figures[6:14])
    complete[rows] = born[rows] & (_person_check(figures) == figures[17] + _ZERO)
    first[rows] = _as_one(figures[:15])
    rest = np.flatnonzero(~born)
    rest = rest[texts.gather(rest).str.contains(_UNIT).to_numpy()]
    shaped[rest] = True
    complete[rest] = _unit_holds(figures_by_place(texts.gather(rest), 18))
    state = np.full(texts.len(), _UNKNOWN, dtype=np.int8)
    state[complete] = _STATE[IdentityState.COMPLETE]
    left = np.flatnonzero(shaped & ~complete)
    state[left] = _spoilt(texts.gather(left))
    return state, person, first


def _unit_holds(figures: Cells) -> Flags:
    values = _UNIT_VALUE[figures + _ZERO]
    holds: Flags = (31 - _weighted(values, _UNIT_WEIGHTS) % 31) % 31 == values[17]
    return holds


def _spoilt(texts: pl.Series) -> NDArray[np.int8]:
    """The state of texts that have the shape of a number and a check character that fails."""
    table = pl.DataFrame({"text": texts, "figure": texts.cast(pl.Int64, strict=False)})
    text, figure = pl.col("text"), pl.col("figure")
    # Excel leaves zeros after the fifteenth digit, other programs the nearest float; one of its other
    # spellings, which ends in 0 as well, is for the reader to tell. So is ×××× typed for stars.
    number = figure.is_not_null()
    rounded = number & (text.str.ends_with(ROUNDED) | (figure.cast(pl.Float64).cast(pl.Int64) == figure))
    untold = text.str.contains(r"[0-9]XX") | (number & text.str.ends_with("0"))
    mistyped, damaged = int(_STATE[IdentityState.MISTYPED]), int(_STATE[IdentityState.DAMAGED])
    state = pl.when(rounded).then(damaged).when(untold).then(int(_UNKNOWN)).otherwise(mistyped)
    answer: NDArray[np.int8] = table.select(state.cast(pl.Int8)).to_series().to_numpy()
    return answer


def _is_day(figures: Cells) -> Flags:
    """Whether columns of eight digits, `19800304`, are a day on which somebody may have been born."""
    year, month, day = _as_one(figures[:4]), _as_one(figures[4:6]), _as_one(figures[6:])
    born: Flags = is_day_of(year, month, day) & (year >= FIRST_YEAR) & (year <= LAST_YEAR)
    return born


def is_day_of(year: Whole, month: Whole, day: Whole) -> Flags:
    """Whether there is such a day in the calendar."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days = _MONTH_DAYS[np.where((month >= 1) & (month <= 12), month, 0)] + (leap & (month == 2))
    there: Flags = (day >= 1) & (day <= days)
    return there


def _read_singly(texts: pl.Series, table: pl.DataFrame, places: pl.Series) -> pl.DataFrame:
    different = texts.unique()
    read = [read_identity(text) for text in different.to_list()]
    digits = [one.prefix15 if one.state is IdentityState.DAMAGED else current_form(one) for one in read]
    answers = {
        "digits": pl.Series([text or None for text in digits], dtype=pl.String),
        "state": pl.Series([_STATE[one.state] for one in read], dtype=pl.Int8),
    }
    read_as = {name: texts.replace_strict(different, values, default=None) for name, values in answers.items()}
    return table.with_columns(with_put(table[name], places, values) for name, values in read_as.items())


def _current_forms(table: pl.DataFrame, places: NDArray[np.int64]) -> pl.DataFrame:
    """With the 18 characters of a person's 15 digits in their place."""
    if not len(places):
        return table
    short = table["digits"][places]
    bodies = short.str.slice(0, 6) + "19" + short.str.slice(6, 9)
    check = _person_check(figures_by_place(bodies, 17))
    whole = pl.select(pl.concat_str(bodies, pl.Series(list(check.tobytes().decode("ascii"))))).to_series()
    return table.with_columns(
        with_put(table["digits"], places, whole), with_put(table["person"], places, pl.Series([True]))
    )


def figures_by_place(texts: pl.Series, width: int) -> Cells:
    """The texts, all of so many bytes, as so many columns of figures; what is no digit is some figure above 9."""
    cells: Cells = texts.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, width)).to_numpy()
    figures: Cells = np.ascontiguousarray(cells.T) - _ZERO
    return figures


def _as_one(figures: Cells) -> NDArray[np.int64]:
    """Columns of digits as one number for each row."""
    whole = np.zeros(figures.shape[1], dtype=np.int64)
    for column in figures:
        whole *= 10
        whole += column
    return whole


def _weighted(figures: NDArray[np.int16] | Cells, weights: Sequence[int]) -> NDArray[np.int32]:
    """The sum of the first columns, each times its weight."""
    total = np.zeros(figures.shape[1], dtype=np.int32)
    for column, weight in zip(figures, weights, strict=False):
        total += column.astype(np.int32) * weight
    return total


def _person_check(figures: Cells) -> Cells:
    check: Cells = _PERSON_CHECK[_weighted(figures, _PERSON_WEIGHTS) % 11]
    return check
