"""Who is named in the cell, and when are two spellings one name?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from hub.values.blanks import is_blank, without_spaces
from hub.values.script import to_simplified

_SEPARATORS = "、,，;；\n"
_OPENING, _CLOSING = "（(〔[［【〖﹝", "）)〕]］】〗﹞"
_DIVIDED = re.compile(f"[{_SEPARATORS}]")
_BRACKETED = re.compile(f"[{re.escape(_OPENING + _CLOSING)}]")
_DIVIDERS = str.maketrans(dict.fromkeys(",;", "、"))  # half width, as `comparable_name` leaves them
# Between two whole numbers, of which the shorter have 15 characters.
_BETWEEN_NUMBERS = re.compile(r"(?<=[0-9A-Z]{14}[0-9A-Zx])[\s/／]+(?=[0-9A-Z]{15})")
_OUTER = "\u200b\ufeff \t\r\u3000\u00a0"
_BRACKETS = str.maketrans({**dict.fromkeys(_OPENING, "("), **dict.fromkeys(_CLOSING, ")")})
# The dot of a name in several parts, in the ways keyboards offer it: 阿·买提, 阿•买提, 阿．买提.
_MIDDLE_DOT = str.maketrans(dict.fromkeys("•‧∙⋅・･.．", "·"))
_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_HAN_ALONE = re.compile("[\u4e00-\u9fff]+")
# What stands for a character that a system could not write, beside □ and ?: 〓, what decoding left, places for private use.
_UNWRITTEN = re.compile("[〓■●○\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")
WHICH = "(?:[甲乙丙丁戊己庚辛壬癸一二三四五六七八九十]|[0-9]+)?"
"""Which of several who are hidden alike: 某甲, 某二, 某1; also read by expressions over columns."""
# 某 and stars hide on purpose; □ and ? stand for characters that an old code page could not hold. Of a name of one
# character the rest was lost: nobody is called by a surname alone.
_HIDDEN = re.compile(
    rf"某{WHICH}|[*□?]|(?<=[{_HAN}*])[×X]+(?![A-WYZ])|(?<![A-Z])X{{2,}}(?![A-WYZ])|×+|(?<=^[{_HAN}])\Z"
)
# What is written where nobody is named.
NOBODY = (
    "不详", "不明", "未知", "待查", "姓名不详", "身份不明", "无名氏", "无名", "暂无", "未提供", "空", "同上", "〃", "#N/A", "N/A", "NA", "NULL",
    "NONE", "NAN",
)  # fmt: skip
# What a clerk writes before a name, behind it, and in brackets behind it.
_ROLE = re.compile(
    r"^(?:犯罪嫌疑人|违法嫌疑人|嫌疑人|被不起诉人|被告人|被处罚人|被移送人|违法行为人|当事人|经营者|负责人|法定代表人|业主):?(?=.)"
)
_OTHERS = re.compile(r"(?<=..)等(?:\d+|[一二两三四五六七八九十]+)?[人名]?$")
_ASIDE = re.compile(
    r"\((?:在逃|另案|另处|网逃|绰号|外号|诨名|曾用名|又名|小名|别名|化名|男|女|取保|已|现|经营者|负责人|法定代表人|法人|业主|身份证)[^()]*\)$"
)
_WRITTEN_IN = re.compile(r"\(?[1-9]\d{14,16}[0-9X]\)?")
_NAMELIKE = re.compile(r"[^\W\d_]")
OWNER_WORDS = ("经营者", "负责人", "法定代表人", "法人", "业主")
PUT_AROUND = ("嫌疑人", "被", "违法", "当事人", "等", *OWNER_WORDS)
"""A name without any of these, without digits, and without a bracket at its end has nothing around it."""
BESIDE_SIGNS = [*OWNER_WORDS, *_CLOSING]
"""A cell without any of these names nobody beside its party."""
MOST_HIDDEN = 3  # characters at the end of a person's name
_HIDDEN_PARTS = re.compile(rf"(?:{_HIDDEN.pattern})+")
# How the name of a unit ends; also read by expressions over columns, so without what only Python's `re` has. Words that
# people are called by as well end a unit's name only behind three more characters (王建社, 张知行, 李会), or behind what
# makes a shop of them (酒楼 for 张玉楼, 山庄, 建材城). 养殖户 and 个体户 are said of a person.
UNIT_WORDS = (
    r"(公司|集团|企业|中心|基地|厂|店|部|场|矿|院|局|队|所|铺|馆|坊|室|吧|窑|超市|门市|酒家|农家乐|度假村|网咖|合作社|供销社"
    r"|[药磨油]房|[酒茶影]楼|[饭农山酒]庄|商城|洗浴城|娱乐城|美食城|建材城|家具城|食堂|[餐歌舞发]厅|[冷仓粮油]库|浴池|[工购营售办]点"
    r"|.{3}[社会园行站校])(\(.*\))?$"
)
_UNIT_NAME = re.compile(UNIT_WORDS)
COMPANY_WORDS = "公司|集团|合作社"
_COMPANY = re.compile(COMPANY_WORDS)
_OWNER = "(?:经营者|负责人|法定代表人|法人代表|法人|业主)"
_BEHIND = re.compile(rf"(?P<unit>.+?)[(,;、]?{_OWNER}:?(?P<person>[\u3400-\u9fff·]{{2,}})\)?")
# A person with the name of a unit in brackets behind; 兴旺(养殖场) is a shop's name with its kind, 砂河镇(…) a place.
_UNIT_BEHIND = re.compile(r"(?P<person>[\u3400-\u9fff·]{2,4})(?<![省市县区乡镇村])\((?P<unit>[^()]{4,})\)")
_NAMED_BEHIND = re.compile(rf"{_OWNER}[:：]\s*([\u3400-\u9fff·]{{2,}})")
# What a unit's name has beside the words by which it is told from others.
LEGAL_FORM = re.compile(r"(?:股份)?有限公司|有限责任公司|公司|\([^()]*\)")


def split_parties(text: str) -> tuple[str, ...]:
    """The parties of one cell in their order, each as typed but for outer spaces.

    A separator inside brackets belongs to the name: 山西某（繁峙、代县）有限公司 is one party. Empty
    places are dropped.

    >>> split_parties("张 三、李四；山西恒远（繁峙）矿业有限公司")
    ('张 三', '李四', '山西恒远（繁峙）矿业有限公司')
    """
    return tuple(part for part in _split(text) if not is_blank(part))


def split_numbers(text: str) -> tuple[str, ...]:
    """The numbers of one cell in their order; an empty place stays, so that they pair off with the parties.

    Spaces or a stroke part them too, where a whole number stands on either side.

    >>> split_numbers("140924198003041236、/"), split_numbers("140924198003041236 140924800304125")
    (('140924198003041236', ''), ('140924198003041236', '140924800304125'))
    """
    return tuple("" if is_blank(part) else part for part in _split(_BETWEEN_NUMBERS.sub("、", text)))


def _split(text: str) -> list[str]:
    if not _DIVIDED.search(text):
        return [text.strip(_OUTER)]
    if not _BRACKETED.search(text):
        return [part.strip(_OUTER) for part in _DIVIDED.split(text)]
    parts, depth = [""], 0
    for character in text:
        depth = max(0, depth + (character in _OPENING) - (character in _CLOSING))
        if character in _SEPARATORS and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip(_OUTER) for part in parts]


@lru_cache(1 << 16)  # people are named again and again, and compared many times
def comparable_name(text: str) -> str:
    """One spelling for all spellings of a name; to compare by, not to show.

    Width, spaces of any kind, traditional script, the kind of brackets and of middle dot, case, and
    有限责任公司 for 有限公司 make no difference (samples/README.md 6.6); what stands for a character that could not be
    written is □.

    >>> comparable_name("繁峙縣 鑫達（物流）有限责任公司")
    '繁峙县鑫达(物流)有限公司'
    >>> comparable_name("卢\u3000伟") == comparable_name("盧伟")
    True
    """
    if _HAN_ALONE.fullmatch(text):  # nothing of another width, no space, no bracket: most names of persons
        return to_simplified(text).replace("有限责任公司", "有限公司")
    half_width = without_spaces(unicodedata.normalize("NFKC", text)).upper()
    # Once more, since characters that a space kept apart may now compose.
    name = to_simplified(unicodedata.normalize("NFKC", half_width)).translate(_BRACKETS).translate(_MIDDLE_DOT)
    return _UNWRITTEN.sub("□", name).replace("有限责任公司", "有限公司")


@lru_cache(1 << 16)
def party_name(text: str) -> str:
    """The name of the party that a cell names, as compared, without what clerks put around it; empty where it names nobody.

    >>> [party_name(text) for text in ("犯罪嫌疑人张三", "张三（在逃）", "张三等3人", "张三140924198003041236", "等等")]
    ['张三', '张三', '张三', '张三', '等等']
    >>> [party_name(text) for text in ("不详", "N/A", "***", "某某", "00000")]
    ['', '', '', '', '']
    >>> party_name("山西（繁峙）矿业有限公司"), party_name("张三；李四")
    ('山西(繁峙)矿业有限公司', '张三、李四')
    >>> party_name("兴旺砂石厂业主张三"), party_name("张三（兴旺砂石厂）")
    ('兴旺砂石厂', '张三')
    """
    name = _OTHERS.sub("", _ASIDE.sub("", _without_role(text)))
    party, beside = _two_named(name)
    name = party if beside else name
    return name if _NAMELIKE.search(_HIDDEN.sub("", name)) and name not in NOBODY else ""


def named_beside(text: str) -> str:
    """Whom a cell names beside its party, as compared; empty where it names none: the owner of a shop, who speaks for a
    company, or the shop in brackets behind its owner.

    >>> named_beside("砂河鑫达木材加工厂（经营者：姜拴强）"), named_beside("兴永建材有限公司法定代表人李四")
    ('姜拴强', '李四')
    >>> named_beside("姜拴强（砂河鑫达木材加工厂）"), named_beside("姜拴强（兴永建材有限公司）"), named_beside("张三（负责人李四）")
    ('砂河鑫达木材加工厂', '', '')
    """
    _, beside = _two_named(_without_role(text))
    return "" if _COMPANY.search(beside) else party_name(beside) if beside else ""


def _without_role(text: str) -> str:
    return _ROLE.sub("", _WRITTEN_IN.sub("", comparable_name(text)).translate(_DIVIDERS))


def _two_named(name: str) -> tuple[str, str]:
    """The party of a cell and whom it names beside; two empty texts where it names no unit with a person, nor the other way."""
    if (found := _BEHIND.fullmatch(name)) and is_unit(found["unit"]):
        return found["unit"], found["person"]
    if (found := _UNIT_BEHIND.fullmatch(name)) and is_unit(found["unit"]) and not is_unit(found["person"]):
        return found["person"], found["unit"]
    return "", ""


def person_behind_in(remarks: str) -> str:
    """Whom remarks name so, by the word and a colon; empty where they name none, or several.

    >>> person_behind_in("法定代表人：秦俊辉，已电话告知"), person_behind_in("法定代表人已到案"), person_behind_in("")
    ('秦俊辉', '', '')
    """
    found = {party_name(name) for name in _NAMED_BEHIND.findall(remarks)}
    return found.pop() if len(found) == 1 else ""


def is_unit(name: str) -> bool:
    """Whether a name, as compared, ends like that of a unit."""
    return _UNIT_NAME.search(name) is not None


def is_shop(name: str) -> bool:
    """Whether a name, as compared, is that of a shop or a works, which is its owner's, and no company's.

    >>> is_shop("砂河鑫达木材加工厂"), is_shop("兴永建材有限公司"), is_shop("张三")
    (True, False, False)
    """
    return is_unit(name) and _COMPANY.search(name) is None


def is_masked(name: str) -> bool:
    """True where a part of the name is hidden: 王某某, 王某甲, 王**, 王×, 某某公司.

    >>> [is_masked(n) for n in ("王某某", "王*", "王xx", "某某公司", "王某甲", "王小明", "X光器材公司")]
    [True, True, True, True, True, False, False]
    """
    return _HIDDEN.search(comparable_name(name)) is not None


def masked_fits(hidden: str, name: str) -> bool:
    """True where the masked name may be the other one, both as compared; a hint only, for hundreds of names fit.

    How many 某 or stars there are says nothing: 王某 and 王某某 are both used for 王小明. At the end of a
    person's name they hide one to three characters; within a unit's name any number. Two masked
    names fit where what both show at the beginning, and at the end, is the same as far as both show it.

    >>> masked_fits("王某某", "王小明"), masked_fits("王某", "王氏矿业有限公司"), masked_fits("繁峙县某某公司", "繁峙县兴永建材公司")
    (True, False, True)
    >>> masked_fits("王某", "王某某"), masked_fits("某某公司", "繁峙县某某公司"), masked_fits("某某公司", "王某某")
    (True, True, False)
    """
    if _HIDDEN.search(name) is not None:
        return _both_fit(_HIDDEN.split(hidden), _HIDDEN.split(name))
    shown = _shown_by(hidden)
    if shown[-1]:
        return _shows(name, shown)
    # What is hidden at the end is a person's.
    ends = range(max(len(name) - MOST_HIDDEN, 0), len(name))
    return any(_shows(name[:end], shown[:-1]) for end in ends) and not _UNIT_NAME.search(name)


@lru_cache(1 << 14)
def _shown_by(hidden: str) -> Sequence[str]:
    """What a masked name shows before, between and behind its masks; one without a mask is all behind one."""
    parts = _HIDDEN_PARTS.split(hidden)
    return parts if len(parts) > 1 else ["", *parts]


def _shows(name: str, parts: Sequence[str]) -> bool:
    """Whether the name begins with the first part, ends with the last, and has the others between, always something apart.

    Each is looked for once, from the left: an expression with many gaps would try every way of filling them.
    """
    first, *between = parts
    if not between or not name.startswith(first):
        return not between and name == first
    *between, last = between
    reached = len(first)
    for part in between:
        found = name.find(part, reached + 1)
        if found < 0:
            return False
        reached = found + len(part)
    return reached < len(name) - len(last) and name.endswith(last)


def _both_fit(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two masked names may be one, by what each shows before its first and behind its last mask."""
    (begins, ends), (others_begin, others_end) = (one[0], one[-1]), (other[0], other[-1])
    if not (begins.startswith(others_begin) or others_begin.startswith(begins)):
        return False
    if not (ends and others_end):
        # What is hidden at the end of the one is a person's: no word of a unit.
        return _UNIT_NAME.search(ends or others_end) is None
    return ends.endswith(others_end) or others_end.endswith(ends)


def hidden_parts(name: str) -> tuple[str, str] | None:
    """What a masked name, as compared, shows at its beginning and at its end; None where nothing is hidden.

    >>> hidden_parts("王某某"), hidden_parts("繁峙县某某公司"), hidden_parts("王小明")
    (('王', ''), ('繁峙县', '公司'), None)
    """
    pieces = _HIDDEN_PARTS.split(name)
    return (pieces[0], pieces[-1]) if len(pieces) > 1 else None
