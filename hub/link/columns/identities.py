"""What do the identity numbers of a whole column say, and how far can each be trusted? As hub.values.identity has it."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.spelling import SPACES, codes, each_once
from hub.values.identity import IdentityState, current_form, read_identity

_PERSON = r"^[1-9][0-9]{16}[0-9X]$"
_UNIT = r"^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), dtype=np.int64)
_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)

COLUMNS = ("id_text", "id_state", "id_good", "id_first", "id_birth", "id_mask")


def whole_number(texts: pl.Series) -> pl.Series:
    """The cells that are a whole number of 18 characters as they stand, whatever their check digit; null for others."""
    whole = texts.str.contains(rf"{_PERSON}|{_UNIT}")
    return pl.select(pl.when(whole).then(texts)).to_series()


def identity_columns(texts: pl.Series) -> pl.DataFrame:
    """COLUMNS of a list of identity numbers as typed.

    id_text: the number in its 18-character form, also a mistyped one or one of another kind; null where masked,
    damaged or absent. id_state: the word of `IdentityState`. id_good: the check digit holds. id_first: the
    first 15 digits, also of a damaged one. id_birth: year, month and day as one figure. id_mask: a masked text.
    """
    different = pl.DataFrame({"typed": texts}).unique()
    typed = different["typed"]
    clean = codes(typed.str.strip_chars(SPACES)).str.replace_all("×", "X").str.strip_chars_start("'‘’")
    person = _good_persons(clean)
    rest = ~person
    read = [read_identity(text) for text in typed.filter(rest).fill_null("").to_list()]
    table = pl.DataFrame(
        {
            "typed": pl.concat([typed.filter(person), typed.filter(rest)]),
            "id_text": pl.concat([clean.filter(person), pl.Series([_text(one) for one in read], dtype=pl.String)]),
            "id_state": pl.Series(["complete"] * int(person.sum()) + [str(one.state) for one in read], dtype=pl.String),
            "_good_person": pl.Series([True] * int(person.sum()) + [False] * len(read), dtype=pl.Boolean),
            "id_mask": pl.Series(
                [None] * int(person.sum()) + [one.text if one.state is IdentityState.MASKED else None for one in read],
                dtype=pl.String,
            ),
            "_first": pl.concat(
                [
                    clean.filter(person).str.slice(0, 15),
                    pl.Series([one.prefix15 or current_form(one)[:15] for one in read], dtype=pl.String),
                ]
            ),
        }
    )
    table = table.with_columns(
        id_good=(pl.col("id_state") == "legacy") | ((pl.col("id_state") == "complete") & ~_fails_as_a_person()),
        id_first=pl.col("_first").cast(pl.Int64, strict=False),
        id_birth=pl.when(pl.col("id_text").str.contains(_PERSON) | (pl.col("id_state") == "damaged")).then(
            pl.col("_first").str.slice(6, 8).cast(pl.Int32, strict=False)
        ),
    )
    known = pl.DataFrame({"typed": texts}).join(table, on="typed", how="left", nulls_equal=True, maintain_order="left")
    return known.select(COLUMNS)


def _fails_as_a_person() -> pl.Expr:
    """One in thirty-one mistyped numbers of persons passes for a unit's; a day of birth in it says what it is."""
    birth = pl.col("id_text").str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    return pl.col("id_text").str.contains(_PERSON) & birth.is_not_null() & ~pl.col("_good_person")


def _text(identity: object) -> str | None:
    from hub.values.identity import Identity

    assert isinstance(identity, Identity)
    hidden = (IdentityState.MASKED, IdentityState.DAMAGED, IdentityState.ABSENT)
    return None if identity.state in hidden else current_form(identity)


def _good_persons(clean: pl.Series) -> pl.Series:
    """Which texts are complete numbers of persons: shape, a day that exists, check digit."""
    shaped = clean.str.contains(_PERSON).fill_null(False)
    texts = clean.filter(shaped)
    good = _check_holds(texts) & _days_exist(texts)
    places = shaped.arg_true().filter(pl.Series(good))
    return pl.repeat(False, clean.len(), eager=True).scatter(places, True)


def _check_holds(texts: pl.Series) -> NDArray[np.bool_]:
    if texts.len() == 0:
        return np.zeros(0, dtype=np.bool_)
    cells = np.frombuffer("".join(texts.to_list()).encode(), dtype=np.uint8).reshape(-1, 18)
    held: NDArray[np.bool_] = _CHECK[(cells[:, :17].astype(np.int64) - 48) @ _WEIGHTS % 11] == cells[:, 17]
    return held


def _days_exist(texts: pl.Series) -> NDArray[np.bool_]:
    days = texts.str.slice(6, 8)
    exist = days.str.to_date("%Y%m%d", strict=False).is_not_null() & (days.str.slice(0, 4) >= "1850")
    return exist.to_numpy()


__all__ = ["COLUMNS", "each_once", "identity_columns", "whole_number"]
