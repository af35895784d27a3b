"""`hub link`: three lists, CSV or Parquet, linked on their own."""

from __future__ import annotations

import csv
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import polars as pl
import typer

from cli.list_doubts import doubts
from cli.lists import read_list
from hub.errors import ConfigurationFault
from hub.whole_files import WholeFiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.link.columns.engine import Outcome

ROOT = Path(__file__).resolve().parents[1]
WEIGHTS = ("set", "learned")
_WORKBOOKS = (".xlsx", ".xls", ".et", ".ods")
_QUOTED = r'[",\r\n]'


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
    given = [path.resolve() for path in (township, police, procuratorate)]
    for path in filter(None, (out, explain)):
        if path.suffix.lower() in _WORKBOOKS:
            raise ConfigurationFault(
                f"{path}: no workbook is written here; give it a name that ends in .csv or .parquet"
            )
        if not path.parent.is_dir():
            raise ConfigurationFault(f"{path}: no such folder")
        if path.resolve() in given:
            raise ConfigurationFault(f"{path}: is one of the lists; the answer needs a file of its own")
    if len(set(given)) < len(given):
        raise ConfigurationFault("one file was given for two lists; each agency has a list of its own")
    if explain is not None and explain.resolve() == out.resolve():
        raise ConfigurationFault("--explain: is the file of --out; the links and the explanations need one each")
    # Single characters are heard; the tables of phrases would take three times as long to load, and say nothing here.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    with ThreadPoolExecutor(max_workers=3) as pool:
        # The lists are read while the linker is, and its rules.
        reading = pool.map(read_list, (township, police, procuratorate))
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
    if picture and not any((one["record_id"] == picture).any() for one in lists.values()):
        raise ConfigurationFault(f"--picture: no list has a record {picture}")
    told = _shares(outcome) if shares else []
    with WholeFiles() as files:
        _write_links(files.place(out), outcome.links)
        if explain:
            _write_explanations(files.place(explain), [one.row() for one in outcome.explained])
        if picture:
            told += _draw(outcome, picture, out, files)
    left = (outcome.links["tier"] == "ambiguous").sum()
    for line in (*told, *doubts(lists, outcome.well_named)):
        print(line)
    print(f"{out}: {outcome.links.height} entries in {outcome.matters} matters, {left} left to a person")


def _shares(outcome: Outcome) -> list[str]:
    """Of each observation, and of each band of days, how often it is seen of true pairs; learned beside set where it was."""
    if outcome.learned:
        return [
            f"{feature:30} {seen:20} set {set_:.4f}  learned {now:.4f}" for feature, seen, set_, now in outcome.learned
        ]
    features = [(of, seen, one.matches) for of, all_ in outcome.rules.features.items() for seen, one in all_.items()]
    bands = [(of, f"up to {one.days} days", one.matches) for of, all_ in outcome.rules.lags.items() for one in all_]
    return [f"{of:30} {seen:20} set {share:.4f}" for of, seen, share in features + bands]


def _write_links(path: Path, links: pl.DataFrame) -> None:
    """CSV without a look for quotes in every cell where no id needs any."""
    if path.suffix == ".parquet":
        try:
            links.write_parquet(path)
        except pl.exceptions.PolarsError:
            raise ConfigurationFault(f"{path.name}: cannot be written; is there room for it?") from None
        return
    ids = links.select(pl.col("record_id").str.join())  # one long text is looked through in a third of the time
    quotes: Literal["necessary", "never"] = "necessary" if ids["record_id"].str.contains(_QUOTED).any() else "never"
    links.write_csv(path, quote_style=quotes)


def _write_explanations(path: Path, rows: Sequence[Sequence[str]]) -> None:
    from hub.link.columns.explanations import HEADER

    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows)


def _draw(outcome: Outcome, record_id: str, out: Path, files: WholeFiles) -> list[str]:
    """A picture of each pair that the record was weighed in, what says most first; and a line about each."""
    from hub.link.columns.explanations import waterfall

    drawn = [one for one in outcome.explained if record_id in (one.record_id, one.other_record_id)]
    told = []
    for number, one in enumerate(sorted(drawn, key=lambda found: -found.score), 1):
        path = out.with_name(f"{out.stem}-why-{number}.svg")
        files.place(path).write_text(waterfall(one), encoding="utf-8")
        told.append(f"{path}: {one.agency} {one.record_id} and {one.other_agency} {one.other_record_id}, {one.verdict}")
    return told or [f"nothing was weighed for {record_id}: no open row shares a key with it (docs/linking.md, blocks)"]
