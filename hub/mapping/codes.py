"""What do the agencies' words mean? Code tables: causes, thresholds, value words, names of townships."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from pydantic import RootModel

from hub.data_file import Location, fault_at, load_model
from hub.errors import ConfigurationFault
from hub.mapping.agency import Agency
from hub.mapping.notice import Column
from hub.mapping.townships import bare_unit, is_no_township, township_names
from hub.values.blanks import tidy

_CAUSE_PREFIX = "涉嫌"
_CAUSE_SUFFIXES = ("罪案", "罪", "案")


class _Words(RootModel[dict[str, dict[str, str]]]):
    """table -> word -> code"""


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of action: administrative and criminal words share one code, pivoted on the article."""

    code: str
    charge: str
    article: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """When less than the figure is criminal as well: punished so many times within so many years before.

    share: of the figure that must be reached all the same; zero where any quantity will do.
    """

    times: int
    years: int
    share: Decimal
    basis: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which quantity on a matter is criminal: cause, object (kind of land or forest), unit; on what basis."""

    cause_code: str
    object: str
    unit: str
    at_or_over: Decimal
    basis: str = ""
    repeat: Repeat | None = None


@dataclass(frozen=True)
class Codes:
    """Every code table, loaded once. `version` is a hash over their content."""

    words: Mapping[str, Mapping[str, str]]
    causes: Mapping[str, Cause]
    charges: Mapping[str, Cause]
    thresholds: tuple[Threshold, ...]
    townships: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    units: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)

    def word(self, table: str, text: str) -> str | None:
        """The code of a word of one table, or None where the table has no such word."""
        return self.words.get(table, {}).get(tidy(text))

    def converted(self, quantity: Decimal, written: str, unit: str) -> Decimal | None:
        """A quantity in another unit, exactly; None where `units.csv` does not say how one becomes the other."""
        if written == unit:
            return quantity
        factor = self.units.get((written, unit))
        return None if factor is None else quantity * factor

    def cause(self, text: str) -> Cause | None:
        """The cause that a 案由 cell names, perhaps with 涉嫌 before or 罪/案 after it."""
        word = _bare_cause(text)
        return self.causes.get(word) or self.charges.get(word)

    def cause_in(self, text: str) -> Cause | None:
        """The cause whose word stands in a running text such as 案件名称; None where words of two causes do.

        A word inside a longer one says nothing of its own: 盗伐 in 盗伐林木.
        """
        tidied = tidy(text).replace("、", "")
        words = [word for word in (*self.causes, *self.charges) if word in tidied]
        longest = [word for word in words if not any(word != other and word in other for other in words)]
        found = {cause.code: cause for word in longest if (cause := self.causes.get(word) or self.charges.get(word))}
        return next(iter(found.values())) if len(found) == 1 else None

    def township(self, text: str) -> str:
        """The township that any spelling of its name means, or an empty text where it is not certain."""
        word = bare_unit(tidy(text))
        if word in self.townships:
            return self.townships[word]
        if is_no_township(word):
            return ""
        hits = {code for name, code in self.townships.items() if name and name in word}
        return hits.pop() if len(hits) == 1 else ""


def _bare_cause(text: str) -> str:
    # The Criminal Code writes 生产、销售伪劣产品罪, tables often without the comma.
    word = tidy(text).removeprefix(_CAUSE_PREFIX).replace("、", "")
    for suffix in _CAUSE_SUFFIXES:
        if word.endswith(suffix):
            return word.removesuffix(suffix)
    return word


def own_words(agency: Agency) -> dict[str, dict[str, str]]:
    """table -> word -> code, as the agency's mapping file itself says."""
    return {table: _tidied(words) for table, words in agency.mapping.lookups.items()}


