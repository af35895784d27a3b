"""Which number does the next paper of a series get?"""

from __future__ import annotations

from collections.abc import Iterable

from hub.values.document_numbers import read_document_number


def next_number(prefix: str, year: int, taken: Iterable[str]) -> str:
    """The number after the highest of the series in that year: 〔〕 around the year, no leading zeros (GB/T 9704).

    taken: numbers in any spelling, of this series and of others.

    >>> next_number("繁检情通", 2026, ["繁检情通（2026）第07号", "繁检情通〔2025〕31号", "繁检意〔2026〕40号"])
    '繁检情通〔2026〕8号'
    >>> next_number("繁检情通", 2027, ["繁检情通（2026）第07号"])
    '繁检情通〔2027〕1号'
    """
    series = read_document_number(f"{prefix}〔{year}〕1号").prefix
    highest = 0
    for text in taken:
        number = read_document_number(text)
        if (number.prefix, number.year, number.mark) == (series, str(year), ""):
            highest = max(highest, number.serial_number or 0)
    return f"{prefix}〔{year}〕{highest + 1}号"
