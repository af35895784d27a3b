"""Where does everything happen? The people, the records and the passing of time that all stories share."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta

from tests.drawing.duedays import Period, add_working, due, roll
from tests.drawing.hazards import Luck
from tests.drawing.model import Acceptance, Case, Decision, Document, Named, Receipt, Row
from tests.drawing.offences import TERMS, Offence, term
from tests.drawing.people import Person, Registry
from tests.drawing.places import AS_OF, FIRST_DAY, LAST_POLICE_DAY, TOWNSHIPS, UNITS, Unit
from tests.drawing.spelling import Number, mask_id, mask_name, old_id, spell_name, work_time

# Days shortly before the holidays and make-up working days of the drawing's months.
EDGES = tuple(
    date(2026, m, d)
    for m, d in ((6, 15), (6, 16), (6, 17), (6, 18), (9, 16), (9, 17), (9, 18), (9, 21), (9, 22), (9, 23), (9, 24))
) + tuple(date(2026, m, d) for m, d in ((9, 28), (9, 29), (9, 30), (10, 8), (10, 9)))


class World:
    """The county while it is being drawn: a die, the people, and every record so far."""

    def __init__(self, rng: random.Random, luck: Luck) -> None:
        self.rng = rng
        self.luck = luck
        self.registry = Registry(rng)
        self.rows: list[Row] = []
        self.acceptances: list[Acceptance] = []
        self.decisions: list[Decision] = []
        self.documents: list[Document] = []
        self.receipts: list[Receipt] = []
        self.gap_after: dict[str, int] = {}
        # People of whom a record must say more than a name, because another matter could be meant.
        self.needs_reference: set[int] = set()
        self.needs_id: set[int] = set()
        self._counters: Counter[str] = Counter()

    # -- time

    def day(self, first: date = FIRST_DAY, last: date = date(2026, 10, 26)) -> date:
        """A working day in a range; early months are likelier, so that most stories end."""
        if self.luck.strikes("holiday_edge", self.rng):
            edges = [d for d in EDGES if first <= d <= last]
            if edges:
                return self.rng.choice(edges)
        share = self.rng.random() ** 1.5
        return roll(first + timedelta(int((last - first).days * share)))

    def at(self, day: date, after: datetime | None = None) -> datetime:
        """A moment of that day's work; on the same day as another moment, some time after it."""
        if after is not None and after.date() >= day:
            return after + timedelta(minutes=5 * self.rng.randrange(3, 24))
        return datetime.combine(day, work_time(self.rng))

    def later(self, moment: datetime, low: int, high: int) -> datetime:
        """Some days later, mostly on a working day."""
        day = moment.date() + timedelta(self.rng.randint(low, high))
        if self.rng.random() < 0.93:
            day = roll(day)
        return self.at(day, moment)

    def act(self, moment: datetime, period: Period, quick: int = 2, *, sure: bool = False) -> datetime | None:
        """When a duty that opened then is done: soon, on its last day, late, or never (None)."""
        last = due(moment, period)
        if period.unit == "hour":
            return self._within_hours(moment, last, sure=sure)
        if not sure and self.luck.strikes("never_done", self.rng):
            return None
        if self.luck.strikes("last_day", self.rng):
            return self.at(last.date(), moment)
        if not sure and self.luck.strikes("day_after", self.rng):
            return self.at(last.date() + timedelta(1), moment)
        if not sure and self.luck.strikes("late_act", self.rng):
            return self.at(roll(last.date() + timedelta(self.rng.randint(2, 14))), moment)
        done = self.later(moment, 0, quick)
        return done if done.date() <= last.date() else self.at(last.date(), moment)

    def _within_hours(self, moment: datetime, last: datetime, *, sure: bool) -> datetime | None:
        if not sure and self.luck.strikes("never_done", self.rng):
            return None
        if not sure and self.luck.strikes("day_after", self.rng):
            return last + timedelta(minutes=self.rng.choice((1, 5, 60)))
        if not sure and self.luck.strikes("late_act", self.rng):
            return self.at(add_working(last.date(), self.rng.randint(1, 6)), last)
        if self.luck.strikes("last_day", self.rng):
            return last - timedelta(minutes=self.rng.choice((0, 1, 20)))
        return moment + timedelta(minutes=5 * self.rng.randrange(3, 60))

    def happens(self, moment: date | None) -> bool:
        """Whether it came to that before the drawing ends."""
        if moment is None:
            return False
        return moment <= AS_OF if isinstance(moment, datetime) else moment <= AS_OF.date()

    def entered(self, moment: datetime) -> bool:
        """Whether police can have entered it by their last day."""
        return roll(moment.date()) <= LAST_POLICE_DAY

    # -- numbers, people, words

    def next(self, counter: str) -> int:
        """The next serial of a register, from 1."""
        self._counters[counter] += 1
        return self._counters[counter]

    def number(self, prefix: str) -> Number:
        """The next document number with that prefix."""
        return Number(prefix, self.next(prefix))

    def township(self) -> str:
        """Any township."""
        return self.rng.choice(list(TOWNSHIPS))

    def unit(self) -> Unit:
        """Any unit of the county police."""
        return self.rng.choice(UNITS)

    def party(self) -> Person:
        """Someone new: a person, or now and then a company."""
        company = self.luck.strikes("company", self.rng)
        if company:
            return self.registry.company(bracket=self.luck.strikes("company_bracket", self.rng))
        return self.registry.rare() if self.luck.strikes("rare_sign", self.rng) else self.registry.person()

    def case(self, township: str) -> Case:
        """A new matter."""
        return Case(township)

    def agency_text(self, township: str) -> str:
        """A township under any of its names."""
        from_places = TOWNSHIPS[township]
        names = [from_places.name + "人民政府", from_places.name + "综合行政执法队", "繁峙县" + from_places.name]
        names += [from_places.name, from_places.short]
        old = {"140924100": "杏园乡", "140924102": "柏家庄乡", "140924103": "横涧乡", "140924101": "沙河镇"}
        if township in old and self.rng.random() < 0.3:
            return old[township]
        return self.rng.choice(names)

    def describe(self, persons: list[Person], cause: str, day: date) -> tuple[str, str | None]:
        """案件名称, and the cause it names (None where it only says a day)."""
        if self.luck.strikes("case_name_mute", self.rng):
            return self.rng.choice((f"{day.month}·{day.day}案", f"{day.month}·{day.day}案", "")), None
        head = persons[0].name + ("等" if len(persons) > 1 else "")
        return f"{head}涉嫌{term(self.rng, cause)}{self.rng.choice(('', '', '罪'))}案", cause

    # -- how police and the procuratorate name a person

    def police_names(self, person: Person, *, certain: bool, plain: bool = False) -> Named:
        """A suspect as police note them; `certain`: another record field already says which matter is meant."""
        rng, luck = self.rng, self.luck
        name, name_text = person.name, person.name
        masked = not plain and not person.company and luck.strikes("name_masked", rng)
        if masked:
            name_text = mask_name(person.name)
        elif person.company:
            if rng.random() < 0.2:
                name_text = name.replace("有限公司", "有限责任公司")
            if rng.random() < 0.6:
                name_text = name_text.replace("（", "(").replace("）", ")")
        elif luck.strikes("name_spelling", rng):
            name_text = spell_name(name, rng)
        must = not certain and (masked or person.uid in self.needs_id)
        id_text, id_no = person.id_no, person.id_no
        old = not person.company and person.id_no[6:8] == "19"
        if not must and not plain and luck.strikes("id_not_given", rng):
            id_text, id_no = "", ""
        elif not must and not plain and luck.strikes("id_masked", rng):
            id_text, id_no = mask_id(person.id_no), ""
        elif old and luck.strikes("id_15", rng):
            id_text = old_id(person.id_no)
        elif luck.strikes("id_spelling", rng):
            id_text = rng.choice((person.id_no.lower(), person.id_no.translate(WIDE_ID)))
        return Named(person, name_text, id_text, None if masked else name, id_no or None)

    def full_names(self, person: Person, *, certain: bool = True) -> Named:
        """A person as the procuratorate names them: the name in full, the number sometimes not."""
        must = not certain and person.uid in self.needs_id
        if not must and self.luck.strikes("doc_id_absent", self.rng):
            text = self.rng.choice(("", "" if person.company else mask_id(person.id_no)))
            return Named(person, person.name, text, person.name, None)
        return Named(person, person.name, person.id_no, person.name, person.id_no)

    def other_cause(self, offence: Offence) -> str:
        """Some cause that it was not."""
        return self.rng.choice([c for c in sorted(TERMS) if c != offence.code])


WIDE_ID = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
