"""`hub links`: what is left to a person, and what people decided about which records are of one matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from cli.counting import counted
from cli.explaining import open_form, pair_form, show_pair, show_side_by_side
from cli.session import (
    AsJson,
    AsOf,
    SomethingForAPerson,
    Strict,
    hub_opened,
    instant,
    now,
    print_json,
    show,
    show_object,
)
from hub.link.decisions import Judgement, LinkDecision
from hub.link.judging import Force, Judged
from hub.moment import Moment
from hub.settings import read_instant
from hub.usecases.counterparts import counterparts_in
from hub.usecases.explain import Explaining, decision_refs, why_not
from hub.usecases.judge_links import about_sealed, judge_links, take_back
from hub.usecases.what_follows import Follows, standing_now, what_follows
from hub.view import look

COLUMNS = ("decision_id", "judgement", "force", "since", "by", "role", "reason", "records", "and", "why_not")

Ref = Annotated[str, typer.Argument(help="A record as it is shown, its source, or a number that it alone bears.")]
Other = Annotated[str, typer.Argument(help="The other record.")]
Refs = Annotated[
    list[str], typer.Argument(help="The records as they are shown, sources, or numbers that each alone bears.")
]
By = Annotated[str, typer.Option("--by", help="Who decides: a role that may (ladders.yaml: may_link), or its holder.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, without names and numbers of persons.")]
Sealed = Annotated[bool, typer.Option("--sealed", help="The sealed ones instead: of duty crime.")]


def register(commands: typer.Typer) -> None:
    """Add the group of subcommands."""
    group = typer.Typer(
        help="Which records are of one matter: what is left open, what was decided.", no_args_is_help=True
    )
    group.command("open")(_open)
    group.command("counterparts")(_counterparts)
    group.command("confirm")(_confirm)
    group.command("reject")(_reject)
    group.command("merge")(_merge)
    group.command("split")(_split)
    group.command("undo")(_undo)
    group.command("list")(_list)
    commands.add_typer(group, name="links")


def _open(sealed: Sealed = False, as_of: AsOf = "", as_json: AsJson = False, strict: Strict = False) -> None:
    """Every record that was left to a person, with its candidates and their evidence side by side."""
    with hub_opened() as hub, hub.ledger.read() as tx:
        view = look(hub, tx, instant(as_of))
        explaining = Explaining(view.linkage, hub.delivery_rules.sealed, hub.link_weights, view.judged)
        left = explaining.left_open(sealed=sealed)
    if as_json:
        print_json([open_form(explaining, one) for one in left])
    else:
        for one in left:
            show_side_by_side(explaining, one)
        print(f"{len(left)} left to a person")
    if strict and left:
        raise SomethingForAPerson(f"{counted(len(left), 'record')} left to a person")


def _counterparts(as_of: AsOf = "", as_json: AsJson = False, strict: Strict = False) -> None:
    """Matters that may be one: a referral that nobody received beside an acceptance that nobody sent, the best pair first."""
    with hub_opened() as hub, hub.ledger.read() as tx:
        view = look(hub, tx, instant(as_of))
        pairs = counterparts_in(hub, view)
    if as_json:
        print_json([pair_form(one, view.findings) for one in pairs])
    else:
        for one in pairs:
            show_pair(one, view.findings)
        print(f"{counted(len(pairs), 'pair')} of matters that may be one")
    if strict and pairs:
        raise SomethingForAPerson(f"{counted(len(pairs), 'pair')} of matters that may be one")


def _confirm(ref: Ref, other: Other, by: By, reason: Reason, as_of: AsOf = "", as_json: AsJson = False) -> None:
    """Keep a link, or of the candidates that were left open this one, whatever else the evidence says."""
    _decide(Judgement.CONFIRM, [ref, other], by, reason, as_of, as_json)


def _reject(ref: Ref, other: Other, by: By, reason: Reason, as_of: AsOf = "", as_json: AsJson = False) -> None:
    """Keep these two apart: they are not of one matter. Says where the evidence puts them now."""
    _decide(Judgement.REJECT, [ref, other], by, reason, as_of, as_json)


def _merge(refs: Refs, by: By, reason: Reason, as_of: AsOf = "", as_json: AsJson = False) -> None:
    """Put these together, though nothing links them."""
    _decide(Judgement.MERGE, refs, by, reason, as_of, as_json)


def _split(refs: Refs, by: By, reason: Reason, as_of: AsOf = "", as_json: AsJson = False) -> None:
    """Take these records out of their case. Says where the evidence puts them now."""
    _decide(Judgement.SPLIT, refs, by, reason, as_of, as_json)


def _undo(
    decision: Annotated[str, typer.Argument(help="The decision's id, as `hub links list` gives it.")],
    by: By,
    reason: Reason,
    as_of: AsOf = "",
    as_json: AsJson = False,
) -> None:
    """Take a decision back: the evidence alone decides again. Says where it puts the records now."""
    at = instant(as_of)
    with hub_opened() as hub:
        before = standing_now(hub, at)
        found = take_back(hub, decision, by, reason, at, now())
        _say(found, "taken back", as_json, what_follows(hub, found, before, at))


def _list(
    sealed: Sealed = False,
    as_of: AsOf = "",
    known_at: Annotated[str, typer.Option("--known-at", help="What the hub knew at this instant.")] = "",
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Every decision, and whether it still acts; one expires where a record that it rests on says something else now."""
    with hub_opened() as hub, hub.ledger.read() as tx:
        view = look(hub, tx, instant(as_of), read_instant("--known-at", known_at) if known_at else None)
        hidden = about_sealed(hub, view, (one.decision for one in view.judged))
    shown = [one for one in view.judged if (one.decision.decision_id in hidden) is sealed]
    if as_json:
        print_json([_form(one) for one in shown])
    else:
        show(COLUMNS, [_line(one) for one in shown], as_json=False)
    if strict and (expired := sum(one.force is Force.EXPIRED for one in shown)):
        raise SomethingForAPerson(f"{counted(expired, 'decision')} expired")


def _decide(judgement: Judgement, refs: Sequence[str], by: str, reason: str, as_of: str, as_json: bool) -> None:
    at = instant(as_of)
    with hub_opened() as hub:
        before = standing_now(hub, at)
        decision = judge_links(hub, judgement, refs, by, reason, at, now())
        # What a person kept apart, the evidence may put elsewhere at once: who decided must not learn that by chance.
        follows = [] if decision.joins else what_follows(hub, decision, before, at)
    _say(decision, "decided", as_json, follows)


def _say(decision: LinkDecision, done: str, as_json: bool, follows: Sequence[Follows] = ()) -> None:
    said: dict[str, object] = {"decision_id": decision.decision_id, "judgement": str(decision.judgement), "done": done}
    if follows:
        said["follows"] = [one.form() if as_json else one.line() for one in follows]
        said["kept"] = "with the next hub relink, or hub reconcile --commit"
    show_object(said, as_json)


def _form(judged: Judged) -> dict[str, object]:
    one = judged.decision
    return {
        "decision_id": one.decision_id,
        "judgement": str(one.judgement),
        "force": str(judged.force),
        "since": str(Moment.of(one.at)),
        "by": one.by,
        "role": one.role,
        "reason": one.reason,
        "records": decision_refs(one.one),
        "and": decision_refs(one.other),
        "why_not": why_not(judged),
    }


def _line(judged: Judged) -> list[str]:
    """For people; each record has a line of its own, as it can be given back."""
    return ["\n".join(cell) if isinstance(cell, list) else str(cell) for cell in _form(judged).values()]
