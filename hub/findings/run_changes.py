"""What became of cases, links and findings between two runs, and why?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub.duties.duty import Obligation, State
from hub.findings.finding import Finding
from hub.findings.run_reasons import ELSEWHERE, Seen, Ways, left, reasons, shown
from hub.link import Case, Link
from hub.link.decisions import Key, key_of
from hub.words import Word


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
    ways = Ways(before, after)
    changes = [*_cases(ways), *_links(ways), *_findings(ways)]
    order = list(RunChanged)
    return sorted(changes, key=lambda c: (order.index(c.what), c.case_id, c.agency, c.about))


def _cases(ways: Ways) -> Iterator[RunChange]:
    for case_id, case in ways.new.items():
        olds = ways.olds.get(case_id, set())
        moved = ways.moved_records([case])
        sources = tuple(record.source for record in moved)
        if not olds:
            agencies = "、".join(dict.fromkeys(record.agency for record in case.records))
            yield RunChange(RunChanged.CASE_APPEARED, case_id, agencies, "", "", case_id, ways.came(moved), sources)
        elif len(olds) > 1:
            told, sources = ways.why([case_id])
            why = told + reasons(link for link in _links_of(case, ways.new_links) if _is_new(link, ways))
            was = "+".join(sorted(olds))
            yield RunChange(RunChanged.CASE_MERGED, case_id, "", "", was, case_id, why or ELSEWHERE, sources)
    for case_id, case in ways.old.items():
        news = ways.news.get(case_id, set())
        if not news:
            lost = tuple(record.source for record in case.records)
            why = "其记录已更正、作废或者隔离。"
            yield RunChange(RunChanged.CASE_GONE, case_id, "", "", case_id, "", why, lost)
        elif len(news) > 1:
            why, sources = ways.why(sorted(news))
            now = "+".join(sorted(news))
            yield RunChange(RunChanged.CASE_SPLIT, case_id, "", "", case_id, now, why or ELSEWHERE, sources)


def _links(ways: Ways) -> Iterator[RunChange]:
    for key, link in ways.new_links.items():
        record, was = link.record, ways.old_links.get(key)
        if was is None and ways.olds.get(link.case_id):
            why = ways.came([record]) + ways.decided({key}) + reasons([link])
            yield _link_change(RunChanged.LINK_CAME, link, "", _tier(link), why)
        elif was is not None and (was.tier, was.explanation) != (link.tier, link.explanation):
            why = ways.why([link.case_id], [was.case_id])[0] + _left_open(link, ways) + reasons([link])
            yield _link_change(RunChanged.LINK_CHANGED, link, _tier(was), _tier(link), why or ELSEWHERE)
    for key, link in ways.old_links.items():
        if key not in ways.new_links and ways.news.get(link.case_id):
            yield _link_change(RunChanged.LINK_WENT, link, _tier(link), "", "该记录已更正、作废或者隔离。")


def _link_change(what: RunChanged, link: Link, was: str, now: str, why: str) -> RunChange:
    record = link.record
    return RunChange(what, link.case_id, record.agency, record.source, was, now, why, (record.source,))


def _findings(ways: Ways) -> Iterator[RunChange]:
    before = {(f.code, f.agency, f.detail, case) for f in ways.before.findings for case in _later(ways, f)}
    after = {(f.code, f.agency, f.detail, f.case_id) for f in ways.after.findings}
    for finding in ways.after.findings:
        if (finding.code, finding.agency, finding.detail, finding.case_id) not in before:
            yield _finding_change(RunChanged.FINDING_CAME, finding, [finding.case_id], ways)
    for finding in ways.before.findings:
        cases = _later(ways, finding)
        if not any((finding.code, finding.agency, finding.detail, case) in after for case in cases):
            yield _finding_change(RunChanged.FINDING_WENT, finding, cases, ways)


def _later(ways: Ways, finding: Finding) -> list[str]:
    """The cases that the finding's case has become; what concerns no case stays without one."""
    return sorted(ways.news.get(finding.case_id, ())) if finding.case_id else [""]


