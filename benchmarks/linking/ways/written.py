"""How do all ways write their answer? Pairs become cases; every row once, as `hub link` writes it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from benchmarks.linking.ways.cleaned import AGENCIES


def write_pairs(connection: duckdb.DuckDBPyConnection, pairs: Iterable[str], out: Path) -> None:
    """Each of the queries gives (a, b), unique ids that belong together; what one row leads to stands in one case.

    The township's row names the case, else the police's. A chain of two steps (paper to police to township) is
    followed; every other row is a case of its own.
    """
    connection.execute("create table pairs as " + " union ".join(f"select a, b from ({one})" for one in pairs))
    write_cases(
        connection,
        f"""
        with step as (select a, min(b) as b from pairs group by a),
        everybody as ({_of_all("select unique_id from {}")})
        select everybody.unique_id, coalesce(two.b, one.b, everybody.unique_id) as case_id
        from everybody left join step as one on one.a = everybody.unique_id left join step as two on two.a = one.b
        """,
        out,
    )


def write_cases(connection: duckdb.DuckDBPyConnection, cases: str, out: Path) -> None:
    """The query gives (unique_id, case_id) of the rows that lead; those delivered again follow them."""
    connection.execute(
        f"""
        copy (
            with cases as ({cases}), led as ({_of_all("select * from {}_led")})
            select case_id, split_part(led.unique_id, ':', 1) as agency, split_part(led.unique_id, ':', 2) as record_id
            from led join cases on cases.unique_id = led.leader
        ) to '{out}' (header)
        """
    )


def _of_all(query: str) -> str:
    return " union all ".join(query.format(agency) for agency in AGENCIES)
