"""Why is something otherwise between two runs? Only what follows from what either run saw.

Both are looked at by today's rules, mappings and figures, so these are never the reason. Which records stand in one
case follows from records and decisions alone, and not from the time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.duties.duty import Obligation
from hub.findings.finding import Finding
from hub.link import Case, Link, Linkage
from hub.link.decisions import Key, key_of
from hub.link.judging import Force, Judged
from hub.model import Record
from hub.moment import SHANGHAI

# So many records are named in a reason; of more only how many there are.
_NAMED = 3
ELSEWHERE = "所在案件的记录均无变化，随其他记录或者决定变动。"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one run saw.

    judged: what people decided about links, as far as it may be told. set_aside: township and number of the referrals
    in quarantine. content: source of a standing record -> digest of its row's cells.
    """

    as_of: datetime
    linkage: Linkage
    obligations: Sequence[Obligation]
    findings: Sequence[Finding]
    judged: Sequence[Judged] = ()
    set_aside: Sequence[tuple[str, str]] = ()
    content: Mapping[str, str] = field(default_factory=dict)


class Ways:
    """Where each record stood and stands, and so what became of each case.

    A record is the same where its agency, kind and own key are, whichever of its versions stands.
    """

    def __init__(self, before: Seen, after: Seen) -> None:
        self.before, self.after = before, after
        self.old = {case.case_id: case for case in before.linkage.cases}
        self.new = {case.case_id: case for case in after.linkage.cases}
        self.old_links = {key_of(link.record): link for link in before.linkage.links}
        self.new_links = {key_of(link.record): link for link in after.linkage.links}
        self.olds: Mapping[str, set[str]] = _met(self.new_links, self.old_links)
        self.news: Mapping[str, set[str]] = _met(self.old_links, self.new_links)
        self._rivals = _rivals(before.linkage, after.linkage)
        self._decided = list(_decided(before.judged, after.judged))

    def moved_records(self, cases: Iterable[Case]) -> list[Record]:
        """The records of these cases of the later run that are new, or that say something else than before."""
        return [record for case in cases for record in case.records if self._moved(record)]

    def lost_records(self, case: Case) -> list[Record]:
        """The records of a case of the earlier run that stand no more."""
        return [record for record in case.records if key_of(record) not in self.new_links]

    def together(self, new: Iterable[str], old: Iterable[str] = ()) -> tuple[list[str], list[str]]:
        """These cases of the later run and of the earlier one, with those that they share records with."""
        olds = set(old).union(*(self.olds.get(case, ()) for case in new))
        news = set(new).union(*(self.news.get(case, ()) for case in olds))
        return sorted(news & self.new.keys()), sorted(olds & self.old.keys())

    def rivals(self, records: Iterable[Record]) -> list[Key]:
        """What was or is left to a person between these records and others: the others."""
        return sorted({rival for record in records for rival in self._rivals.get(key_of(record), ())})

    def why(self, new: Iterable[str], old: Iterable[str] = ()) -> tuple[str, tuple[str, ...]]:
        """What is otherwise of the records of these cases, of what rivals them and of the decisions about them.

        In words, and the sources of the records.
        """
        news, olds = self.together(new, old)
        records = [record for case in news for record in self.new[case].records]
        before = [record for case in olds for record in self.old[case].records]
        rivals = self.rivals([*records, *before])
        moved = _each([*records, *(self.new_links[key].record for key in rivals if key in self.new_links)])
        lost = _each([*before, *(self.old_links[key].record for key in rivals if key in self.old_links)])
        moved = [record for record in moved if self._moved(record)]
        lost = [record for record in lost if key_of(record) not in self.new_links]
        keys = {*map(key_of, (*records, *before)), *rivals}
        told = self.came(moved) + left([record.source for record in lost]) + self.decided(keys)
        return told, tuple(record.source for record in (*moved, *lost))

    def placed(self, news: Iterable[str], olds: Iterable[str]) -> str:
        """Which of these cases of the later run came together, and which of the earlier one were parted."""
        merged = {case: sorted(self.olds.get(case, ())) for case in news}
        parted = {case: sorted(self.news.get(case, ())) for case in olds}
        return "".join(
            [f"由 {'、'.join(were)} 并成。" for were in merged.values() if len(were) > 1]
            + [f"{case} 的记录现分在 {'、'.join(are)}。" for case, are in parted.items() if len(are) > 1]
        )

    def came(self, records: Sequence[Record]) -> str:
        """Which records are new, which say something else, and which only are read otherwise."""
        new: list[str] = []
        said: list[str] = []
        read: list[str] = []
        for record in records:
            known = self.old_links.get(key_of(record))
            kind = new if known is None else read if self._same_row(known.record, record) else said
            kind.append(record.source)
        return _named("新收的记录", new) + _named("更正的记录", said) + _named("对照修改后读法不同的记录", read)

    def decided(self, keys: Collection[Key]) -> str:
        """The decisions about these records that act now and did not, or the other way round."""
        return "".join(told for named, told in self._decided if not named.isdisjoint(keys))

    def _same_row(self, before: Record, after: Record) -> bool:
        cells = self.before.content.get(before.source)
        return cells is not None and cells == self.after.content.get(after.source)

    def _moved(self, record: Record) -> bool:
        known = self.old_links.get(key_of(record))
        return known is None or _says(known.record) != _says(record)


