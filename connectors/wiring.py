"""How is an installation put together: settings to ledger, mappings, rules, formats and transports?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path

from connectors import delimited, workbook
from connectors.docx_paper import fill_template
from connectors.endpoint import parse_endpoint
from connectors.formats import read_table
from connectors.open import open_transport
from connectors.reading import rows_read
from hub.agreement import disagreements
from hub.delivery.outbox import Writers
from hub.delivery.rules import load_delivery_rules
from hub.duties.rules import load_rules
from hub.errors import ConfigurationFault
from hub.findings.authority import load_authorities
from hub.findings.counterpart_rule import load_counterpart_rule
from hub.hub import Hub
from hub.ladder.ladders import load_ladders
from hub.ledger.store import Ledger, open_ledger
from hub.link.weights import load_weights
from hub.mapping.agency import load_agencies
from hub.mapping.codes import load_codes
from hub.papers.rules import load_papers
from hub.periods.calendar import load_calendar
from hub.privacy import Cipher, load_key
from hub.settings import Settings
from hub.transport import Transport


def open_hub(settings: Settings) -> Hub:
    """Load an installation and open its ledger; raises `ConfigurationFault` naming what is wrong."""
    return assemble(settings, open_ledger(settings.database_url, Cipher(load_key(settings.key_file))))


def assemble(settings: Settings, ledger: Ledger) -> Hub:
    """Load what is configured around a ledger that is already open."""
    agencies = load_agencies(settings.mappings, settings.codes_overlay)
    rules = load_rules(settings.mappings / "rules.yaml")
    ladders = load_ladders(settings.mappings / "ladders.yaml")
    deliveries = load_delivery_rules(settings.mappings / "deliveries.yaml")
    papers = load_papers(settings.mappings / "papers.yaml")
    if faults := disagreements(settings.mappings, agencies, rules, ladders, deliveries, papers):
        raise ConfigurationFault("\n".join(faults))
    return Hub(
        settings=settings,
        ledger=ledger,
        agencies=agencies,
        codes=load_codes(settings.mappings / "codes", agencies.values(), settings.codes_overlay),
        rules=rules,
        ladders=ladders,
        calendar=load_calendar(settings.mappings / "calendars"),
        authorities=load_authorities(settings.mappings / "authority.yaml"),
        counterpart_rule=load_counterpart_rule(settings.mappings / "counterparts.yaml"),
        link_weights=load_weights(settings.mappings / "linking_ledger.yaml"),
        delivery_rules=deliveries,
        papers=papers,
        read_table=read_table,
        read_rows=rows_read,
        writers=Writers(delimited.write, workbook.write),
        fill_template=fill_template,
    )


def open_agency_transport(
    hub: Hub, agency: str, url: str, now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)
) -> Transport:
    """The channel of an agency at an address; it connects when it is first used."""
    if agency not in hub.agencies:
        raise ConfigurationFault(f"{agency}: there is no mapping of this agency")
    return open_transport(parse_endpoint(agency, url), hub.agencies[agency].channel(), now)


def load_endpoints(path: Path) -> Mapping[str, str]:
    """The addresses of the command line: a JSON object, agency -> URL."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise ConfigurationFault(
            f"{path}: {fault.strerror}; it holds the agencies' addresses for the command line, agency -> URL "
            "(Airflow's Connections are not read here; beside `make run`, read its settings first: . var/hub.env)"
        ) from fault
    except ValueError as fault:
        raise ConfigurationFault(f"{path}: no JSON") from fault
    if not isinstance(read, dict) or not all(isinstance(url, str) for url in read.values()):
        raise ConfigurationFault(f"{path}: must be an object of agency and address")
    return {str(code): url for code, url in read.items()}
