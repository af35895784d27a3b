"""`hub deliveries`: what was handed over to whom, how far has it come, and which answers make no sense?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli.counting import counted
from cli.session import AsJson, SomethingForAPerson, Strict, hub_opened, of_agencies, show
from hub.ledger.deliveries import DeliveryState, StoredDelivery, deliveries
from hub.ledger.facts import Fact, facts
from hub.moment import SHANGHAI
from hub.usecases.receipts import ACK_FAULT

COLUMNS = ("delivery_id", "kind", "agency", "state", "planned_at", "sent_at", "ended_at", "receipt_no", "detail")
FAULT_COLUMNS = ("source", "agency", "parcel_id", "fault", "detail")


def register(commands: typer.Typer) -> None:
    """Add the subcommand."""
    commands.command("deliveries")(_deliveries)


def _deliveries(
    agency: Annotated[str, typer.Option("--agency", help="Only to this agency.")] = "",
    state: Annotated[
        DeliveryState | None, typer.Option("--state", help="Only those that have come so far.", case_sensitive=False)
    ] = None,
    faults: Annotated[
        bool, typer.Option("--faults", help="The answers that settle nothing and need a person.")
    ] = False,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Every hand-over with its state and receipt; with --faults the acknowledgements that make no sense."""
    with hub_opened() as hub, hub.ledger.read() as tx:
        of_agencies(hub, [agency] if agency else None)
        found = deliveries(tx, agency or None, state)
        told = [one for one in facts(tx, code=ACK_FAULT) if not agency or one.attributes["agency"] == agency]
    if faults:
        show(FAULT_COLUMNS, [_fault(one) for one in told], as_json)
    else:
        show(COLUMNS, [_line(one) for one in found], as_json)
    refused = [one for one in found if one.state is DeliveryState.REFUSED]
    if strict and (told or refused):
        raise SomethingForAPerson(
            f"{counted(len(refused), 'delivery', 'deliveries')} refused, {counted(len(told), 'answer')} without sense"
        )


def _line(one: StoredDelivery) -> tuple[str, ...]:
    said = one.ending.attributes if one.ending else {}
    moments = (_shown(one.planned_at), _shown(one.sent_at), _shown(one.ended_at))
    answer = (said.get("receipt_no", ""), said.get("detail", ""))
    return (one.delivery_id, one.kind, one.agency, str(one.state), *moments, *answer)


def _fault(one: Fact) -> tuple[str, ...]:
    said = one.attributes
    return (one.subject.rpartition("!")[0], said["agency"], said["parcel_id"], said["fault"], said["detail"])


def _shown(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""