def _finding_change(what: RunChanged, finding: Finding, cases: Sequence[str], ways: Ways) -> RunChange:
    case_id = cases[0] if len(cases) == 1 else finding.case_id
    about = f"{finding.code} {finding.detail}".strip()
    if not finding.case_id:
        why, sources = _of_agency(finding.agency, ways)
    else:
        why, sources = _of_cases(what, finding, cases, ways)
    return RunChange(what, case_id, finding.agency, about, "", "", why or _by_time(ways), sources)


def _of_cases(what: RunChanged, finding: Finding, cases: Sequence[str], ways: Ways) -> tuple[str, tuple[str, ...]]:
    """Why a finding about a case came or went: the cases it was of, the duty it is about, the records and decisions."""
    old = [finding.case_id] if what is RunChanged.FINDING_WENT else []
    _, olds = ways.together(cases, old)
    told, sources = ways.why(cases, old)
    return "".join(
        [ways.placed(cases, olds), *dict.fromkeys(_of_duty(what, finding, {*cases, *olds}, ways)), told]
    ), sources


def _of_agency(agency: str, ways: Ways) -> tuple[str, tuple[str, ...]]:
    """The same of a finding about no case: the agency's records, and the numbers of its rows that were set aside."""
    moved = [record for record in ways.moved_records(ways.new.values()) if record.agency == agency]
    lost = [record for case in ways.old.values() for record in ways.lost_records(case) if record.agency == agency]
    numbers = [{number for one, number in seen.set_aside if one == agency} for seen in (ways.before, ways.after)]
    aside = "、".join(sorted(numbers[0] ^ numbers[1]))
    told = ways.came(moved) + left([record.source for record in lost]) + (f"隔离的行有变动：{aside}。" if aside else "")
    return told, tuple(record.source for record in (*moved, *lost))


def _by_time(ways: Ways) -> str:
    """What is left where no record and no decision is otherwise."""
    before, after = ways.before.as_of, ways.after.as_of
    if before == after:
        return "有关的记录、关联决定均无变化。"
    return f"有关的记录、关联决定均无变化，由 {shown(before)} 至 {shown(after)} 时间推移。"


def _of_duty(what: RunChanged, finding: Finding, cases: set[str], ways: Ways) -> Iterator[str]:
    """What became of the due time where the finding is about one: it went by, was moved, or nobody owes it any more."""
    rule = finding.detail.removeprefix("rule=")
    was = {o.obligation_id: o for o in ways.before.obligations}
    for one in ways.after.obligations:
        if one.case_id not in cases or (one.rule != rule and finding.detail != _about(one)):
            continue
        known = was.get(one.obligation_id)
        if known is not None and known.due_at != one.due_at:
            yield f"期限由 {shown(known.due_at)} 改为 {shown(one.due_at)}。"
        if one.state is State.OVERDUE:
            if what is RunChanged.FINDING_CAME and one.due_at > ways.before.as_of:
                yield f"期限 {shown(one.due_at)} 已过，未见办理。"
        elif one.state is State.VOID and not one.ended_by and known is not None and known.state is not State.VOID:
            yield one.steps[-1] if one.steps else ""


def _left_open(link: Link, ways: Ways) -> str:
    """Between which records a record is left to a person now."""
    for one in ways.after.linkage.ambiguities:
        if one.record is link.record:
            return f"与几条记录同样吻合，待人工认定：{'、'.join(record.source for record in one.candidates)}。"
    return ""


def _about(obligation: Obligation) -> str:
    """How a finding names the police case whose decision is overdue."""
    return f"police_case={obligation.subject}" if obligation.rule == "police.decide_filing" else "?"


def _links_of(case: Case, links: Mapping[Key, Link]) -> list[Link]:
    return [links[key_of(record)] for record in case.records]


def _is_new(link: Link, ways: Ways) -> bool:
    was = ways.old_links.get(key_of(link.record))
    return was is None or (was.tier, was.explanation) != (link.tier, link.explanation)


def _tier(link: Link) -> str:
    return f"{link.tier} {link.score:.1f}"
