"""Make the month's bulletins (情况通报), write them into a folder, and plan each township's delivery once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from hub.delivery.bulletins import issue_bulletin
from hub.delivery.plan import Kind
from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.ledger.deliveries import PlannedDelivery, Refers, deliveries, plan_delivery
from hub.ledger.store import Transaction
from hub.mapping.agency import Agency
from hub.moment import SHANGHAI
from hub.reports.county import CountyBulletin, county_bulletin
from hub.reports.span import Span
from hub.reports.standing import stand
from hub.reports.township import TownshipBulletin, township_bulletin
from hub.usecases.counterparts import counterparts_in
from hub.usecases.dispatch import desk_of
from hub.whole_files import write_whole

Agencies = Mapping[str, Agency]
Titles = Mapping[str, str]
COUNTY = "全县"


@dataclass(frozen=True, slots=True)
class BulletinWriters:
    """The formats, handed in; see connectors.bulletin_township and connectors.bulletin_county."""

    township: Callable[[TownshipBulletin, Agencies, Titles, str], bytes]
    lines: Callable[[TownshipBulletin, Agencies, Titles], Sequence[Mapping[str, str]]]
    county: Callable[[CountyBulletin, Agencies, Titles, Mapping[str, str]], bytes]


@dataclass(frozen=True, slots=True)
class Bulletins:
    """Those of one span: each township's, and the county's."""

    span: Span
    townships: tuple[TownshipBulletin, ...]
    county: CountyBulletin


def as_of_span(span: Span, now: datetime) -> datetime:
    """The instant that a report about a span judges by: its end, or now where it is not over."""
    if now < span.begin:
        raise ConfigurationFault(f"{span}: has not begun")
    return min(span.end, now)


def make_bulletins(hub: Hub, tx: Transaction, span: Span, now: datetime, known_at: datetime | None = None) -> Bulletins:
    """Gather them as of the span's end (or now), by what was known at `known_at` (None: all that is known)."""
    standing = stand(hub, tx, as_of_span(span, now), known_at)
    pairs = counterparts_in(hub, standing.view)
    townships = [code for code, agency in sorted(hub.agencies.items()) if agency.mapping.kind == "township"]
    return Bulletins(
        span,
        tuple(township_bulletin(hub, standing, span, code, pairs) for code in townships),
        county_bulletin(standing, span, hub.codes),
    )


def write_bulletins(hub: Hub, made: Bulletins, out: Path, writers: BulletinWriters) -> list[Path]:
    """Write them into a folder, which is made where need be: one file for each township and one for the county."""
    files = {
        f"情况通报_{made.span}_{one.agency}.xlsx": writers.township(one, hub.agencies, hub.rules.titles, "")
        for one in made.townships
    }
    files[f"情况通报_{made.span}_{COUNTY}.xlsx"] = county_workbook(hub, made.county, writers)
    write_whole(out, files)
    return [out / name for name in files]


def county_workbook(hub: Hub, county: CountyBulletin, writers: BulletinWriters) -> bytes:
    """The county's bulletin as a workbook."""
    ladders = {ladder.ladder: ladder.title for ladder in hub.ladders.every}
    return writers.county(county, hub.agencies, hub.rules.titles, ladders)


def send_bulletins(
    hub: Hub, span: Span, now: datetime, writers: BulletinWriters, *, correct: bool = False
) -> tuple[Bulletins, dict[str, str]]:
    """Plan a delivery to each township that was not told of this month yet; the bulletins, and township -> delivery id.

    It goes out with the next exchange and is acknowledged as every delivery is. Run again it plans nothing; with
    `correct` a bulletin that would now say something else goes again and says which file it replaces. Raises
    ConfigurationFault for a quarter, and for a month whose last day has not come.
    """
    if span.months != 1:
        raise ConfigurationFault(f"{span}: a bulletin goes to the townships by the month")
    if now < span.end - timedelta(days=1):
        raise ConfigurationFault(f"{span}: the month is not over; its bulletin is sent from its last day on")
    planned: dict[str, str] = {}
    with hub.ledger.write() as tx:
        made = make_bulletins(hub, tx, span, now)
        desk = desk_of(hub, tx)
        sent = deliveries(tx)
        day = now.astimezone(SHANGHAI).date()
        for one in made.townships:
            issue = issue_bulletin(
                desk.receivers[one.agency],
                str(span),
                writers.lines(one, hub.agencies, hub.rules.titles),
                partial(writers.township, one, hub.agencies, hub.rules.titles),
                sent,
                [known.delivery_id for known in sent],
                day,
                desk,
                hub.writers,
                correct=correct,
            )
            if issue is None:
                continue
            out = issue.outgoing
            refers = Refers(intents=issue.intents)
            plan_delivery(
                tx,
                PlannedDelivery(
                    out.delivery_id, out.agency, str(Kind.BULLETIN), out.path, out.content, out.media_type, refers, now
                ),
            )
            planned[one.agency] = out.delivery_id
    return made, planned


def bulletin_day(hub: Hub, span: Span) -> date:
    """The first day on which a month's bulletin is made by itself: the working day after the townships must report."""
    rules = (agency.mapping.reporting for agency in hub.agencies.values() if agency.mapping.kind == "township")
    last = max((rule.due_day for rule in rules if rule is not None and rule.every == "month"), default=5)
    return hub.calendar.add_working_days(hub.calendar.roll(span.after().first.replace(day=last)), 1)
