"""What do the identity numbers of a whole column say, and how far can each be trusted? As hub.values.identity has it."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.spelling import SPACES, codes
from hub.values.identity import FIRST_YEAR, LAST_YEAR, IdentityState, current_form, read_identity

_PERSON = r"^[1-9][0-9]{16}[0-9X]$"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_UNIT = rf"^[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{10}}$"
_PERSON_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), dtype=np.int32)
_PERSON_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_UNIT_WEIGHTS = np.array([3**place % 31 for place in range(17)], dtype=np.int32)
_UNIT_VALUE = np.zeros(256, dtype=np.int32)
_UNIT_VALUE[np.frombuffer(_ALPHABET.encode(), dtype=np.uint8)] = np.arange(31)
_LEAST_MASKED = 4
_MONTH_DAYS = np.array((0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), dtype=np.int32)

COLUMNS = ("id_text", "id_state", "id_good", "id_first", "id_birth", "id_mask")
STATES = tuple(str(state) for state in IdentityState)
_STATE = {state: np.int8(place) for place, state in enumerate(IdentityState)}
_WORDS = pl.Series(STATES, dtype=pl.Enum(STATES))
_UNKNOWN = np.int8(-1)
_HIDDEN = (IdentityState.MASKED, IdentityState.DAMAGED, IdentityState.ABSENT)
Cells = NDArray[np.uint8]
Flags = NDArray[np.bool_]


def whole_number(texts: pl.Series) -> pl.Series:
    """The cells that are a whole number of 18 characters as they stand, whatever their check digit; null for others."""
    return pl.select(pl.when(texts.str.contains(rf"{_PERSON}|{_UNIT}")).then(texts)).to_series()


def identity_columns(texts: pl.Series) -> pl.DataFrame:
    """COLUMNS of a list of identity numbers as typed.

    id_text: the number in its 18-character form, also a mistyped one or one of another kind; null where masked,
    damaged or absent. id_state: the word of `IdentityState`. id_good: the check digit holds. id_first: the
    first 15 digits, also of a damaged one. id_birth: year, month and day as one figure. id_mask: a masked text.
    """
    clean = _clean(texts)
    state, person = _by_shape(clean)
    table = pl.DataFrame({"digits": clean, "state": state, "person": person})
    table = _current_forms(table, np.flatnonzero(state == _STATE[IdentityState.LEGACY]))
    odd = pl.Series(np.flatnonzero(state == _UNKNOWN))
    if odd.len():
        table = _read_singly(texts.gather(odd), table, odd)
    state_is = {one: pl.col("state") == int(_STATE[one]) for one in IdentityState}
    hidden = pl.any_horizontal(state_is[one] for one in _HIDDEN)
    digits, damaged = pl.col("digits"), state_is[IdentityState.DAMAGED]
    first = pl.when(~hidden | damaged).then(digits).str.slice(0, 15)
    born = pl.when(pl.col("person") | damaged).then(digits).str.slice(6, 8)
    return table.select(
        id_text=pl.when(~hidden).then(digits), id_state=_WORDS.gather(table["state"].cast(pl.UInt32)),
        id_good=state_is[IdentityState.COMPLETE] | state_is[IdentityState.LEGACY],
        id_first=first.cast(pl.Int64, strict=False), id_birth=born.cast(pl.Int32, strict=False),
        id_mask=pl.when(state_is[IdentityState.MASKED]).then(digits),
    )  # fmt: skip


def _clean(texts: pl.Series) -> pl.Series:
    """Without what Excel and clerks put around a number; most cells have nothing of it."""
    odd = (~texts.str.contains(r"^[0-9A-Z*]+$")).fill_null(value=False).arg_true()
    if odd.len() == 0:
        return texts
    typed = texts.gather(odd).str.strip_chars(SPACES).str.replace(r"^'\s*", "").str.replace(r'^="([^"]*)"$', "${1}")
    return texts.scatter(odd, codes(typed).str.replace_all("×", "X", literal=True).str.strip_chars_start("'‘’"))


def _by_shape(clean: pl.Series) -> tuple[NDArray[np.int8], Flags]:
    """What shape and check digit settle, `_UNKNOWN` where they do not; and which texts are 18 characters of a person."""
    state = np.full(clean.len(), _UNKNOWN, dtype=np.int8)
    person = np.zeros(clean.len(), dtype=np.bool_)
    state[clean.is_null().to_numpy()] = _STATE[IdentityState.ABSENT]
    length = clean.str.len_bytes()
    eighteen = (length == 18).fill_null(value=False).arg_true()
    if eighteen.len():
        state[eighteen.to_numpy()], person[eighteen.to_numpy()] = _judge(clean.gather(eighteen))
    fifteen = (length == 15).fill_null(value=False).arg_true()
    fifteen = fifteen.filter(clean.gather(fifteen).str.contains(r"^[0-9]+$"))
    if fifteen.len():
        days = _cells("19" + clean.gather(fifteen).str.slice(6, 6), 8)
        state[fifteen.to_numpy()] = np.where(_is_day(days), _STATE[IdentityState.LEGACY], _STATE[IdentityState.OTHER])
    left = np.flatnonzero(state == _UNKNOWN)
    masked = clean.gather(left).str.contains(r"^[0-9A-Z]*\*[0-9A-Z*]*$") & (length.gather(left) >= _LEAST_MASKED)
    state[left[masked.to_numpy()]] = _STATE[IdentityState.MASKED]
    return state, person


def _judge(texts: pl.Series) -> tuple[NDArray[np.int8], Flags]:
    """The state of texts of 18 bytes, and which are shaped like a person's number."""
    person: Flags = texts.str.contains(_PERSON).to_numpy().copy()
    born, complete, shaped = np.zeros_like(person), np.zeros_like(person), person.copy()
    rows = np.flatnonzero(person)
    cells = _cells(texts.gather(rows), 18)
    born[rows] = _is_day(cells[:, 6:14])
    complete[rows] = born[rows] & (_person_check(cells) == cells[:, 17])
    rest = np.flatnonzero(~born)
    rest = rest[texts.gather(rest).str.contains(_UNIT).to_numpy()]
    shaped[rest] = True
    complete[rest] = _unit_holds(_cells(texts.gather(rest), 18))
    state = np.full(texts.len(), _UNKNOWN, dtype=np.int8)
    state[complete] = _STATE[IdentityState.COMPLETE]
    left = np.flatnonzero(shaped & ~complete)
    state[left] = _spoilt(texts.gather(left))
    return state, person


