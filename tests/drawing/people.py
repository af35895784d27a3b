"""Who are they? Invented persons and companies with numbers whose check digits are right."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

SURNAMES = "贾侯郝乔温段雷邵薛武史韩尹闫康邢申崔牛裴左景原靳郭范"
GIVEN = "彦昕兆岚睿柯颖钧若嘉铭玥皓雯骏琪煜楠翰蓉澄岳霖恺筠珂弘毓晗旭"
COMPANY_WORDS = "瑞禾坤源晋广聚和昌远顺诚亿宏祥悦佳泽启畅"
COMPANY_KINDS = ("矿业", "木业", "食品", "工贸", "运输", "化工", "种植")
RARE = "䶮㛃𬭚𫖯㭎"  # four bytes in GB18030, or outside GBK
REGIONS = ("140924", "140924", "140924", "140981", "140930", "140928", "141002", "130126")

# Simplified to traditional, for the few signs of the lists above that differ.
TRADITIONAL = str.maketrans(
    {"贾": "賈", "温": "溫", "韩": "韓", "闫": "閆", "乔": "喬", "岚": "嵐", "颖": "穎", "钧": "鈞", "铭": "銘"}
)

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(eq=False)
class Person:
    """Someone of the drawing: equal only to itself, whatever others are called."""

    uid: int
    name: str
    id_no: str
    company: bool = False


def id_check(first17: str) -> str:
    """The check sign of GB 11643.

    >>> id_check("11010519491231002")
    'X'
    """
    return "10X98765432"[sum(int(c) * w for c, w in zip(first17, ID_WEIGHTS, strict=True)) % 11]


def credit_check(first17: str) -> str:
    """The check sign of GB 32100.

    >>> credit_check("91350100M000100Y4")
    '3'
    """
    total = sum(CREDIT_SIGNS.index(c) * pow(3, i, 31) for i, c in enumerate(first17))
    return CREDIT_SIGNS[(31 - total % 31) % 31]


def organisation_check(first8: str) -> str:
    """The check sign of GB 11714, the organisation code inside a credit code."""
    rest = 11 - sum(ORGANISATION_SIGNS.index(c) * w for c, w in zip(first8, ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


class Registry:
    """Hands out people nobody has met yet; names and numbers are never given twice unless asked for."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._names: set[str] = set()
        self._numbers: set[str] = set()
        self.people: list[Person] = []

    def person(self, *, name: str | None = None, born: date | None = None, surname: str | None = None) -> Person:
        """Someone new; a given name makes a namesake, a given birthday a twin."""
        name = name or self._new_name(surname)
        while True:
            day = born or date(1956, 1, 1) + timedelta(self._rng.randrange(365 * 48))
            first = f"{self._rng.choice(REGIONS)}{day:%Y%m%d}{self._rng.randrange(1, 999):03d}"
            number = first + id_check(first)
            if number not in self._numbers:
                break
        return self._add(Person(len(self.people), name, number))

    def rare(self) -> Person:
        """Someone whose given name is a rare sign."""
        while True:
            name = self._rng.choice(SURNAMES) + self._rng.choice(GIVEN) + self._rng.choice(RARE)
            if name not in self._names:
                self._names.add(name)
                return self.person(name=name)

    def company(self, *, bracket: bool = False) -> Person:
        """A company with a unified social credit code; `bracket`: with （集团） in its name."""
        while True:
            word = "".join(self._rng.sample(COMPANY_WORDS, 2)) + ("（集团）" if bracket else "")
            name = f"繁峙县{word}{self._rng.choice(COMPANY_KINDS)}有限公司"
            body = "MA" + "".join(self._rng.choice(CREDIT_SIGNS) for _ in range(6))
            check = organisation_check(body)
            first = f"91140924{body}{check}"
            if name not in self._names:
                break
        self._names.add(name)
        return self._add(Person(len(self.people), name, first + credit_check(first), company=True))

    def mistaken_number(self, person: Person, *, keep_check: bool) -> str:
        """The person's number with one digit of the birth year wrong; its check sign made right, or left."""
        digits = list(person.id_no)
        digits[9] = str((int(digits[9]) + self._rng.randrange(1, 9)) % 10)
        first = "".join(digits[:17])
        return first + (person.id_no[17] if keep_check else id_check(first))

    def _new_name(self, surname: str | None) -> str:
        while True:
            given = "".join(self._rng.sample(GIVEN, 1 if self._rng.random() < 0.2 else 2))
            name = (surname or self._rng.choice(SURNAMES)) + given
            if name not in self._names:
                self._names.add(name)
                return name

    def _add(self, person: Person) -> Person:
        self._numbers.add(person.id_no)
        self.people.append(person)
        return person
