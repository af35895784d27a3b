"""`hub link`: three lists, CSV or Parquet, linked on their own."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from cli.session import settings
from hub.errors import ConfigurationFault
from hub.link.lists import COLUMNS, LISTS, link_lists
from hub.mapping.agency import load_agencies
from hub.mapping.codes import load_codes


def register(commands: typer.Typer) -> None:
    """Add the subcommand."""
    commands.command("link")(_link)


def _link(
    township: Annotated[Path, typer.Argument(help="The townships' list.")],
    police: Annotated[Path, typer.Argument(help="The police list.")],
    procuratorate: Annotated[Path, typer.Argument(help="The procuratorate's list.")],
    out: Annotated[Path, typer.Option("--out", help="Where the links are written, CSV or Parquet.")],
) -> None:
    """Link three lists outside the ledger; columns: record_id, unit, doc_no, ref_doc_no, police_doc_no, party, …"""
    chosen = settings()
    codes = load_codes(chosen.mappings / "codes", load_agencies(chosen.mappings).values())
    lists = {name: _read(path) for name, path in zip(LISTS, (township, police, procuratorate), strict=True)}
    links = link_lists(lists, codes)
    rows = [(one.case_id, one.agency, one.record_id, one.tier, f"{one.score:.1f}") for one in links]
    header = ("case_id", "agency", "record_id", "tier", "score")
    if out.suffix == ".parquet":
        pl.DataFrame(rows, schema=list(header), orient="row").write_parquet(out)
    else:
        with out.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
    print(f"{out}: {len(rows)} entries in {len({row[0] for row in rows})} matters")


def _read(path: Path) -> list[dict[str, str]]:
    """Every cell as text: a number that was inferred would have lost what a clerk typed."""
    if not path.is_file():
        raise ConfigurationFault(f"{path}: no such file")
    try:
        frame = (
            pl.read_parquet(path).cast(pl.String)
            if path.suffix == ".parquet"
            else pl.read_csv(path, infer_schema=False, encoding="utf8")
        )
    except pl.exceptions.PolarsError as fault:
        raise ConfigurationFault(f"{path}: cannot be read as a list: {fault}") from fault
    frame = frame.rename({name: name.lstrip("\ufeff").strip() for name in frame.columns})
    if "record_id" not in frame.columns:
        raise ConfigurationFault(f"{path}: no column record_id; the columns are {', '.join(COLUMNS)}")
    known = [name for name in COLUMNS if name in frame.columns]
    return frame.select(known).fill_null("").to_dicts()
