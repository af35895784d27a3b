"""Three lists as three agencies would deliver them, with the truth beside them: seeded, each noise at its own rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

import polars as pl

from benchmarks.linking import noise
from benchmarks.linking.world import Matter, Person, Planted, draw_matters
from hub.values.identity import person_check_digit

AGENCIES = ("township", "police", "procuratorate")
COLUMNS = ("record_id", "unit", "doc_no", "ref_doc_no", "police_doc_no", "party", "id_no", "cause", "date", "amount")

# Shares of rows, per list; a number that another agency bears is noted with more slips than one's own.
OWN_NUMBER = {"brackets": 0.05, "full width": 0.03, "no 号": 0.03, "number spaced": 0.02, "leading zeros": 0.01}
NOTED_NUMBER = {
    "brackets": 0.25, "full width": 0.08, "no 号": 0.10, "號": 0.02, "第": 0.06, "leading zeros": 0.05,
    "number spaced": 0.05, "prefix misspelt": 0.02, "prefix lost": 0.02,
    "number digit wrong": 0.02, "number digits swapped": 0.01, "number missing": 0.07,
}  # fmt: skip
NAME = {
    "homophone or look-alike": 0.025, "traditional": 0.03, "masked": 0.04, "name spaced": 0.03,
    "rare character lost": 0.5, "unit form": 0.5,
}  # fmt: skip
IDENTITY = {
    "identity missing": 0.08, "identity masked": 0.04, "identity digit wrong": 0.02, "15 digits": 0.03, "float": 0.03,
    "identity marked as text": 0.05,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rates:
    """Every rate of the noise; a kind not named does not occur."""

    own_number: Mapping[str, float] = field(default_factory=lambda: dict(OWN_NUMBER))
    noted_number: Mapping[str, float] = field(default_factory=lambda: dict(NOTED_NUMBER))
    name: Mapping[str, float] = field(default_factory=lambda: dict(NAME))
    identity: Mapping[str, float] = field(default_factory=lambda: dict(IDENTITY))
    another_number: float = 0.005
    notes_one_number_only: float = 0.5
    date_missing: float = 0.02
    date_slip: float = 0.005
    amount_missing: float = 0.10
    amount_differs: float = 0.05
    cause_missing: float = 0.03
    cause_drifts: float = 0.03
    unit_missing: float = 0.05
    without_counterpart: float = 0.05
    delivered_again: float = 0.01
    planted: Planted = field(default_factory=Planted)


@dataclass(frozen=True, slots=True)
class Lists:
    """The three lists, and the truth: agency, record_id, case (a number), kinds of noise joined by |, hard (bool)."""

    lists: Mapping[str, pl.DataFrame]
    truth: pl.DataFrame


def draw(rows: int, seed: int, rates: Rates | None = None) -> Lists:
    """About so many rows a list."""
    rates, random = rates or Rates(), Random(seed)
    matters = list(draw_matters(rows, random, rates.planted))
    numbers = [(one.referral_no, one.police_no) for one in matters]
    lists: dict[str, dict[str, list[str]]] = {agency: {name: [] for name in COLUMNS} for agency in AGENCIES}
    truth: dict[str, list[object]] = {name: [] for name in ("agency", "record_id", "case", "noise", "hard")}
    for agency in AGENCIES:
        order = list(range(len(matters)))
        random.shuffle(order)
        serial = 0
        for place in order:
            matter = matters[place]
            case = place
            if random.random() < rates.without_counterpart:
                # A matter of the same kind that only this agency knows: its other rows are left out by other draws.
                case = -(len(truth["case"]) + 1)
                matter = _elsewhere(matter, random)
            again = random.random() < rates.delivered_again
            row, seen, hard = _typed(agency, matter, random, rates, numbers)
            for _ in range(1 + again):
                serial += 1
                row["record_id"] = f"{agency[0].upper()}{agency[1]}{serial:07}"
                for name in COLUMNS:
                    lists[agency][name].append(row[name])
                for name, value in zip(truth, (agency, row["record_id"], case, "|".join(sorted(seen)), hard), strict=True):  # fmt: skip
                    truth[name].append(value)
                if again:
                    seen = seen | {"delivered again"}
    return Lists({agency: pl.DataFrame(columns) for agency, columns in lists.items()}, pl.DataFrame(truth))


def _elsewhere(matter: Matter, random: Random) -> Matter:
    """A matter like this one, of another person with a like name, other numbers and days."""
    number = matter.person.id_no
    if not matter.person.is_unit:
        body = f"{number[:6]}{random.randrange(1955, 2004)}{number[10:12]}{random.randrange(1, 29):02}{number[14:17]}"
        number = body + person_check_digit(body)
    person = Person(matter.person.name, number, matter.person.is_unit)
    days = timedelta(days=random.randrange(120, 700) * random.choice((-1, 1)))
    far = 500_000 + random.randrange(400_000)
    return Matter(
        matter.place, matter.group, person, matter.unit_code, matter.unit_name,
        (matter.referral_no[0], matter.referral_no[1], far), (matter.police_no[0], matter.police_no[1], far),
        (matter.paper_no[0], matter.paper_no[1], far), matter.cause, matter.sent + days, matter.received + days,
        matter.decided + days, random.randrange(1_000, 900_000),
    )  # fmt: skip


def _typed(
    agency: str, matter: Matter, random: Random, rates: Rates, numbers: list[tuple[noise.Number, noise.Number]]
) -> tuple[dict[str, str], set[str], bool]:
    seen: set[str] = set()
    row = dict.fromkeys(COLUMNS, "")
    own = {"township": matter.referral_no, "police": matter.police_no, "procuratorate": matter.paper_no}[agency]
    row["doc_no"] = noise.apply(noise.NUMBER_NOISE, rates.own_number, random, noise.written(own), seen)
    lost = []
    noted = (("ref_doc_no", 0), ("police_doc_no", 1))[: AGENCIES.index(agency)]
    if len(noted) == 2 and random.random() < rates.notes_one_number_only:
        noted = (random.choice(noted),)
    for column, which in noted:
        about: set[str] = set()
        number = (matter.referral_no, matter.police_no)[which]
        if random.random() < rates.another_number:
            number = numbers[random.randrange(len(numbers))][which]
            about.add("another's number")
        row[column] = noise.apply(noise.NUMBER_NOISE, rates.noted_number, random, noise.written(number), about)
        lost.append(bool(about & noise.NUMBER_LOST))
        seen |= about
    row["party"] = noise.apply(noise.NAME_NOISE, rates.name, random, matter.person.name, seen)
    row["id_no"] = noise.apply(noise.IDENTITY_NOISE, rates.identity, random, matter.person.id_no, seen)
    row["unit"] = noise.typed_unit(random, matter.unit_name)
    cause = matter.cause
    _about_the_matter(row, agency, matter, cause, random, rates, seen)
    return row, seen, bool(lost) and all(lost)


def _about_the_matter(
    row: dict[str, str], agency: str, matter: Matter, cause: tuple[tuple[str, ...], str], random: Random, rates: Rates,
    seen: set[str],
) -> None:  # fmt: skip
    def happens(rate: float, kind: str) -> bool:
        if random.random() < rate:
            seen.add(kind)
            return True
        return False

    if happens(rates.unit_missing, "unit missing"):
        row["unit"] = ""
    if agency != "township" and happens(rates.cause_drifts, "cause drifts"):
        cause = (("妨害公务",), "妨害公务") if cause[1] != "妨害公务" else (("危险作业",), "危险作业")
    row["cause"] = noise.typed_cause(random, cause, row["party"], agency != "township")
    if happens(rates.cause_missing, "cause missing"):
        row["cause"] = ""
    day: date = {"township": matter.sent, "police": matter.received, "procuratorate": matter.decided}[agency]
    if happens(rates.date_slip, "date slip"):
        day += timedelta(days=random.choice((-30, -10, 10, 30)))
    row["date"] = noise.typed_date(random, day)
    if happens(rates.date_missing, "date missing"):
        row["date"] = ""
    amount = matter.amount
    if agency != "township" and happens(rates.amount_differs, "amount differs"):
        amount = int(amount * random.uniform(0.5, 1.5)) + 1
    row["amount"] = noise.typed_amount(random, amount)
    if happens(rates.amount_missing, "amount missing"):
        row["amount"] = ""


def write(lists: Lists, folder: Path) -> None:
    """`township`, `police`, `procuratorate`, each as CSV and as Parquet, and `truth.parquet`."""
    folder.mkdir(parents=True, exist_ok=True)
    for agency, frame in lists.lists.items():
        frame.write_csv(folder / f"{agency}.csv")
        frame.write_parquet(folder / f"{agency}.parquet")
    lists.truth.write_parquet(folder / "truth.parquet")


def draw_into(rows: int, seed: int, folder: Path) -> None:
    """Draw the lists and write them into a folder."""
    write(draw(rows, seed), folder)
