"""What became of cases, links and findings between two runs, and why?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.duties.duty import Obligation, State
from hub.findings.finding import Finding
from hub.link import Case, Link, Linkage
from hub.model import Record
from hub.moment import SHANGHAI
from hub.words import Word

# So many records are named in a reason; of more only how many there are.
_NAMED = 3
_UNEXPLAINED = "期限或者时间推移，或者规则、对照有修改。"


class RunChanged(Word):
    """What became of a case, a link or a finding between two runs, and what people decided meanwhile."""

    CASE_APPEARED = "case_appeared"
    CASE_MERGED = "case_merged"
    CASE_SPLIT = "case_split"
    CASE_GONE = "case_gone"
    LINK_CAME = "link_came"
    LINK_CHANGED = "link_changed"
    LINK_WENT = "link_went"
    FINDING_CAME = "finding_came"
    FINDING_WENT = "finding_went"
    DECISION_MADE = "decision_made"
    DECISION_TAKEN_BACK = "decision_taken_back"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one run saw."""

    as_of: datetime
    linkage: Linkage
    obligations: Sequence[Obligation]
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class RunChange:
    """One thing that is otherwise. case_id: as it is now, or as it was where it is gone.

    agency: whose record or whose finding. about: the record's source, the finding's code and detail, or the decision;
    empty for a case. was, now: case ids, by which signs a record is linked, or the decision's word. why: what it rests
    on, in words. sources: the records, or the decision, that made the difference.
    """

    what: RunChanged
    case_id: str
    agency: str
    about: str
    was: str
    now: str
    why: str
    sources: tuple[str, ...] = ()


def compare_runs(before: Seen, after: Seen) -> list[RunChange]:
    """Every change from the one run to the other: cases, then links, then findings, each by case id; pure.

    A record is the same where its agency, kind and own key are, whichever of its versions stands.
    """
    ways = _Ways(before, after)
    changes = [*_cases(ways), *_links(ways), *_findings(ways)]
    order = list(RunChanged)
    return sorted(changes, key=lambda c: (order.index(c.what), c.case_id, c.agency, c.about))


Key = tuple[str, str, str]


def _key(record: Record) -> Key:
    return record.agency, record.kind.value, record.key


class _Ways:
    """Where each record stood and stands, and so what became of each case."""

    def __init__(self, before: Seen, after: Seen) -> None:
        self.before, self.after = before, after
        self.old = {case.case_id: case for case in before.linkage.cases}
        self.new = {case.case_id: case for case in after.linkage.cases}
        self.old_links = {_key(link.record): link for link in before.linkage.links}
        self.new_links = {_key(link.record): link for link in after.linkage.links}
        self.olds: Mapping[str, set[str]] = _met(self.new_links, self.old_links)
        self.news: Mapping[str, set[str]] = _met(self.old_links, self.new_links)

    def moved_records(self, cases: Iterable[Case]) -> list[Record]:
        """The records of these cases of the later run that are new, or that say something else than before."""
        found = []
        for record in (record for case in cases for record in case.records):
            known = self.old_links.get(_key(record))
            if known is None or _says(known.record) != _says(record):
                found.append(record)
        return found

    def lost_records(self, case: Case) -> list[Record]:
        """The records of a case of the earlier run that stand no more."""
        return [record for record in case.records if _key(record) not in self.new_links]


def _met(these: Mapping[Key, Link], others: Mapping[Key, Link]) -> Mapping[str, set[str]]:
    """Case of `these` -> the cases of `others` in which its records stand."""
    met: dict[str, set[str]] = defaultdict(set)
    for key, link in these.items():
        if key in others:
            met[link.case_id].add(others[key].case_id)
    return met


def _says(record: Record) -> object:
    return record.fields, record.parties, record.events


def _cases(ways: _Ways) -> Iterator[RunChange]:
    for case_id, case in ways.new.items():
        olds = ways.olds.get(case_id, set())
        moved = ways.moved_records([case])
        sources = tuple(record.source for record in moved)
        if not olds:
            agencies = "、".join(dict.fromkeys(record.agency for record in case.records))
            yield RunChange(RunChanged.CASE_APPEARED, case_id, agencies, "", "", case_id, _came(moved), sources)
        elif len(olds) > 1:
            why = _came(moved) + _reasons(link for link in _links_of(case, ways.new_links) if _is_new(link, ways))
            was = "+".join(sorted(olds))
            yield RunChange(RunChanged.CASE_MERGED, case_id, "", "", was, case_id, why, sources)
    for case_id, case in ways.old.items():
        news = ways.news.get(case_id, set())
        lost = tuple(record.source for record in ways.lost_records(case))
        if not news:
            why = "其记录已更正、作废或者隔离。"
            yield RunChange(RunChanged.CASE_GONE, case_id, "", "", case_id, "", why, lost)
        elif len(news) > 1:
            moved = ways.moved_records(ways.new[one] for one in sorted(news))
            why = _came(moved) + _left(lost) or "原来的关联依据不再成立。"
            now = "+".join(sorted(news))
            sources = (*(record.source for record in moved), *lost)
            yield RunChange(RunChanged.CASE_SPLIT, case_id, "", "", case_id, now, why, sources)


