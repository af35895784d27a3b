"""What every use case is handed: the ledger, the agencies, the rules, the calendar, the code tables, the formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hub.calendar import WorkingCalendar
from hub.codes import Codes
from hub.delivery_rules import DeliveryRules
from hub.ladders import Ladders
from hub.ledger.store import Ledger
from hub.mapping import Agency
from hub.outbox import Writers
from hub.receive import ReadTable
from hub.rules import Rules
from hub.settings import Settings


@dataclass(frozen=True, slots=True)
class Hub:
    """One installation, loaded: what is configured, and where facts are kept."""

    settings: Settings
    ledger: Ledger
    agencies: Mapping[str, Agency]
    codes: Codes
    rules: Rules
    ladders: Ladders
    calendar: WorkingCalendar
    delivery_rules: DeliveryRules
    read_table: ReadTable
    writers: Writers
