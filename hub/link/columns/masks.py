"""Does what a masked name or identity number shows fit what the other side says? Of many pairs at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import polars as pl

from hub.link.columns.identities import NUMBER, STAR, figures_by_place
from hub.link.columns.keys import Flags, Rows
from hub.link.columns.pairs import Pairs
from hub.link.columns.spelling import with_put
from hub.link.columns.traits import Column
from hub.values.names import MOST_HIDDEN, UNIT_WORDS, WHICH, masked_fits

_ISSUED = 6  # characters of the place of issue, at the beginning of an identity number
_MOST_SHOWN = 8
# A name of which one part is hidden, between what is shown before and behind. X hides as well, but not wherever it
# stands (X光器材公司), and what is behind a new line no mask hides.
_PLAIN = r"[^某*□?×X\n]*"
_ONE_PART_HIDDEN = rf"^(?P<begin>{_PLAIN})(?:某{WHICH}|[*□?×])+(?P<end>{_PLAIN})$"
# Of two columns what each shows; and whether it is the same as far as both show it.
_BEGIN, _END, _OTHER_BEGIN, _OTHER_END = (pl.col(name) for name in ("begin", "end", "other_begin", "other_end"))
_ONE_BEGINS = _BEGIN.str.starts_with(_OTHER_BEGIN) | _OTHER_BEGIN.str.starts_with(_BEGIN)
_ONE_ENDS = _END.str.ends_with(_OTHER_END) | _OTHER_END.str.ends_with(_END)
_REMEMBERED = 1 << 16  # what masks show is compared again and again


def identity_masks(pairs: Pairs) -> tuple[Column, Column]:
    """Whether what a masked identity number shows fits the other's (1, 0; -1 where it cannot be told), and how many characters
    both show beyond the place of issue, which says little.
    """
    fits, shows = np.full(len(pairs), -1, dtype=np.int8), np.zeros(len(pairs), dtype=np.int8)
    (masked, masked_r), (key, key_r) = pairs["id_masked"], pairs["id_key"]
    for places, left, right in _masked_either(masked, masked_r, key != 0, key_r != 0, "id_mask", "id_text"):
        one, other = pairs.texts(left, places, right)
        whole = (one.str.len_bytes().to_numpy() == NUMBER) & (other.str.len_bytes().to_numpy() == NUMBER)
        for some, tell in ((np.flatnonzero(whole), _masks_by_place), (np.flatnonzero(~whole), _masks_by_ends)):
            if len(some):
                fits[places[some]], shows[places[some]] = tell(one.gather(some), other.gather(some))
    return fits, shows


def name_masks(pairs: Pairs) -> tuple[Flags, Column]:
    """Whether what a masked name shows fits the other's, and how many characters it shows at its beginning."""
    (hidden, hidden_r), (named, named_r), (shown, shown_r) = pairs["hidden"], pairs["named"], pairs["shows"]
    fits = np.zeros(len(pairs), dtype=np.bool_)
    for places, left, right in _masked_either(hidden, hidden_r, named & ~hidden, named_r & ~hidden_r, "mask", "name"):
        one, other = pairs.texts(left, places, right)
        if left == right:
            fits[places] = masks_meet(one, other)
        else:
            fits[places] = mask_fits(one, other) if left == "mask" else mask_fits(other, one)
    either = (hidden & named_r) | (named & hidden_r)
    return fits, np.where(either, np.where(hidden, shown, shown_r), 0).astype(np.int8)


def _masked_either(
    masked: Flags, masked_r: Flags, whole: Flags, whole_r: Flags, mask: str, text: str
) -> Iterator[tuple[Rows, str, str]]:  # fmt: skip
    """Where the left one, the right one, or both are masked, and the other shows something; the trait of either side."""
    for holds, left, right in ((masked & whole_r, mask, text), (whole & masked_r, text, mask), (masked & masked_r, mask, mask)):  # fmt: skip
        places = np.flatnonzero(holds)
        if len(places):
            yield places, left, right