def load_codes(folder: Path, agencies: Iterable[Agency], overlay: Path | None = None) -> Codes:
    """Read `words.yaml`, `causes.csv` and `thresholds.csv`; `overlay` is a folder whose tables add to ours.

    An entry of the overlay stands in the place of ours for the same word, or the same cause, object and unit.
    Raises `ConfigurationFault` naming file and line, also where an agency names a lookup that is nowhere.
    """
    known = list(agencies)
    digest = hashlib.sha256(json.dumps([own_words(agency) for agency in known], sort_keys=True).encode())
    for path in sorted(path for place in (folder, overlay) if place for path in place.glob("*") if path.is_file()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    words = {table: _tidied(words) for table, words in load_model(folder / "words.yaml", _Words).root.items()}
    causes: dict[str, Cause] = {}
    thresholds: dict[tuple[str, str, str], Threshold] = {}
    for place in (folder, overlay):
        if place is not None and (place is folder or (place / "causes.csv").is_file()):
            causes |= _causes(place / "causes.csv")
        if place is not None and (place is folder or (place / "thresholds.csv").is_file()):
            thresholds = _with_grounds(_thresholds(place / "thresholds.csv"), thresholds)
    charges = {_bare_cause(c.charge): c for c in causes.values()}
    if faults := [str(fault_at(*fault)) for agency in known for fault in _lookup_faults(agency, words)]:
        raise ConfigurationFault("\n".join(dict.fromkeys(faults)))
    return Codes(
        words,
        causes,
        charges,
        tuple(thresholds.values()),
        township_names(known),
        digest.hexdigest()[:12],
        _units(folder / "units.csv"),
    )


def _tidied(words: Mapping[str, str]) -> dict[str, str]:
    return {tidy(word): code for word, code in words.items()}


def _lookup_faults(agency: Agency, tables: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[Path, Location, str]]:
    """Lookups that are in no table, and words of events that no lookup gives."""
    own = own_words(agency)
    stands, within = agency.notice_stands
    for title, sheet in agency.notice.sheets.items():
        place = (*within, "sheets", title)
        codes_of: dict[str, set[str]] = {}
        for header, column in sheet.columns.items():
            if isinstance(column, Column) and column.lookup:
                codes_of[column.field] = {*tables.get(column.lookup, {}).values(), *own.get(column.lookup, {}).values()}
                if column.lookup not in tables and column.lookup not in own:
                    yield stands, (*place, "columns", header, "lookup"), f"there is no lookup {column.lookup}"
        for index, rule in enumerate(sheet.events):
            for at, how in rule.choices():
                for word in how.words:
                    if how.by in codes_of and word not in codes_of[how.by]:
                        yield stands, (*place, "events", index, *at, "words", word), f"{how.by} is never {word}"


def _causes(path: Path) -> dict[str, Cause]:
    causes: dict[str, Cause] = {}
    for line, row in _rows(path, ("term", "cause_code", "charge", "article")):
        if not all(row.values()) or not _bare_cause(row["term"]):
            raise ConfigurationFault(f"{path}:{line}: term, cause_code, charge and article must be given")
        cause = Cause(row["cause_code"], row["charge"], row["article"])
        if causes.setdefault(_bare_cause(row["term"]), cause) != cause:
            raise ConfigurationFault(f"{path}:{line}: {row['term']} has another cause above")
    return causes


def _thresholds(path: Path) -> dict[tuple[str, str, str], Threshold]:
    thresholds: dict[tuple[str, str, str], Threshold] = {}
    for line, row in _rows(path, ("cause_code", "object", "unit", "at_or_over"), _GROUNDS):
        figure = _number(row["at_or_over"])
        if figure is None or figure <= 0:
            raise ConfigurationFault(f"{path}:{line}: at_or_over must be a number above zero")
        if not (row["cause_code"] and row["unit"]):
            raise ConfigurationFault(f"{path}:{line}: cause_code and unit must be given")
        key = (row["cause_code"], tidy(row["object"]), tidy(row["unit"]))
        threshold = Threshold(*key, figure, row["basis"], _repeat(path, line, row))
        if thresholds.setdefault(key, threshold).at_or_over != figure:
            raise ConfigurationFault(f"{path}:{line}: {row['cause_code']} has another threshold above")
    return thresholds


# What a table of thresholds may say beside the figures; an agency's own table need not.
_GROUNDS = ("basis", "repeat_times", "repeat_years", "repeat_share", "repeat_basis")


def _repeat(path: Path, line: int, row: Mapping[str, str]) -> Repeat | None:
    given = [row[name] for name in _GROUNDS[1:]]
    if not any(given):
        return None
    share = _number(row["repeat_share"])
    whole = row["repeat_times"].isdigit() and row["repeat_years"].isdigit() and int(row["repeat_times"]) > 0
    if not (whole and row["repeat_basis"]) or share is None or not 0 <= share <= 1:
        raise ConfigurationFault(
            f"{path}:{line}: say repeat_times, repeat_years, repeat_share (0 to 1) and repeat_basis"
        )
    return Repeat(int(row["repeat_times"]), int(row["repeat_years"]), share, row["repeat_basis"])


def _with_grounds(
    newer: Mapping[tuple[str, str, str], Threshold], older: Mapping[tuple[str, str, str], Threshold]
) -> dict[tuple[str, str, str], Threshold]:
    """The newer figures in the older ones' place; a figure that stays the same keeps the grounds that it had."""
    merged = dict(older)
    for key, threshold in newer.items():
        before = older.get(key)
        unchanged = before is not None and before.at_or_over == threshold.at_or_over and not threshold.basis
        merged[key] = before if unchanged and before is not None else threshold
    return merged


def _units(path: Path) -> dict[tuple[str, str], Decimal]:
    """(as written, unit) -> by what a quantity is multiplied."""
    units: dict[tuple[str, str], Decimal] = {}
    for line, row in _rows(path, ("written", "unit", "factor")):
        factor = _number(row["factor"])
        if factor is None or factor <= 0 or not (row["written"] and row["unit"]):
            raise ConfigurationFault(f"{path}:{line}: written, unit and a factor above zero must be given")
        if units.setdefault((tidy(row["written"]), tidy(row["unit"])), factor) != factor:
            raise ConfigurationFault(f"{path}:{line}: {row['written']} has another factor above")
    return units


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def _rows(path: Path, columns: tuple[str, ...], optional: tuple[str, ...] = ()) -> list[tuple[int, dict[str, str]]]:
    """(line, row) of a CSV file of ours; an optional column that is not there is empty."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            if missing := [c for c in columns if c not in (reader.fieldnames or ())]:
                raise ConfigurationFault(f"{path}:1: no column {', '.join(missing)}")
            named = (*columns, *optional)
            return [(reader.line_num, {c: (row.get(c) or "").strip() for c in named}) for row in reader]
    except OSError as fault:
        raise ConfigurationFault(f"{path}: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        raise ConfigurationFault(f"{path}: the file is not in UTF-8") from fault
    except csv.Error as fault:
        raise ConfigurationFault(f"{path}: {fault}") from fault
