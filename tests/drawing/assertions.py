"""Which events do the standing records assert? The tables of the samples' README, sections 1 to 5."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from tests.drawing.ledgers import Entry
from tests.drawing.looks import KEYS
from tests.drawing.model import Acceptance, Case, Decision, Document, Event, Receipt, Row, Value
from tests.drawing.spelling import Number
from tests.drawing.standing import Stand

REFERRAL = {
    "立案日期": "case.opened",
    "报告时间": "transfer.proposed",
    "批准时间": "transfer.approved",
    "移送时间": "referral.sent",
    "补正时间": "material.supplemented",
    "收到立案通知书时间": "filing.notice_received",
    "收到不予立案通知书时间": "nonfiling.received",
    "提请复议时间": "reconsideration.requested",
    "收到复议结果时间": "reconsideration.result_received",
    "建议立案监督时间": "supervision.requested",
    "移交物品时间": "items.handed_over",
    "处罚决定时间": "penalty.decided",
}
DECIDED = {
    "立案": "filing.accepted",
    "不予立案": "filing.refused",
    "延长审查": "filing.extended",
    "转送": "referral.rerouted",
    "退回": "referral.returned",
    "撤案": "case.withdrawn",
    "撤案通知": "case.withdrawal_notified",
    "复议受理": "reconsideration.received",
    "复议决定": "reconsideration.decided",
    "说明不立案理由": "nonfiling.explained",
    "说明逾期理由": "overdue.explained",
    "移送起诉": "prosecution.referred",
    "书面咨询": "consultation.asked",
}
# doc_type: event, and whether service dates it.
DOCUMENTS = {
    "copy_receipt": ("copy.received", False),
    "supervision_acceptance": ("supervision.accepted", False),
    "reasons_for_nonfiling": ("nonfiling.reasons_required", True),
    "reasons_for_overdue": ("overdue.reasons_required", True),
    "filing_order": ("filing.ordered", True),
    "reasons_upheld": ("supervision.reasons_upheld", False),
    "supervision_result": ("supervision.result_notified", True),
    "transfer_opinion": ("transfer_opinion.served", True),
    "penalty_opinion": ("penalty_opinion.served", True),
    "nonprosecution": ("nonprosecution.decided", False),
    "nonprosecution_review": ("nonprosecution.reviewed", False),
    "refusal_notice": ("police.notified_of_refusal", True),
    "clue_registration": ("clue.registered", False),
    "clue_result": ("clue.result_notified", True),
    "consultation_answer": ("consultation.answered", True),
    "suggestion": ("suggestion.served", True),
    "duty_clue": ("dutyclue.sent", True),
    "indictment": ("prosecution.filed", False),
}
REPLIES = {"处理结果": "result", "办理情况": "in_progress", "异议": "objection"}
OUTCOMES = {"维持": "upheld", "撤销": "changed"}


def events(stands: Iterable[Stand]) -> list[Event]:
    """All events of all standing records."""
    return [event for stand in stands for event in _of(stand.entry)]


def _of(entry: Entry) -> Iterator[Event]:
    record = entry.record
    if isinstance(record, Row):
        if record.case is not None:
            yield from _row(entry, record, record.case)
    elif isinstance(record, Acceptance):
        base = Event(
            record.case,
            "referral.received",
            record.received,
            "police",
            entry.source,
            f"doc_no={record.register.text}",
            police_case=record.case_no,
            township=record.township,
        )
        yield base
        if record.incomplete is not None and entry.content["full"]:
            yield replace(base, code="material.incomplete", at=record.incomplete, attributes="")
    elif isinstance(record, Decision):
        yield _decision(entry, record)
    elif isinstance(record, Document):
        yield from _document(entry, record)
    elif isinstance(record, Receipt):
        code = {"justice_bureau": "opinion.copy_received", "supervision_commission": "dutyclue.received"}[record.agency]
        yield Event(record.case, code, record.received, record.agency, entry.source, letter=record.letter.text)


def _row(entry: Entry, row: Row, case: Case) -> Iterator[Event]:
    says = entry.content
    key = says[KEYS[row.sheet]]
    assert isinstance(key, Number)
    base = Event(case, "", row.born, row.township, entry.source, row=key.text, township=row.township)
    if row.sheet == "移送案件":
        for column, code in REFERRAL.items():
            flag, attributes = _more(column, says)
            event = replace(base, code=_answer(column, code, says), flag=flag, attributes=attributes)
            yield from _dated(says, column, event)
    elif row.sheet == "行政处罚":
        attributes = f"doc_no={key.text}"
        yield from _dated(says, "处罚决定时间", replace(base, code="penalty.decided", attributes=attributes))
    elif row.sheet == "意见办理":
        penal = "penalty_opinion" if says["意见类型"] == "行政处罚" else "transfer_opinion"
        letter = replace(base, letter=key.text, flag=penal, attributes=f"opinion={penal}")
        yield from _dated(says, "签收日期", replace(letter, code="opinion.received"))
        kind = says.get("回复类型")
        if isinstance(kind, str):
            flag = f"{penal}/{REPLIES[kind]}"
            attributes = f"opinion={penal};reply_kind={REPLIES[kind]}"
            yield from _dated(
                says, "回复日期", replace(letter, code="opinion.replied", flag=flag, attributes=attributes)
            )
        yield from _dated(says, "办结日期", replace(letter, code="opinion.performed"))
    else:
        letter = replace(base, letter=key.text)
        kind = says["类别"]
        code = {"线索移送": "clue.sent", "检察建议": "suggestion.received"}.get(str(kind), "consultation.asked")
        flag = {"书面咨询": "yes", "口头咨询": "no"}.get(str(kind), "")
        attributes = f"written={flag}" if flag else ""
        yield from _dated(says, "日期", replace(letter, code=code, flag=flag, attributes=attributes))
        if kind == "检察建议":
            yield from _dated(says, "回复日期", replace(letter, code="suggestion.replied"))


def _dated(says: dict[str, Value], column: str, event: Event) -> Iterator[Event]:
    at = says.get(column)
    if isinstance(at, date):
        yield replace(event, at=at)


def _answer(column: str, code: str, says: dict[str, Value]) -> str:
    return "transfer.rejected" if column == "批准时间" and says.get("是否批准") == "否" else code


def _more(column: str, says: dict[str, Value]) -> tuple[str, str]:
    if column == "收到复议结果时间" and isinstance(outcome := says.get("复议结果"), str):
        return OUTCOMES[outcome], f"outcome={OUTCOMES[outcome]}"
    number = says.get({"移送时间": "移送书文号", "处罚决定时间": "处罚决定书文号"}.get(column, ""))
    return "", f"doc_no={number.text}" if isinstance(number, Number) else ""


def _decision(entry: Entry, d: Decision) -> Event:
    event = Event(
        d.case,
        DECIDED[d.result],
        d.at,
        "police",
        entry.source,
        police_case=d.case_no,
        days=d.days or 0,
        letter=d.number.text if d.number else "",
    )
    if d.result == "书面咨询":
        return replace(event, flag="yes", attributes="written=yes")
    if d.outcome:
        return replace(event, flag=OUTCOMES[d.outcome], attributes=f"outcome={OUTCOMES[d.outcome]}")
    return replace(event, attributes=f"days={d.days}") if d.days else event


def _document(entry: Entry, d: Document) -> Iterator[Event]:
    code, by_service = DOCUMENTS[d.kind]
    at = d.served if by_service else d.decided
    own = d.kind in {"transfer_opinion", "penalty_opinion", "suggestion", "duty_clue"}
    letter = d.number.text if own else d.related.text if d.related else ""
    event = Event(
        d.case,
        code,
        d.decided,
        "procuratorate",
        entry.source,
        letter=letter,
        township=d.township,
        persons=frozenset(n.person.uid for n in d.persons),
        reply_by=d.reply_by,
        flag="urgent" if d.urgent else "",
    )
    if d.penalty_needed is not None:
        answer = "yes" if d.penalty_needed else "no"
        event = replace(event, flag=answer, attributes=f"penalty_needed={answer}")
    if at is not None:
        yield replace(event, at=at)
    for copied in d.copied:
        yield replace(event, code="opinion.copied", at=copied, letter=d.number.text, attributes="")
