"""`hub link`: three lists, CSV or Parquet, linked on their own."""

from __future__ import annotations

import csv
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import polars as pl
import typer

from hub.errors import ConfigurationFault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.link.columns.engine import Outcome

ROOT = Path(__file__).resolve().parents[1]
WEIGHTS = ("set", "learned")
_QUOTED = r'[",\r\n]'
_LEAST_PART = 100_000  # lines that are worth a thread of their own


def register(commands: typer.Typer) -> None:
    """Add the subcommand."""
    commands.command("link")(_link)


def _link(
    township: Annotated[Path, typer.Argument(help="The townships' list.")],
    police: Annotated[Path, typer.Argument(help="The police list.")],
    procuratorate: Annotated[Path, typer.Argument(help="The procuratorate's list.")],
    out: Annotated[Path, typer.Option("--out", help="Where the links are written, CSV or Parquet.")],
    weights: Annotated[
        str, typer.Option("--weights", help="`learned` from the lists, or `set` as in linking.yaml.")
    ] = "learned",
    shares: Annotated[bool, typer.Option("--shares", help="Print what was learned beside what is set.")] = False,
    explain: Annotated[
        Path | None, typer.Option("--explain", help="CSV of every link and near miss, in words and bits.")
    ] = None,
    picture: Annotated[
        str, typer.Option("--picture", help="RECORD_ID: draw what was weighed for it, as SVG files beside --out.")
    ] = "",
) -> None:
    """Link three lists outside the ledger; columns: record_id, unit, doc_no, ref_doc_no, police_doc_no, party, …"""
    if weights not in WEIGHTS:
        raise ConfigurationFault(f"--weights: {weights!r} is neither {' nor '.join(WEIGHTS)}")
    with ThreadPoolExecutor(max_workers=3) as pool:
        # The lists are read while the linker is, and its rules.
        reading = pool.map(_read, (township, police, procuratorate))
        from hub.link.columns.engine import Wish, link_columns
        from hub.link.columns.rules import load_link_rules
        from hub.link.columns.sheets import LISTS
        from hub.mapping.agency import load_agencies
        from hub.mapping.codes import load_codes
        from hub.settings import Settings

        mappings = Settings.from_environ(os.environ, ROOT).mappings
        rules = load_link_rules(mappings / "linking.yaml")
        codes = load_codes(mappings / "codes", load_agencies(mappings).values())
        lists = dict(zip(LISTS, reading, strict=True))
    outcome = link_columns(lists, codes, rules, Wish(weights == "learned", bool(explain or picture)))
    if out.suffix == ".parquet":
        outcome.links.write_parquet(out)
    else:
        _write_csv(out, outcome.links)
    for feature, seen, before, after in outcome.learned if shares else ():
        print(f"{feature:30} {seen:20} set {before:.4f}  learned {after:.4f}")
    if explain:
        _write_explanations(explain, [one.row() for one in outcome.explained])
    if picture:
        _draw(outcome, picture, out)
    left = (outcome.links["tier"] == "ambiguous").sum()
    print(f"{out}: {outcome.links.height} entries in {outcome.matters} matters, {left} left to a person")


def _write_csv(path: Path, links: pl.DataFrame) -> None:
    """Written in as many parts at once as there are threads; without a look for quotes in every cell where no id needs any."""
    quotes: Literal["necessary", "never"] = "necessary" if links["record_id"].str.contains(_QUOTED).any() else "never"
    height = max(-(-links.height // pl.thread_pool_size()), _LEAST_PART)
    parts = [links.slice(begin, height) for begin in range(0, max(links.height, 1), height)]
    files = [path, *(path.with_name(f"{path.name}.part{number}") for number in range(1, len(parts)))]

    def write(number: int) -> None:
        parts[number].write_csv(files[number], include_header=number == 0, quote_style=quotes)

    try:
        with ThreadPoolExecutor(max_workers=len(parts)) as pool:
            list(pool.map(write, range(len(parts))))
        with path.open("ab") as whole:
            for file in files[1:]:
                with file.open("rb") as part:
                    shutil.copyfileobj(part, whole, 1 << 20)
    finally:
        for file in files[1:]:
            file.unlink(missing_ok=True)


def _write_explanations(path: Path, rows: Sequence[Sequence[str]]) -> None:
    from hub.link.columns.explanations import HEADER

    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows)


def _draw(outcome: Outcome, record_id: str, out: Path) -> None:
    from hub.link.columns.explanations import waterfall

    drawn = [one for one in outcome.explained if record_id in (one.record_id, one.other_record_id)]
    for number, one in enumerate(sorted(drawn, key=lambda found: -found.score), 1):
        path = out.with_name(f"{out.stem}-why-{number}.svg")
        path.write_text(waterfall(one), encoding="utf-8")
        print(f"{path}: {one.agency} {one.record_id} and {one.other_agency} {one.other_record_id}, {one.verdict}")
    if not drawn:
        print(f"nothing was weighed for {record_id}")


def _read(path: Path) -> pl.DataFrame:
    """Every cell as text: a number that was inferred would have lost what a clerk typed."""
    if not path.is_file():
        raise ConfigurationFault(f"{path}: no such file")
    try:
        frame = (
            pl.read_parquet(path)
            if path.suffix == ".parquet"
            else pl.read_csv(path, infer_schema=False, encoding="utf8")
        )
    except pl.exceptions.PolarsError as fault:
        raise ConfigurationFault(f"{path}: cannot be read as a list: {fault}") from fault
    frame = frame.rename({name: name.lstrip("\ufeff").strip() for name in frame.columns})
    # Here, where the frame as it was read is let go at once: it takes as much again.
    from hub.link.columns.sheets import COLUMNS, typed

    if "record_id" not in frame.columns:
        raise ConfigurationFault(f"{path}: no column record_id; the columns are {', '.join(COLUMNS)}")
    return typed(frame)
