"""How much quicker is a run over the day's rows than a run over everything, and does it say the same?"""

from __future__ import annotations

import argparse
import hashlib
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.linking import noise
from benchmarks.linking.draw import IDENTITY, NAME, NOTED_NUMBER
from benchmarks.linking.world import Matter, Planted, draw_matters
from connectors.wiring import assemble
from hub.hub import Hub
from hub.ledger.parcels import append_parcel
from hub.ledger.store import Ledger, open_ledger
from hub.model import Event, Parcel, Party, Reading, Record, RecordKind, RowReading
from hub.moment import SHANGHAI, Moment
from hub.privacy import Cipher
from hub.settings import Settings
from hub.usecases.relink import Relinking, relink
from hub.values.blanks import is_blank
from hub.values.identity import read_identity

ROOT = Path(__file__).resolve().parents[1]
RECORDS, NEW, SEED = 1_000_000, 1_000, 1
ROWS_PER_PARCEL = 5_000
YEARS = 20
NOW = datetime(2026, 10, 31, 12, 0, tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds and processor seconds of both runs, what they did, and how many links a run over everything has otherwise."""

    records: int
    new: int
    again: Relinking
    again_seconds: tuple[float, float]
    whole_seconds: tuple[float, float]
    different: int
    peak_megabytes: int


def measure(records: int = RECORDS, new: int = NEW, seed: int = SEED, url: str = "") -> Outcome:
    """Fill a ledger, link it, let new rows come, and link again: what they touch, then everything.

    records, new: rows of the ledger before, and of the day. url: a PostgreSQL database that holds nothing; an SQLite
    file of its own without.
    """
    drawn = list(draw_records(records + new, seed))
    day = drawn[-new:]
    del drawn[-new:]
    with TemporaryDirectory(prefix="hub-relinking-") as folder:
        ledger = open_ledger(url or f"sqlite:///{folder}/ledger.db", Cipher(Cipher.generate()))
        ledger.upgrade()
        hub = assemble(Settings(url, Path(folder) / "key", ROOT / "mappings", Path(folder) / "endpoints.json"), ledger)
        _keep(ledger, drawn, NOW)
        kept = len(drawn)
        drawn.clear()  # only the ledger has them from here on
        relink(hub, NOW)
        _keep(ledger, day, NOW + timedelta(hours=1))
        again, again_seconds = _timed(hub, whole=False)
        whole, whole_seconds = _timed(hub, whole=True)
        ledger.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Outcome(kept, len(day), again, again_seconds, whole_seconds, whole.links_changed, peak)


def _timed(hub: Hub, *, whole: bool) -> tuple[Relinking, tuple[float, float]]:
    start, busy = time.perf_counter(), time.process_time()
    done = relink(hub, NOW + timedelta(hours=3 if whole else 2), whole)
    if done.whole != whole:
        raise AssertionError("the run did not go on from the notes of the one before")
    return done, (time.perf_counter() - start, time.process_time() - busy)


def draw_records(count: int, seed: int) -> Iterator[Record]:
    """So many records of twenty years, a third each: referrals, what the police accepted, copies that the procuratorate got."""
    random = Random(seed)
    matters = draw_matters(count, random, Planted())
    made = 0
    for _, parties in groupby(matters, key=lambda one: one.group):
        people = _some_year(list(parties), random.randrange(YEARS))
        for record in (_referral(people, random), _acceptance(people, random), _copy(people, random)):
            made += 1
            yield record
            if made == count:
                return


def _some_year(people: list[Matter], years: int) -> list[Matter]:
    """The matter so many years later, so that the ledger's rows are those of many years; its numbers are its own."""
    days = timedelta(days=365 * years)
    one = people[0]
    number = (one.referral_no[0], (one.sent + days).year, one.group)
    return [
        replace(person, referral_no=number, sent=one.sent + days, received=one.received + days) for person in people
    ]


def _referral(people: list[Matter], random: Random) -> Record:
    one = people[0]
    number = noise.written(one.referral_no)
    fields = {"case_no": number, "referral_no": number, "cause_code": one.cause[1], "amount": str(one.amount),
              "sent_at": f"{one.sent}"}  # fmt: skip
    return _record(one.unit_code, RecordKind.REFERRAL, number, fields, people, random, "referral.sent", one.sent)


def _acceptance(people: list[Matter], random: Random) -> Record:
    one = people[0]
    case_no = f"A140924020000{one.received:%Y%m}{one.group:07d}"
    fields = {"acceptance_no": noise.written(one.police_no), "police_case_no": case_no, "unit_code": one.unit_code,
              "referral_no": _noted(one, random), "cause_code": one.cause[1],
              "received_at": f"{one.received}T10:00:00+08:00"}  # fmt: skip
    if random.random() < 0.8:
        fields["amount"] = str(one.amount)
    return _record("police", RecordKind.ACCEPTANCE, case_no, fields, people, random, "referral.received", one.received)


def _copy(people: list[Matter], random: Random) -> Record:
    one = people[0]
    number = f"繁检收〔{one.sent.year}〕{one.group}号"
    copied = one.sent + timedelta(days=random.randrange(4))
    fields = {"doc_type": "copy_receipt", "doc_no": number, "unit_code": one.unit_code, "cause_code": one.cause[1],
              "related_doc_no": _noted(one, random), "decided_at": f"{copied}"}  # fmt: skip
    return _record("procuratorate", RecordKind.DOCUMENT, number, fields, people, random, "copy.received", copied)


def _noted(one: Matter, random: Random) -> str:
    typed = noise.apply(noise.NUMBER_NOISE, NOTED_NUMBER, random, noise.written(one.referral_no), set())
    return "" if is_blank(typed) else typed


def _record(
    agency: str, kind: RecordKind, key: str, fields: dict[str, str], people: list[Matter], random: Random, code: str,
    day: date,
) -> Record:  # fmt: skip
    parties = tuple(_party(one, random) for one in people)
    said = {name: value for name, value in fields.items() if value}
    return Record(agency, kind, key, f"{agency}/{key}", said, parties, (Event(code, Moment(day), agency),))


def _party(one: Matter, random: Random) -> Party:
    name = noise.apply(noise.NAME_NOISE, NAME, random, one.person.name, set())
    identity = read_identity(noise.apply(noise.IDENTITY_NOISE, IDENTITY, random, one.person.id_no, set()))
    return Party(name, identity.text, str(identity.state))


def _keep(ledger: Ledger, records: list[Record], now: datetime) -> None:
    by_agency: dict[str, list[Record]] = {}
    for record in records:
        by_agency.setdefault(record.agency, []).append(record)
    for agency, own in sorted(by_agency.items()):
        for start in range(0, len(own), ROWS_PER_PARCEL):
            path = f"{agency}/{now:%Y%m%d%H}-{start}.csv"
            content = path.encode()
            parcel = Parcel(agency, path, content, hashlib.sha256(content).hexdigest(), now, now)
            with ledger.write() as tx:
                append_parcel(tx, parcel, [_reading(one) for one in own[start : start + ROWS_PER_PARCEL]], now)


def _reading(record: Record) -> RowReading:
    digest = hashlib.sha256(record.source.encode()).hexdigest()
    return RowReading(record.source, Reading.READ, record.kind, record.key, digest, record=record)


def main() -> None:
    """Fill, link, let a day's rows come, link again, and print what it took."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--new", type=int, default=NEW)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--url", default="", help="a PostgreSQL database that holds nothing")
    wanted = parser.parse_args()
    found = measure(wanted.records, wanted.new, wanted.seed, wanted.url)
    print(f"{found.records:,} records in the ledger, {found.new:,} new; peak {found.peak_megabytes:,} MB")
    again, whole = found.again_seconds, found.whole_seconds
    print(f"what they touch: {again[0]:8.2f} s, processor {again[1]:8.2f} s  {found.again.counts()}")
    print(f"everything:      {whole[0]:8.2f} s, processor {whole[1]:8.2f} s")
    print(f"times as long:   {whole[0] / again[0]:8.1f}  , processor {whole[1] / again[1]:8.1f}")
    print(f"links that differ between the two: {found.different}")


if __name__ == "__main__":
    main()
