"""Which number do Chinese numerals write, as days and document numbers have them?"""

from __future__ import annotations

_DIGITS = {c: d for d, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys("○◯零0OoＯ", 0)
HAN_NUMERALS = "一二三四五六七八九十"


def han_number(text: str) -> int:
    """1 to 99 in Chinese numerals; 0 for anything that is not written as a number is written.

    >>> han_number("五"), han_number("十六"), han_number("二十三"), han_number("一二")
    (5, 16, 23, 0)
    """
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 0
    return (_DIGITS[tens] if tens else 1) * 10 * bool(ten) + (_DIGITS[ones] if ones else 0)


def han_year(text: str) -> int:
    """A year written digit by digit, with any of the signs that stand for a zero.

    >>> han_year("二○二六"), han_year("二零二六")
    (2026, 2026)
    """
    return sum(_DIGITS[sign] * 10**place for place, sign in enumerate(reversed(text)))
