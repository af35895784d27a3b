"""How much quicker is a run over the day's rows than a run over everything, and does it say the same?"""

from __future__ import annotations

import argparse
import hashlib
import resource
import shutil
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count, groupby, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TypeVar

from benchmarks.linking import noise
from benchmarks.linking.draw import IDENTITY, NAME, NOTED_NUMBER
from benchmarks.linking.world import Matter, Planted, draw_matters
from connectors.wiring import assemble
from hub.hub import Hub
from hub.ledger.deliveries import deliveries
from hub.ledger.parcels import append_parcel, stored_parcels
from hub.ledger.row_form import written
from hub.ledger.store import Ledger, Transaction, open_ledger
from hub.model import Event, Parcel, Party, Reading, Record, RecordKind, RowReading
from hub.moment import SHANGHAI, Moment
from hub.privacy import Cipher, key_line, load_key
from hub.settings import Settings
from hub.usecases.relink import Relinking, relink
from hub.values.blanks import is_blank
from hub.values.identity import read_identity
from hub.view import View, decided, held_rows, look, view_of

ROOT = Path(__file__).resolve().parents[1]
RECORDS, NEW, SEED = 1_000_000, 1_000, 1
ROWS_PER_PARCEL = 5_000
YEARS = 20
NOW = datetime(2026, 10, 31, 12, 0, tzinfo=SHANGHAI)

Done = TypeVar("Done")
Seconds = tuple[float, float]
"""by the clock, of the processor"""


def _nothing_told(_line: str) -> None:
    """For whom only the outcome matters."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds and processor seconds of both runs, what they did, and how many links a run over everything has otherwise.

    view_seconds: of a view that goes on from the notes, with as many new rows again, and of one that links everything.
    """

    records: int
    new: int
    again: Relinking
    again_seconds: Seconds
    whole_seconds: Seconds
    different: int
    peak_megabytes: int
    view_seconds: tuple[Seconds, Seconds] | None = None


def measure(
    records: int = RECORDS,
    new: int = NEW,
    seed: int = SEED,
    url: str = "",
    kept: Path | None = None,
    tell: Callable[[str], None] = _nothing_told,
    views: bool = False,
) -> Outcome:
    """Fill a ledger, link it, let new rows come, and link again: what they touch, then everything.

    records, new: rows of the ledger before, and of the day. url: a PostgreSQL database that holds nothing; an SQLite
    file of its own without. kept: a folder for filled SQLite ledgers; one that is there is not filled again. tell: is told
    how far it is, so that a run that is broken off still says something. views: whether views are timed as well; they hold all rows.
    """
    drawn = draw_records(records + 2 * new, seed)
    with TemporaryDirectory(prefix="hub-relinking-", dir=kept) as folder:
        file = Path(folder) / "ledger.db"
        filled = None if kept is None or url else kept / f"filled-{records}-{seed}.db"
        if filled is not None and filled.exists():
            shutil.copyfile(filled, file)
            deque(islice(drawn, records), maxlen=0)
        ledger = open_ledger(url or f"sqlite:///{file}", Cipher(_key(kept)))
        ledger.upgrade()
        hub = assemble(Settings(url, Path(folder) / "key", ROOT / "mappings", Path(folder) / "endpoints.json"), ledger)
        if filled is None or not filled.exists():
            _, took = _timed(lambda: _keep(ledger, islice(drawn, records), NOW))
            tell(f"filled:          {_written(took)}")
            if filled is not None:
                ledger.dispose()  # all of it stands in the one file then
                shutil.copyfile(file, filled.with_suffix(".part"))
                filled.with_suffix(".part").rename(filled)
        first, took = _timed(lambda: relink(hub, NOW))
        tell(f"first run:       {_written(took)}  {first.counts()}, peak {_peak():,} MB")
        _keep(ledger, islice(drawn, new), NOW + timedelta(hours=1))
        again, again_seconds = _timed(lambda: relink(hub, NOW + timedelta(hours=2)))
        if again.whole:
            raise AssertionError("the run did not go on from the notes of the one before")
        tell(f"what they touch: {_written(again_seconds)}  {again.counts()}")
        whole, whole_seconds = _timed(lambda: relink(hub, NOW + timedelta(hours=3), whole=True))
        tell(f"everything:      {_written(whole_seconds)}")
        peak, view_seconds = _peak(), None
        if views:
            _keep(ledger, drawn, NOW + timedelta(hours=4))
            view_seconds = _views(hub, NOW + timedelta(hours=5))
        ledger.dispose()
    return Outcome(records, new, again, again_seconds, whole_seconds, whole.links_changed, peak, view_seconds)


