"""Which township does a clerk's word for it mean?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hub.data_file import Location, fault_at
from hub.errors import ConfigurationFault
from hub.mapping.agency import Agency
from hub.values.blanks import tidy

_COUNTY = "繁峙县"
_UNIT_SUFFIX = re.compile(r"(人民政府|(综合)?(行政)?执法(大|中)?队|政府)$")
_NO_TOWNSHIP = re.compile(
    "(?:派出所|公安局|公安分局|(?:刑警|刑侦|治安|经侦|交警|特警|禁毒)(?:大|中|支)?队|检察院|检察室|法院|法庭|司法所|司法局)$"
)
_HIGHER = re.compile(r"^(?:.{2,3}省)?(?:.{2,3}市)?(?:.{1,3}[县区])?(?=..)")
_TOWNSHIP_KIND = re.compile(r"(?<=..)(?:镇|乡|街道|街道办事处|办事处)$")


def bare_unit(word: str) -> str:
    """A tidy word without the county before it and the office behind it."""
    return _UNIT_SUFFIX.sub("", word.removeprefix(_COUNTY))


def is_no_township(word: str) -> bool:
    """Whether it is another office: a police station is named after a town and takes cases from all of them."""
    return _NO_TOWNSHIP.search(word) is not None


def bare_township(text: str) -> str:
    """The name of a township alone, of any county, for one that the tables do not know; empty for an office of no township.

    >>> [bare_township(text) for text in ("临湖县望江镇人民政府", "望江镇", "望江", "望江派出所", "望江镇执法大队")]
    ['望江', '望江', '望江', '', '望江']
    """
    word = bare_unit(tidy(text))
    return "" if is_no_township(word) else _TOWNSHIP_KIND.sub("", _HIGHER.sub("", word))


def township_names(agencies: Iterable[Agency]) -> dict[str, str]:
    """Every bare spelling -> code.

    Raises `ConfigurationFault` for a spelling that two townships claim, at its place in each of the two files: a cell
    that says it could mean either, and a township all of whose names are another's too would never be known by one.
    """
    names: dict[str, str] = {}
    stands: dict[str, tuple[Agency, Location]] = {}
    faults: list[str] = []
    for agency in agencies:
        if agency.mapping.kind != "township":
            continue
        told: set[str] = set()
        for within, text in _spellings(agency):
            spelling = tidy(text) if within == ("agency",) else bare_unit(tidy(text))
            if not spelling:
                continue
            other, there = stands.setdefault(spelling, (agency, within))
            names.setdefault(spelling, agency.code)
            if other.code != agency.code and spelling not in told:
                told.add(spelling)
                faults.append(str(fault_at(agency.path, within, f"{spelling} is a name of {other.code} too")))
                faults.append(str(fault_at(other.path, there, f"{spelling} is a name of {agency.code} too")))
    if faults:
        raise ConfigurationFault("\n".join(dict.fromkeys(faults)))
    return names


def _spellings(agency: Agency) -> Iterator[tuple[Location, str]]:
    """What a township is called, and where its mapping file says so."""
    mapping = agency.mapping
    yield ("agency",), mapping.agency
    yield ("name",), mapping.name
    yield ("short_name",), mapping.short_name
    for index, alias in enumerate(mapping.aliases):
        yield ("aliases", index), alias
