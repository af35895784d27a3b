"""Which ledgers does a township deliver, when, and in what state? And which version of each row stands in them?"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

from tests.drawing.duedays import roll
from tests.drawing.model import END, Fault, Row, Value
from tests.drawing.places import AS_OF, MONTHS, TOWNSHIPS
from tests.drawing.world import World

Suffix = Literal["", "_补报", "_重发"]
# The hazard that spoils a file, and the reason by which it is refused.
REFUSALS = {
    "ledger_unreadable": "unreadable_file",
    "ledger_unknown_column": "unknown_column",
    "ledger_column_missing": "unknown_column",
    "ledger_bomb": "archive_bomb",
}


@dataclass(eq=False)
class Delivery:
    """One month's ledger as it came: `same_as` is byte for byte another; `refused` names why it cannot be read."""

    township: str
    month: int
    arrived: datetime
    suffix: Suffix = ""
    cutoff: date = END
    refused: str = ""
    same_as: Delivery | None = None
    repeats: bool = False
    corrected: bool = True
    rows: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, int]:
        """Versions follow the month in the name, not the arrival."""
        return self.month, ("", "_补报", "_重发").index(self.suffix)

    def content(self, row: Row) -> dict[str, Value]:
        """What a row says here."""
        source = self.same_as or self
        return row.content(source.key, source.cutoff)

    def fault(self, row: Row) -> Fault | None:
        """What makes the row unreadable here."""
        source = self.same_as or self
        return row.faults.get(source.key) or row.faults.get(source.month)

    @property
    def key(self) -> int:
        """Under what changes and faults are kept: the month; negative for a first sending that 重发 corrects."""
        return self.month if self.corrected else -self.month


def end_of_month(month: int) -> date:
    """The last day of a month of 2026."""
    return date(2026, month, monthrange(2026, month)[1])


def due_day(month: int) -> date:
    """By when that month's ledger must be there."""
    return roll(date(2026, month + 1, 5))


def plan(w: World) -> dict[str, list[Delivery]]:
    """Every township's deliveries; each planted hazard at another township, as far as there are enough."""
    found = {code: [_usual(w, code, month) for month in MONTHS] for code in TOWNSHIPS}
    codes = list(TOWNSHIPS)
    w.rng.shuffle(codes)
    books = [c for c in codes if TOWNSHIPS[c].habit.suffix == ".xlsx"]
    untitled = ["140924200", "140924202", "140924203", "140924208"]
    taken: set[str] = set()

    def take(pool: list[str]) -> str:
        options = [c for c in pool if c not in taken]
        chosen = w.rng.choice(options)
        taken.add(chosen)
        return chosen

    repeating = take(untitled)
    if w.luck.plants("month_repeats"):
        month = w.rng.choice((8, 9))
        later = _of(found[repeating], month)
        later.same_as, later.repeats = _of(found[repeating], month - 1), True
        later.cutoff = later.same_as.cutoff
    bombed, strange, broken = take(books), take(codes), take(codes)
    for hazard, code, month in (
        ("ledger_unreadable", broken, w.rng.choice((7, 8))),
        ("ledger_bomb", bombed, 9),
        ("ledger_unknown_column", strange, 7),
        ("ledger_column_missing", strange, 9),
    ):
        if w.luck.plants(hazard):
            _refuse(w, found[code], month, hazard)
    resending = take(codes)
    if w.luck.plants("ledger_resent_same"):
        first = _of(found[resending], w.rng.choice((7, 9)))
        found[resending].append(_again(w, first, same=True))
    behind = take(codes)
    if w.luck.plants("ledger_resent_late"):
        first = _of(found[behind], w.rng.choice((7, 8)))
        again = _again(w, first, same=w.rng.random() < 0.4)
        again.arrived += timedelta(w.rng.randint(33, 40))
        first.corrected = again.same_as is not None
        found[behind].append(again)
    correcting = take(codes)
    if w.luck.plants("ledger_resent_changed"):
        first = _of(found[correcting], w.rng.choice((8, 9)))
        first.corrected = False
        found[correcting].append(_again(w, first, same=False))
    missing = take(codes)
    if w.luck.plants("ledger_missing"):
        found[missing].remove(_of(found[missing], w.rng.choice((8, 9))))
    supplementing = take(codes)
    if w.luck.plants("ledger_supplement"):
        late = _of(found[supplementing], 8)
        late.suffix = "_补报"
        late.arrived = at_four(w, date(2026, 10, w.rng.randint(9, 20)))
    if w.luck.plants("ledger_not_yet"):
        code = take(codes)
        found[code].remove(_of(found[code], 10))
    for _ in range(2):
        if w.luck.plants("ledger_late"):
            late = w.rng.choice([d for c in codes for d in found[c] if d.month < 10 and not d.suffix and not d.refused])
            if not any(d.month == late.month and d is not late for d in found[late.township]):
                late.arrived = datetime.combine(
                    due_day(late.month) + timedelta(w.rng.randint(1, 7)), late.arrived.time()
                )
    for deliveries in found.values():
        deliveries.sort(key=lambda d: d.order)
    return found


def _of(deliveries: list[Delivery], month: int) -> Delivery:
    return next(d for d in deliveries if d.month == month)


def _usual(w: World, code: str, month: int) -> Delivery:
    if month == 10:
        day = AS_OF.date()
    else:
        day = due_day(month) - timedelta(w.rng.randint(0, 2))
    return Delivery(code, month, at_four(w, day), cutoff=end_of_month(month))


def at_four(w: World, day: date) -> datetime:
    """Some minute of that afternoon, when ledgers are handed in."""
    return datetime.combine(day, time(16, w.rng.randrange(60)))


def _refuse(w: World, deliveries: list[Delivery], month: int, hazard: str) -> None:
    """The month's ledger cannot be read; mostly it is sent again, some days later."""
    first = _of(deliveries, month)
    first.refused = hazard
    if w.rng.random() < 0.7:
        deliveries.append(_again(w, first, same=False))


def _again(w: World, first: Delivery, *, same: bool) -> Delivery:
    arrived = first.arrived + timedelta(days=w.rng.randint(1, 3), minutes=11)
    return Delivery(first.township, first.month, arrived, "_重发", first.cutoff, same_as=first if same else None)


def fill(w: World, deliveries: dict[str, list[Delivery]]) -> None:
    """Put every row into its township's ledgers, in the order of their beginning."""
    for code, delivered in deliveries.items():
        mine = sorted(
            (r for r in w.rows if r.township == code), key=lambda r: (r.born, r.number.prefix, r.number.serial or 0)
        )
        for delivery in delivered:
            source = delivery.same_as or delivery
            for row in mine:
                if row.born > source.cutoff or (row.gone_from is not None and source.month >= row.gone_from):
                    continue
                delivery.rows.setdefault(row.sheet, []).append(row)
