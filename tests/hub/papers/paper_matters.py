"""For each paper of the mechanism a small matter that asks for it, and the file that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from docx import Document

from connectors.docx_paper import fill_template
from hub.model import Record
from hub.papers.fill import Filled, fill
from hub.papers.matter import Matter, Unit
from hub.papers.rules import PaperRule, load_papers
from tests.hub.agency_rows import AGENCIES, MAPPINGS
from tests.hub.county import (
    RULES,
    acceptance,
    at,
    correspondence,
    document,
    handling,
    judge,
    penalty,
    police_no,
    referral,
    result,
)  # fmt: skip

PAPERS = load_papers(MAPPINGS / "papers.yaml")
UNITS = {code: Unit(code, one.mapping.kind, one.mapping.name, one.mapping.short_name) for code, one in AGENCIES.items()}
AS_OF = "2026-10-31T23:59+08:00"
LATER = "2027-01-31T23:59+08:00"
FACTS = "经查，2026年5月，示例甲未办理采伐许可证，在集体林地内采伐杨树，经鉴定立木蓄积量二十三立方米，后主动补种。"
_NUMBER = {"police_case_no": police_no(), "related_doc_no": "繁城综执移〔2026〕1号"}


@dataclass(frozen=True, slots=True)
class Story:
    """What the agencies say, which duty the paper is about (a rule, or none), and when it is drafted."""

    records: tuple[Record, ...]
    duty: str = ""
    as_of: str = AS_OF


def _refused() -> tuple[Record, ...]:
    told = {"收到不予立案通知书时间": "2026-07-06", "提请复议时间": "2026-07-07"}
    return (
        referral(**told),
        acceptance(),
        result("不予立案", "2026-07-04 16:00"),
        result("复议受理", "2026-07-08 09:00", 文书文号="繁公（刑）复受〔2026〕1号"),
    )


def _asked_for_reasons() -> tuple[Record, ...]:
    reasons = document("reasons_for_nonfiling", doc_no="繁检不立通〔2026〕3号", **_NUMBER)
    return (*_refused(), reasons)


def _ordered() -> tuple[Record, ...]:
    order = document("filing_order", doc_no="繁检通立〔2026〕2号", **_NUMBER)
    filed = result("立案", "2026-07-10 10:00", 文书文号="繁公（刑）立字〔2026〕9号")
    return (referral(), acceptance(), order, filed)


def _not_prosecuted() -> tuple[Record, ...]:
    return (document("nonprosecution", doc_no="繁检刑不诉〔2026〕7号", cause="滥伐林木"),)


_LETTER = (document("penalty_opinion"), handling())
_TOLD_TO_REFER = (
    penalty(),
    document(
        "transfer_opinion", doc_no="繁检行意〔2026〕2号", related_doc_no="繁城政罚决〔2026〕1号", cause="滥伐林木"
    ),
)
_CLUE = (
    correspondence(),
    document("clue_registration", doc_no="繁检公线〔2026〕1号", related_doc_no="繁城综执函〔2026〕1号", persons=None),
)

STORIES: Mapping[str, Story] = {
    "transfer_opinion": Story((penalty(),)),
    "refusal_notice": Story(_TOLD_TO_REFER, "township.act_on_transfer_opinion"),
    "nonfiling_reasons": Story(_refused(), "police.decide_reconsideration"),
    "overdue_reasons": Story((referral(), acceptance()), "police.decide_filing"),
    "filing_order": Story(_asked_for_reasons()),
    "correction_notice": Story(_asked_for_reasons(), "police.explain_nonfiling"),
    "supervised_case_reminder": Story(_ordered(), "police.conclude_supervised_case", LATER),
    "supervision_result": Story(
        (*_asked_for_reasons(), document("reasons_upheld", 2, doc_no="繁检立监审〔2026〕2号", **_NUMBER)),
        "procuratorate.notify_supervision_result",
    ),
    "situation_report": Story((referral(), acceptance()), "police.decide_filing"),
    "penalty_opinion": Story(_not_prosecuted(), "procuratorate.serve_penalty_opinion"),
    "follow_up": Story(_LETTER, "township.reply_opinion"),
    "follow_up_suggestion": Story((document("suggestion", doc_no="繁检建〔2026〕1号"),), "township.reply_suggestion"),
    "justice_notice": Story(_LETTER, "township.reply_opinion"),
    "request_to_superior": Story(_LETTER, "township.reply_opinion"),
    "special_report": Story(_LETTER, "township.reply_opinion"),
    "opinion_reply": Story(_LETTER, "township.reply_opinion"),
    "suggestion": Story(_TOLD_TO_REFER, "township.act_on_transfer_opinion"),
    "reminder": Story(_LETTER, "township.reply_opinion"),
    "consultation_answer": Story(
        (correspondence(类别="书面咨询", 事由="盗伐林木的追诉标准"),), "procuratorate.answer_consultation"
    ),
    "supervision_request": Story(_refused(), "township.request_reconsideration"),
    "referral_receipt": Story((referral(), acceptance(受案单位="森林派出所"))),
    "clue_transfer": Story((correspondence(),)),
    "clue_result": Story(_CLUE, "procuratorate.notify_clue_result"),
    "duty_clue": Story((referral(), acceptance())),
}


def matter_of(kind: str, story: Story | None = None) -> Matter:
    """The matter of a paper, really linked and judged."""
    told = story or STORIES[kind]
    judged = judge(*told.records, as_of=told.as_of)
    (case,) = judged.linkage.cases
    owed = [one for one in judged.owed if one.rule == told.duty]
    obligation = owed[0] if owed else None
    assert bool(obligation) is bool(told.duty)
    focus = frozenset({obligation.opened_by} if obligation else ())
    title = RULES.titles.get(told.duty, "")
    return Matter(case.case_id, case.records, at(told.as_of), obligation, title, focus)


def given_by_hand(rule: PaperRule) -> dict[str, str]:
    """What an officer gives: a sentence for each field that is required and that the ledger cannot know."""
    return {name: f"{field.label}：{FACTS}" for name, field in rule.fields.items() if field.given and field.required}


def filled(rule: PaperRule, matter: Matter, given: Mapping[str, str]) -> Filled:
    """The content of a paper."""
    return fill(rule, matter, PAPERS, UNITS, given)


def written(rule: PaperRule, content: Filled, number: str, as_of: str = AS_OF) -> bytes:
    """The file of a paper."""
    return fill_template(PAPERS.templates / rule.template, {**content.context, "number": number}, at(as_of))


def text_of(content: bytes) -> str:
    """All that stands in a .docx, header and footer too, a line for each paragraph."""
    paper = Document(BytesIO(content))
    section = paper.sections[0]
    parts = [*section.first_page_header.paragraphs, *paper.paragraphs, *section.footer.paragraphs]
    return "\n".join(part.text for part in parts)
