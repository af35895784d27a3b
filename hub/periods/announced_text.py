"""How is a notice read across its line breaks, with the line of every sign kept?"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

_CHINESE_DATE = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_DIGITS = {"〇": "0", "○": "0", "零": "0", **dict(zip("一二三四五六七八九", "123456789", strict=True))}
# Marks of footnotes: 1月4日[1], 1月4日①, 1月4日¹.
_RAISED = re.compile(r"[⁰¹²³⁴-⁹①-⑳]")
_FOOTNOTE = re.compile(r"\[\d{1,2}\]")


@dataclass(frozen=True)
class RunningText:
    """A text without blanks and breaks, digits and brackets half width. starts: place and number of each line."""

    text: str
    starts: tuple[tuple[int, int], ...]

    def line(self, place: int) -> int:
        """The line, from 1, of a sign of the text."""
        at = bisect_right(self.starts, (place, 1 << 30)) - 1
        return self.starts[max(at, 0)][1]

    def begins_sentence(self, place: int) -> bool:
        """True at the start of a line, and after a sign that ends what was before."""
        return self.text[:place][-1:] in ("", "。", ";", ":") or place in {start for start, _ in self.starts}


def run_together(lines: Sequence[str]) -> RunningText:
    """The lines as one text: a sentence may be broken anywhere, also within a date.

    >>> run_together(["１月１日", "  （周四）"]).text
    '1月1日(周四)'
    """
    text, starts = "", []
    for number, line in enumerate(lines, 1):
        plain = _plain(line)
        if plain:
            starts.append((len(text), number))
            text += plain
    return RunningText(text, tuple(starts) or ((0, 1),))


def _plain(line: str) -> str:
    plain = _FOOTNOTE.sub("", unicodedata.normalize("NFKC", _RAISED.sub("", line)))
    plain = "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))
    return _CHINESE_DATE.sub(_in_digits, plain)


def _in_digits(match: re.Match[str]) -> str:
    year = "".join(_DIGITS[sign] for sign in match[1])
    return f"{year}年{_number(match[2])}月{_number(match[3])}日"


def _number(text: str) -> int:
    """A number below a hundred in Chinese: 十一 is 11, 二十 is 20."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(_DIGITS[sign] for sign in text))
    return int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0"))
