"""How do the tests link three short lists?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from hub.link.columns.engine import Outcome, Wish, link_columns
from hub.link.columns.rules import LinkRules, load_link_rules
from hub.link.columns.sheets import COLUMNS, LISTS
from tests.hub.agency_rows import CODES

Row = Mapping[str, str]
RULES: LinkRules = load_link_rules(Path(__file__).resolve().parents[3] / "mappings" / "linking.yaml")


def frame(rows: Sequence[Row]) -> pl.DataFrame:
    return pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in COLUMNS}, schema=dict.fromkeys(COLUMNS, pl.String)
    )


def outcome(
    township: Sequence[Row] = (), police: Sequence[Row] = (), procuratorate: Sequence[Row] = (), wish: Wish | None = None
) -> Outcome:  # fmt: skip
    lists = {name: frame(rows) for name, rows in zip(LISTS, (township, police, procuratorate), strict=True)}
    return link_columns(lists, CODES, RULES, wish or Wish())


def matters(links: pl.DataFrame) -> list[list[str]]:
    """The record ids that stand together."""
    together = links.group_by("case_id", maintain_order=True).agg("record_id")["record_id"].to_list()
    return sorted(together)