def _views(hub: Hub, as_of: datetime) -> tuple[Seconds, Seconds]:
    """What the view takes that everything but bundles and reports rests on: from the notes, and linking everything."""
    with hub.ledger.read() as tx:
        from_notes, seconds = _timed(lambda: look(hub, tx, as_of).linkage)
    with hub.ledger.read() as tx:
        everything, whole_seconds = _timed(lambda: _view_without_notes(hub, tx, as_of).linkage)
    if from_notes != everything:
        raise AssertionError("the view that goes on from the notes says something else")
    return seconds, whole_seconds


def _view_without_notes(hub: Hub, tx: Transaction, as_of: datetime) -> View:
    parcels = stored_parcels(tx)
    return view_of(hub, as_of, parcels, held_rows(tx, parcels), deliveries(tx), None, decided(tx))


def _key(kept: Path | None) -> bytes:
    """The key of the ledgers in a folder; one that is not kept has a key of its own."""
    if kept is None:
        return Cipher.generate()
    path = kept / "key"
    if not path.exists():
        path.write_bytes(key_line(Cipher.generate()))
    return load_key(path)


def _timed(work: Callable[[], Done]) -> tuple[Done, Seconds]:
    start, busy = time.perf_counter(), time.process_time()
    done = work()
    return done, (time.perf_counter() - start, time.process_time() - busy)


def _written(took: Seconds) -> str:
    return f"{took[0]:8.2f} s, processor {took[1]:8.2f} s"


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def draw_records(wanted: int, seed: int) -> Iterator[Record]:
    """So many records of twenty years, a third each: referrals, what the police accepted, copies that the procuratorate got."""
    random = Random(seed)
    matters = draw_matters(wanted, random, Planted())
    series: Counter[tuple[str, int]] = Counter()
    made = 0
    for _, parties in groupby(matters, key=lambda one: one.group):
        people = _some_year(list(parties), random.randrange(YEARS), series)
        for record in (_referral(people, random), _acceptance(people, random), _copy(people, random)):
            made += 1
            yield record
            if made == wanted:
                return


def _some_year(people: list[Matter], years: int, series: Counter[tuple[str, int]]) -> list[Matter]:
    """The matter so many years later, so that the ledger's rows are those of many years, under the next number of its series."""
    days = timedelta(days=365 * years)
    one = people[0]
    of = one.referral_no[0], (one.sent + days).year
    series[of] += 1
    number = (*of, series[of])
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


def _keep(ledger: Ledger, records: Iterable[Record], now: datetime) -> None:
    """Keep the records as parcels of one agency each; only what is not kept yet is in memory."""
    waiting: dict[str, list[Record]] = {}
    parcels = count()
    for record in records:
        own = waiting.setdefault(record.agency, [])
        own.append(record)
        if len(own) == ROWS_PER_PARCEL:
            _keep_parcel(ledger, own, next(parcels), now)
            own.clear()
    for own in waiting.values():
        if own:
            _keep_parcel(ledger, own, next(parcels), now)


def _keep_parcel(ledger: Ledger, records: list[Record], number: int, now: datetime) -> None:
    agency = records[0].agency
    path = f"{agency}/{now:%Y%m%d%H}-{number}.csv"
    content = path.encode()
    parcel = Parcel(agency, path, content, hashlib.sha256(content).hexdigest(), now, now)
    with ledger.write() as tx:
        append_parcel(tx, parcel, map(written, [_reading(one) for one in records]), now)


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
    parser.add_argument("--kept", type=Path, help="a folder that keeps the filled ledger for the next time")
    parser.add_argument("--views", action="store_true", help="time views as well, which hold all rows in memory")
    wanted = parser.parse_args()
    if wanted.kept is not None:
        wanted.kept.mkdir(parents=True, exist_ok=True)
    print(f"{wanted.records:,} records in the ledger, {wanted.new:,} new", flush=True)
    found = measure(
        wanted.records, wanted.new, wanted.seed, wanted.url, wanted.kept, partial(print, flush=True), wanted.views
    )
    again, whole = found.again_seconds, found.whole_seconds
    print(f"times as long:   {whole[0] / again[0]:8.1f}  , processor {whole[1] / again[1]:8.1f}")
    if found.view_seconds is not None:
        one, other = found.view_seconds
        print(f"a view:          {_written(one)}\nwithout notes:   {_written(other)}")
    print(f"links that differ between the two: {found.different}; peak {found.peak_megabytes:,} MB")


if __name__ == "__main__":
    main()
