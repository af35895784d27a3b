"""What every peer starts from: the hub's own cleaning, so that only the linking itself is compared.

An analyst's cleaning in SQL took longer than the linking and read fewer spellings; so the peers are given ours, and
its time counts in theirs as it does in ours. Rows delivered again are taken out by own number, name and identity number.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from hub.link.columns.identities import identity_columns
from hub.link.columns.matter_values import amount_column, cause_column, day_column, unit_column
from hub.link.columns.numbers import Heads
from hub.link.columns.sheets import read_sheets, side_by_side, typed
from hub.mapping.agency import load_agencies
from hub.mapping.codes import Codes, load_codes

MAPPINGS = Path(__file__).resolve().parents[3] / "mappings"
AGENCIES = ("township", "police", "procuratorate")
_AGAIN = ["own_no", "name_typed", "id_text"]


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection with the tables `township`, `police`, `procuratorate` of cleaned columns.

    unique_id, town_no, pol_no, name, surname, id17, unit, cause, day, amount; of rows delivered again the first, and
    in `<agency>_led` which row leads which.
    """
    codes = load_codes(MAPPINGS / "codes", load_agencies(MAPPINGS).values())
    cells = {agency: typed(pl.read_parquet(folder / f"{agency}.parquet")) for agency in AGENCIES}
    sheets, heads = read_sheets(cells)
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    tables = side_by_side(_columns, [(agency, cells[agency], sheets[agency], heads, codes) for agency in AGENCIES])
    for agency, table in zip(AGENCIES, tables, strict=True):
        led = table.with_columns(leader=_leaders(table))
        _put(connection, f"{agency}_led", led.select("unique_id", "leader"))
        _put(connection, agency, led.filter(pl.col("unique_id") == pl.col("leader")).drop(*_AGAIN, "leader"))
    return connection


def _leaders(table: pl.DataFrame) -> pl.Series:
    """The first row that says the same; looked for only among rows that share a number with another, which are few."""
    again = pl.col("own_no").is_not_null() & pl.struct(_AGAIN).is_duplicated()
    rows = table.select("unique_id", *_AGAIN, again=again).with_row_index("row").filter("again")
    first = rows.select("row", leader=pl.col("unique_id").min().over(_AGAIN))
    return table["unique_id"].scatter(first["row"], first["leader"])


def _put(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    connection.register("handed_over", frame.to_arrow())
    connection.execute(f"create table {name} as from handed_over")
    connection.unregister("handed_over")


def _columns(agency: str, cells: pl.DataFrame, sheet: pl.DataFrame, heads: Heads, codes: Codes) -> pl.DataFrame:
    identity = identity_columns(cells["id_no"])
    numbers = {name: heads.texts(sheet[f"{name}_key"].to_numpy()) for name in ("own", "ref", "pol")}
    masked = sheet["name"].str.contains("[某*×□?]")
    return pl.DataFrame(
        {
            "unique_id": f"{agency}:" + cells["record_id"],
            "source_dataset": pl.repeat(agency, cells.height, eager=True),
            "own_no": numbers["own"],
            "name_typed": sheet["name"],
            "id_text": identity["id_text"],
            "town_no": numbers["own" if agency == "township" else "ref"],
            "pol_no": numbers["own" if agency == "police" else "pol"],
            "name": pl.select(pl.when(~masked).then(sheet["name"])).to_series(),
            "surname": sheet["name"].str.slice(0, 1),
            "id17": identity["id_text"].str.slice(0, 17),
            "unit": unit_column(cells["unit"], codes),
            "cause": cause_column(cells["cause"], codes),
            "day": day_column(cells["date"]),
            "amount": amount_column(cells["amount"]).cast(pl.Float64) / 100,
        }
    )
