"""Write docs/coverage.md (python -m tests.mechanism.coverage): clause by clause who owes what, and which test proves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.agreement import nameable
from hub.delivery.rules import DeliveryRules, load_delivery_rules
from hub.duties.clauses import Clause, Clauses, Known, load_clauses
from hub.duties.duty import RuleKind
from hub.duties.rules import Rule, Rules, load_rules
from hub.ladder.ladders import Ladders, load_ladders
from hub.papers.rules import Papers, load_papers
from hub.periods.period import Period, Unit
from tests.mechanism.table import LINES, MODULES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "coverage.md"

_KINDS = {RuleKind.DUTY: "义务", RuleKind.RIGHT: "权利", RuleKind.POLICY: "县定"}
_UNITS = {Unit.HOUR: "小时", Unit.DAY: "日", Unit.WORKING_DAY: "个工作日", Unit.MONTH: "个月"}
_BREAK = "<br>"
_NONE = "—"
# What proves the parts of a clause that are no rules.
_FOLDERS = {"findings": "tests/hub/findings", "papers": "tests/hub/papers", "ladders": "tests/hub/ladder"}
# What proves the rest of what the hub does for a clause.
_ALSO = {
    "一（一）": ("tests/hub/usecases/test_conference.py",),
    "一（三）": ("tests/hub/usecases/test_bulletin.py",),
    "二（一）": ("tests/hub/screening",),
    "二（三）": ("tests/hub/screening",),
    "二（四）第二款": ("tests/hub/usecases/test_escalate.py",),
    "二（七）": ("tests/hub/usecases/test_escalate.py",),
    "二（八）第一款": ("tests/mechanism/test_side_tracks.py",),
    "三第二款": ("tests/mechanism/test_sealed_clue.py", "tests/mechanism/test_sealed_county.py"),
    "三第三款": ("tests/hub/evidence",),
    "四": ("tests/hub/ladder/test_ladders_file.py",),
    "六": ("tests/hub/duties/test_amendment.py", "tests/cli/test_amending.py"),
}

_HEAD = """\
# 机制覆盖表 · Coverage of the mechanism

《繁峙县乡镇综合行政执法与检察机关衔接联动机制》逐条：谁对谁做什么，由哪条规则计算，以哪个事件、哪份文书为准，逾期走哪条升级梯，由哪个测试证明。
Clause by clause: who does what for whom, the rule, the events, the papers, the ladder, and the test that proves it.

本页由 `mappings/clauses.yaml`、`mappings/rules.yaml` 等数据生成（`python -m tests.mechanism.coverage`），并有测试核对；不要手改。
Written from the data and held to it by a test; do not edit it by hand. 词语见 [glossary.md](glossary.md)。
"""


@dataclass(frozen=True, slots=True)
class County:
    """The data that the page is written from."""

    clauses: Clauses
    rules: Rules
    ladders: Ladders
    deliveries: DeliveryRules
    papers: Papers

    def known(self) -> Known:
        """What a clause may name."""
        return nameable(self.rules, self.ladders, self.deliveries, self.papers)


def county(mappings: Path = ROOT / "mappings") -> County:
    """Read the county's files."""
    return County(
        load_clauses(mappings / "clauses.yaml"),
        load_rules(mappings / "rules.yaml"),
        load_ladders(mappings / "ladders.yaml"),
        load_delivery_rules(mappings / "deliveries.yaml"),
        load_papers(mappings / "papers.yaml"),
    )


