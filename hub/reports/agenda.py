"""What should the joint conference (联席会议) talk about? Topics that the figures of a quarter give, each with its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.delivery.desk import base
from hub.duties.duty import Obligation
from hub.duties.rules import Rules
from hub.findings import Finding
from hub.reports.county import CountyBulletin
from hub.reports.punctuality import is_judged, is_late
from hub.reports.standing import Standing

# A rule is put on the agenda from so many late ones on: one late act is a case, several are a problem.
_FEWEST_LATE = 2
_MOST_RULES, _MOST_REPEATERS, _MOST_MATTERS = 6, 8, 20
_AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class RuleTopic:
    """A rule that is badly kept: in time over due, and who was late how often."""

    rule: str
    part: int
    whole: int
    late_by: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Tension:
    """A rule that can be read otherwise, as the rules data says: how often it was judged and missed in the quarter.

    use: the alternative in force, or empty. alternatives: (name, note).
    """

    rule: str
    use: str
    alternatives: tuple[tuple[str, str], ...]
    judged: int
    late: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a conference resolved on one topic. topic: the code on the form, or empty; by: who does it; until: by when."""

    topic: str
    text: str
    by: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """A resolution of the last conference, and how its topic stood then and stands now; empty where it has no figure."""

    resolution: Resolution
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """The topics of a quarter's conference. matters: overdue duties to be talked about one by one, the longest first."""

    bulletin: CountyBulletin
    last_span: str
    followed: tuple[Followed, ...]
    rules: tuple[RuleTopic, ...]
    repeated: tuple[tuple[str, str, int], ...]
    tensions: tuple[Tension, ...]
    findings: tuple[tuple[str, int], ...]
    unclear: tuple[Finding, ...]
    matters: tuple[Obligation, ...]
    matters_left: int


def draw_up(
    standing: Standing,
    bulletin: CountyBulletin,
    rules: Rules,
    last_span: str = "",
    last: Sequence[Resolution] = (),
) -> Agenda:
    """Derive the topics. last: what the conference of `last_span` resolved."""
    kinds: Counter[str] = Counter()
    for code, _, count in bulletin.findings:
        kinds[code] += count
    judged = [o for o in standing.view.obligations if is_judged(o) and bulletin.span.holds(o.due_at)]
    figures = topic_figures(bulletin)
    return Agenda(
        bulletin=bulletin,
        last_span=last_span,
        followed=tuple(Followed(one, *figures.get(one.topic, ("", ""))) for one in last),
        rules=_worst(bulletin, judged),
        repeated=tuple(
            (one.agency, one.rule, one.times) for one in bulletin.kpis.punctuality.repeaters[:_MOST_REPEATERS]
        ),
        tensions=_tensions(rules, judged),
        findings=tuple(sorted(((c, n) for c, n in kinds.items() if c != _AMBIGUOUS), key=lambda kind: (-kind[1], kind[0]))),
        unclear=tuple(f for f in standing.view.findings if f.code == _AMBIGUOUS),
        matters=bulletin.overdue[:_MOST_MATTERS],
        matters_left=max(0, len(bulletin.overdue) - _MOST_MATTERS),
    )  # fmt: skip


def topic_figures(bulletin: CountyBulletin) -> Mapping[str, tuple[str, str]]:
    """topic code -> its figure in the quarter before and in this one. Codes: `rule:<id>`, `finding:<code>`, `repeat`."""
    now, before = bulletin.kpis.punctuality, bulletin.before.punctuality
    earlier = {one.rule: one.on_time for one in before.by_rule}
    figures = {
        f"rule:{one.rule}": (str(earlier[one.rule]) if one.rule in earlier else "", str(one.on_time))
        for one in now.by_rule
    }
    kinds: Counter[str] = Counter()
    for code, _, count in bulletin.findings:
        kinds[code] += count
    figures |= {f"finding:{code}": ("", str(count)) for code, count in kinds.items()}
    figures["repeat"] = (str(before.repeated), str(now.repeated))
    return figures


def _worst(bulletin: CountyBulletin, judged: Sequence[Obligation]) -> tuple[RuleTopic, ...]:
    records = [one for one in bulletin.kpis.punctuality.by_rule if one.late.count >= _FEWEST_LATE]
    records.sort(key=lambda one: (one.on_time.value or 0.0, -one.late.count, one.rule))
    topics = []
    for one in records[:_MOST_RULES]:
        late = Counter(base(o.debtor) for o in judged if o.rule == one.rule and is_late(o))
        by = tuple(sorted(late.items(), key=lambda entry: (-entry[1], entry[0])))
        topics.append(RuleTopic(one.rule, one.on_time.part, one.on_time.whole, by))
    return tuple(topics)


def _tensions(rules: Rules, judged: Sequence[Obligation]) -> tuple[Tension, ...]:
    found = []
    for rule in rules.by_id.values():
        owed = [o for o in judged if o.rule == rule.id]
        late = sum(map(is_late, owed))
        # A reading about which nobody stumbled is no matter for a conference.
        if rule.alternatives and late:
            notes = tuple((one.name, one.note) for one in rule.alternatives)
            found.append(Tension(rule.id, rule.use, notes, len(owed), late))
    return tuple(sorted(found, key=lambda one: (-one.late, one.rule)))
