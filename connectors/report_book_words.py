"""In which Chinese words does the workbook for people say the hub's codes?"""

from __future__ import annotations

from collections.abc import Mapping

from hub.duties.duty import RuleKind, State
from hub.findings.patterns import Pattern, Side, Standing
from hub.mapping.agency import Agency
from hub.screening.clue import ClueKind

STATES = {
    State.DISCHARGED: "按期办结",
    State.DISCHARGED_LATE: "逾期办结",
    State.OVERDUE: "逾期未办",
    State.OPEN: "未到期",
    State.LAPSED: "期满未行使",
    State.VOID: "不再需要",
}
KINDS = {RuleKind.DUTY: "法定义务", RuleKind.RIGHT: "权利", RuleKind.POLICY: "县定期限"}

# code -> (short name, meaning), as mechanism.md fixes the codes.
FINDINGS = {
    "sent_not_received": ("移送未见受案", "乡镇已发出移送，公安机关没有受案记录，签收回执的期限已过"),
    "received_not_sent": ("受案未见移送", "公安机关记有受案，没有乡镇登记过这次移送"),
    "decided_not_notified": ("决定未见通知", "公安机关已作决定，满3日乡镇仍未登记收到通知书"),
    "undecided": ("逾期未决定", "公安机关已接受案件，是否立案的决定期限已过而未决定"),
    "filed_items_not_handed_over": ("物品逾期未移交", "已立案并通知乡镇，涉案物品和材料的移交期限已过"),
    "refused_then_nothing": ("不立案后无下文", "不予立案后既未复议、未申请监督，也未处罚，期限均已过"),
    "nonprosecution_not_reviewed": ("不起诉未审查", "不起诉后应否行政处罚的审查期限已过"),
    "opinion_not_copied": ("意见未抄送", "检察意见抄送司法局的期限已过"),
    "replied_not_performed": ("回复未落实", "乡镇已回复正在办理，落实检察意见的期限已过"),
    "should_have_been_referred": ("应移送未移送", "行政处罚已达该案由的刑事追诉标准，没有移送"),
    "should_have_been_referred_jointly": (
        "累计应移送",
        "同一当事人两年内多次处罚，单次不足、合计已达追诉标准，没有移送",
    ),
    "field_conflict": ("记载不一致", "各单位对同一事项的记载不同，责任单位为该栏目的核实单位"),
    "order_conflict": ("时间先后矛盾", "日期先后不可能成立，如决定早于受案、回复早于送达"),
    "status_conflict": ("结果矛盾", "各单位记载的办理结果互相矛盾"),
    "duplicate_reference": ("文号重复", "同一移送书文号用在两件移送上"),
    "reference_gap": ("文号断号", "本单位移送书文号的序号中间缺号"),
    "ambiguous": ("须人工判断", "有几件案件同样吻合，平台没有猜测，由人认定"),
}

SIDES = {Side.TOWNSHIP: "乡镇", Side.POLICE: "公安机关", Side.PROCURATORATE: "检察院"}
PATTERNS = {
    Pattern.ALL_THREE: "三方都有",
    Pattern.TOWNSHIP_POLICE: "乡镇和公安",
    Pattern.TOWNSHIP_PROCURATORATE: "乡镇和检察院",
    Pattern.POLICE_PROCURATORATE: "公安和检察院",
    Pattern.TOWNSHIP_ONLY: "只有乡镇",
    Pattern.POLICE_ONLY: "只有公安",
    Pattern.PROCURATORATE_ONLY: "只有检察院",
}
STANDINGS = {
    Standing.MISSING: "缺失",
    Standing.UNPLACED: "待人工认定",
    Standing.PENDING: "未到期",
    Standing.NOT_OWED: "无须",
}

# reason -> (what was wrong, how to put it right)
REASONS = {
    "impossible_date": ("日期无法识别或不存在", "核对原件，按“2026-03-05”或“2026-03-05 14:30”填写后重报"),
    "missing_required": ("必填栏目为空", "补填该栏后重报"),
    "unknown_category": ("填写的词不在约定取值之内", "改用接口约定或案由表中的词后重报"),
    "unreadable_file": ("文件打不开或没有约定的工作表", "重新导出、确认能打开后重报"),
    "hash_mismatch": ("文件与其清单（行数、校验值）不符", "文件写完后重新生成清单，两者一并重报"),
    "unknown_column": ("栏目与接口约定不符", "恢复约定的栏目名称；确需改名的先告知平台管理员"),
    "archive_bomb": ("文件解压后异常庞大，未打开", "核对文件来源，用办公软件另存后重报"),
}

# Findings say `name=value`; these are the names.
_DETAILS = {
    "rule": "事项",
    "police_case": "案件编号",
    "penalty": "处罚决定书",
    "penalties": "处罚决定书",
    "number": "文号",
    "missing": "缺号",
    "candidates": "可能的立案号",
    "field": "栏目",
}
_FIELDS = {"party": "当事人", "id_no": "证件号码", "cause": "案由", "date": "日期", "amount": "涉案金额"}
_PLAIN = {
    "decided_before_received": "立案与否的决定早于接受案件",
    "received_before_sent": "接受案件早于移送",
    "replied_before_served": "回复早于检察意见送达",
    "sent_before_approved": "移送早于批准",
    "filing": "立案与不予立案",
    "reconsideration": "复议结论",
    "withdrawn_and_prosecuted": "公安机关撤案而检察院起诉",
}

# Debtors and creditors that have no mapping file, or none in this run.
_OFFICES = {
    "hub": "衔接平台",
    "police": "公安机关",
    "procuratorate": "检察院",
    "justice_bureau": "司法局",
    "supervision_commission": "监察委员会",
    "": "（未能确定）",
}


def name_of(code: str, agencies: Mapping[str, Agency]) -> str:
    """Whom a debtor or creditor code means; a code that nobody knows is shown as it is."""
    agency, _, head = code.partition("/")
    known = agencies.get(agency)
    return (known.mapping.name if known else _OFFICES.get(agency, agency)) + ("负责人" if head else "")


def detail_of(detail: str, titles: Mapping[str, str]) -> str:
    """What a finding is about. titles: rule id -> Chinese title.

    >>> detail_of("candidates=繁林罚立〔2026〕3号+繁林罚立〔2026〕5号", {})
    '可能的立案号：繁林罚立〔2026〕3号、繁林罚立〔2026〕5号'
    """
    name, found, value = detail.partition("=")
    if not found:
        return _PLAIN.get(detail, detail)
    if name == "rule":
        value = titles.get(value, value)
    elif name == "field":
        value = _FIELDS.get(value, value)
    elif name in ("penalties", "candidates"):
        value = value.replace("+", "、")
    return f"{_DETAILS.get(name, name)}：{value}"


# What a screening finds, for a prosecutor.
CLUES = {
    ClueKind.OVER_THRESHOLD: "达到追诉标准",
    ClueKind.JOINTLY_OVER_THRESHOLD: "累计达到追诉标准",
    ClueKind.REPEATED: "多次受罚又犯",
    ClueKind.UNPUNISHED: "不起诉后未处罚",
    ClueKind.ALREADY_PUNISHED: "已受处罚",
}
