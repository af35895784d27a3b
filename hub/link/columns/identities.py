"""What do the identity numbers of a whole column say, and how far can each be trusted? As hub.values.identity has it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.spelling import SPACES, codes
from hub.values.identity import IdentityState, current_form, read_identity

_PERSON = r"^[1-9][0-9]{16}[0-9X]$"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_UNIT = rf"^[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{10}}$"
_PERSON_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), dtype=np.int64)
_PERSON_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_UNIT_WEIGHTS = np.array([3**place % 31 for place in range(17)], dtype=np.int64)
_UNIT_VALUE = np.zeros(256, dtype=np.int64)
_UNIT_VALUE[np.frombuffer(_ALPHABET.encode(), dtype=np.uint8)] = np.arange(31)

COLUMNS = ("id_text", "id_state", "id_good", "id_first", "id_birth", "id_mask")
STATES = tuple(str(state) for state in IdentityState)


def whole_number(texts: pl.Series) -> pl.Series:
    """The cells that are a whole number of 18 characters as they stand, whatever their check digit; null for others."""
    return pl.select(pl.when(texts.str.contains(rf"{_PERSON}|{_UNIT}")).then(texts)).to_series()


def identity_columns(texts: pl.Series) -> pl.DataFrame:
    """COLUMNS of a list of identity numbers as typed.

    id_text: the number in its 18-character form, also a mistyped one or one of another kind; null where masked,
    damaged or absent. id_state: the word of `IdentityState`. id_good: the check digit holds. id_first: the
    first 15 digits, also of a damaged one. id_birth: year, month and day as one figure. id_mask: a masked text.
    """
    plain = _whole_persons(texts)
    rest = (~plain).arg_true()
    looked_at = _read_rest(texts.gather(rest))
    whole = texts.filter(plain)
    columns = {
        "id_text": whole, "id_state": pl.repeat("complete", whole.len(), eager=True), "id_good": pl.repeat(value=True, n=whole.len(), eager=True),
        "id_first": whole.str.slice(0, 15).cast(pl.Int64), "id_birth": whole.str.slice(6, 8).cast(pl.Int32),
        "id_mask": pl.repeat(None, whole.len(), dtype=pl.String, eager=True),
    }  # fmt: skip
    order = pl.concat([plain.arg_true(), rest]).arg_sort()
    return pl.concat([pl.DataFrame(columns), looked_at])[order]


def _whole_persons(texts: pl.Series) -> pl.Series:
    """Which cells are the complete number of a person as they stand: most of them."""
    person = texts.str.contains(_PERSON).fill_null(value=False)
    day = pl.select(pl.when(person).then(texts.str.slice(6, 8))).to_series()
    is_day = day.str.to_date("%Y%m%d", strict=False).is_not_null() & (day >= "1850").fill_null(value=False)
    return _where(person & is_day, texts, _person_holds)


def _read_rest(texts: pl.Series) -> pl.DataFrame:
    table = _by_shape(_clean(texts))
    odd = table["id_state"].is_null().arg_true()
    table = table.with_columns(_read_singly(texts.gather(odd), table, odd))
    digits = pl.coalesce("id_text", "_lost")
    person = pl.col("id_text").str.contains(_PERSON) & pl.col("_day").fill_null(value=False)
    return table.select(
        "id_text", "id_state",
        # One in thirty-one mistyped numbers of persons passes for a unit's; a day of birth in it says what it is.
        id_good=((pl.col("id_state") == "legacy") | ((pl.col("id_state") == "complete") & (pl.col("_holds") | ~person))).fill_null(value=False),
        id_first=digits.str.slice(0, 15).cast(pl.Int64, strict=False),
        id_birth=pl.when(pl.col("id_text").str.contains(_PERSON) | (pl.col("id_state") == "damaged")).then(
            digits.str.slice(6, 8).cast(pl.Int32, strict=False)
        ),
        id_mask="id_mask",
    )  # fmt: skip


def _clean(texts: pl.Series) -> pl.Series:
    """Without what Excel and clerks put around a number; most cells have nothing of it."""
    odd = (~texts.str.contains(r"^[0-9A-Z*]+$")).fill_null(value=False).arg_true()
    if odd.len() == 0:
        return texts
    typed = texts.gather(odd).str.strip_chars(SPACES).str.replace(r"^'\s*", "").str.replace(r'^="([^"]*)"$', "${1}")
    return texts.scatter(odd, codes(typed).str.replace_all("×", "X", literal=True).str.strip_chars_start("'‘’"))


def _by_shape(clean: pl.Series) -> pl.DataFrame:
    """What the shape and the check digit settle; `id_state` is null where they do not."""
    person, unit = clean.str.contains(_PERSON).fill_null(value=False), clean.str.contains(_UNIT).fill_null(value=False)
    holds = _where(person, clean, _person_holds)
    day = pl.select(
        pl.when(clean.str.len_bytes() == 18).then(clean.str.slice(6, 8)).when(clean.str.len_bytes() == 15)
        .then("19" + clean.str.slice(6, 6))
    ).to_series()  # fmt: skip
    is_day = day.str.to_date("%Y%m%d", strict=False).is_not_null() & (day >= "1850")
    table = pl.DataFrame(
        {
            "clean": clean, "_holds": holds & is_day.fill_null(value=False), "_day": is_day,
            "unit_holds": _where(unit, clean, _unit_holds), "shaped": person | unit,
            "number": clean.str.contains(r"^[0-9]{18}$"), "short": clean.str.contains(r"^[0-9]{15}$"),
            "masked": clean.str.contains(r"^[0-9A-Z*]{4,}$") & clean.str.contains("*", literal=True),
        }
    )  # fmt: skip
    # 1.40924E+17 and ××××: what they stand for is read singly.
    told = ~pl.col("clean").str.contains(r"E\+?1[0-9]$|[0-9]X{2,}")
    complete = pl.col("_holds") | pl.col("unit_holds")
    figure = pl.col("clean").cast(pl.Int64, strict=False)
    rounded = pl.col("clean").str.ends_with("000") | (figure.cast(pl.Float64).cast(pl.Int64) == figure)
    # A number that ends in 0 may be what another program shows of a float: that is read singly.
    table = table.with_columns(
        id_state=pl.when(pl.col("clean").is_null()).then(pl.lit("absent"))
        .when(~told).then(None)
        .when(complete).then(pl.lit("complete"))
        .when(pl.col("masked")).then(pl.lit("masked"))
        .when("short").then(pl.when(pl.col("_day").fill_null(value=False)).then(pl.lit("legacy")).otherwise(pl.lit("other")))
        .when(pl.col("shaped") & pl.col("number") & rounded).then(pl.lit("damaged"))
        .when(pl.col("shaped") & ~(pl.col("number") & pl.col("clean").str.ends_with("0"))).then(pl.lit("mistyped"))
    )  # fmt: skip
    legacy = (table["id_state"] == "legacy").fill_null(value=False)
    texts = _where_text(legacy, table["clean"], _current_forms)
    state = pl.col("id_state")
    return table.with_columns(current=texts).select(
        "id_state", "_holds", "_day",
        id_text=pl.when(state.is_in(["complete", "mistyped", "other"])).then("clean").when(state == "legacy").then("current"),
        id_mask=pl.when(state == "masked").then("clean"), _lost=pl.when(state == "damaged").then(pl.col("clean").str.slice(0, 15)),
    )  # fmt: skip


def _read_singly(texts: pl.Series, table: pl.DataFrame, places: pl.Series) -> list[pl.Series]:
    different = texts.unique()
    read = [read_identity(text) for text in different.to_list()]
    hidden = (IdentityState.MASKED, IdentityState.DAMAGED, IdentityState.ABSENT)
    answers: dict[str, list[str | None]] = {
        "id_state": [str(one.state) for one in read],
        "id_text": [None if one.state in hidden else current_form(one) for one in read],
        "id_mask": [one.text if one.state is IdentityState.MASKED else None for one in read],
        "_lost": [one.prefix15 or None for one in read],
    }
    return [
        table[name].scatter(places, texts.replace_strict(different, pl.Series(values, dtype=pl.String), default=None))
        for name, values in answers.items()
        if places.len()
    ]


def _where(chosen: pl.Series, texts: pl.Series, test: Callable[[NDArray[np.uint8]], NDArray[np.bool_]]) -> pl.Series:  # fmt: skip
    answer = np.zeros(texts.len(), dtype=np.bool_)
    places = chosen.arg_true()
    if places.len():
        answer[places.to_numpy()] = test(_cells(texts.gather(places), 18))
    return pl.Series(answer)


def _where_text(chosen: pl.Series, texts: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    places = chosen.arg_true()
    return texts.scatter(places, change(texts.gather(places))) if places.len() else texts


def _cells(texts: pl.Series, width: int) -> NDArray[np.uint8]:
    """The texts, all of one width, as rows of bytes."""
    return np.frombuffer("".join(texts.to_list()).encode(), dtype=np.uint8).reshape(-1, width)


def _person_holds(cells: NDArray[np.uint8]) -> NDArray[np.bool_]:
    held: NDArray[np.bool_] = _person_check(cells) == cells[:, 17]
    return held


def _person_check(cells: NDArray[np.uint8]) -> NDArray[np.uint8]:
    check: NDArray[np.uint8] = _PERSON_CHECK[(cells[:, :17].astype(np.int64) - ord("0")) @ _PERSON_WEIGHTS % 11]
    return check


def _unit_holds(cells: NDArray[np.uint8]) -> NDArray[np.bool_]:
    values = _UNIT_VALUE[cells]
    held: NDArray[np.bool_] = (31 - values[:, :17] @ _UNIT_WEIGHTS % 31) % 31 == values[:, 17]
    return held


def _current_forms(texts: pl.Series) -> pl.Series:
    """The 18 characters of a person's 15 digits."""
    bodies = texts.str.slice(0, 6) + "19" + texts.str.slice(6, 9)
    check = _person_check(_cells(bodies, 17))
    return pl.select(pl.concat_str(bodies, pl.Series(list(check.tobytes().decode("ascii"))))).to_series()
