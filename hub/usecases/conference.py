"""Prepare the joint conference (联席会议) of a quarter, and keep its minutes on file, sealed in the evidence chain."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.ledger.facts import Fact, append_fact, facts
from hub.ledger.store import Transaction
from hub.mapping.agency import Agency
from hub.privacy import digest
from hub.reports.agenda import Agenda, Resolution, draw_up
from hub.reports.county import CountyBulletin, county_bulletin
from hub.reports.span import Span
from hub.reports.standing import stand
from hub.usecases.bulletin import as_of_span
from hub.whole_files import write_whole

MINUTES = "conference.minutes"
# They are kept in one piece, and a scanned page is about a megabyte.
_LARGEST = 20_000_000
Agencies = Mapping[str, Agency]
Titles = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ConferenceWriters:
    """The formats, handed in; see connectors.conference_papers and connectors.bulletin_county."""

    agenda: Callable[[Agenda, Agencies, Titles], bytes]
    form: Callable[[Agenda, Agencies, Titles], bytes]
    statistics: Callable[[CountyBulletin, Agencies, Titles, Mapping[str, str]], bytes]


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes on file. number: 1 for the first of a quarter, 2 for what was handed in later, …"""

    span: Span
    number: int
    name: str
    sha256: str
    size: int
    kept_at: datetime
    by: str
    resolutions: tuple[Resolution, ...]


def prepare_pack(
    hub: Hub, span: Span, now: datetime, out: Path, writers: ConferenceWriters, known_at: datetime | None = None
) -> list[Path]:
    """Write agenda, minutes form and statistics of a quarter into a folder; what the last conference resolved is in it.

    Raises ConfigurationFault for a month, and for a quarter that has not begun.
    """
    _must_be_quarter(span)
    with hub.ledger.read() as tx:
        standing = stand(hub, tx, as_of_span(span, now), known_at)
        last = [one for one in minutes_on_file(tx, known_at) if one.span < span]
    bulletin = county_bulletin(standing, span, hub.codes)
    latest = [one for one in last if one.span == last[-1].span] if last else []
    resolved = tuple(resolution for one in latest for resolution in one.resolutions)
    agenda = draw_up(standing, bulletin, hub.rules, str(latest[0].span) if latest else "", resolved)
    ladders = {ladder.ladder: ladder.title for ladder in hub.ladders.every}
    files = {
        f"联席会议_{span}_议题.docx": writers.agenda(agenda, hub.agencies, hub.rules.titles),
        f"联席会议_{span}_会议纪要.docx": writers.form(agenda, hub.agencies, hub.rules.titles),
        f"联席会议_{span}_统计.xlsx": writers.statistics(bulletin, hub.agencies, hub.rules.titles, ladders),
    }
    write_whole(out, files)
    return [out / name for name in files]


def keep_minutes(
    hub: Hub, span: Span, name: str, content: bytes, resolutions: Sequence[Resolution], by: str, now: datetime
) -> Minutes | None:
    """Keep a quarter's minutes whole: encrypted in the ledger, covered by the chain; None where they are there already.

    What is handed in later (signed, corrected) stands beside it under the next number. Raises ConfigurationFault for a
    month, an empty file, or one too large to be minutes.
    """
    _must_be_quarter(span)
    if not 0 < len(content) <= _LARGEST:
        raise ConfigurationFault(f"{name}: {len(content)} bytes are no minutes (1 to {_LARGEST})")
    with hub.ledger.write() as tx:
        there = [one for one in minutes_on_file(tx) if one.span == span]
        if any(one.sha256 == digest(content) for one in there):
            return None
        kept = Minutes(span, len(there) + 1, name, digest(content), len(content), now, by, tuple(resolutions))
        attributes = {
            "name": name,
            "sha256": kept.sha256,
            "size": str(kept.size),
            "by": by,
            "resolutions": json.dumps([asdict(one) for one in resolutions], ensure_ascii=False),
            "content": base64.b64encode(content).decode(),
        }
        append_fact(tx, MINUTES, f"{span}#{kept.number}", now, attributes)
    return kept


def minutes_on_file(tx: Transaction, known_at: datetime | None = None) -> list[Minutes]:
    """All minutes, by quarter and number. Raises EvidenceBroken where one was altered."""
    found = [_minutes(fact) for fact in facts(tx, code=MINUTES, known_at=known_at)]
    return sorted(found, key=lambda one: (one.span, one.number))


def minutes_content(tx: Transaction, span: Span, number: int) -> bytes:
    """The bytes of minutes as they were handed in; raises ConfigurationFault where there are none of this number."""
    found = facts(tx, code=MINUTES, subject=f"{span}#{number}")
    if not found:
        raise ConfigurationFault(f"{span}: no minutes {number} are on file")
    return base64.b64decode(found[0].attributes["content"])


def _minutes(fact: Fact) -> Minutes:
    span, _, number = fact.subject.partition("#")
    said = fact.attributes
    resolutions = tuple(Resolution(**one) for one in json.loads(said["resolutions"]))
    return Minutes(
        Span.parse(span), int(number), said["name"], said["sha256"], int(said["size"]), fact.at, said["by"], resolutions
    )


def _must_be_quarter(span: Span) -> None:
    if span.months != 3:
        raise ConfigurationFault(f"{span}: the joint conference is of a quarter, such as 2026Q3")
