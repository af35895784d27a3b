"""What do the identity numbers of a whole column say, and how far can each be trusted? As hub.values.identity has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.spelling import SPACES, codes, different, with_put
from hub.values.identity import FIRST_YEAR, LAST_YEAR, IdentityState, current_form, is_person_number, read_identity

_PERSON = r"^[1-9][0-9]{16}[0-9X]$"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_UNIT = rf"^(?:1[1239]|[{_ALPHABET.replace('1', '')}][{_ALPHABET}])[0-9]{{6}}[{_ALPHABET}]{{10}}$"
_PERSON_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PERSON_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_UNIT_WEIGHTS = tuple(3**place % 31 for place in range(17))
_UNIT_VALUE = np.zeros(256, dtype=np.int16)
_UNIT_VALUE[np.frombuffer(_ALPHABET.encode(), dtype=np.uint8)] = np.arange(31)
_LEAST_MASKED = 4
_EXPONENT = r"^([0-9])\.?([0-9]*)E\+?1[0-9]$"  # 1.40924198003041E+17
_TAIL = 4
_GOOD_DIGITS = 15  # of a number that went through a number cell
ROUNDED = "000"  # how Excel ends a number that it kept only the first 15 digits of
_MONTH_DAYS = np.array((0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), dtype=np.int32)

COLUMNS = ("id_text", "id_typed", "id_state", "id_good", "id_first", "id_birth", "id_mask")
NUMBER = 18  # characters
_ZERO = np.uint8(ord("0"))
STAR, _X = (np.uint8((ord(one) - ord("0")) % 256) for one in "*X")  # as `figures_by_place` has them
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
    damaged or absent. id_typed: the same, and a damaged one as it stands, which may be mistyped after all. id_state: the word of `IdentityState`. id_good: the check digit holds. id_first: the
    first 15 digits, also of a damaged one. id_birth: year, month and day as one figure. id_mask: a masked text.
    """
    digits, (state, person, first) = texts, _by_shape(texts)
    rest = np.flatnonzero((state == _UNKNOWN) & (_lengths(texts) >= _LEAST_MASKED))
    if len(rest):
        clean = _clean(texts.gather(rest))
        digits = with_put(texts, rest, clean)
        state[rest], person[rest], first[rest] = _by_shape(clean)
    table = pl.DataFrame({"digits": digits, "state": state, "person": person})
    table = _current_forms(table, np.flatnonzero(state == _STATE[IdentityState.LEGACY]))
    odd = pl.Series(np.flatnonzero(state == _UNKNOWN))
    if odd.len():
        table = _read_singly(texts.gather(odd), table, odd)
    state_is = {one: pl.col("state") == int(_STATE[one]) for one in IdentityState}
    shown, damaged = ~pl.any_horizontal(state_is[one] for one in _HIDDEN), state_is[IdentityState.DAMAGED]
    read = table.select(
        id_text=pl.when(shown).then("digits"), id_typed=pl.when(shown | damaged).then("digits"), id_state=_WORDS.gather(table["state"].cast(pl.UInt32)),
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


class _Shaped(NamedTuple):
    """What shape and check digit settle, `_UNKNOWN` where not; which are 18 characters of a person; and their first 15 digits."""

    state: NDArray[np.int8]
    person: Flags
    first: NDArray[np.int64]


def _by_shape(clean: pl.Series) -> _Shaped:
    """What stands as it is when cleaned; of texts with anything to clean nothing is settled."""
    state = np.full(clean.len(), _UNKNOWN, dtype=np.int8)
    person = np.zeros(clean.len(), dtype=np.bool_)
    first = np.zeros(clean.len(), dtype=np.int64)
    state[clean.is_null().to_numpy()] = _STATE[IdentityState.ABSENT]
    length = _lengths(clean)
    eighteen = np.flatnonzero(length == 18)
    if len(eighteen):
        state[eighteen], person[eighteen], first[eighteen] = _judge(clean.gather(eighteen))
    fifteen = np.flatnonzero(length == 15)
    fifteen = fifteen[clean.gather(fifteen).str.contains(r"^[0-9]+$").to_numpy()]
    if len(fifteen):
        days = figures_by_place("19" + clean.gather(fifteen).str.slice(6, 6), 8)
        state[fifteen] = np.where(_is_day(_as_one(days)), _STATE[IdentityState.LEGACY], _STATE[IdentityState.OTHER])
    left = np.flatnonzero((state == _UNKNOWN) & (length >= _LEAST_MASKED))
    left = left[clean.gather(left).str.contains("*", literal=True).to_numpy()]
    hidden = clean.gather(left)
    masked = hidden.str.contains(r"^[0-9A-Z*]+$") & hidden.str.contains("[0-9].*[0-9]")
    state[left[masked.to_numpy()]] = _STATE[IdentityState.MASKED]
    return _Shaped(state, person, first)


def _judge(texts: pl.Series) -> _Shaped:
    """What texts of 18 bytes are."""
    figures = figures_by_place(texts, NUMBER)
    person: Flags = (figures[:17].max(axis=0) <= 9) & (figures[0] > 0) & ((figures[17] <= 9) | (figures[17] == _X))
    birth = _as_one(figures[6:14])
    born = person & _is_day(birth)
    complete = born & (_person_check(figures) == figures[17] + _ZERO)
    first = np.where(person, (_as_one(figures[:6]).astype(np.int64) * 10**8 + birth) * 10 + figures[14], 0)
    shaped = person.copy()
    rest = np.flatnonzero(~born)
    rest = rest[texts.gather(rest).str.contains(_UNIT).to_numpy()]
    shaped[rest] = True
    complete[rest] = _unit_holds(figures[:, rest])
    state = np.full(texts.len(), _UNKNOWN, dtype=np.int8)
    state[complete] = _STATE[IdentityState.COMPLETE]
    left = np.flatnonzero(shaped & ~complete)
    state[left] = _spoilt(texts.gather(left))
    return _Shaped(state, person, first)


def _unit_holds(figures: Cells) -> Flags:
    values = _UNIT_VALUE[figures + _ZERO]
    holds: Flags = (31 - _weighted(values, _UNIT_WEIGHTS) % 31) % 31 == values[17]
    return holds


def _spoilt(texts: pl.Series) -> NDArray[np.int8]:
    """The state of texts that have the shape of a number and a check character that fails."""
    table = pl.DataFrame({"text": texts, "figure": texts.cast(pl.Int64, strict=False)})
    text, figure = pl.col("text"), pl.col("figure")
    # Excel leaves zeros after the fifteenth digit, other programs the nearest float, whole or in the fewest digits that
    # mean it. What may be ×××× typed for stars is for the reader to tell.
    near = figure.cast(pl.Float64)
    fewest = near.cast(pl.String).str.strip_suffix("e+17").str.replace(".", "", literal=True).str.pad_end(NUMBER, "0")
    rounded = figure.is_not_null() & (text.str.ends_with(ROUNDED) | (near.cast(pl.Int64) == figure) | (fewest == text))
    untold = text.str.contains(r"[0-9]XX")
    mistyped, damaged = int(_STATE[IdentityState.MISTYPED]), int(_STATE[IdentityState.DAMAGED])
    state = pl.when(rounded).then(damaged).when(untold).then(int(_UNKNOWN)).otherwise(mistyped)
    answer: NDArray[np.int8] = table.select(state.cast(pl.Int8)).to_series().to_numpy()
    return answer


def _is_day(birth: NDArray[np.int32]) -> Flags:
    """Whether eight digits, 19800304, are a day on which somebody may have been born."""
    year = birth // 10_000
    month = birth // 100 - year * 100
    born: Flags = is_day_of(year, month, birth - birth // 100 * 100) & (year >= FIRST_YEAR) & (year <= LAST_YEAR)
    return born


def is_day_of(year: Whole, month: Whole, day: Whole) -> Flags:
    """Whether there is such a day in the calendar."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days = _MONTH_DAYS[np.where((month >= 1) & (month <= 12), month, 0)] + (leap & (month == 2))
    there: Flags = (day >= 1) & (day <= days)
    return there


def _read_singly(texts: pl.Series, table: pl.DataFrame, places: pl.Series) -> pl.DataFrame:
    """The table with what shape does not settle; what a number cell made of a number is read as it stands."""
    parts = texts.str.extract_groups(_EXPONENT)
    shown = parts.struct.field("1") + parts.struct.field("2")
    once, place = different(pl.select(pl.when(shown.is_null()).then(texts)).to_series())
    read = [read_identity(text) for text in once.to_list()]
    told = [one.prefix15 if one.state is IdentityState.DAMAGED else current_form(one) for one in read]
    state = pl.Series([_STATE[one.state] for one in read], dtype=pl.Int8).gather(place)
    digits = pl.Series([text or None for text in told], dtype=pl.String).gather(place)
    person = pl.Series([is_person_number(text) for text in told], dtype=pl.Boolean).gather(place)
    first = pl.when(shown.str.len_bytes() >= _GOOD_DIGITS).then(shown.str.head(_GOOD_DIGITS))
    answers = pl.select(
        digits=pl.when(shown.is_null()).then(digits).otherwise(first),
        state=state.fill_null(int(_STATE[IdentityState.DAMAGED])), person=person.fill_null(value=False),
    )  # fmt: skip
    return table.with_columns(with_put(table[name], places, answers[name]) for name in answers.columns)


def tails(numbers: pl.Series) -> NDArray[np.uint64]:
    """The last four characters of each number as a figure, where they are digits or X; else 0."""
    last = numbers.str.tail(_TAIL)
    rows = np.flatnonzero(_lengths(last) == _TAIL)
    last = last.gather(rows)
    places = figures_by_place(last, _TAIL)
    shown = ((places <= 9) | (places == _X)).all(axis=0)
    figures = np.zeros(numbers.len(), dtype=np.uint64)
    figures[rows[shown]] = last.cast(pl.Binary).bin.reinterpret(dtype=pl.UInt32).to_numpy()[shown]
    return figures


def _lengths(texts: pl.Series) -> NDArray[np.uint32]:
    lengths: NDArray[np.uint32] = texts.str.len_bytes().fill_null(0).to_numpy()
    return lengths


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


def _as_one(figures: Cells) -> NDArray[np.int32]:
    """Columns of up to nine digits as one number for each row."""
    whole = np.zeros(figures.shape[1], dtype=np.int32)
    for column in figures:
        whole *= 10
        whole += column
    return whole


def _weighted(figures: NDArray[np.int16] | Cells, weights: Sequence[int]) -> NDArray[np.int16]:
    """The sum of the first columns, each times its weight."""
    total = np.zeros(figures.shape[1], dtype=np.int16)
    for column, weight in zip(figures, weights, strict=False):
        total += np.multiply(column, weight, dtype=np.int16)
    return total


def _person_check(figures: Cells) -> Cells:
    check: Cells = _PERSON_CHECK[_weighted(figures, _PERSON_WEIGHTS) % 11]
    return check
