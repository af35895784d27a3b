"""DuckDB: exact joins on number and person first, then jaro_winkler over blocks of name, identity number and number.

The scores are whole points, set by hand as an analyst would: 5 for an equal number or identity number, 3 for a name
(2 where it is alike at 0.85), 1 each for township, cause, sum and a plausible lag. 7 points link; best for both sides.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.linking.ways.cleaned import connect
from benchmarks.linking.ways.written import write_pairs

_BLOCKS = ("x.{no} = y.{no}", "x.id17 = y.id17", "x.name = y.name and x.unit = y.unit")


def best_pairs(left: str, right: str, number: str, least: int, most: int) -> str:
    """The query of the pairs that are the best for both sides."""
    score = f"""
        5 * coalesce((x.{number} = y.{number})::int, 0) + case when x.id17 = y.id17 then 5 when x.id17 <> y.id17 then -2 else 0 end
        + case when x.name = y.name then 3 when jaro_winkler_similarity(x.name, y.name) >= 0.85 then 2
               when x.name is null or y.name is null then (x.surname = y.surname)::int else -2 end
        + coalesce((x.unit = y.unit)::int, 0) + coalesce((x.cause = y.cause)::int, 0) + coalesce((x.amount = y.amount)::int, 0)
        + case when x.day - y.day between {least} and {most} then 1 when x.day is null or y.day is null then 0 else -4 end
    """
    blocks = " union ".join(
        f"select x.unique_id as a, y.unique_id as b, {score} as score from {left} x join {right} y on {on.format(no=number)}"
        for on in _BLOCKS
    )
    return f"""
        select a, b from (select *, row_number() over (partition by a order by score desc, b) as i,
            row_number() over (partition by b order by score desc, a) as k from ({blocks}) where score >= 7) where i = 1 and k = 1
    """


if __name__ == "__main__":
    tables = connect(Path(sys.argv[1]))
    write_pairs(
        tables,
        (
            best_pairs("police", "township", "town_no", -5, 40),
            best_pairs("procuratorate", "police", "pol_no", -5, 330),
            best_pairs("procuratorate", "township", "town_no", -5, 370),
        ),
        Path(sys.argv[2]),
    )
