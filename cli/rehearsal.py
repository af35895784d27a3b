"""What would come of this folder? A full dress run: a fresh ledger, the agencies as real servers, every result written."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from connectors.report_book import report_of
from connectors.wiring import assemble, open_agency_transport
from hub.duties.reporting import first_period
from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.ledger.fresh import fresh_ledger
from hub.settings import Settings
from hub.usecases.escalate import Escalation, preview
from hub.usecases.exchange import PullSummary, pull
from hub.usecases.reconcile import Reconciliation, reconcile
from hub.usecases.report import write_results
from hub.view import delivered_files
from sandbox.agencies import Sandbox
from sandbox.layout import homes

Progress = Callable[[str, int, int], None]
"""(agency, how many are done, how many there are)"""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of it. escalation: a preview. unmapped: places in the folder of which no mapping is known."""

    pulls: tuple[PullSummary, ...]
    reconciliation: Reconciliation
    escalation: Escalation
    unmapped: tuple[str, ...]


def rehearse(settings: Settings, folder: Path, as_of: datetime, out: Path, progress: Progress) -> Rehearsal:
    """Pull every agency of the folder through its real transport, reconcile as of the instant, write the results.

    folder: laid out like the samples, only read; code tables that it brings along add to ours.
    """
    if not folder.is_dir():
        raise ConfigurationFault(f"{folder}: no such folder")
    if not homes(folder):
        raise ConfigurationFault(f"{folder}: holds no agency's folder; the samples show how one is laid out")
    codes = folder / "codes"
    chosen = replace(settings, as_of=as_of, codes_overlay=codes if codes.is_dir() else None)
    with TemporaryDirectory(prefix="hub-agencies-") as place, fresh_ledger(settings.database_url) as ledger:
        hub = assemble(chosen, ledger)
        dated = (folder / "arrivals.csv").is_file()
        with Sandbox(folder, Path(place), until=as_of if dated else None, answers=False) as sandbox:
            _clamp_times(Path(place), as_of)
            unmapped = tuple(sorted(set(sandbox.endpoints) - set(hub.agencies)))
            known = sorted(set(sandbox.endpoints) & set(hub.agencies))
            pulls = []
            for done, agency in enumerate(known):
                progress(agency, done, len(known))
                pulls.append(_pull(hub, agency, sandbox.endpoints[agency], as_of))
            progress("", len(known), len(known))
        hub = replace(hub, agencies={code: hub.agencies[code] for code in known})
        with ledger.read() as tx:
            first = first_period(hub.agencies.values(), delivered_files(hub, tx))
        reconciliation = reconcile(hub, as_of, as_of, first_periods=first)
        escalation = preview(hub, reconciliation.view.obligations, as_of)
    write_results(hub, reconciliation, out, report_of)
    return Rehearsal(tuple(pulls), reconciliation, escalation, unmapped)


def _pull(hub: Hub, agency: str, url: str, as_of: datetime) -> PullSummary:
    transport = open_agency_transport(hub, agency, url, now=lambda: as_of)
    try:
        return pull(hub, agency, transport, as_of)
    finally:
        transport.close()


def _clamp_times(place: Path, as_of: datetime) -> None:
    """Set back modification times after the instant: a copied folder bears the day of its copying."""
    latest = as_of.timestamp()
    for path in place.rglob("*"):
        if path.is_file() and path.stat().st_mtime > latest:
            os.utime(path, (latest, latest))
