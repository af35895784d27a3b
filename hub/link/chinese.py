"""What is a link called in Chinese: by which signs it was made, what was compared, and what was seen of it?

Those who decide and those who judge read Chinese, those who run the hub English; what both read says both.
"""

from __future__ import annotations

import re

SIGNS = {
    "own": "单独成案",
    "own_key": "本单位同号",
    "number": "文号",
    "identity": "证件号码",
    "name": "姓名或名称",
    "police_case_no": "案件编号",
    "matter": "事由、时间、金额",
    "opinion": "检察意见",
    "opinion_no": "检察意见文号",
    "letter_no": "函件文号",
    "decided": "人工决定",
}
FEATURES = {
    "identity number": "证件号码",
    "name": "姓名或名称",
    "referral number": "移送书文号",
    "related number": "关联文号",
    "letter number": "函件文号",
    "penalty number": "处罚决定书文号",
    "opinion number in remarks": "备注所记意见文号",
    "police number in remarks": "备注所记公安文号",
    "police case number": "案件编号",
    "unified case number": "统一受案号",
    "township": "乡镇",
    "cause": "案由",
    "amount": "金额",
    "days from sending to receipt": "移送至受案",
    "days from approval to receipt": "批准至受案",
    "days from sending to copy": "移送至抄送登记",
    "days from penalty to opinion": "处罚至意见",
    "days from opinion to referral": "意见至移送",
    "act before it": "在先事项",
    "already answered": "已有答复",
    "day of receipt noted": "所记回执日期",
    "township's number": "乡镇文号",
    "police number": "公安文号",
    "days between": "相隔",
}
SEEN = {
    "equal": "相同",
    "first 15 digits equal, rest damaged": "前15位相同，其余损坏",
    "mask fits": "与所露部分相符",
    "mask excludes": "与所露部分不符",
    "differs": "不同",
    "owner and shop": "一方为店铺，一方为个人，文号和金额相同",
    "named as owner": "为所记经营者或者法定代表人",
    "in remarks": "见于备注",
    "no township": "所记单位不是乡镇",
    "differs under one name": "同名而号码不同",
    "one character off": "一字之差",
    "year and serial equal": "年份和序号相同",
    "another acceptance stands there": "另有受案登记",
}
ACTS = {
    "referral.sent": "移送公安机关",
    "referral.received": "接受移送（回执）",
    "supervision.requested": "建议立案监督",
    "filing.refused": "决定不予立案",
    "nonfiling.reasons_required": "要求说明不立案理由",
    "nonfiling.explained": "说明不立案理由",
    "supervision.reasons_upheld": "不立案理由成立",
    "prosecution.referred": "移送审查起诉",
    "nonprosecution.decided": "决定不起诉",
    "transfer_opinion.served": "送达建议移送的检察意见",
    "consultation.asked": "咨询",
    "clue.sent": "移送公益诉讼线索",
}
"""The acts before a document that are looked for, as the glossary names the events."""
KINDS = {
    "referral": "移送案件",
    "penalty": "行政处罚",
    "opinion_handling": "意见办理",
    "correspondence": "线索与咨询",
    "acceptance": "受案登记",
    "police_result": "案件结果",
    "document": "检察文书",
    "copy_receipt": "抄送件收文",
    "clue_receipt": "线索收文",
}
_DAYS = re.compile(r"(-?\d+) days")


def tier_in_chinese(tier: str) -> str:
    """By which signs a record was linked.

    >>> tier_in_chinese("number+name")
    '文号 + 姓名或名称'
    """
    return " + ".join(SIGNS.get(sign, sign) for sign in tier.split("+"))


def seen_in_chinese(seen: str) -> str:
    """What was seen of a feature; words that have no Chinese are given back as they are.

    >>> seen_in_chinese("equal"), seen_in_chinese("-5 days"), seen_in_chinese("no referral.sent")
    ('相同', '-5日', '无：移送公安机关')
    """
    if days := _DAYS.fullmatch(seen):
        return f"{days[1]}日"
    if seen.startswith("no ") and seen[3:] in ACTS:
        return f"无：{ACTS[seen[3:]]}"
    return SEEN.get(seen) or ACTS.get(seen, seen)


def in_both(word: str, chinese: str) -> str:
    """A word with its Chinese before it, or alone where it has none of its own."""
    return word if chinese == word else f"{chinese} {word}"