def reasons(links: Iterable[Link]) -> str:
    """By which signs the records are linked."""
    return "".join(f"依据：{'；'.join(link.explanation)}。" for link in links if link.explanation)


def left(sources: Sequence[str]) -> str:
    """Which records stand no more."""
    return _named("不再有的记录", sources)


def shown(at: datetime) -> str:
    """An instant in words."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _named(words: str, sources: Sequence[str]) -> str:
    if not sources:
        return ""
    more = f"等{len(sources)}条" if len(sources) > _NAMED else ""
    return f"{words}：{'、'.join(sources[:_NAMED])}{more}。"


def _each(records: Iterable[Record]) -> list[Record]:
    return list({key_of(record): record for record in records}.values())


def _met(these: Mapping[Key, Link], others: Mapping[Key, Link]) -> Mapping[str, set[str]]:
    """Case of `these` -> the cases of `others` in which its records stand."""
    met: dict[str, set[str]] = defaultdict(set)
    for key, link in these.items():
        if key in others:
            met[link.case_id].add(others[key].case_id)
    return met


def _rivals(*linkages: Linkage) -> Mapping[Key, set[Key]]:
    """Record -> what fitted it, or what it fitted, and was left to a person; and what else fitted that."""
    met: dict[Key, set[Key]] = defaultdict(set)
    for one in (one for linkage in linkages for one in linkage.ambiguities):
        keys = {key_of(record) for record in (one.record, *one.candidates)}
        for key in keys:
            met[key] |= keys - {key}
    return met


def _decided(before: Sequence[Judged], after: Sequence[Judged]) -> Iterator[tuple[set[Key], str]]:
    """Each decision that acts in one of the runs alone: its records, and what became of it."""
    acted = {one.decision.decision_id: one for one in before if one.force is Force.STANDS}
    now = {one.decision.decision_id: one for one in after}
    for key, one in {**acted, **now}.items():
        if (key in acted) is not (key in now and now[key].force is Force.STANDS):
            decision = one.decision
            told = f"关联决定 {key}（{decision.judgement}，{shown(decision.at)}）{_became(now.get(key))}。"
            yield {named.key for named in decision.named}, told


def _became(one: Judged | None) -> str:
    if one is None:
        return "在后一时点尚未作出"
    if one.force is Force.TAKEN_BACK and one.decision.taken_back_at is not None:
        return f"已于 {shown(one.decision.taken_back_at)} 撤回"
    return {
        Force.STANDS: "起作用",
        Force.EXPIRED: "因所依据的记录已更正而失效",
        Force.OVERTAKEN: f"已由 {one.by} 取代",
    }.get(one.force, "不再起作用")


def _says(record: Record) -> object:
    return record.fields, record.parties, record.events
