"""Is the number that a row notes borne by somebody else? Then it is a slip, and says nothing about whose matter this is."""

from __future__ import annotations

import numpy as np
import polars as pl

from hub.link.columns.keys import Flags


def borne_by_another(noting: pl.DataFrame, number: str, rows: pl.Series, bearing: pl.DataFrame) -> Flags:
    """Of some rows of a list, whether the number noted is the own number of one row of the other list that names another person.

    noting, bearing: sheets as `read_sheets` has them. Another person: the names differ from the first character on, or
    differ and so do the whole identity numbers. Where several rows bear the number nothing is said.
    """
    told = np.zeros(rows.len(), dtype=np.bool_)
    keys = noting[f"{number}_key"].gather(rows).to_numpy()
    own = bearing["own_key"].to_numpy()
    if not len(own):
        return told
    order = np.argsort(own)
    ordered = own[order]
    alone = np.append(True, ordered[1:] != ordered[:-1]) & np.append(ordered[:-1] != ordered[1:], True)
    noted = np.flatnonzero(keys != 0)
    found = np.minimum(np.searchsorted(ordered, keys[noted]), len(own) - 1)
    met = (ordered[found] == keys[noted]) & alone[found]
    places, bearers = noted[met], order[found[met]]
    theirs, ours = bearing[pl.Series(bearers)], noting[rows.gather(pl.Series(places))]
    differ = _differ(ours["name_key"], theirs["name_key"])
    begins = (ours["name"].str.head(1) != theirs["name"].str.head(1)).fill_null(value=False).to_numpy()
    numbers = _differ(ours["whole_id_key"], theirs["whole_id_key"])
    one = (ours["whole_id_key"] == theirs["whole_id_key"]).to_numpy() & (ours["whole_id_key"] != 0).to_numpy()
    told[places] = differ & ~one & (begins | numbers)
    return told


def _differ(one: pl.Series, other: pl.Series) -> Flags:
    differ: Flags = ((one != other) & (one != 0) & (other != 0)).to_numpy()
    return differ
