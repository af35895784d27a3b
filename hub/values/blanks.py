"""Is there anything in the cell, and what does a clerk see in it?"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

from hub.model import CellValue

# Characters without width that copy-and-paste leaves behind: zero-width space and joiners, word joiner, BOM.
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
_SPACE = re.compile(rf"[\s{_INVISIBLE}]+")
_OUTER_SPACE = re.compile(rf"\A[\s{_INVISIBLE}]+|[\s{_INVISIBLE}]+\Z")
# What clerks type to say that there is nothing to say (samples/README.md section 1).
_BLANK = re.compile(r"[/／\-－—―–─]*|无|無")
_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"', re.DOTALL)


def is_blank(value: CellValue) -> bool:
    """True where the cell says nothing: empty, spaces of any kind, or a mark such as `/`, `—`, `无`.

    A zero is a value, and so is text that only begins like a mark.

    >>> [is_blank(v) for v in (None, " \u3000", "／", "——", "无", '=""')]
    [True, True, True, True, True, True]
    >>> [is_blank(v) for v in (0, False, "0", "无名氏", "-5")]
    [False, False, False, False, False]
    """
    if value is None:
        return True
    if not isinstance(value, str):
        return isinstance(value, (list, dict)) and not value
    return not is_plain(value) and _BLANK.fullmatch(without_spaces(text_of(value))) is not None


def is_plain(text: str) -> bool:
    """True for a text that says something and has nothing around it to take off, as far as a quick look can tell.

    It begins and ends like a word, which no mark does but 无.

    >>> [is_plain(text) for text in ("非法采矿", "5号", "'5", "无名氏", "无", " 5", "")]
    [True, True, False, False, False, False, False]
    """
    return text[:1].isalnum() and text[-1].isalnum() and text[0] not in "无無"


def without_spaces(text: str) -> str:
    """The text without spaces of any kind, wherever they stand, and without invisible characters."""
    return text if text.isalnum() else _SPACE.sub("", text)


def tidy(text: str) -> str:
    """A word without width and blank differences."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def text_of(value: CellValue) -> str:
    r"""The cell as the clerk sees it, on one footing for every format; outer spaces are dropped.

    Whole floats lose their `.0` and long numbers are written out; a datetime is ISO, and at midnight
    only its day; a leading apostrophe and `="…"` are Excel's ways of saying "text" and are taken off.
    Lists and objects of an API are JSON.

    >>> text_of(1.0), text_of(36.9), text_of(1.40924196112197e+17)
    ('1', '36.9', '140924196112197000')
    >>> text_of("'140924198003041236"), text_of('="140924198003041236"'), text_of("=1+1")
    ('140924198003041236', '140924198003041236', '=1+1')
    >>> text_of(datetime(2026, 6, 4, 15, 50)), text_of(datetime(2026, 6, 4))
    ('2026-06-04T15:50:00', '2026-06-04')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return _text_of_text(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, datetime):
        midnight = value.tzinfo is None and value.time() == time.min
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return str(value)


def number_text(value: int | float) -> str:
    """A number without exponent and without `.0`, in the fewest digits that mean the same float."""
    if isinstance(value, int):
        return str(value)
    text = repr(value)
    if "e" not in text:
        return text.removesuffix(".0")
    text = format(Decimal(text), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text_of_text(value: str) -> str:
    if is_plain(value):
        return value
    text = _OUTER_SPACE.sub("", value)
    if text.startswith("'"):
        text = _OUTER_SPACE.sub("", text[1:])
    if formula := _TEXT_FORMULA.fullmatch(text):
        text = _OUTER_SPACE.sub("", formula[1].replace('""', '"'))
    return text
