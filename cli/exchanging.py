"""`hub exchange`, `hub reconcile`: the same use cases as the DAGs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from cli.counting import counted
from cli.session import (
    AsJson,
    AsOf,
    SomethingForAPerson,
    Strict,
    hub_opened,
    instant,
    now,
    of_agencies,
    show,
    show_object,
)
from connectors.report_book import report_of
from connectors.wiring import load_endpoints, open_agency_transport
from hub.errors import AgencyUnreachable, ConfigurationFault, HubError
from hub.findings.patterns import Standing, tally
from hub.hub import Hub
from hub.outputs import native_reference
from hub.privacy import mask_identity_numbers
from hub.settings import read_period
from hub.transport import Transport
from hub.usecases.counterparts import settled_by
from hub.usecases.dispatch import dispatch_matters
from hub.usecases.exchange import pull
from hub.usecases.push import push
from hub.usecases.reconcile import Reconciliation, reconcile
from hub.usecases.report import write_results

Done = TypeVar("Done")


def register(commands: typer.Typer) -> None:
    """Add the subcommands."""
    commands.command("exchange")(_exchange)
    commands.command("reconcile")(_reconcile)


def _exchange(
    agencies: Annotated[list[str] | None, typer.Argument(help="Agency codes; all of them without any.")] = None,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Pull, receive, push and collect receipts, once. An agency that cannot be reached, or is set up wrong, stops no other."""
    with hub_opened() as hub:
        for code in agencies or ():
            if code not in hub.agencies:
                raise ConfigurationFault(f"{code}: there is no mapping of this agency")
        endpoints = load_endpoints(hub.settings.endpoints)
        chosen = tuple(agencies or sorted(set(endpoints) & set(hub.agencies)))
        for code in chosen:
            if code not in endpoints:
                raise ConfigurationFault(f"{code}: {hub.settings.endpoints} has no address of it")
        pulls, unpulled = _with_each(hub, chosen, endpoints, pull)
        # What has to go out follows from the records of all, so everything is pulled before anything is pushed.
        dispatch_matters(hub, now(), now())
        pushes, unpushed = _with_each(hub, [p.agency for p in pulls], endpoints, push)
    pushed = {p.agency: p.counts() for p in pushes}
    lines = [p.counts() | pushed.get(p.agency, {}) for p in pulls]
    header = list(dict.fromkeys(name for line in lines for name in line))
    rows = [(p.agency, *(str(line.get(name, "")) for name in header)) for p, line in zip(pulls, lines, strict=True)]
    show(("agency", *header), rows, as_json)
    _tell(unpulled + unpushed)
    if strict and (any(p.quarantined for p in pulls) or any(p.refused or p.faults for p in pushes)):
        raise SomethingForAPerson("rows were set aside, or deliveries refused")


def _with_each(
    hub: Hub, chosen: Sequence[str], endpoints: Mapping[str, str], act: Callable[[Hub, str, Transport, datetime], Done]
) -> tuple[list[Done], list[HubError]]:
    """Do the same with every agency in turn; what was done, and what kept it from being done with the others."""
    done: list[Done] = []
    faults: list[HubError] = []
    for code in chosen:
        try:
            transport = open_agency_transport(hub, code, endpoints[code])
            try:
                done.append(act(hub, code, transport, now()))
            finally:
                transport.close()
        except (AgencyUnreachable, ConfigurationFault) as fault:
            faults.append(fault)
    return done, faults


def _tell(faults: Sequence[HubError]) -> None:
    """Fail with all of them, at the end; one that trying again cannot help says how."""
    unreached = [str(fault) for fault in faults if isinstance(fault, AgencyUnreachable)]
    wrong = [str(fault) for fault in faults if not isinstance(fault, AgencyUnreachable)]
    if wrong:
        told = wrong + [f"not reached: {one}" for one in unreached]
        raise ConfigurationFault("\n".join([*told, "the others were exchanged"]))
    if unreached:
        raise AgencyUnreachable(", ".join(unreached), "the others were exchanged")


def _reconcile(
    as_of: AsOf = "",
    agency: Annotated[
        list[str] | None, typer.Option("--agency", help="Show only what concerns this agency, and list it.")
    ] = None,
    period: Annotated[str, typer.Option("--period", help="Show only what opened in A..B (days, both within).")] = "",
    commit: Annotated[bool, typer.Option("--commit", help="Keep the links and the run; a preview without it.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Write the results into this folder.")] = None,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Link and compare; a preview unless --commit."""
    asked = read_period("--period", period) if period else None
    with hub_opened() as hub:
        result = reconcile(hub, instant(as_of), now(), of_agencies(hub, agency), asked, commit)
        if out is not None:
            write_results(hub, result, out, report_of)
    patterns = {
        str(pattern): {"cases": sum(counts.values())} | {str(word): counts[word] for word in Standing}
        for pattern, counts in tally(result.presences)
    }
    done = {**result.counts(), "kept": "yes" if commit else "no, a preview"}
    if result.run_id:
        done["run"] = result.run_id
    show_object(done | {"patterns": patterns} if as_json else done, as_json)
    if not as_json:
        columns = ("pattern", "cases", *map(str, Standing))
        show(columns, [(name, *map(str, counts.values())) for name, counts in patterns.items()], as_json)
        if settled := settled_by(result.counterparts, result.view.findings):
            told, pairs = counted(len(settled), "finding"), counted(len(result.counterparts), "pair")
            print(f"{told} may blame two agencies for one matter ({pairs}): hub links counterparts")
        if agency:
            _list_cases(result, agency)
    expired = result.counts()["decisions_expired"]
    if strict and (result.view.findings or expired):
        raise SomethingForAPerson(
            f"{counted(len(result.view.findings), 'finding')}, {counted(expired, 'expired decision')} about links"
        )


def _list_cases(result: Reconciliation, agencies: Collection[str]) -> None:
    """The agencies' cases under their own numbers, and what was found in them: what a liaison goes through by eye."""
    numbers = {
        case.case_id: dict.fromkeys(
            native_reference(one) or one.source for one in case.records if one.agency in agencies
        )
        for case in result.view.linkage.cases
    }
    print()
    show(
        ("case_id", "pattern", "own_numbers"),
        [(one.case_id, str(one.pattern), "、".join(numbers[one.case_id])) for one in result.presences],
        as_json=False,
    )
    print()
    show(
        ("finding", "agency", "case_id", "detail"),
        [(one.code, one.agency, one.case_id, mask_identity_numbers(one.detail)) for one in result.view.findings],
        as_json=False,
    )
