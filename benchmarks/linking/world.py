"""Which matters happen, and what does each agency's system hold of them, before any clerk types anything?

Everything is invented. People come from a pool of names as uneven as life's; some people offend again, some share
their name with another, some are twins; a matter has one party or a few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from hub.values.identity import person_check_digit, unit_check_digit

Cause = tuple[tuple[str, ...], str]

# Surnames with their share among a thousand people (rounded), most frequent first.
_SURNAMES = """
王 92 李 79 张 74 刘 54 陈 40 杨 34 赵 29 黄 22 周 21 吴 20 徐 17 孙 16 胡 14 朱 13 高 13 林 12 何 12 郭 12 马 11 罗 10
梁 9 宋 9 郑 8 谢 8 韩 8 唐 7 冯 7 于 7 董 7 萧 6 程 6 曹 6 袁 6 邓 6 许 6 傅 5 沈 5 曾 5 彭 5 吕 5 苏 5 卢 5 蒋 5
蔡 5 贾 4 丁 4 魏 4 薛 4 叶 4 阎 4 余 4 潘 4 杜 4 戴 4 夏 4 钟 4 汪 4 田 4 任 4 姜 4 范 4 方 4 石 4 姚 4 谭 4 廖 4
邹 3 熊 3 金 3 陆 3 郝 3 孔 3 白 3 崔 3 康 3 毛 3 邱 3 秦 3 江 3 史 3 顾 3 侯 3 邵 3 孟 3 龙 3 万 3 段 3 雷 3 钱 3
汤 3 尹 3 黎 3 易 2 常 2 武 2 乔 2 贺 2 赖 2 龚 2 文 2 欧阳 1 司马 1 上官 1
""".split()  # noqa: SIM905
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英华建国志文玉兰秀红梅春永福贵海波峰林生金龙宝成云东斌辉鹏飞宇浩然子轩"
    "晓雪婷欣怡梦佳琪思雨晨曦俊毅博立新民德顺祥和荣贤良才富有根长青山水田树森柏松竹凤仙翠花巧珍珠银铁锁栓柱狗娃虎豹"
    "燕莺鸿雁鹤亮光辰星月阳晴朗清洁白素贞洪江河湖源泉溪流润泽沛霖震雷霆电火炎焱炳焕煜耀灿烂坤垚培城墙堂"
)
_RARE = "喆堃玥犇垚昇旻祎翀煊瑀璟頔翾"
_TOWNSHIPS = (
    ("140924100", "繁城镇", "繁城综执移"), ("140924101", "砂河镇", "砂政移字"), ("140924102", "大营镇", "大综执移"),
    ("140924103", "平型关镇", "平政移字"), ("140924200", "下茹越乡", "下综执移"), ("140924202", "光裕堡乡", "光政移字"),
    ("140924203", "集义庄乡", "集综执移"), ("140924204", "东山乡", "东政移字"), ("140924205", "金山铺乡", "金综执移"),
    ("140924208", "神堂堡乡", "神政移字"), ("140924209", "岩头乡", "岩综执移"),
)  # fmt: skip
# administrative words, criminal word
_CAUSES: tuple[Cause, ...] = (
    (("非法占地", "非法占用耕地", "毁林"), "非法占用农用地"), (("非法采矿", "无证采矿", "盗采矿产资源"), "非法采矿"),
    (("盗伐", "盗伐林木"), "盗伐林木"), (("滥伐", "无证采伐", "滥伐林木"), "滥伐林木"),
    (("非法排污", "非法倾倒危险废物"), "污染环境"), (("违规危险作业",), "危险作业"), (("阻碍执行职务",), "妨害公务"),
    (("销售伪劣农资",), "生产销售伪劣产品"), (("销售不合格食品",), "生产销售不符合安全标准的食品"),
)  # fmt: skip
_CAUSE_SHARES = (30, 18, 8, 14, 10, 6, 4, 5, 5)
_REGIONS = ("140924",) * 12 + ("140902", "140921", "140922", "140923", "140925", "140202", "130631", "140105", "410102", "510107")  # fmt: skip
_TRADES = ("矿业", "建材", "林业开发", "物流", "农牧", "化工", "商贸", "选矿", "砂石", "环保科技")
_PLACES = ("山西", "繁峙县", "忻州市", "")
_FIRST_DAY, _DAYS = date(2023, 1, 1), 1090


@dataclass(frozen=True, slots=True)
class Person:
    """A person or a unit, with its true number."""

    name: str
    id_no: str
    is_unit: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """One party of one matter as it truly is. group: the referral, which several parties may share."""

    place: int
    group: int
    person: Person
    unit_code: str
    unit_name: str
    referral_no: tuple[str, int, int]
    police_no: tuple[str, int, int]
    paper_no: tuple[str, int, int]
    cause: tuple[tuple[str, ...], str]
    sent: date
    received: date
    decided: date
    amount: int


@dataclass(frozen=True, slots=True)
class Planted:
    """How often what makes linking hard in itself is planted, as shares of the matters."""

    several_parties: float = 0.12
    units: float = 0.08
    repeat_offender: float = 0.06
    soon_again: float = 0.01
    namesake: float = 0.03
    twin: float = 0.01


def draw_matters(parties: int, random: Random, planted: Planted) -> Iterator[Matter]:
    """So many parties of matters; the same for the same seed."""
    people = _People(random, planted)
    serials: dict[tuple[str, int], int] = {}
    place = group = 0
    earlier: list[tuple[Person, tuple[str, str, str], tuple[tuple[str, ...], str], date]] = []
    while place < parties:
        unit = random.choice(_TOWNSHIPS)
        cause = random.choices(_CAUSES, _CAUSE_SHARES)[0]
        sent = _FIRST_DAY + timedelta(days=random.randrange(_DAYS))
        first = people.another()
        dice = random.random()
        if earlier and dice < planted.repeat_offender + planted.soon_again + planted.namesake:
            before, unit_before, cause_before, sent_before = earlier[random.randrange(len(earlier))]
            if dice < planted.repeat_offender:
                first, cause, sent = before, cause_before, sent_before + timedelta(days=random.randrange(60, 500))
                unit = unit_before if random.random() < 0.7 else unit
            elif dice < planted.repeat_offender + planted.soon_again:
                first, unit, cause, sent = before, unit_before, cause_before, sent_before + timedelta(days=random.randrange(8, 60))  # fmt: skip
            elif not before.is_unit:
                first = people.namesake(before)
                unit, cause = (unit_before, cause_before) if random.random() < 0.3 else (unit, cause)
        party = [first]
        if random.random() < planted.several_parties:
            party += [people.another() for _ in range(random.choices((1, 2, 3), (7, 2, 1))[0])]
        if not first.is_unit and random.random() < planted.twin:
            party.append(people.twin(first))
        earlier.append((first, unit, cause, sent))
        received = sent + timedelta(days=_lag(random, 1.2, 25))
        decided = received + timedelta(days=5 + _lag(random, 28.0, 300))
        amount = int(round(10 ** random.uniform(3, 6.3), -random.choice((0, 0, 1, 2, 3))))
        referral_no = (unit[2], sent.year, _next(serials, unit[2], sent.year))
        police_no = ("繁公（刑）受案字", received.year, 10_000 + _next(serials, "police", received.year))
        for person in party:
            paper_no = ("繁检刑不诉", decided.year, _next(serials, "paper", decided.year))
            yield Matter(place, group, person, unit[0], unit[1], referral_no, police_no, paper_no, cause, sent, received, decided, amount)  # fmt: skip
            place += 1
            if place == parties:
                return
        group += 1


def _lag(random: Random, mean: float, most: int) -> int:
    return min(most, int(random.expovariate(1 / mean)))


def _next(serials: dict[tuple[str, int], int], series: str, year: int) -> int:
    serials[series, year] = serials.get((series, year), 0) + 1
    return serials[series, year]


class _People:
    def __init__(self, random: Random, planted: Planted) -> None:
        self._random, self._planted = random, planted
        self._surnames = _SURNAMES[::2]
        self._surname_shares = list(accumulate(map(int, _SURNAMES[1::2])))
        self._given_shares = list(accumulate(1000 // (place + 12) for place in range(len(_GIVEN))))

    def another(self) -> Person:
        if self._random.random() < self._planted.units:
            return self._unit()
        return Person(self._name(), self._number(self._random.choice(_REGIONS), self._birth()))

    def namesake(self, of: Person) -> Person:
        """Somebody else of that name."""
        return Person(of.name, self._number(self._random.choice(_REGIONS), self._birth()))

    def twin(self, of: Person) -> Person:
        """Born the same day in the same place, the next number but one, a like name."""
        serial = min(996, int(of.id_no[14:17]) + self._random.choice((1, 2)))
        body = f"{of.id_no[:14]}{serial:03}"
        return Person(of.name[:-1] + self._given(), body + person_check_digit(body))

    def _name(self) -> str:
        surname = self._random.choices(self._surnames, cum_weights=self._surname_shares)[0]
        length = self._random.choices((1, 2), (18, 82))[0]
        return surname + "".join(self._given() for _ in range(length))

    def _given(self) -> str:
        if self._random.random() < 0.004:
            return self._random.choice(_RARE)
        return self._random.choices(_GIVEN, cum_weights=self._given_shares)[0]

    def _birth(self) -> date:
        return date(1952, 1, 1) + timedelta(days=int(self._random.triangular(0, 19_700, 11_000)))

    def _number(self, region: str, birth: date) -> str:
        body = f"{region}{birth:%Y%m%d}{self._random.randrange(1, 400):03}"
        return body + person_check_digit(body)

    def _unit(self) -> Person:
        place, word = self._random.choice(_PLACES), "".join(self._random.choices(_GIVEN, k=2))
        bracket = self._random.choice(("", "", "（繁峙）", "（山西）"))
        name = f"{place}{word}{bracket}{self._random.choice(_TRADES)}有限公司"
        body = f"91{self._random.choice(_REGIONS)}MA0" + "".join(self._random.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=6))  # fmt: skip
        return Person(name, body + unit_check_digit(body), is_unit=True)