def _unit_holds(cells: Cells) -> Flags:
    values = _UNIT_VALUE[cells]
    holds: Flags = (31 - values[:, :17] @ _UNIT_WEIGHTS % 31) % 31 == values[:, 17]
    return holds


def _spoilt(texts: pl.Series) -> NDArray[np.int8]:
    """The state of texts that have the shape of a number and a check character that fails."""
    table = pl.DataFrame({"text": texts, "figure": texts.cast(pl.Int64, strict=False)})
    text, figure = pl.col("text"), pl.col("figure")
    # Excel leaves zeros after the fifteenth digit, other programs the nearest float; one of its other
    # spellings, which ends in 0 as well, is for the reader to tell. So is ×××× typed for stars.
    number = figure.is_not_null()
    rounded = number & (text.str.ends_with("000") | (figure.cast(pl.Float64).cast(pl.Int64) == figure))
    untold = text.str.contains(r"[0-9]XX") | (number & text.str.ends_with("0"))
    mistyped, damaged = int(_STATE[IdentityState.MISTYPED]), int(_STATE[IdentityState.DAMAGED])
    state = pl.when(rounded).then(damaged).when(untold).then(int(_UNKNOWN)).otherwise(mistyped)
    answer: NDArray[np.int8] = table.select(state.cast(pl.Int8)).to_series().to_numpy()
    return answer


def _is_day(cells: Cells) -> Flags:
    """Whether rows of eight digits, `19800304`, are a day on which somebody may have been born."""
    figures = cells.astype(np.int32) - ord("0")
    year = figures[:, :4] @ np.array((1000, 100, 10, 1), dtype=np.int32)
    month, day = figures[:, 4] * 10 + figures[:, 5], figures[:, 6] * 10 + figures[:, 7]
    born: Flags = is_day_of(year, month, day) & (year >= FIRST_YEAR) & (year <= LAST_YEAR)
    return born


def is_day_of(year: NDArray[np.int32], month: NDArray[np.int32], day: NDArray[np.int32]) -> Flags:
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
    return table.with_columns(table[name].scatter(places, values) for name, values in read_as.items())


def _current_forms(table: pl.DataFrame, places: NDArray[np.int64]) -> pl.DataFrame:
    """With the 18 characters of a person's 15 digits in their place."""
    if not len(places):
        return table
    short = table["digits"][places]
    bodies = short.str.slice(0, 6) + "19" + short.str.slice(6, 9)
    check = _person_check(_cells(bodies, 17))
    whole = pl.select(pl.concat_str(bodies, pl.Series(list(check.tobytes().decode("ascii"))))).to_series()
    return table.with_columns(
        table["digits"].scatter(pl.Series(places), whole), table["person"].scatter(pl.Series(places), True)
    )


def _cells(texts: pl.Series, width: int) -> Cells:
    """The texts, all of so many bytes, as rows of bytes."""
    cells: Cells = texts.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, width)).to_numpy()
    return cells


def _person_check(cells: Cells) -> Cells:
    check: Cells = _PERSON_CHECK[(cells[:, :17].astype(np.int32) - ord("0")) @ _PERSON_WEIGHTS % 11]
    return check
