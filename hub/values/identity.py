"""Whose number is it, and how far can it be trusted?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta

from hub.model import CellValue, Party
from hub.values.blanks import is_blank, number_text, text_of, without_spaces
from hub.words import Word

# GB 11643-1999: the check character for each remainder by 11. The weights of the 17 digits before it are powers of 2 by
# 11, and so are the weights of digits to the base of 13: what the standard adds up is twice the number read to that base.
_PERSON_DIGITS = 17
_PERSON_CHECK = "10X98765432"
# GB 32100-2015: the alphabet leaves out I, O, S, V and Z; the weights are powers of 3 by 31.
_UNIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_UNIT_WEIGHTS = tuple(3**place % 31 for place in range(17))
FIRST_YEAR, LAST_YEAR = 1850, 2099  # of birth
_EVERY_YEAR = {f"{date(2001, 1, 1) + timedelta(days=n):%m%d}" for n in range(365)}  # the days that every year has

_PERSON = re.compile(r"[1-9]\d{16}[0-9X]")
# What the state's own registers give out begins with 11, 12, 13 or 19; 14 begins the numbers of the people of Shanxi.
_UNIT_SHAPE = rf"(?:1[1239]|[{_UNIT_ALPHABET.replace('1', '')}][{_UNIT_ALPHABET}])\d{{6}}[{_UNIT_ALPHABET}]{{10}}"
_UNIT = re.compile(_UNIT_SHAPE)
_MASKED = re.compile(r"(?=.*\*)[0-9A-Z*]{4,}")
_MASKED_WITH_X = re.compile(r"\d{4,}X{2,}\d*X?")  # ×××× typed for stars; digits alone around it, so no credit code
_EXPONENT = re.compile(r"(\d)\.?(\d*)E\+?1[0-9]")
_TYPED_FOR = str.maketrans({"×": "X", "●": "*", "•": "*", "■": "*"})
_AROUND = re.compile(r"^(?:公民)?身份(?:证|号码)(?:件)?(?:号码?)?[::]?|(?<=\d{15})\.0+$")
_STANDING = re.compile(rf"(?<![0-9A-Z*])(?:[1-9]\d{{16}}[0-9X]|{_UNIT_SHAPE})(?![0-9A-Z*])")
_FEWEST_DIGITS = 2  # of a number, or of what a mask shows of one
_EXCEL_DIGITS = 15  # a number cell keeps so many significant digits and no more


class IdentityState(Word):
    """How far a number can be trusted."""

    COMPLETE = "complete"  # 18 characters, the check digit holds
    LEGACY = "legacy"  # a person's 15 digits of before 1999
    MISTYPED = "mistyped"  # 18 characters as typed, but the check digit fails
    MASKED = "masked"  # digits hidden behind *
    DAMAGED = "damaged"  # went through a number cell: only the first 15 digits are good
    ABSENT = "absent"
    OTHER = "other"  # something else: a 15-digit registration number, a passport


@dataclass(frozen=True, slots=True)
class Identity:
    """A number as cleaned text. `prefix15`: the digits of a damaged number that are still evidence."""

    text: str = field(repr=False)
    state: IdentityState
    prefix15: str = field(default="", repr=False)


def read_identity(value: CellValue) -> Identity:
    """Read a person's (GB 11643) or a unit's number (GB 32100); never raises, never repairs.

    Spaces, full width, a lower-case x, Ｘ, ×, a leading apostrophe, `="…"`, 身份证 before it and the `.0` of a
    program behind it are cleaned. Of a text around one number whose check digit holds, or of one in groups
    (140924-19800304-1236), that number is read; of several, none. A number cell of 16 digits or more is damaged, and so
    is 1.40924E+17 or an 18-digit text that ends as rounding leaves it and fails its check digit. What shows no digits
    (不详, N/A, `***`) is absent: two such cells are not one person's.

    >>> read_identity("11010519491231002x").state, read_identity("91350100M000100Y43").state
    (<IdentityState.COMPLETE: 'complete'>, <IdentityState.COMPLETE: 'complete'>)
    >>> read_identity(1.40924196112197e+17).prefix15, read_identity("1409241980****1236").state.value
    ('140924196112197', 'masked')
    >>> [read_identity(text).state.value for text in ("不详", "N/A", "******", "身份证11010519491231002X")]
    ['absent', 'absent', 'absent', 'complete']
    >>> read_identity("11010519491231002X（复印件）").text, read_identity("110105-19491231-002X").text
    ('11010519491231002X', '11010519491231002X')
    """
    if is_blank(value):
        return Identity("", IdentityState.ABSENT)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= 10**_EXCEL_DIGITS:
        text = number_text(value)
        return Identity(text, IdentityState.DAMAGED, text[:_EXCEL_DIGITS])
    if isinstance(value, str) and value.isascii() and is_person_number(value):
        return Identity(value, IdentityState.COMPLETE)
    text = _clean(text_of(value))
    if _EXPONENT.fullmatch(text):
        return Identity(text, IdentityState.DAMAGED, _good_digits(text))
    if is_person_number(text) or is_unit_number(text):
        return Identity(text, IdentityState.COMPLETE)
    if sum(character.isdigit() for character in text) < _FEWEST_DIGITS:
        return Identity("", IdentityState.ABSENT)
    if _MASKED.fullmatch(text):
        return Identity(text, IdentityState.MASKED)
    if _MASKED_WITH_X.fullmatch(text):
        return Identity(re.sub("X+", _stars, text, count=1), IdentityState.MASKED)
    if len(text) == 15 and text.isdigit():
        return Identity(text, IdentityState.LEGACY if _is_day("19" + text[6:12]) else IdentityState.OTHER)
    if len(text) == 18 and (_person_shape(text) or _unit_shape(text)):
        if _went_through_a_float(text):
            return Identity(text, IdentityState.DAMAGED, text[:_EXCEL_DIGITS])
        return Identity(text, IdentityState.MISTYPED)
    if len(set(filter(str.isdigit, text))) == 1:
        return Identity("", IdentityState.ABSENT)  # 00000 is typed where a program asks for something
    if within := _complete_within(text):
        return Identity(within, IdentityState.COMPLETE)
    return Identity(text, IdentityState.OTHER)


def _complete_within(text: str) -> str:
    """The one complete number that a text holds; empty where it holds none, or several."""
    groups = text.replace("-", "")
    found = {one for one in (groups, *_STANDING.findall(text)) if is_person_number(one) or is_unit_number(one)}
    return found.pop() if len(found) == 1 else ""


def same_person(a: Identity, b: Identity) -> bool | None:
    """True where both are one number, False where they cannot be, None where that cannot be told.

    The 15- and the 18-digit form of one number are the same. Masked and damaged numbers can only
    differ or fit: a fit is None, never True, not even of two equal ones. Mistyped numbers are compared
    as they stand. A number of another kind says nothing about one of these.

    >>> same_person(read_identity("140924800304123"), read_identity("140924198003041236"))
    True
    >>> print(same_person(read_identity("1409241980****1236"), read_identity("140924198003041236")))
    None
    """
    if IdentityState.ABSENT in (a.state, b.state):
        return None
    if IdentityState.OTHER in (a.state, b.state):
        return True if a.text == b.text else None
    partial = (IdentityState.MASKED, IdentityState.DAMAGED)
    if a.state in partial or b.state in partial:
        return None if _fit(_pattern(a), _pattern(b)) or _one_float(a, b) else False
    return current_form(a) == current_form(b)


def identity_of(party: Party) -> Identity:
    """The number that a record's party carries, as it was read."""
    prefix15 = _good_digits(party.id_no) if party.id_state == IdentityState.DAMAGED else ""
    return Identity(party.id_no, IdentityState(party.id_state), prefix15)