def _links(ways: _Ways) -> Iterator[RunChange]:
    for key, link in ways.new_links.items():
        record, was = link.record, ways.old_links.get(key)
        if was is None and ways.olds.get(link.case_id):
            why = _came([record]) + _reasons([link])
            yield _link_change(RunChanged.LINK_CAME, link, "", _tier(link), why)
        elif was is not None and (was.tier, was.explanation) != (link.tier, link.explanation):
            why = _came(ways.moved_records([ways.new[link.case_id]])) + _reasons([link])
            yield _link_change(RunChanged.LINK_CHANGED, link, _tier(was), _tier(link), why)
    for key, link in ways.old_links.items():
        if key not in ways.new_links and ways.news.get(link.case_id):
            yield _link_change(RunChanged.LINK_WENT, link, _tier(link), "", "该记录已更正、作废或者隔离。")


def _link_change(what: RunChanged, link: Link, was: str, now: str, why: str) -> RunChange:
    record = link.record
    return RunChange(what, link.case_id, record.agency, record.source, was, now, why, (record.source,))


def _findings(ways: _Ways) -> Iterator[RunChange]:
    before = {(f.code, f.agency, f.detail, case) for f in ways.before.findings for case in _later(ways, f)}
    after = {(f.code, f.agency, f.detail, f.case_id) for f in ways.after.findings}
    for finding in ways.after.findings:
        if (finding.code, finding.agency, finding.detail, finding.case_id) not in before:
            yield _finding_change(RunChanged.FINDING_CAME, finding, [finding.case_id], ways)
    for finding in ways.before.findings:
        cases = _later(ways, finding)
        if not any((finding.code, finding.agency, finding.detail, case) in after for case in cases):
            yield _finding_change(RunChanged.FINDING_WENT, finding, cases, ways)


def _later(ways: _Ways, finding: Finding) -> list[str]:
    """The cases that the finding's case has become; what concerns no case stays without one."""
    return sorted(ways.news.get(finding.case_id, ())) if finding.case_id else [""]


def _finding_change(what: RunChanged, finding: Finding, cases: Sequence[str], ways: _Ways) -> RunChange:
    standing = [ways.new[case] for case in cases if case in ways.new]
    moved = ways.moved_records(standing) if finding.case_id else _of_agency(finding.agency, ways)
    lost = ways.lost_records(ways.old[finding.case_id]) if finding.case_id in ways.old else []
    merged = [f"由 {'、'.join(sorted(ways.olds[case]))} 并成。" for case in cases if len(ways.olds.get(case, ())) > 1]
    split = [f"拆自 {finding.case_id}。"] if len(cases) > 1 else []
    overdue = _fell_overdue(finding, cases, ways) if what is RunChanged.FINDING_CAME else ""
    why = "".join([*merged, *split, overdue, _came(moved), _left([record.source for record in lost])])
    case_id = cases[0] if len(cases) == 1 else finding.case_id
    sources = tuple(record.source for record in (*moved, *lost))
    about = f"{finding.code} {finding.detail}".strip()
    return RunChange(what, case_id, finding.agency, about, "", "", why or _UNEXPLAINED, sources)


def _fell_overdue(finding: Finding, cases: Sequence[str], ways: _Ways) -> str:
    """The due time that went by between the runs, where the finding is about one."""
    rule = finding.detail.removeprefix("rule=")
    due = [
        o.due_at
        for o in ways.after.obligations
        if o.case_id in cases and o.state is State.OVERDUE and (o.rule == rule or finding.detail == _about(o))
        if o.due_at > ways.before.as_of
    ]
    return f"期限 {min(due).astimezone(SHANGHAI):%Y-%m-%d %H:%M} 已过，未见办理。" if due else ""


def _about(obligation: Obligation) -> str:
    """How a finding names the police case whose decision is overdue."""
    return f"police_case={obligation.subject}" if obligation.rule == "police.decide_filing" else "?"


def _of_agency(agency: str, ways: _Ways) -> list[Record]:
    return [record for record in ways.moved_records(ways.new.values()) if record.agency == agency]


def _links_of(case: Case, links: Mapping[Key, Link]) -> list[Link]:
    return [links[_key(record)] for record in case.records]


def _is_new(link: Link, ways: _Ways) -> bool:
    was = ways.old_links.get(_key(link.record))
    return was is None or (was.tier, was.explanation) != (link.tier, link.explanation)


def _tier(link: Link) -> str:
    return f"{link.tier} {link.score:.1f}"


def _reasons(links: Iterable[Link]) -> str:
    return "".join(f"依据：{'；'.join(link.explanation)}。" for link in links if link.explanation)


def _came(records: Sequence[Record]) -> str:
    return _named("新收或者更正的记录", [record.source for record in records])


def _left(sources: Sequence[str]) -> str:
    return _named("不再有的记录", sources)


def _named(words: str, sources: Sequence[str]) -> str:
    if not sources:
        return ""
    more = f"等{len(sources)}条" if len(sources) > _NAMED else ""
    return f"{words}：{'、'.join(sources[:_NAMED])}{more}。"
