"""Which document is meant, however its number was typed?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from hub.values.blanks import without_spaces
from hub.values.numerals import HAN_NUMERALS, han_number, han_year
from hub.values.script import to_simplified

# Every kind of bracket that stands around the year (legal.md 4.2). NFKC leaves 〔〕【】〖〗 as they are.
_BRACKETS = str.maketrans(
    {**dict.fromkeys("〔﹝［[【（〖({〈<《「", "("), **dict.fromkeys("〕﹞］]】）〗)}〉>》」", ")")}
)
# Zeros as they are typed and scanned.
_ZERO = str.maketrans(dict.fromkeys("○〇◯零Oo", "0"))
_DIGIT = "[0-9○〇◯零Oo]"
_HAN_YEAR = re.compile(rf"(?<=\()[{HAN_NUMERALS[:-1]}○〇◯零Oo]{{4}}(?=年?\))")
_NUMBER = re.compile(
    rf"(?P<prefix>.*?)\((?P<year>{_DIGIT}{{4}})年?\)第?"
    rf"(?P<mark>[A-NP-Za-np-z]*)(?P<serial>{_DIGIT}+(?:[-之]\d+)*|[{HAN_NUMERALS}]{{1,3}})号?"
)
# Written as it should be, which most are: nothing has to be folded but the script of the prefix.
_PLAIN = re.compile(r"(?P<prefix>[\u4e00-\u9fff]+)〔(?P<year>(?:19|20)[0-9]{2})〕(?P<serial>[0-9]+)号")
_MOST_DIGITS = 9  # of a serial that is counted; more are a key that stuck
_YEAR = re.compile(r"(19|20)\d\d")
# A year of two digits, or without brackets: enough to look for candidates, not to be the same number.
_LOOSE_NUMBER = re.compile(
    r".*?(?:\((?P<short>\d\d)\)第?|(?P<year>(?:19|20)\d\d)(?:[年)-]第?|第))[A-Za-z]*(?P<serial>\d+)号?"
)
# It begins where a run of characters begins, or behind another number: tried from every character of a long text it
# would take the square of the time.
_INSIDE_TEXT = re.compile(
    r"(?:(?<![\u3400-\u9fff])|(?<=号))(?P<prefix>[\u3400-\u9fff]+(?:\([\u3400-\u9fff]{1,4}\)[\u3400-\u9fff]+)?)\([0-9]{4}\)第?[A-Z]*[0-9]+号?"
)
_LEAD_IN = re.compile(r"^(依据|根据|按照|有关|关于|详见|附件|移送书|文号|编号|依|据|按|见|与|和|及|附)+")


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A document number in its parts. `raw` is the text as typed; only `readable` ones have all parts.

    mark: letters before the serial (`Z` in 〔2026〕Z7号), serial: without leading zeros.
    """

    raw: str = field(compare=False)
    prefix: str
    year: str = ""
    serial: str = ""
    mark: str = ""

    @property
    def readable(self) -> bool:
        """True where year and serial could be told apart."""
        return bool(self.year and self.serial)

    @property
    def key(self) -> str:
        """One spelling for all spellings of this number."""
        return f"{self.prefix}〔{self.year}〕{self.mark}{self.serial}号" if self.readable else self.prefix

    @property
    def serial_number(self) -> int | None:
        """The serial for counting; None where it is not a plain number, or one that no register counts up to."""
        return int(self.serial) if self.serial.isdigit() and len(self.serial) <= _MOST_DIGITS else None