def _good_digits(damaged: str) -> str:
    """The first 15 digits of a damaged number, also where it was written as 1.40924198003041E+17; empty where lost."""
    exponent = _EXPONENT.fullmatch(damaged)
    digits = exponent[1] + exponent[2] if exponent else damaged
    return digits[:_EXCEL_DIGITS] if digits.isdigit() and len(digits) >= _EXCEL_DIGITS else ""


def current_form(identity: Identity) -> str:
    """The 18-character form; a legacy number gets its century and check digit, all others are as they are.

    >>> current_form(read_identity("140924800304123"))
    '140924198003041236'
    """
    if identity.state is not IdentityState.LEGACY:
        return identity.text
    body = identity.text[:6] + "19" + identity.text[6:]
    return body + person_check_digit(body)


def mask(text: str) -> str:
    """For display: the first six (the place of issue, which is public) and the last two characters.

    Birth date and serial, which identify, are hidden. Short texts show only their last two characters.

    >>> mask("140924198003041236"), mask("E1234567")
    ('140924**********36', '******67')
    """
    shown = 6 if len(text) >= 12 else 0
    return text[:shown] + "*" * max(0, len(text) - shown - 2) + text[-2:] if len(text) > 2 else "*" * len(text)


def is_person_number(text: str) -> bool:
    """True for 18 characters with a day of birth that exists and the right check digit (GB 11643)."""
    return _person_shape(text) and _is_day(text[6:14]) and _PERSON_CHECK[2 * int(text[:17], 13) % 11] == text[17]