def _masks_by_place(one: pl.Series, other: pl.Series) -> tuple[Column, Column]:
    """What `identity_masks` says of numbers of full length: each star hides one character."""
    a, b = figures_by_place(one, NUMBER), figures_by_place(other, NUMBER)
    both = (a != STAR) & (b != STAR)
    shows = np.minimum(both[_ISSUED:].sum(axis=0), _MOST_SHOWN)
    return (~both | (a == b)).all(axis=0).astype(np.int8), shows.astype(np.int8)


def _masks_by_ends(one: pl.Series, other: pl.Series) -> tuple[Column, Column]:
    """The same where the stars are not as many as what they hide: only what stands before the first and behind the last is
    known; of a whole number all of it is.
    """
    a, b = pl.col("one").str.split("*").list, pl.col("other").str.split("*").list
    table = pl.DataFrame({"one": one, "other": other})
    table = table.select(begin=a.first(), end=a.last(), other_begin=b.first(), other_end=b.last())
    begins = pl.min_horizontal(_BEGIN.str.len_chars(), _OTHER_BEGIN.str.len_chars()).cast(pl.Int64)
    ends = pl.min_horizontal(_END.str.len_chars(), _OTHER_END.str.len_chars())
    told = table.select(
        fits=(_ONE_BEGINS & _ONE_ENDS).cast(pl.Int8),
        shows=((begins - _ISSUED).clip(0) + ends).clip(0, _MOST_SHOWN).cast(pl.Int8),
    )
    return told["fits"].to_numpy(), told["shows"].to_numpy()


def mask_fits(masks: pl.Series, names: pl.Series) -> Flags:
    """`masked_fits` of columns of masked names and of whole ones."""
    name = pl.col("name")
    hidden = name.str.len_chars().cast(pl.Int64) - _BEGIN.str.len_chars() - _END.str.len_chars()
    person = hidden.is_between(1, MOST_HIDDEN) & ~name.str.contains(UNIT_WORDS)
    unit = name.str.ends_with(_END) & (hidden > 0)
    fits = name.str.starts_with(_BEGIN) & pl.when(_END == "").then(person).otherwise(unit)
    readable = _BEGIN.is_not_null() & name.str.contains(rf"^{_PLAIN}$")
    table = _shown(masks).hstack([names.alias("name")])
    return _told(table.select(pl.when(readable).then(fits)).to_series(), masks, names)


def masks_meet(masks: pl.Series, others: pl.Series) -> Flags:
    """`masked_fits` of two columns of masked names."""
    persons = ~(_END + _OTHER_END).str.contains(UNIT_WORDS)
    fits = _ONE_BEGINS & pl.when((_END == "") | (_OTHER_END == "")).then(persons).otherwise(_ONE_ENDS)
    readable = _BEGIN.is_not_null() & _OTHER_BEGIN.is_not_null()
    table = _shown(masks).hstack(_shown(others).rename("other_{}".format))
    return _told(table.select(pl.when(readable).then(fits)).to_series(), masks, others)


def _shown(masks: pl.Series) -> pl.DataFrame:
    """What masked names show at their `begin` and `end`; null where more than one part is hidden, or the shape does not tell."""
    return masks.str.extract_groups(_ONE_PART_HIDDEN).struct.unnest()


def _told(fits: pl.Series, masks: pl.Series, others: pl.Series) -> Flags:
    """The answers; what is null is read singly."""
    if fits.null_count() == 0:
        return fits.to_numpy()
    rest = fits.is_null().arg_true()
    pairs = zip(masks.gather(rest).to_list(), others.gather(rest).to_list(), strict=True)
    return with_put(fits, rest, pl.Series([_fits_singly(mask, other) for mask, other in pairs])).to_numpy()


_fits_singly = lru_cache(_REMEMBERED)(masked_fits)
