"""What does a year's holiday notice (国务院办公厅关于某年部分节假日安排的通知) say, and does it agree with itself?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from hub.errors import ConfigurationFault
from hub.periods.announced_text import RunningText, run_together
from hub.periods.year import Announcement, CalendarYear, DaysOff, check_year

_TITLE = re.compile(r"国务院办公厅关于((?:19|20|21)\d\d)年部分节假日安排的通知")
_LISTED = re.compile(r"现将\d{4}年([^。]{2,60}?)放假")
_ITEM = re.compile(r"([一二三四五六七八九十]+)、([^。;:、\d]{2,20}(?:、[^。;:、\d]{2,20})*):")
_BRACKET = r"(?:\([^()]*\))?"
_DATE = rf"(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日{_BRACKET}"
_END = rf"(?:(?:\d{{4}}年)?\d{{1,2}}月)?\d{{1,2}}日{_BRACKET}"
_SPAN = rf"{_DATE}(?:[至到\-—~]{_END})?"
_OFF = re.compile(
    rf"(?P<spans>{_SPAN}(?:[、和]{_SPAN})*)(?:,)?(?:放假调休|调休放假|放假公休|放假)"
    r"(?:,?共?(?P<count>\d{1,2})天)?(?:,(?:不调休|与周末连休))?(?=[,;。]|$)"
)
_WORK = re.compile(rf"(?P<days>{_DATE}(?:[、和]{_DATE})*)(?:,)?(?:均|正常|照常)*上班(?=[,;。]|$)")
_PARTS = re.compile(r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:\((?P<bracket>[^()]*)\))?")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
# Advice to rest on a day is no day off: 鼓励各单位…安排职工在除夕（2月9日）休息。
_ADVICE = re.compile(r"鼓励[^。;]*")
_SIGNED = re.compile(r"国务院办公厅(\d{4})年(\d{1,2})月(\d{1,2})日")
_DATELINE = re.compile(r"新华社[^\d。;,]{1,6}\d{1,2}月\d{1,2}日电")
_NAMES_A_DATE = re.compile(
    r"\d{1,2}月|\d{1,2}日|(?<![〕\d])\d{1,2}号|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|[一二三四五六七八九十〇]+月[一二三四五六七八九十〇]+日"
)
_ORDINALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_WEEK = "一二三四五六日"
_LONGEST = 20
# From a holiday to the days that make up for it, in days; in the notices of 2025 and 2026 at most 11.
_FURTHEST = 14


@dataclass(frozen=True)
class Announced:
    """What a notice moves. year: the days of its own year. before: those at the end of the year before, perhaps none.

    remarks: what it says without moving a day. whole: it is a whole year in our own form, with its December.
    """

    year: CalendarYear
    before_off: tuple[DaysOff, ...] = ()
    before_make_up: tuple[date, ...] = ()
    remarks: tuple[str, ...] = ()
    whole: bool = False


def read_announcement(lines: Sequence[str], where: str, source: Sequence[str] = ()) -> Announced:
    """Read the notice; raises `ConfigurationFault` naming every place, by line, that does not read or does not agree.

    Checked: weekdays in brackets, counted days (共N天), make-up days on Saturdays and Sundays, no day twice, the holidays
    that the opening names against the items, no item missing. A sentence that names a date and is not understood is
    a fault: nothing is left out in silence.
    """
    reader = _Reader(run_together(lines), where)
    found = reader.read(tuple(source))
    if reader.faults:
        raise ConfigurationFault("\n".join(reader.faults))
    return found


@dataclass
class _Reader:
    """One reading of one text."""

    text: RunningText
    where: str
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    off: list[DaysOff] = field(default_factory=list)
    make_up: list[date] = field(default_factory=list)
    year: int = 0

    def read(self, source: tuple[str, ...]) -> Announced:
        years = {int(match[1]) for match in _TITLE.finditer(self.text.text)}
        if len(years) != 1:
            raise ConfigurationFault(
                f"{self.where}: the title 国务院办公厅关于某年部分节假日安排的通知 must stand once, of one year"
            )
        self.year = years.pop()
        items = [item for item in _ITEM.finditer(self.text.text) if self.text.begins_sentence(item.start())]
        if not items:
            raise ConfigurationFault(f"{self.where}: no item like 一、元旦：1月1日…放假 was found")
        self._preamble(items)
        ends = [item.start() for item in items[1:]] + [len(self.text.text)]
        for number, (item, end) in enumerate(zip(items, ends, strict=True)):
            if number >= len(_ORDINALS) or item[1] != _ORDINALS[number]:
                self._fault(item.start(), f"item {item[1]} stands where {_ORDINALS[min(number, 11)]} is awaited")
            self._item(item[2], item.end(), end)
        return self._announced(source)

    def _preamble(self, items: Sequence[re.Match[str]]) -> None:
        opening = self.text.text[: items[0].start()]
        if listed := _LISTED.search(opening):
            named = set(re.split(r"[、和]", listed[1])) - {""}
            given = {name for item in items for name in item[2].split("、")}
            for name in sorted(named ^ given):
                self._fault(listed.start(), f"{name} stands either in the opening or among the items, not in both")
        cleared = _DATELINE.sub(lambda match: "x" * len(match[0]), opening)
        for sentence in re.finditer(r"[^。;]+", cleared):
            self._unread(sentence.start(), sentence[0])

    def _item(self, name: str, start: int, end: int) -> None:
        place, said_days = start, False
        while place < end:
            if match := _OFF.match(self.text.text, place, end):
                self._off(name, match)
                said_days, place = True, match.end()
            elif match := _WORK.match(self.text.text, place, end):
                self._make_up(name, match)
                place = match.end()
            elif match := _SIGNED.match(self.text.text, place, end):
                place = match.end()
            elif match := _ADVICE.match(self.text.text, place, end):
                if _NAMES_A_DATE.search(match[0]):
                    self.remarks.append(f"advice only, no day off: {match[0]}")
                place = match.end()
            elif self.text.text[place] in ",。;":
                place += 1
            else:
                match = re.compile(r"[^。;]*").match(self.text.text, place, end)
                sentence = match[0] if match else ""
                signed = _SIGNED.search(sentence)
                sentence = sentence[: signed.start()] if signed and signed.start() else sentence
                self._unread(place, sentence)
                place += max(len(sentence), 1)
        if not said_days:
            self._fault(start, f"{name}: no days off were understood")

    def _off(self, name: str, match: re.Match[str]) -> None:
        found: list[date] = []
        for span in re.finditer(_SPAN, match["spans"]):
            dates = self._dates(span[0], match.start() + span.start(), name)
            if not dates:
                return
            first, last = dates[0][0], dates[-1][0]
            if not 0 <= (last - first).days < _LONGEST:
                self._fault(match.start(), f"{name}: {first} to {last} is no holiday")
                return
            self.off += _by_year(name, first, last)
            found += [first + timedelta(days=n) for n in range((last - first).days + 1)]
        count = match["count"]
        if count is None and len(found) > 1:
            self._fault(match.start(), f"{name}: says from {found[0]} to {found[-1]} and not how many days (共…天)")
        if count is not None and int(count) != len(found):
            self._fault(match.start(), f"{name}: says {count} days, and names {len(found)} ({found[0]} to {found[-1]})")

    def _make_up(self, name: str, match: re.Match[str]) -> None:
        for day, place in self._dates(match["days"], match.start(), name):
            near = [one for one in self.off if one.name == name and _apart(day, one) <= _FURTHEST]
            if not near:
                self._fault(place, f"{day} lies too far from {name} to make up for it, or stands before its days off")
            self.make_up.append(day)

    def _dates(self, text: str, start: int, name: str) -> list[tuple[date, int]]:
        """The dates of a list or span, each with its place; a faulty one is told and left out."""
        dates: list[tuple[date, int]] = []
        month = 0
        for part in _PARTS.finditer(text):
            place = start + part.start()
            month = int(part["month"] or month)
            try:
                day = date(self._year_of(part["year"], month, name), month, int(part["day"]))
            except ValueError:
                self._fault(place, f"{name}: {part[0]} is no day of the year {self.year}'s notice")
                continue
            self._weekday(day, part["bracket"] or "", place)
            dates.append((day, place))
        return dates

    def _year_of(self, written: str | None, month: int, name: str) -> int:
        """A notice moves days of its own year, and at New Year days of the December before."""
        year = int(written) if written else self.year - (month == 12 and "元旦" in name)
        if (year, month == 12) not in {(self.year, False), (self.year - 1, True)}:
            raise ValueError
        return year

    def _weekday(self, day: date, bracket: str, place: int) -> None:
        for said in _WEEKDAY.findall(bracket):
            if _WEEK.index(said.replace("天", "日")) != day.weekday():
                self._fault(place, f"{day} is a 周{_WEEK[day.weekday()]}, not a 周{said}")

    def _unread(self, place: int, sentence: str) -> None:
        if (named := _NAMES_A_DATE.search(sentence)) is not None:
            self._fault(place + named.start(), f"a sentence that names a date is not understood: {sentence}")

    def _fault(self, place: int, message: str) -> None:
        self.faults.append(f"{self.where}:{self.text.line(place)}: {message}")

    def _announced(self, source: tuple[str, ...]) -> Announced:
        published = self._published_on()
        notice = Announcement(
            title=f"国务院办公厅关于{self.year}年部分节假日安排的通知", published_on=published, source=source
        )
        own = tuple(sorted((one for one in self.off if one.first.year == self.year), key=lambda one: one.first))
        make_up = sorted(self.make_up)
        year = CalendarYear(
            year=self.year,
            notice=notice,
            days_off=own,
            make_up_working_days=tuple(day for day in make_up if day.year == self.year),
        )
        before_off = tuple(one for one in self.off if one.first.year < self.year)
        before = tuple(day for day in make_up if day.year < self.year)
        for part in (
            year,
            year.model_copy(update={"year": self.year - 1, "days_off": before_off, "make_up_working_days": before}),
        ):
            try:
                check_year(part)
            except ConfigurationFault as fault:
                self.faults.append(f"{self.where}: {fault}")
        return Announced(year, before_off, before, tuple(self.remarks))

    def _published_on(self) -> date | None:
        signed = _SIGNED.search(self.text.text)
        if signed is None:
            return None
        try:
            return date(*map(int, signed.groups()))
        except ValueError:
            self._fault(signed.start(), f"{signed[0]} is no day")
            return None


def _apart(day: date, off: DaysOff) -> int:
    """How many days lie between a make-up day and the days off."""
    return max((off.first - day).days, (day - off.last).days)


def _by_year(name: str, first: date, last: date) -> Iterator[DaysOff]:
    """A holiday, cut at New Year: each year's days stand in its own file."""
    if first.year == last.year:
        yield DaysOff(name=name, first=first, last=last)
        return
    yield DaysOff(name=name, first=first, last=date(first.year, 12, 31))
    yield DaysOff(name=name, first=date(last.year, 1, 1), last=last)
