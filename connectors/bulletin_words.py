"""In which Chinese words do the bulletins say the hub's figures, and how is each defined? One sentence a figure."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.report_book_words import detail_of
from hub.reports.figures import NOTHING, Rate, Spread
from hub.reports.township import OwnFinding

FIGURES = {
    "referrals_sent": "移送公安机关（件）",
    "referrals_received": "公安机关接受（件）",
    "decisions_received": "收到立案、不予立案、复议决定（件）",
    "opinions_served": "收到检察意见（件）",
    "opinions_replied": "回复检察意见（件）",
    "penalties": "作出行政处罚（件）",
    "letters_sent": "移送线索、咨询、回复检察建议（件）",
    "letters_received": "收到线索结果、咨询答复、检察建议（件）",
    "due": "本期到期应办事项（件）",
    "on_time": "按期率",
    "platform": "报送签收按期率",
    "overdue": "期末逾期未办（件）",
}

# What is handed over, by the kinds that a delivery holds.
DELIVERED = {
    "referral": "移送信息",
    "referral_copy": "移送抄送件",
    "filing_decision": "公安机关决定",
    "finding": "核对问题",
    "overdue": "逾期事项",
    "notice": "提醒督办",
    "bulletin": "情况通报",
}
ANSWERED = {"planned": "待推送", "sent": "未签收", "acknowledged": "已签收", "refused": "被退回"}

# Each figure in one sentence; docs/reports.md says the same in both languages.
DEFINITIONS = (
    ("按期率", "本期到期的法定义务和县定期限事项中，按期办结的所占比例；逾期办结、逾期未办计入分母，未到期、不再需要和权利事项不计。"),
    ("报送签收按期率", "本期到期的向平台报送、签收推送事项中，按期的所占比例；不与按期率合并。"),
    ("逾期天数", "逾期办结的算到办结日，逾期未办的算到截至日，自期限日次日起按日历天计。"),
    ("权利行使率", "本期期满的复议、申请监督等权利中，按期行使的所占比例。"),
    ("反复逾期", "本期逾期的“单位＋事项”中，在含本期的最近三个月内逾期两次以上的所占比例；签收推送不计。"),
    ("签收时长", "本期发出的推送自发出至签收的小时数；未签收、被退回的另列，不计入时长。"),
    ("升级层级", "签收前“平台往来逾期”升级梯为该推送触发到的最高一级，0 为未触发。"),
    ("自动化率（收件）", "本期到达的数据行（空白、合计、注释除外）中，未经人工更正即收入的所占比例。"),
    ("自动化率（关联）", "本期到达、与其他记录连成一案的记录中，不须人工认定的所占比例。"),
    ("自动化率（督促）", "本期触发或提请的梯级中，未提请人工决定即通知的所占比例。"),
    ("误报率", "本期告知的核对问题中，责任单位并未行动、仅因数据更正或迟到而消失的所占比例。"),
    ("决定时长", "本期提请的决定自提请至批准或不批准的小时数；待决定的另列。"),
)  # fmt: skip


def rate_text(rate: Rate) -> str:
    """A rate with what it was counted over.

    >>> rate_text(Rate(3, 4)), rate_text(Rate(0, 0))
    ('75.0%（3/4）', '—（0/0）')
    """
    shown = NOTHING if rate.value is None else f"{rate.value:.1%}"
    return f"{shown}（{rate.part}/{rate.whole}）"


def spread_text(spread: Spread, unit: str) -> str:
    """The middle and the longest of some lengths.

    >>> spread_text(Spread.of([1, 2, 9]), "天"), spread_text(Spread.of([]), "天")
    ('中位 2 天，最长 9 天', '—')
    """
    if spread.median is None or spread.most is None:
        return NOTHING
    return f"中位 {spread.median:.3g} {unit}，最长 {spread.most:.3g} {unit}"


def kinds_text(kinds: str) -> str:
    """What a delivery holds.

    >>> kinds_text("finding+notice")
    '核对问题、提醒督办'
    """
    return "、".join(DELIVERED.get(kind, kind) for kind in kinds.split("+"))


def own_detail(finding: OwnFinding, titles: Mapping[str, str]) -> str:
    """What a township's finding is about; of other townships' penalties only how many there are."""
    said, _, others = finding.detail.partition("|")
    if not others:
        may_be = "、".join(f"{number}（{sent_on}）" for number, sent_on in finding.may_be)
        return detail_of(said, titles) + (f"；可能即本单位移送的 {may_be}，请核对" if may_be else "")
    own = said.partition("=")[2]
    return (f"{detail_of(said, titles)}，另有" if own else "") + f"其他乡镇处罚决定 {others} 份，累计达到追诉标准"