def person_check_digit(body: str) -> str:
    """The check character of 17 digits (GB 11643-1999).

    >>> person_check_digit("11010519491231002")
    'X'
    """
    if len(body) != _PERSON_DIGITS or not body.isdigit():
        raise ValueError(f"17 digits have a check character, not {len(body)} characters")
    return _PERSON_CHECK[2 * int(body, 13) % 11]


def is_unit_number(text: str) -> bool:
    """True for a unified social credit code with the right check character (GB 32100).

    One in 31 mistyped numbers of persons has the check character of a unit. A day of birth at its place says whose it
    is: of units' codes hardly one in thousands shows one, and that one is then read as mistyped, never as a person's.

    >>> is_unit_number("140924199908013577"), is_person_number("140924199908013577")
    (False, False)
    """
    born = _person_shape(text) and _is_day(text[6:14])
    return _unit_shape(text) and not born and unit_check_digit(text[:17]) == text[17]


def unit_check_digit(body: str) -> str:
    """The check character of the first 17 of a unified social credit code (GB 32100-2015).

    >>> unit_check_digit("91350100M000100Y4")
    '3'
    """
    total = sum(_UNIT_ALPHABET.index(c) * w for c, w in zip(body, _UNIT_WEIGHTS, strict=True))
    return _UNIT_ALPHABET[(31 - total % 31) % 31]


def _clean(text: str) -> str:
    half_width = unicodedata.normalize("NFKC", without_spaces(text)).upper()
    return _AROUND.sub("", half_width.translate(_TYPED_FOR).lstrip("'‘’"))


def _stars(run: re.Match[str]) -> str:
    return "*" * len(run[0])


def _person_shape(text: str) -> bool:
    return _PERSON.fullmatch(text) is not None


def _unit_shape(text: str) -> bool:
    return _UNIT.fullmatch(text) is not None


def _is_day(digits: str) -> bool:
    if digits[4:] in _EVERY_YEAR:
        return FIRST_YEAR <= int(digits[:4]) <= LAST_YEAR
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return FIRST_YEAR <= int(digits[:4]) <= LAST_YEAR


def _went_through_a_float(text: str) -> bool:
    # Excel writes zeros after the 15th digit; other programs write what the nearest float happens to be.
    return text.isdigit() and (
        text.endswith("000") or number_text(float(text)) == text or int(float(text)) == int(text)
    )


def _one_float(a: Identity, b: Identity) -> bool:
    """True where both come out the same from a number cell that keeps 53 bits instead of 15 digits.

    There the nearest number may end the first 15 digits one higher: …014959 becomes …014976, shown as …015000.
    """
    one, other = current_form(a), current_form(b)
    damaged = IdentityState.DAMAGED in (a.state, b.state)
    return damaged and one.isdigit() and other.isdigit() and float(one) == float(other)


def _pattern(identity: Identity) -> tuple[str, str]:
    """What is surely known of the number: how it begins and how it ends (`*` for one unknown character)."""
    if identity.state is IdentityState.DAMAGED:
        return identity.prefix15, ""
    known = current_form(identity)
    if identity.state is IdentityState.MASKED and len(known) != 18:
        # The stars need not be as many as the digits they hide.
        return known.split("*")[0], known.rsplit("*", 1)[1]
    return known, known


def _fit(a: tuple[str, str], b: tuple[str, str]) -> bool:
    beginnings = all(x == y or "*" in (x, y) for x, y in zip(a[0], b[0], strict=False))
    endings = all(x == y or "*" in (x, y) for x, y in zip(reversed(a[1]), reversed(b[1]), strict=False))
    return beginnings and endings
