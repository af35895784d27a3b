"""What looks wrong about three lists that were linked nonetheless? Told to whoever gave them, never with a cell."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

import polars as pl

# How an agency's own numbers look; a township's look in as many ways as there are townships.
_LOOKS: Mapping[str, str] = MappingProxyType({"police": r"公.*案字|^[A-Za-z]?[0-9]{15,}$", "procuratorate": "检"})
_LOOKED_AT = 1000  # numbers of a list
_SEVERAL = r"[^、,，;；\s][、,，;；]\s*[^、,，;；\s]"


def doubts(lists: Mapping[str, pl.DataFrame], well_named: Collection[str]) -> list[str]:
    """A line for each; lists: by agency. well_named: the lists of which every row has an id that no other of them has."""
    told = [*_other_agencies(lists), *_several_parties(lists)]
    return told + [line for agency, rows in lists.items() if agency not in well_named for line in _ids(agency, rows)]


def _other_agencies(lists: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    """Lists whose own numbers are mostly another agency's: they were given in another order, perhaps."""
    for agency, rows in lists.items():
        numbers = rows["doc_no"].drop_nulls().head(_LOOKED_AT)
        for other, look in _LOOKS.items():
            if other != agency and numbers.str.contains(look).sum() * 2 > numbers.len():
                yield (
                    f"{agency}: most of its own numbers look like those of the {other}; "
                    "the order is TOWNSHIP POLICE PROCURATORATE"
                )


def _several_parties(lists: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    for agency, rows in lists.items():
        if several := rows["party"].str.contains(_SEVERAL).sum():
            yield f"{agency}: {several} rows name several parties in one cell; a row is one party here, so each is compared as one name"


def _ids(agency: str, rows: pl.DataFrame) -> Iterator[str]:
    """What is wrong with the ids by which the answer names the rows."""
    ids = rows["record_id"]
    if missing := ids.null_count():
        yield f"{agency}: {missing} rows without a record_id"
    if again := ids.len() - missing - ids.drop_nulls().n_unique():
        yield f"{agency}: {again} rows bear a record_id that stands before; their cases are numbered #2, #3 …"
