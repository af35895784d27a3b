"""Which document numbers stand twice, which are missing from a series, and what did the linker leave open?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from hub.findings.finding import Finding
from hub.link import Linkage
from hub.model import Record, RecordKind
from hub.values.document_numbers import read_document_number, strict_key

# A longer hole is a serial that was mistyped (〔2026〕120000号 among two digits), and is told once instead of number by number.
_LONGEST_HOLE = 1_000


def find_references(linkage: Linkage, set_aside_numbers: Sequence[tuple[str, str]] = ()) -> Iterator[Finding]:
    """`duplicate_reference`, `reference_gap` and `ambiguous`."""
    case_of = {link.record.source: link.case_id for link in linkage.links}
    used: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    numbers: list[tuple[str, str]] = list(set_aside_numbers)
    for case in linkage.cases:
        for referral in case.of_kind(RecordKind.REFERRAL):
            if number := referral.get("referral_no"):
                numbers.append((referral.agency, number))
                used[referral.agency, strict_key(number)].append((case.case_id, number))
    for (agency, _), rows in used.items():
        if len(rows) > 1:
            for case_id, number in rows:
                yield Finding(case_id, "duplicate_reference", agency, f"number={number}")
    yield from _gaps(numbers)
    for ambiguity in linkage.ambiguities:
        if ambiguity.record.kind is RecordKind.ACCEPTANCE:
            candidates = "+".join(c.get("case_no") for c in sorted(ambiguity.candidates, key=_series_order))
            yield Finding(case_of[ambiguity.record.source], "ambiguous", "police", f"candidates={candidates}")


def _gaps(numbers: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    series: dict[tuple[str, str, int], set[int]] = defaultdict(set)
    spelled: dict[tuple[str, str, int], str] = {}
    for agency, text in numbers:
        number = read_document_number(text)
        if number.readable and number.serial_number is not None:
            key = (agency, number.prefix, int(number.year))
            series[key].add(number.serial_number)
            spelled[key] = f"{number.prefix}〔{number.year}〕"
    for key, serials in series.items():
        for before, after in pairwise(sorted(serials)):
            for missing in _hole(before + 1, after - 1):
                yield Finding("", "reference_gap", key[0], f"missing={spelled[key]}{missing}号")


def _hole(first: int, last: int) -> Iterator[str]:
    """The serials from first to last, one by one where they are not too many."""
    if last - first >= _LONGEST_HOLE:
        yield f"{first}..{last}"
    else:
        yield from map(str, range(first, last + 1))


def _series_order(record: Record) -> tuple[str, int, str]:
    """Numbers in the order that a clerk counts them."""
    number = read_document_number(record.get("case_no"))
    return (number.prefix + number.year, number.serial_number or 0, record.key)
