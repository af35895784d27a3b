"""`hub evidence`: a case's bundle for people who trust nobody, and the whole chain verified."""

from __future__ import annotations

from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from cli.case import cases_of_paper, describe_case, find_cases, papers_to_show
from cli.counting import counted
from cli.private_file import private_file
from cli.session import AsJson, AsOf, clock, hub_opened, instant, show_object
from hub.errors import ConfigurationFault, EvidenceBroken
from hub.evidence.bundle import export_case, note_export, verify_chain
from hub.ledger.deliveries import deliveries
from hub.ledger.parcels import stored_rows
from hub.link.waterfall import picture
from hub.usecases.explain import WhyHere, decisions_about, speaks_of_others
from hub.view import look


def register(commands: typer.Typer) -> None:
    """Add the group of subcommands."""
    group = typer.Typer(help="The evidence bundle of a case; verify the whole chain.", no_args_is_help=True)
    group.command("export")(_export)
    group.command("verify")(_verify)
    commands.add_typer(group, name="evidence")


def _export(
    ref: Annotated[str, typer.Argument(help="A case id, or any number of the case or of a paper.")],
    file: Annotated[Path, typer.Argument(help="The zip to write.")],
    as_of: AsOf = "",
) -> None:
    """Write a zip that proves the case to anyone with a bare Python: python verify.py inside it."""
    with hub_opened() as hub:
        with hub.ledger.read() as tx:
            view = look(hub, tx, instant(as_of))
            cases = find_cases(view, ref, hub.delivery_rules.sealed) or cases_of_paper(hub, tx, view, ref)
            if len(cases) != 1:
                found = (
                    f"{len(cases)} cases bear this number; give the case id"
                    if cases
                    else "no case and no number of one"
                )
                raise ConfigurationFault(f"{ref}: {found}")
            case = cases[0]
            keys = {(r.agency, r.kind, r.key) for r in case.records}
            # Every version of the case's rows, not only the standing one.
            rows = [
                row
                for row in stored_rows(tx)
                if row.reading.record is not None
                and (row.reading.record.agency, row.reading.record.kind, row.reading.record.key) in keys
            ]
            sent = [d.delivery_id for d in deliveries(tx) if case.case_id in d.refers.case_ids]
            links = [link for link in view.linkage.links if link.case_id == case.case_id]
            why = [WhyHere(link, hub.link_weights) for link in links]
            described = describe_case(hub, tx, view, case, [one.form() for one in why])
            about = [one.decision for one in decisions_about(view.judged, case)]
            drawn = picture([one.drawn for one in why])
            drafted = [paper.paper_id for paper in papers_to_show(hub, tx, view, case)]
        owed = [o.obligation_id for o in view.obligations if o.case_id == case.case_id]
        bundle = export_case(
            hub.ledger,
            case.case_id,
            rows,
            described,
            subjects=[*owed, *(one.decision_id for one in about if not speaks_of_others(one, case))],
            noted=[one.decision_id for one in about if speaks_of_others(one, case)],
            delivery_ids=sent,
            paper_ids=drafted,
            versions=_versions(hub.settings.mappings),
            pictures={"links.svg": drawn.encode()},
        )
        # The place is made sure of, then it is noted, then it is filled: a bundle that nobody knows of must not exist,
        # and none is noted that could not be written.
        with private_file(file) as out:
            note_export(hub.ledger, case.case_id, getuser(), bundle, clock())
            out.write(bundle)
    print(
        f"{file}: {counted(len(rows), 'row')}, {counted(len(sent), 'delivery', 'deliveries')}, "
        f"{counted(len(drafted), 'paper')}, {len(bundle)} bytes"
    )


def _versions(mappings: Path) -> dict[str, bytes]:
    files = [mappings / name for name in ("rules.yaml", "ladders.yaml", "papers.yaml", "linking_ledger.yaml")]
    files += sorted((mappings / "calendars").glob("*.yaml"))
    return {path.relative_to(mappings).as_posix(): path.read_bytes() for path in files}


def _verify(
    anchors: Annotated[
        list[str] | None, typer.Option("--anchor", help="SEQ:HASH as an earlier verification printed it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify the chain and every table against it; what was changed is located. Note the head down elsewhere.

    The head stands for everything before it: given later as --anchor, it shows a chain that was cut off or written anew.
    """
    with hub_opened() as hub:
        report = verify_chain(hub.ledger, [_anchor(text) for text in anchors or ()])
    head = f"{report.entries}:{report.head}"
    show_object({"entries": report.entries, "ok": report.ok, "detail": report.detail, "head": head}, as_json)
    if not report.ok:
        raise EvidenceBroken(f"broken at entry {report.first_broken_seq}: {report.detail}")


def _anchor(text: str) -> tuple[int, str]:
    seq, _, digest = text.partition(":")
    if not seq.isdigit() or len(digest) != 64:
        raise ConfigurationFault(f"--anchor: {text!r} is not like 281:2adbd7ca… (entry and hash)")
    return int(seq), digest