@lru_cache(1 << 16)  # a number is looked at again and again while its record is compared
def read_document_number(text: str) -> DocumentNumber:
    """Take a document number apart; text of another shape becomes all prefix, and nothing is invented.

    A bracket that holds a department (`繁公（刑）受案字〔2026〕10071号`) is part of the prefix: only four
    digits that make a year of our time are a year.

    >>> number = read_document_number("繁公（刑）受案字〔2026〕 第010071號")
    >>> number.prefix, number.year, number.serial, number.key
    ('繁公(刑)受案字', '2026', '10071', '繁公(刑)受案字〔2026〕10071号')
    >>> read_document_number("口头").readable
    False
    """
    if plain := _PLAIN.fullmatch(text):
        return DocumentNumber(text, _plain_prefix(plain[1]), plain[2], plain[3].lstrip("0") or "0")
    tidy = _tidy(text)
    match = _NUMBER.fullmatch(_HAN_YEAR.sub(lambda year: f"{han_year(year[0]):04}", tidy))
    year = match["year"].translate(_ZERO) if match else ""
    serial = _serial(match["serial"]) if match else ""
    if match is None or not serial or not _YEAR.fullmatch(year):
        return DocumentNumber(text, tidy.removesuffix("号").upper())
    return DocumentNumber(text, match["prefix"].removesuffix("第"), year, serial, match["mark"].upper())


def _serial(text: str) -> str:
    """A serial without leading zeros, its parts divided by a hyphen; empty for numerals that write no number."""
    if text[0] in HAN_NUMERALS:
        return str(han_number(text) or "")
    plain = text.translate(_ZERO).replace("之", "-")
    return re.sub(r"\d+", lambda digits: digits[0].lstrip("0") or "0", plain)


def strict_key(text: str) -> str:
    """Equal for two spellings of one number, different for two numbers; empty for an empty text.

    Width, spaces of any kind, the kind of bracket, 年 within it, 第, 号 or 號, leading zeros, and whether year or serial are
    written in numerals make no difference.

    >>> strict_key("砂政移字（２０２６）6") == strict_key("砂政 移字〔2026〕第006号")
    True
    >>> strict_key("繁检意〔2026〕Z5号") == strict_key("繁检意〔2026〕5号")
    False
    """
    if plain := _PLAIN.fullmatch(text):
        return f"{_plain_prefix(plain[1])}〔{plain[2]}〕{plain[3].lstrip('0') or '0'}号"
    return read_document_number(text).key


@lru_cache(1 << 12)  # an office writes the same before each of its numbers
def _plain_prefix(text: str) -> str:
    return to_simplified(text).removesuffix("第")


def loose_key(text: str) -> str:
    """Year and serial only, without prefix and mark: fit to look for candidates, never to decide.

    A two-digit year and a year without brackets are read here. Empty where there is no such pair.

    >>> loose_key("繁检意〔2026〕Z5号"), loose_key("繁检意〔26〕05号"), loose_key("口头")
    ('2026-5', '2026-5', '')
    """
    number = read_document_number(text)
    if number.readable:
        return f"{number.year}-{number.serial}"
    match = _LOOSE_NUMBER.fullmatch(_tidy(text))
    if match is None:
        return ""
    year = match["year"] or f"20{match['short']}"
    return f"{year}-{match['serial'].lstrip('0') or '0'}"


def find_document_numbers(text: str) -> tuple[str, ...]:
    """The strict keys of the numbers that running text mentions, in order.

    >>> find_document_numbers("依检察意见书移送（繁检行意〔2026〕10号）")
    ('繁检行意〔2026〕10号',)
    """
    return tuple(strict_key(_LEAD_IN.sub("", match[0])) for match in _INSIDE_TEXT.finditer(_tidy(text)))


def led_in(number: DocumentNumber) -> bool:
    """Whether words that lead up to the number stand before it in its cell.

    >>> [led_in(read_document_number(f"{words}砂政移字〔2026〕6号")) for words in ("文号：", "详见", "")]
    [True, True, False]
    """
    return bool(_LEAD_IN.match(number.prefix) or ":" in number.prefix)


def _tidy(text: str) -> str:
    half_width = unicodedata.normalize("NFKC", text)
    return to_simplified(without_spaces(half_width)).translate(_BRACKETS)
