"""What would a file be called that a rule of a notice announces? For people who know no regular expressions."""

from __future__ import annotations

import re

# A group that holds no other, with what says how often it stands.
_GROUP = re.compile(r"\((?:\?:|\?P<\w+>)?([^()]*)\)([?*]?)")
_DIGITS = re.compile(r"\\d(?:\{(\d+)(?:,\d*)?\})?")
_ANYTHING = re.compile(r"(?:\[\^/\]|(?<!\\)\.|\\w)[+*]")
_HOW_OFTEN = re.compile(r"(?<!\\)[+?*]")
# A month and a day, as periods stand in names.
_FIGURES = {6: "202610", 8: "20261031"}


def example_name(pattern: str) -> str:
    r"""The shortest usual name that the expression fits; the expression itself where none is found.

    Of alternatives the first is taken, and what may be left out is left out.

    >>> example_name(r"行刑衔接台账_(?P<period>\d{6})(?:_(?P<issue>补报|重发)\d*)*\.(?:xlsx|xls)")
    '行刑衔接台账_202610.xlsx'
    >>> example_name(r"outbox/(?P<sheet>sa|cl)_(?P<period>\d{8})(?:_r(?P<issue>\d+))?\.csv")
    'outbox/sa_20261031.csv'
    >>> example_name(r".*\.json")
    '任意名称.json'
    """
    name = pattern
    while (shorter := _GROUP.sub(_one_of, name)) != name:
        name = shorter
    name = _DIGITS.sub(lambda digit: _figures(int(digit[1] or 1)), name)
    name = re.sub(r"\\(.)", r"\1", _HOW_OFTEN.sub("", _ANYTHING.sub("任意名称", name)))
    return name if re.fullmatch(pattern, name, re.IGNORECASE) else pattern


def _one_of(group: re.Match[str]) -> str:
    return "" if group[2] else group[1].partition("|")[0]


def _figures(count: int) -> str:
    return _FIGURES.get(count, "1" * count)
