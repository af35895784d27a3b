"""What every use case is handed: the ledger, the agencies, the rules, the calendar, the code tables, the formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hub.delivery.outbox import Writers
from hub.delivery.rules import DeliveryRules
from hub.duties.rules import Rules
from hub.findings.authority import Authorities
from hub.findings.counterpart_rule import CounterpartRule
from hub.ladder.ladders import Ladders
from hub.ledger.store import Ledger
from hub.link.weights import Weights
from hub.mapping.agency import Agency
from hub.mapping.codes import Codes
from hub.papers.fill import FillTemplate
from hub.papers.rules import Papers
from hub.periods.calendar import WorkingCalendar
from hub.receiving.parcel import ReadRows, ReadTable
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
    authorities: Authorities
    counterpart_rule: CounterpartRule
    link_weights: Weights
    delivery_rules: DeliveryRules
    papers: Papers
    read_table: ReadTable
    read_rows: ReadRows
    writers: Writers
    fill_template: FillTemplate
