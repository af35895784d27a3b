"""What does one line of the law's table say? Rows as clerks fill them, one rule, and what a person worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.duties.duty import Obligation
from hub.duties.rules import Rule, Rules
from hub.model import CellValue, Record
from tests.hub.county import AS_OF, RULES, acceptance, document, judge, police_no

OTHER_NAME, OTHER_ID_NO = "李四", "11010519491231002X"
ZHANG, LI = {"name": "张三", "id_no": "140924198003041236"}, {"name": OTHER_NAME, "id_no": OTHER_ID_NO}

# The word in the number of each kind of paper; letters keep the county's 意.
_WORD = {
    "copy_receipt": "抄", "supervision_acceptance": "受", "reasons_for_nonfiling": "不立通", "reasons_for_overdue": "逾通",
    "filing_order": "通立", "reasons_upheld": "审", "supervision_result": "告", "nonprosecution": "刑不诉",
    "nonprosecution_review": "罚审", "refusal_notice": "情通", "clue_registration": "登", "clue_result": "结",
    "consultation_answer": "答", "suggestion": "建", "duty_clue": "移", "indictment": "刑诉",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One rule under one aspect.

    aspect: `on_time`, `late`, …, a note after a slash where there are several (`holiday/national day`).
    records: all that stands in the agencies' books. due: the due day (to its end) or `YYYY-MM-DD HH:MM`; empty where
    nothing is owed. state, ended: where the obligation stands, and the day or instant of the act that ended it.
    owes: `debtor > creditor`. about, opened: which of several obligations of the rule is meant.
    use: the alternative that the county has chosen. cases: how many matters the records are.
    """

    rule: str
    aspect: str
    records: tuple[Record, ...]
    due: str = ""
    state: str = ""
    ended: str = ""
    owes: str = ""
    about: str = ""
    opened: str = ""
    use: str = ""
    as_of: str = AS_OF
    cases: int = 1

    def __str__(self) -> str:
        return f"{self.rule}-{self.aspect}"

    @property
    def kind(self) -> str:
        """The aspect without its note."""
        return self.aspect.partition("/")[0]


def line(aspect: str, *records: Record, **said: str | int) -> Line:
    """A line whose rule `of` adds."""
    return Line("", aspect, records, **said)  # type: ignore[arg-type]


def of(rule: str, *lines: Line) -> list[Line]:
    """The lines of one rule."""
    return [replace(one, rule=rule) for one in lines]


def check(one: Line, rules: Rules = RULES) -> None:
    """Derive what is owed from the records under the county's rules, and compare it with what the line says."""
    judged = judge(*one.records, as_of=one.as_of, rules=choosing(rules, one.rule, one.use))
    assert len(judged.linkage.cases) == one.cases, "the records are not the matters that the line speaks of"
    owed = [
        o
        for o in judged.owed
        if o.rule == one.rule and one.about in ("", o.subject) and str(o.opened_at).startswith(one.opened)
    ]
    if not one.due:
        assert owed == []
        return
    assert len(owed) == 1, [(o.subject, str(o.opened_at)) for o in owed]
    compare(one, owed[0])


def compare(one: Line, owed: Obligation) -> None:
    """The obligation is the one that the line says, to the second."""
    assert owed.due_at == due_at(one.due)
    assert str(owed.state) == one.state
    # What a record gives by the minute or by the day is said so in the line; the seconds are the record's own.
    ended = str(owed.ended_at).replace("T", " ") if owed.ended_at else ""
    assert (ended[: len(one.ended)] if one.ended else ended) == one.ended
    if one.owes:
        assert f"{owed.debtor} > {owed.creditor}" == one.owes
    assert owed.basis
    assert owed.steps


def due_at(text: str) -> datetime:
    """The last second of a day, or the instant, Shanghai's clock; written without the hub's own code."""
    written = f"{text} 23:59:59" if len(text) == 10 else f"{text}:00"
    return datetime.fromisoformat(f"{written}+08:00")


def choosing(rules: Rules, rule_id: str, use: str) -> Rules:
    """The rules, one of them under the alternative of that name."""
    if not use:
        return rules
    return Rules(tuple(chosen(rule, use) if rule.id == rule_id else rule for rule in rules.every), "chosen")


def chosen(rule: Rule, use: str) -> Rule:
    """The rule as it reads where the county has chosen the alternative, its own or one for any rule."""
    return rule.model_copy(update={"use": use}).in_use(RULES.common)


def paper(doc_type: str, day: str, no: int = 1, /, **members: CellValue) -> Record:
    """A document of the procuratorate about 张三 of 繁城镇, decided and served on that day."""
    said: dict[str, CellValue] = {
        "doc_no": f"繁检{_WORD.get(doc_type, '意')}〔2026〕{no}号",
        "decided_at": f"{day}T09:00:00+08:00",
        "served_at": f"{day}T15:00:00+08:00",
    }
    return document(doc_type, no, **{**said, **members})


def split() -> tuple[Record, Record]:
    """One referral that the police keep as two cases: two suspects, one 移送书."""
    return acceptance(1), acceptance(2, 移送书文号="繁城综执移〔2026〕1号")


def joined() -> tuple[Record, Record]:
    """Two referrals, of 张三 and of 李四, that the police keep as one case."""
    other = acceptance(2, **{"嫌疑人/单位": OTHER_NAME}, 证件号码=OTHER_ID_NO, 案件编号=police_no(1))
    return acceptance(1), other


def ids(lines: Sequence[Line]) -> list[str]:
    """`rule-aspect` of each."""
    return [str(one) for one in lines]
