"""What do clerks make of the values that they type? Each kind of noise by its name and its own rate.

A kind is a function from the random source and the true value to what is typed. The rates are shares of the rows of
the list, as legal.md 4.4 has them in words; every kind can be set to zero or to anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from random import Random

from hub.values.identity import IdentityState, read_identity

Number = tuple[str, int, int]
Typing = Callable[[Random, str], str]

_WIDE = str.maketrans("0123456789()X", "０１２３４５６７８９（）Ｘ")
_TRADITIONAL = str.maketrans(
    "张刘陈杨赵黄吴孙马罗郑谢韩冯苏卢蒋贾叶阎余谭邹陆顾龙钱汤贺赖龚伟丽强军艳杰国华兰红凤银铁锁亮洁贞泽烂云东飞荣贤宝电灿乔许邓肖",
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮蘇盧蔣賈葉閻餘譚鄒陸顧龍錢湯賀賴龔偉麗強軍艷傑國華蘭紅鳳銀鐵鎖亮潔貞澤爛雲東飛榮賢寶電燦喬許鄧肖",
)
# Characters that sound alike or look alike: what a typist takes for one another.
_ALIKE = {
    one: group.replace(one, "")
    for group in """
        伟玮炜维卫 芳方房 娜那纳 敏民闵 静靖婧 丽莉利力 强墙 磊垒雷 军君均钧 洋阳扬杨 勇永咏 艳燕彦 杰洁捷 涛滔韬 明鸣铭
        超朝 霞侠 平萍苹 刚岗钢 桂贵 英瑛颖 华桦骅 建健剑 国果 志智治 文雯闻 玉育裕 兰岚蓝 秀绣 红洪宏鸿 梅美媚 春椿 福富
        海每 波博泊 峰锋丰 林琳麟 生升胜 金今锦 龙隆 成诚城 云芸 东冬 斌彬宾 辉晖徽 鹏朋 飞菲 宇雨羽 浩昊皓 子紫 轩宣
        李里理 王汪 张章 刘柳 陈程 赵照 周邹 吴武 徐许 孙荪 胡湖 郭国 何贺 高郜 于余 董懂 己已 未末 日曰 戍戌 士土 冼洗
    """.split()  # noqa: SIM905
    for one in group
}
_OTHER_WORDS = {"镇": ("镇人民政府", "镇综合行政执法队", "镇", ""), "乡": ("乡人民政府", "乡综合行政执法队", "乡", "")}


# --- document numbers -------------------------------------------------------------------------------------------


def written(number: Number) -> str:
    """A document number as its own agency writes it."""
    return f"{number[0]}〔{number[1]}〕{number[2]}号"


def _brackets(random: Random, text: str) -> str:
    left, right = random.choice(("[]", "()", "（）", "【】", "［］", "﹝﹞", "〖〗"))
    return text.replace("〔", left).replace("〕", right)


def _spaced(random: Random, text: str) -> str:
    at = random.randrange(1, len(text))
    return text[:at] + random.choice((" ", "\u3000", "\u00a0", "  ")) + text[at:]


def _wrong_digit(random: Random, text: str) -> str:
    places = [m.start() for m in re.finditer(r"\d", text)][4:] or [m.start() for m in re.finditer(r"\d", text)]
    at = random.choice(places)
    return text[:at] + random.choice([d for d in "0123456789" if d != text[at]]) + text[at + 1 :]


def _swapped_digits(random: Random, text: str) -> str:
    places = [i for i in range(len(text) - 1) if text[i : i + 2].isdigit() and text[i] != text[i + 1]]
    if not places:
        return _wrong_digit(random, text)
    at = places[-1] if random.random() < 0.8 else random.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


# What changes the number comes first, then how it looks.
NUMBER_NOISE: dict[str, Typing] = {
    "number missing": lambda random, text: random.choice(("", "", "/", "无")),
    "number digit wrong": _wrong_digit,
    "number digits swapped": _swapped_digits,
    "prefix lost": lambda random, text: text[text.index("〔") :],
    "prefix misspelt": lambda random, text: text.replace("移字", "移").replace("综执移", "综执移字"),
    "第": lambda random, text: text.replace("〕", "〕第"),
    "leading zeros": lambda random, text: re.sub(r"(〕第?)(\d+)", lambda m: f"{m[1]}{int(m[2]):06}", text),
    "no 号": lambda random, text: text.removesuffix("号"),
    "號": lambda random, text: text.replace("号", "號"),
    "number spaced": _spaced,
    "brackets": _brackets,
    "full width": lambda random, text: text.translate(_WIDE),
}
# Kinds that leave no number to go by: the hard residue.
NUMBER_LOST = frozenset({"number digit wrong", "number digits swapped", "number missing", "another's number"})


# --- names ------------------------------------------------------------------------------------------------------


def _alike(random: Random, text: str) -> str:
    places = [i for i, c in enumerate(text) if c in _ALIKE and (i or len(text) < 3)]
    if not places:
        return text
    at = random.choice(places)
    return text[:at] + random.choice(_ALIKE[text[at]]) + text[at + 1 :]


def _masked(random: Random, text: str) -> str:
    if text.endswith("公司"):
        return random.choice((f"{text[:2]}某某公司", "某某公司", f"{text[:3]}某公司"))
    return text[0] + random.choice(("某某", "某", "某某", "**", "×"))


def _unit_form(random: Random, text: str) -> str:
    if not text.endswith("公司"):
        return text
    text = text.replace("（", "(").replace("）", ")") if random.random() < 0.5 else text
    return text.replace("有限公司", "有限责任公司") if random.random() < 0.7 else text.replace("有限公司", "公司")


NAME_NOISE: dict[str, Typing] = {
    "homophone or look-alike": _alike,
    "traditional": lambda random, text: text.translate(_TRADITIONAL),
    "masked": _masked,
    "name spaced": lambda random, text: text[0] + random.choice((" ", "\u3000")) + text[1:],
    "rare character lost": lambda random, text: re.sub("[喆堃玥犇垚昇旻祎翀煊瑀璟頔翾]", random.choice("?□"), text),
    "unit form": _unit_form,
}

# --- identity numbers -------------------------------------------------------------------------------------------


def _float_damaged(random: Random, text: str) -> str:
    if not text.isdigit():
        return text
    return random.choice((text[:15] + "000", text[:15] + "000", str(int(float(text))), f"{text[0]}.{text[1:15]}E+17", f"{text[0]}.{text[1:6]}E+17"))  # fmt: skip


def _legacy(random: Random, text: str) -> str:
    return text[:6] + text[8:17] if text[6:8] == "19" and text[:17].isdigit() else text


def _id_slip(random: Random, text: str) -> str:
    return _swapped_digits(random, text) if random.random() < 0.3 else _wrong_digit(random, text)


IDENTITY_NOISE: dict[str, Typing] = {
    "identity missing": lambda random, text: random.choice(("", "", "无", "/")),
    "identity masked": lambda random, text: f"{text[: random.choice((6, 10))]}{'*' * random.choice((4, 8))}{text[-4:]}",
    "identity digit wrong": _id_slip,
    "15 digits": _legacy,
    "float": _float_damaged,
    "identity marked as text": lambda random, text: random.choice(
        (f"'{text}", f'="{text}"', text.lower(), text.translate(_WIDE), f" {text[:6]} {text[6:]}")
    ),
}

# --- causes, dates, amounts, units ------------------------------------------------------------------------------


def typed_cause(random: Random, cause: tuple[tuple[str, ...], str], party: str, criminal: bool) -> str:
    """Administrative words at the township; the criminal charge elsewhere, in the forms that headings have."""
    word = cause[1] if criminal else random.choice(cause[0])
    return (
        random.choice((word, f"涉嫌{word}", f"{word}罪", f"涉嫌{word}罪", f"{party}涉嫌{word}案")) if criminal else word
    )


_HAN = str.maketrans("0123456789", "〇一二三四五六七八九")


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("十" if tens == 1 else f"{str(tens).translate(_HAN)}十" if tens else "") + (str(ones).translate(_HAN) if ones else "")  # fmt: skip


def typed_date(random: Random, day: date) -> str:
    """One of the ways in which clerks write a day."""
    way = random.choices(range(9), (40, 12, 10, 8, 12, 6, 6, 3, 3))[0]
    y, m, d = day.year, day.month, day.day
    return (
        f"{y}-{m:02}-{d:02}", f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}{m:02}{d:02}", f"{y}年{m}月{d}日",
        f"{y}-{m:02}-{d:02} {random.randrange(8, 18):02}:{random.randrange(60):02}", str((day - date(1899, 12, 30)).days),
        f"{str(y).translate(_HAN)}年{_han(m)}月{_han(d)}日", f"{y}年{m:02}月{d:02}日".translate(_WIDE),
    )[way]  # fmt: skip


def typed_amount(random: Random, amount: int) -> str:
    """One of the ways in which clerks write a sum."""
    ways = (str(amount), f"{amount:,}.00", f"￥{amount:,}", f"{amount}元", f"{amount}".translate(_WIDE), f"{amount / 10_000:.10g}万元")  # fmt: skip
    return random.choices(ways, (50, 12, 6, 10, 4, 18))[0]


def typed_unit(random: Random, name: str) -> str:
    """One of the names that a township goes by."""
    return random.choice(("", "", "", "繁峙县")) + name[:-1] + random.choice(_OTHER_WORDS[name[-1]])


_NOTHING_LEFT = ("number missing", "identity missing", "identity masked", "masked")


def apply(kinds: Mapping[str, Typing], rates: Mapping[str, float], random: Random, value: str, seen: set[str]) -> str:
    """The value as typed: each kind by its rate, in the order of the table; kinds that changed it go to `seen`."""
    for kind, typing in kinds.items():
        rate = rates.get(kind, 0.0)
        if rate and value and random.random() < rate:
            typed = typing(random, value)
            if typed != value:
                seen.add(kind)
                value = typed
            if kind in _NOTHING_LEFT:
                break
    return value


def is_whole(text: str) -> bool:
    """Whether an identity number, as typed, still says whose it is."""
    return read_identity(text).state in (IdentityState.COMPLETE, IdentityState.LEGACY)
