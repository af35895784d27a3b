"""What does each row show that can be compared? Read once, column by column, and laid in one pool for all lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.borne import borne_by_another
from hub.link.columns.identities import ROUNDED, identity_columns, tails
from hub.link.columns.keys import Rows, figure
from hub.link.columns.matter_values import amount_column, cause_column, day_column, unit_column
from hub.link.columns.numbers import Heads
from hub.link.columns.sheets import LISTS, side_by_side
from hub.link.columns.spelling import each_once, with_put
from hub.mapping.codes import Codes
from hub.values.names import BESIDE_SIGNS, OWNER_WORDS, UNIT_WORDS, hidden_parts, named_beside

Column = NDArray[Any]
NO_SUM = np.iinfo(np.int64).min
NO_DAY = np.iinfo(np.int32).min
# What a unit's name begins with and is often left out: 繁峙县兴旺砂石厂 is 兴旺砂石厂.
_PLACE = r"^(?:\([^()]*\)|\p{Han}{2,3}?[省市县区]){1,3}"
# What stands where nothing is shown; 0 and false in all other columns.
_NOTHING: Mapping[str, int] = {"amount": NO_SUM, "day": NO_DAY}
_HIDING = ["某", "*", "□", "?", "×", "X"]
# Brackets name somebody beside only at the end: not those of 兴永（山西）建材有限公司.
_BESIDE = rf"{'|'.join(OWNER_WORDS)}|[^\p{{Han}}0-9A-Za-z\s][0-9A-Za-z\s]*$"
_ONE_CHARACTER = 4  # bytes of it at the most; of a name as short the rest was lost
# Which number of a list means the township's or the police's.
_NUMBER_OF = {
    "town": {"township": "own", "police": "ref", "procuratorate": "ref"},
    "pol": {"township": "pol", "police": "own", "procuratorate": "pol"},
}
_BEARERS = {"town": "township", "pol": "police"}
# What is read on its own, the longest work first.
_PARTS = ("id_no", "amount", "cause", "party", "date", "town", "pol", "unit")


@dataclass(frozen=True)
class Pool:
    """The traits of rows of all lists, row upon row; the last line is nobody's, and shows nothing.

    figures: what is only compared, as numbers without nulls; texts: what is looked at letter by letter.
    places: agency -> for each row of the list, and for nobody behind them, the line in the pool. heads: of all numbers.
    """

    figures: Mapping[str, Column]
    texts: Mapping[str, pl.Series]
    places: Mapping[str, Rows]
    heads: Heads

    def lines(self, agency: str, rows: pl.Series) -> Rows:
        """The lines of rows of one list; nobody's for a null."""
        places = self.places[agency]
        lines: Rows = places[rows.fill_null(len(places) - 1).to_numpy()]
        return lines


def read_rows(
    asked: Mapping[str, pl.Series], lists: Mapping[str, pl.DataFrame], sheets: Mapping[str, pl.DataFrame],
    heads: Heads, codes: Codes,
) -> Pool:  # fmt: skip
    """The pool of the rows asked for. The columns are read side by side; each is a function of its own cells alone."""
    work = [(agency, part) for part in _PARTS for agency in LISTS]
    read = dict(
        zip(
            work,
            side_by_side(
                _read,
                [(agency, part, asked[agency], lists[agency], sheets, heads, codes) for agency, part in work],
            ),
            strict=True,
        )
    )
    columns = [(part, name) for part in _PARTS for name in read[LISTS[0], part].columns]
    stacked = side_by_side(_stacked, [(name, [read[agency, part][name] for agency in LISTS]) for part, name in columns])
    pool = dict(zip([name for _, name in columns], stacked, strict=True))
    offsets = np.cumsum([0, *[asked[agency].len() for agency in LISTS]])
    places = {}
    for agency, offset in zip(LISTS, offsets[:-1], strict=True):
        places[agency] = np.full(lists[agency].height + 1, offsets[-1], dtype=np.int64)
        places[agency][asked[agency].to_numpy()] = np.arange(asked[agency].len()) + offset
    figures = {name: column for name, column in pool.items() if not isinstance(column, pl.Series)}
    return Pool(
        figures, {name: column for name, column in pool.items() if isinstance(column, pl.Series)}, places, heads
    )


def _stacked(name: str, parts: list[pl.Series]) -> Column | pl.Series:
    if parts[0].dtype == pl.String:
        return pl.concat([*parts, pl.Series(name, [None], dtype=pl.String)], rechunk=True)
    nothing = _NOTHING.get(name, 0)
    whole = np.empty(sum(part.len() for part in parts) + 1, dtype=parts[0].head(0).to_numpy().dtype)
    begin = 0
    for part in parts:
        whole[begin : begin + part.len()] = part.fill_null(bool(nothing) if part.dtype == pl.Boolean else nothing)
        begin += part.len()
    whole[begin] = nothing
    return whole