def page(of: County) -> str:
    """The whole page, the same for the same data and the same tests."""
    parts = [
        _HEAD,
        "## 条款 · Clauses\n",
        *_table(
            ("条款 clause", "条文 words", "谁 → 谁 who → whom", "做什么 what", "规则 rules", "事件 events", "文书 papers",
             "升级梯 ladders", "核对问题 findings", "测试 tests"),
            (_clause(clause, of) for clause in of.clauses.clauses),
        ),
        "\n## 没有计算的部分 · What is not computed\n",
        *_table(
            ("条款 clause", "做什么 what", "为什么不计算 why", "平台做什么 what the hub does"),
            ((c.clause, c.what, c.why, c.instead) for c in of.clauses.clauses if c.why),
        ),
        "\n## 规则 · Rules\n",
        "“县定”是法律没有数字、由县里确定的期限。测试一栏是该规则已有测试的各种情形；",
        "运行某一条的全部测试：`python -m pytest tests/mechanism -k police.decide_filing`。\n",
        *_table(
            ("规则 rule", "类别 kind", "依据 basis", "期限 period", "起算 opens", "终结 ends", "谁 → 谁 debtor → creditor",
             "升级梯 ladder", "可选算法 alternatives", "测试 tests"),
            (_rule(rule, of) for rule in of.rules.by_id.values()),
        ),
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _clause(clause: Clause, of: County) -> tuple[str, ...]:
    rules = [of.rules.by_id[name] for name in clause.rules]
    events = dict.fromkeys((*(event for rule in rules for event in _events(rule)), *clause.events))
    ladders = dict.fromkeys((*(rule.ladder for rule in rules if rule.ladder), *clause.ladders))
    parties = ["、".join(of.clauses.parties[name] for name in named) for named in (clause.who, clause.whom)]
    return (
        clause.clause,
        clause.words,
        " → ".join(parties),
        clause.what
        + ("（部分没有计算，见下表）" if rules and clause.why else "（没有计算，见下表）" if clause.why else ""),
        _lines(f"`{rule.id}` {rule.title}" for rule in rules),
        _lines(f"`{event}`" for event in events),
        _lines((*(f"{of.papers.by_name[name].title}（拟稿）" for name in clause.papers), *clause.documents)),
        _lines(f"`{name}` {_title(of.ladders, name)}" for name in ladders),
        _lines(f"`{code}` {of.deliveries.findings[code]}" for code in clause.findings),
        _lines(_proofs(clause)),
    )


def _proofs(clause: Clause) -> Iterator[str]:
    yield from dict.fromkeys(f"[{Path(MODULES[rule]).name}](../{MODULES[rule]})" for rule in clause.rules)
    for member, folder in _FOLDERS.items():
        if getattr(clause, member):
            yield f"[{folder}/](../{folder})"
    yield from (f"[{Path(place).name}](../{place})" for place in _ALSO.get(clause.clause, ()))


def _rule(rule: Rule, of: County) -> tuple[str, ...]:
    aspects = dict.fromkeys(one.kind for one in LINES if one.rule == rule.id)
    return (
        f"`{rule.id}` {rule.title}",
        _KINDS[rule.kind],
        rule.basis,
        _lines(_periods(rule)),
        _lines(_openings(rule)),
        _lines(f"`{ending.event}`" for ending in rule.ends),
        f"`{rule.debtor}` → `{rule.creditor}`",
        f"`{rule.ladder}` {_title(of.ladders, rule.ladder)}" if rule.ladder else "不升级，逾期即失权",
        _lines(f"`{alternative.name}` {alternative.note}" for alternative in rule.alternatives),
        f"[{Path(MODULES[rule.id]).name}](../{MODULES[rule.id]})：{'、'.join(f'`{aspect}`' for aspect in aspects)}",
    )


def _periods(rule: Rule) -> Iterator[str]:
    if rule.period is not None:
        yield _length(rule.period) + ("（可由各单位约定另定）" if rule.per_agency else "")
    else:
        yield "各单位约定"
    for special in rule.special:
        where = "、".join(f"`{name} = {value}`" for name, value in special.where.items())
        yield f"{where}：{_length(special.period)}"
    if rule.letter_date:
        yield f"文书载明的期限（`{rule.letter_date}`）优先"
    if rule.replaced_by:
        days = "、".join(map(str, rule.replaced_by.allowed))
        yield f"`{rule.replaced_by.event}`：{days} {_UNITS[rule.replaced_by.unit]}"
    if rule.void_when:
        where = "、".join(f"`{name} = {value}`" for name, value in rule.void_when.where.items())
        yield f"`{rule.void_when.event}` {where} 时不再要求".replace("  ", " ")


def _openings(rule: Rule) -> Iterator[str]:
    for opening in rule.opens:
        where = "、".join(f"`{name} = {value}`" for name, value in opening.where.items())
        if opening.missed:
            yield f"`{opening.missed}` 逾期之日"
        elif opening.calendar:
            yield "报送日历"
        else:
            after = f"（在 `{opening.after}` 之后）" if opening.after else ""
            yield " ".join(filter(None, (f"`{opening.event}`", where))) + after


def _events(rule: Rule) -> Iterator[str]:
    yield from (opening.event for opening in rule.opens if opening.event)
    if rule.replaced_by:
        yield rule.replaced_by.event
    if rule.void_when:
        yield rule.void_when.event
    yield from (ending.event for ending in rule.ends)


def _length(period: Period) -> str:
    return f"{period.quantity} {_UNITS[period.unit]}"


def _title(ladders: Ladders, name: str) -> str:
    return next(ladder.title for ladder in ladders.every if ladder.ladder == name)


def _lines(texts: Iterable[str]) -> str:
    return _BREAK.join(texts) or _NONE


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield "|" + "---|" * len(titles)
    for row in rows:
        yield f"| {' | '.join(row)} |"


if __name__ == "__main__":
    PAGE.write_text(page(county()), encoding="utf-8")
    print(PAGE)
