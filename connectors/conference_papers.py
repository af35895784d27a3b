"""How are the papers of the joint conference (联席会议) written: its agenda, and the form of its minutes?"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.bulletin_county import key_figures
from connectors.bulletin_township import ISSUER
from connectors.bulletin_words import rate_text
from connectors.conference_page import Paper
from connectors.report_book_lists import Told
from connectors.report_book_words import FINDINGS
from hub.ladder.rung import shown_subject
from hub.mapping.agency import Agency
from hub.moment import SHANGHAI
from hub.reports.agenda import Agenda
from hub.reports.figures import NOTHING, Rate

# The head of the table of the minutes form, by which it is read back.
RESOLVED_HEAD = ("编号", "议题", "议定事项", "责任单位", "完成期限")
_BLANK_ROWS = 3


def agenda_paper(agenda: Agenda, agencies: Mapping[str, Agency], titles: Mapping[str, str]) -> bytes:
    """The agenda as a .docx; the same bytes for the same agenda. Names no party and nothing of sealed matters."""
    told = Told(agenda.bulletin.as_of, agencies, titles)
    paper = Paper(f"行政执法与检察机关衔接联席会议议题（{agenda.bulletin.span.label}）", ISSUER)
    as_of = agenda.bulletin.as_of.astimezone(SHANGHAI)
    paper.line(f"截至 {as_of:%Y-%m-%d %H:%M}（北京时间）。依据：机制一（一）联席会议制度、一（二）、一（三）。")
    paper.line("本材料由衔接平台按登记情况生成，不载当事人姓名、名称和证件号码；括号内为分子/分母。")
    _followed(paper, agenda)
    _overview(paper, agenda)
    _rules(paper, agenda, told)
    _repeated(paper, agenda, told)
    _tensions(paper, agenda, told)
    _findings(paper, agenda)
    _undecided(paper, agenda, told)
    _matters(paper, agenda, told)
    return paper.content()


def minutes_form(agenda: Agenda, agencies: Mapping[str, Agency], titles: Mapping[str, str]) -> bytes:
    """The form of the minutes as a .docx: what is to be filled in, with a row for each topic of the agenda.

    `read_resolutions` reads it back; the codes in the first column tie a resolution to its figure.
    """
    told = Told(agenda.bulletin.as_of, agencies, titles)
    paper = Paper(f"行政执法与检察机关衔接联席会议纪要（{agenda.bulletin.span.label}）", ISSUER)
    for name in ("时间", "地点", "主持人", "参加单位及人员", "记录人"):
        paper.line(f"{name}：")
    paper.heading("一、议定事项")
    paper.line("每一事项写明责任单位和完成期限；“编号”一栏请勿改动，下次会议据此核对落实情况。")
    rows = [(code, title, "", "", "") for code, title in form_topics(agenda, told)]
    blank = [("", "", "", "", "")] * _BLANK_ROWS
    paper.table(RESOLVED_HEAD, [*rows, *blank], (2.6, 4.4, 5.4, 2.6, 2.0), codes=True)
    paper.heading("二、其他意见")
    paper.line("")
    paper.heading("三、签署")
    paper.line("主持人：　　　　　　　　　　年　　月　　日")
    return paper.content()


def form_topics(agenda: Agenda, told: Told) -> list[tuple[str, str]]:
    """(code, title) of everything on which something may be resolved."""
    return [
        *((f"rule:{one.rule}", f"“{told.title(one.rule)}”按期率") for one in agenda.rules),
        *([("repeat", "反复逾期")] if agenda.repeated else []),
        *((f"reading:{one.rule}", f"“{told.title(one.rule)}”的期限理解") for one in agenda.tensions),
        *((f"finding:{code}", f"核对问题：{_finding(code)}") for code, _ in agenda.findings),
        *([("decisions", "待决定事项")] if agenda.bulletin.kpis.decisions.waiting else []),
        *([("unclear", "对应关系不明的记录")] if agenda.unclear else []),
        *([("matters", "逐件讨论的事项")] if agenda.matters else []),
    ]


def _followed(paper: Paper, agenda: Agenda) -> None:
    paper.heading("一、上次会议议定事项落实情况")
    if not agenda.last_span:
        paper.line("平台没有存档的上次会议纪要。")
        return
    paper.line(f"{agenda.last_span} 会议议定 {len(agenda.followed)} 项：")
    rows = [
        (one.resolution.text, one.resolution.by, one.resolution.until, one.then or NOTHING, one.now or NOTHING)
        for one in agenda.followed
    ]
    paper.table(("议定事项", "责任单位", "完成期限", "上季度指标", "本季度指标"), rows, (6.2, 2.6, 2.4, 2.9, 2.9))


def _overview(paper: Paper, agenda: Agenda) -> None:
    paper.heading("二、本季度总体情况")
    figures = key_figures(agenda.bulletin.kpis, agenda.bulletin.before)
    paper.table(("指标", "本季度", "上季度"), figures, (5.4, 5.8, 5.8))
    paper.line(f"期末逾期未办 {len(agenda.bulletin.overdue)} 件，上季度末 {agenda.bulletin.overdue_before} 件。")


def _rules(paper: Paper, agenda: Agenda, told: Told) -> None:
    paper.heading("三、按期率偏低的事项")
    rows = [
        (
            told.title(one.rule),
            rate_text(Rate(one.part, one.whole)),
            "、".join(f"{told.name(agency)} {count} 件" for agency, count in one.late_by),
        )
        for one in agenda.rules
    ]
    paper.table(("事项", "按期率", "逾期单位"), rows, (5.4, 3.6, 8.0))
    paper.line("请讨论：原因、需要完善的工作机制，是否征求乡镇意见后提出检察建议（机制一（三））。")


def _repeated(paper: Paper, agenda: Agenda, told: Told) -> None:
    paper.heading("四、反复逾期")
    rows = [(told.name(agency), told.title(rule), str(times)) for agency, rule, times in agenda.repeated]
    paper.table(("单位", "事项", "三个月内逾期次数"), rows, (6.0, 7.4, 3.6))


def _tensions(paper: Paper, agenda: Agenda, told: Told) -> None:
    paper.heading("五、规定可作不同理解、本季度有逾期的事项")
    rows = [
        (
            told.title(one.rule),
            f"{one.late}/{one.judged}",
            "\n".join(f"{note}{'（现行）' if name == one.use else ''}" for name, note in one.alternatives),
        )
        for one in agenda.tensions
    ]
    paper.table(("事项", "逾期/应办", "可选择的其他理解"), rows, (5.0, 2.4, 9.6))
    paper.line("现行算法按字面；县里可在规则数据中选用其他理解，自生效日起适用（机制六）。")


def _findings(paper: Paper, agenda: Agenda) -> None:
    paper.heading("六、期末核对问题")
    rows = [(_finding(code), FINDINGS.get(code, ("", ""))[1], str(count)) for code, count in agenda.findings]
    paper.table(("问题", "含义", "件数"), rows, (4.2, 10.6, 2.2))


def _undecided(paper: Paper, agenda: Agenda, told: Told) -> None:
    paper.heading("七、待决定和未能认定的事项")
    waiting = agenda.bulletin.kpis.decisions.waiting
    rows = [
        (f"{one.asked_at.astimezone(SHANGHAI):%Y-%m-%d}", one.document, told.title(one.rule), told.name(one.debtor))
        for one in waiting
    ]
    paper.line(f"提请决定而未答复的 {len(waiting)} 件：")
    paper.table(("提请日", "拟发文书", "事项", "责任单位"), rows, (2.6, 4.4, 5.4, 4.6))
    paper.line(f"几件案件同样吻合、须人工认定的记录 {len(agenda.unclear)} 件，见平台“须人工判断”。")


def _matters(paper: Paper, agenda: Agenda, told: Told) -> None:
    paper.heading("八、逐件讨论的事项（逾期最久的在前）")
    rows = [
        (
            told.title(o.rule), told.name(o.debtor), shown_subject(o.subject) or NOTHING,
            f"{o.due_at.astimezone(SHANGHAI):%Y-%m-%d}", str(told.days_late(o)), o.basis,
        )
        for o in agenda.matters
    ]  # fmt: skip
    paper.table(("事项", "责任单位", "文号", "期限", "逾期天数", "依据"), rows, (3.0, 3.0, 3.4, 2.2, 1.4, 4.0))
    if agenda.matters_left:
        paper.line(f"另有 {agenda.matters_left} 件，见统计表“逾期未办”。")


def _finding(code: str) -> str:
    return FINDINGS.get(code, (code, ""))[0]