def _read(
    agency: str, part: str, rows: pl.Series, typed: pl.DataFrame, sheets: Mapping[str, pl.DataFrame], heads: Heads, codes: Codes
) -> pl.DataFrame:  # fmt: skip
    if part in _NUMBER_OF:
        return _number_columns(part, agency, sheets, rows, heads)
    if part == "party":
        return _name_columns(sheets[agency]["name"].gather(rows), typed["party"].gather(rows))
    texts = typed[part].gather(rows)
    if part == "id_no":
        return _identity_columns(texts)
    if part == "amount":
        return pl.DataFrame({"amount": amount_column(texts)})
    if part == "date":
        return pl.DataFrame({"day": day_column(texts).to_physical()})
    return _word_columns(part, {"unit": unit_column, "cause": cause_column}[part](texts, codes))


def _identity_columns(texts: pl.Series) -> pl.DataFrame:
    id_text = pl.col("id_text")
    # Of the numbers that end in 000 few were issued and many went through a number cell; one in eleven of
    # these keeps a check digit that holds.
    rounded = id_text.str.ends_with(ROUNDED).fill_null(value=False)
    number = id_text.cast(pl.Int64, strict=False)
    near = number.cast(pl.Float64)
    read = identity_columns(texts)
    return read.select(
        "id_text", "id_typed", "id_mask", "id_first", "id_birth", id_key=figure(id_text),
        # What a program makes of a number that it holds as a float; and whether this one may be that.
        id_float=figure(near), id_round=near.cast(pl.Int64) == number,
        tail=tails(read.select(pl.coalesce("id_text", "id_mask")).to_series()), id_good=pl.col("id_good") & ~rounded,
        id_damaged=(pl.col("id_state") == "damaged") | rounded, id_other=pl.col("id_state") == "other",
        id_masked=pl.col("id_mask").is_not_null(),
    )  # fmt: skip


def _word_columns(name: str, words: pl.Series) -> pl.DataFrame:
    word = pl.col(name)
    return pl.DataFrame({name: words}).select(
        figure(word).alias(name), (~word.str.starts_with("?")).alias(f"{name}_known")
    )


def _number_columns(
    name: str, agency: str, sheets: Mapping[str, pl.DataFrame], rows: pl.Series, heads: Heads
) -> pl.DataFrame:
    """…_others: where it is noted, and another person's row bears it."""
    of = _NUMBER_OF[name][agency]
    keys = sheets[agency][f"{of}_key"].gather(rows)
    noted = of != "own" and agency != _BEARERS[name]
    others = (
        borne_by_another(sheets[agency], of, rows, sheets[_BEARERS[name]]) if noted else np.zeros(rows.len(), np.bool_)
    )
    return pl.DataFrame(
        {f"{name}_key": keys, f"{name}_serial_key": heads.serials(keys.to_numpy()), f"{name}_others": others}
    )


def _name_columns(names: pl.Series, cells: pl.Series) -> pl.DataFrame:
    """name: whole names only; mask: masked ones; shows: how many characters a masked one shows at its beginning, three at most;
    surname: a unit's is the first character of what it is called by. beside: whom the cell names beside its party.
    """
    maybe = names.str.contains_any(_HIDING) | (names.str.len_bytes() <= _ONE_CHARACTER)
    maybe = maybe.fill_null(value=False).arg_true()
    begins = pl.repeat(None, names.len(), dtype=pl.String, eager=True)
    begins = with_put(begins, maybe, each_once(names.gather(maybe), _shown_first))
    hidden = pl.col("begins").is_not_null()
    table = pl.DataFrame({"typed": names, "begins": begins}).with_columns(
        is_unit=pl.col("typed").str.contains(UNIT_WORDS)
    )
    units = table.select((pl.col("is_unit") & ~hidden).fill_null(value=False)).to_series().arg_true()
    table = table.with_columns(called=with_put(names, units, names.gather(units).str.replace(_PLACE, "")))
    name = pl.when(~hidden).then("typed")
    more = cells.str.contains_any(BESIDE_SIGNS).fill_null(value=False).arg_true()
    more = more.filter(cells.gather(more).str.contains(_BESIDE))
    beside = pl.repeat(None, names.len(), dtype=pl.String, eager=True)
    beside = with_put(beside, more, each_once(cells.gather(more), lambda cell: named_beside(cell) or None))
    table = table.with_columns(beside=beside)
    first = pl.coalesce("begins", "called").str.slice(0, 1)
    return table.select(
        name=name, mask=pl.when(hidden).then("typed"), surname=figure(pl.when(first != "").then(first)), name_key=figure(name),
        is_unit="is_unit", name_length=name.str.len_chars().cast(pl.Int16),
        shows=pl.col("begins").str.len_chars().clip(0, 3).cast(pl.Int8), hidden=hidden, named=pl.col("typed").is_not_null(),
        beside="beside", beside_key=figure(pl.col("beside")),
    )  # fmt: skip


def _shown_first(name: str) -> str | None:
    """What a masked name shows at its beginning."""
    parts = hidden_parts(name)
    return None if parts is None else parts[0]
