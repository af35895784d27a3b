"""`hub paper`: the letters and notices of the mechanism: which there are, have one drafted, take one out."""

from __future__ import annotations

from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
from pydantic import RootModel

from cli.counting import counted
from cli.private_file import private_file
from cli.session import AsJson, AsOf, SomethingForAPerson, Strict, clock, hub_opened, instant, now, show, show_object
from hub.data_file import load_model
from hub.errors import ConfigurationFault
from hub.ledger.papers import StoredPaper
from hub.moment import SHANGHAI
from hub.usecases.paper_by_hand import HeldBack, Wish, draft_paper, held_back, look_ahead, papers_of, take_out

COLUMNS = ("number", "kind", "title", "to", "case", "drafted_at", "approved_by", "missing")


class _Fields(RootModel[dict[str, str]]):
    """field -> text, as an officer writes them down."""


def register(commands: typer.Typer) -> None:
    """Add the group of subcommands."""
    group = typer.Typer(help="Letters and notices: list, draft, take out as .docx.", no_args_is_help=True)
    group.command("list")(_list)
    group.command("draft")(_draft)
    group.command("show")(_show)
    group.command("preview")(_preview)
    commands.add_typer(group, name="paper")


def _list(
    case: Annotated[str, typer.Option("--case", help="Only of this case (its id).")] = "",
    kinds: Annotated[bool, typer.Option("--kinds", help="Which papers there can be, and what each needs.")] = False,
    sealed: Annotated[bool, typer.Option("--sealed", help="The sealed ones instead: of duty crime.")] = False,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Papers that were drafted, and those that are held back until somebody gives what is missing."""
    with hub_opened() as hub:
        if kinds:
            header = (
                "kind",
                "title",
                "from",
                "to",
                "copies_to",
                "approved_by",
                "field",
                "label",
                "given_by_hand",
                "required",
            )
            show(header, [
                (one.paper, one.title, one.issuer, ",".join(one.addressed_to), ",".join(one.copies_to), one.approved_by,
                 name, field.label, "yes" if field.given else "", "yes" if field.required else "")
                for one in hub.papers.every for name, field in one.fields.items()
            ], as_json)  # fmt: skip
            return
        with hub.ledger.read() as tx:
            drafted = papers_of(tx, case, sealed=sealed)
            waiting = [] if sealed else held_back(hub, tx, case)
    show(COLUMNS, [*map(_line, drafted), *map(_held, waiting)], as_json)
    if strict and waiting:
        raise SomethingForAPerson(f"{counted(len(waiting), 'paper')} held back")


def _draft(
    kind: Annotated[str, typer.Argument(help="Which paper: hub paper list --kinds.")],
    ref: Annotated[
        str, typer.Argument(metavar="CASE", help="A case id, or the number of the record that it is about.")
    ],
    field: Annotated[list[str] | None, typer.Option("--field", help="name=value; may be given several times.")] = None,
    fields: Annotated[
        Path | None, typer.Option("--fields", help="A YAML file: field name -> text, day or number.")
    ] = None,
    approved_by: Annotated[
        str, typer.Option("--approved-by", help="Who approved, where no decision is recorded.")
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="Another one, though one stands for this already.")] = False,
    duty: Annotated[
        str, typer.Option("--duty", help="The rule of the duty that it is about, where several would do.")
    ] = "",
    as_of: AsOf = "",
    as_json: AsJson = False,
) -> None:
    """Draft a paper under the next number of its series, or say what is missing; asked for twice it is there once."""
    given = dict(load_model(fields, _Fields, as_written=True).root) if fields else {}
    given.update(_pair(text) for text in field or ())
    with hub_opened() as hub:
        done = draft_paper(hub, Wish(kind, ref, given, getuser(), approved_by, again, duty), instant(as_of), now())
    if done.paper is None:
        raise ConfigurationFault(f"{done.title}（{kind}）缺少：{'、'.join(done.missing)}")
    show_object({"number": done.paper.number, "title": done.title, "drafted": "now" if done.new else "before"}, as_json)


def _show(
    number: Annotated[str, typer.Argument(help="The paper's number, in any spelling.")],
    file: Annotated[Path, typer.Argument(help="The .docx to write; only you can read it.")],
) -> None:
    """Take the file of a paper out; who took it is kept."""
    with hub_opened() as hub, private_file(file) as out:
        _, content = take_out(hub, number, getuser(), clock())
        out.write(content)
    print(f"{file}: {len(content)} bytes")


def _preview(
    decision: Annotated[
        str, typer.Argument(help="The id of a decision that waits, as Required Actions names its run.")
    ],
    file: Annotated[Path, typer.Argument(help="The .docx to write; only you can read it.")],
    as_of: AsOf = "",
) -> None:
    """Look at the paper that an approval would draft, before anybody approves; who looked is kept."""
    with hub_opened() as hub, private_file(file) as out:
        title, content = look_ahead(hub, decision, getuser(), instant(as_of), clock())
        out.write(content)
    print(f"{file}: {title}, {len(content)} bytes, without a number")


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise ConfigurationFault("--field: give name=value")
    return name.strip(), value


def _line(paper: StoredPaper) -> tuple[str, ...]:
    drafted = f"{paper.drafted_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    whom = "、".join(paper.addressees)
    return (paper.number, paper.kind, paper.title, whom, paper.case_id, drafted, paper.approved_by, "")


def _held(one: HeldBack) -> tuple[str, ...]:
    return ("", one.kind, one.title, "", one.case_id, f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", "", one.missing)
