"""What do the agencies' words mean? Code tables: causes, thresholds, value words, names of townships."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from pydantic import RootModel

from hub.data_file import load_model
from hub.errors import ConfigurationFault
from hub.mapping import Agency

_CAUSE_PREFIX = "涉嫌"
_CAUSE_SUFFIXES = ("罪案", "罪", "案")
_UNIT_SUFFIX = re.compile(r"(人民政府|综合行政执法(大|中)?队|综合执法队|执法队|政府)$")
_COUNTY = "繁峙县"


class _Words(RootModel[dict[str, dict[str, str]]]):
    """table -> word -> code"""


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of action: administrative and criminal words share one code, pivoted on the article."""

    code: str
    charge: str
    article: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which quantity on a matter is criminal: cause, object (kind of land or forest), unit."""

    cause_code: str
    object: str
    unit: str
    at_or_over: Decimal


@dataclass(frozen=True)
class Codes:
    """Every code table, loaded once. `version` is a hash over their content."""

    words: Mapping[str, Mapping[str, str]]
    causes: Mapping[str, Cause]
    charges: Mapping[str, Cause]
    thresholds: tuple[Threshold, ...]
    townships: Mapping[str, str] = field(default_factory=dict)
    version: str = ""

    def word(self, table: str, text: str) -> str | None:
        """The code of a word of one table, or None where the table has no such word."""
        return self.words[table].get(tidy(text))

    def cause(self, text: str) -> Cause | None:
        """The cause that a 案由 cell names, perhaps with 涉嫌 before or 罪/案 after it."""
        word = _bare_cause(text)
        return self.causes.get(word) or self.charges.get(word)

    def cause_in(self, text: str) -> Cause | None:
        """The cause whose longest word stands in a running text such as 案件名称."""
        tidied = tidy(text)
        found = max((w for w in (*self.causes, *self.charges) if w in tidied), key=len, default="")
        return self.causes.get(found) or self.charges.get(found) if found else None

    def township(self, text: str) -> str:
        """The township that any spelling of its name means, or an empty text where it is not certain."""
        word = _bare_unit(text)
        if word in self.townships:
            return self.townships[word]
        hits = {code for name, code in self.townships.items() if name and name in word}
        return hits.pop() if len(hits) == 1 else ""


def tidy(text: str) -> str:
    """A word without width and blank differences."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _bare_cause(text: str) -> str:
    word = tidy(text).removeprefix(_CAUSE_PREFIX)
    for suffix in _CAUSE_SUFFIXES:
        if word.endswith(suffix):
            return word.removesuffix(suffix)
    return word


def _bare_unit(text: str) -> str:
    word = tidy(text).removeprefix(_COUNTY)
    return _UNIT_SUFFIX.sub("", word)


def load_codes(folder: Path, agencies: Iterable[Agency], overlay: Path | None = None) -> Codes:
    """Read `words.yaml`, `causes.csv` and `thresholds.csv`; `overlay` is a folder whose tables add to ours.

    Raises `ConfigurationFault` naming file and line.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    words = load_model(folder / "words.yaml", _Words).root
    cause_rows = _rows(folder / "causes.csv", ("term", "cause_code", "charge", "article"))
    threshold_rows = _rows(folder / "thresholds.csv", ("cause_code", "object", "unit", "at_or_over"))
    if overlay is not None:
        if (overlay / "causes.csv").is_file():
            cause_rows += _rows(overlay / "causes.csv", ("term", "cause_code", "charge", "article"))
        if (overlay / "thresholds.csv").is_file():
            threshold_rows = _rows(overlay / "thresholds.csv", ("cause_code", "object", "unit", "at_or_over"))
    causes = {tidy(r["term"]): Cause(r["cause_code"], r["charge"], r["article"]) for r in cause_rows}
    charges = {_bare_cause(c.charge): c for c in causes.values()}
    try:
        thresholds = tuple(
            Threshold(r["cause_code"], tidy(r["object"]), tidy(r["unit"]), Decimal(r["at_or_over"]))
            for r in threshold_rows
        )
    except ArithmeticError as fault:
        raise ConfigurationFault(f"{folder / 'thresholds.csv'}: at_or_over must be a number") from fault
    return Codes(words, causes, charges, thresholds, _township_names(agencies), digest.hexdigest()[:12])


def _township_names(agencies: Iterable[Agency]) -> dict[str, str]:
    """Every bare spelling -> code; a spelling that two townships claim belongs to neither."""
    names: dict[str, str] = {}
    claimed_twice: set[str] = set()
    for agency in agencies:
        if agency.mapping.kind != "township":
            continue
        own = {tidy(agency.code), *map(_bare_unit, (agency.mapping.name, agency.mapping.short_name))}
        own |= {_bare_unit(alias) for alias in agency.mapping.aliases}
        for name in own - {""}:
            if names.setdefault(name, agency.code) != agency.code:
                claimed_twice.add(name)
    return {name: code for name, code in names.items() if name not in claimed_twice}


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            if missing := [c for c in columns if c not in (reader.fieldnames or ())]:
                raise ConfigurationFault(f"{path}:1: no column {', '.join(missing)}")
            return [{c: (row[c] or "").strip() for c in columns} for row in reader]
    except OSError as fault:
        raise ConfigurationFault(f"{path}: {fault.strerror}") from fault
