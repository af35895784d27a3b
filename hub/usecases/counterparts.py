"""What are people told of two matters that may be one: which findings it would settle, why it may be, and how to say so?

Nothing here names a person: a record is named by agency, kind and number, what was seen of it in words and bits.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from hub.findings import Finding
from hub.findings.counterparts import Counterparts, find_counterparts
from hub.findings.patterns import SHOWN_BY
from hub.hub import Hub
from hub.link.decisions import Judgement, key_of
from hub.link.judging import acting
from hub.link.waterfall import Step, Waterfall
from hub.usecases.explain import record_form, ref_of
from hub.view import View

_BY_WHOM = "--by WHO --reason WHY"


def counterparts_in(hub: Hub, view: View) -> tuple[Counterparts, ...]:
    """The pairs of a view, the best first; of sealed matters none, for they are decided about among themselves alone."""
    return find_counterparts(
        view.linkage,
        hub.link_weights,
        hub.counterpart_rule,
        view.as_of,
        acting(view.judged),
        hub.delivery_rules.sealed.seals,
    )


def settled_by(pairs: Iterable[Counterparts], findings: Iterable[Finding]) -> list[Finding]:
    """The findings that would be gone if the pairs were one matter each: of a side's record that another shows is missing."""
    cases = {case_id for pair in pairs for case_id in pair.case_ids}
    return [one for one in findings if one.code in SHOWN_BY and one.case_id in cases]


def drawn(pair: Counterparts) -> Waterfall:
    """What speaks for and against it, step by step."""
    seen = sorted(pair.evidence.observations, key=lambda one: (-abs(one.bits), one.feature))
    return Waterfall("", tuple(Step(one.feature, one.seen, one.bits) for one in seen), pair.asked)


def refs_of(pair: Counterparts) -> tuple[str, str]:
    """The referral and the acceptance, each as it can be asked for."""
    return ref_of(key_of(pair.referral.record)), ref_of(key_of(pair.acceptance.record))


def to_join(pair: Counterparts) -> str:
    """The command by which a person says that they are one matter."""
    return _command(Judgement.CONFIRM if pair.left_open else Judgement.MERGE, refs_of(pair))


def to_keep_apart(pair: Counterparts) -> str:
    """The command by which a person says that they are two, after which the pair is not told again."""
    return _command(Judgement.REJECT, refs_of(pair))


def counterparts_form(pair: Counterparts, findings: Iterable[Finding]) -> dict[str, object]:
    """A pair as JSON."""
    waterfall = drawn(pair)
    return {
        "referral": record_form(pair.referral.record),
        "referral_case_id": pair.referral.case_id,
        "sent_on": pair.referral.on.isoformat(),
        "acceptance": record_form(pair.acceptance.record),
        "acceptance_case_id": pair.acceptance.case_id,
        "received_on": pair.acceptance.on.isoformat(),
        "score": round(pair.evidence.score, 1),
        "asked": pair.asked,
        "left_open": pair.left_open,
        "steps": [{"feature": one.feature, "seen": one.seen, "bits": one.bits} for one in waterfall.steps],
        "findings": [
            {"case_id": one.case_id, "code": one.code, "agency": one.agency} for one in settled_by([pair], findings)
        ],
        "to_join": to_join(pair),
        "to_keep_apart": to_keep_apart(pair),
    }


def counterpart_lines(pairs: Sequence[Counterparts], case_id: str, told: Iterable[frozenset[str]]) -> list[str]:
    """The pairs of one case in words, each with the steps and the two commands.

    told: the pairs of sources that stand among the near misses, whose steps are not shown twice.
    """
    already, lines = set(told), []
    for pair in pairs:
        if case_id not in pair.case_ids:
            continue
        here = case_id == pair.acceptance.case_id
        other, ref = (pair.referral, refs_of(pair)[0]) if here else (pair.acceptance, refs_of(pair)[1])
        day = f"{'sent' if here else 'received'} {other.on}"
        score = f"{pair.evidence.score:+g} bits, {pair.asked:g} asked for"
        why = "left to a person" if pair.left_open else score
        lines.append(f"may be one matter with {other.case_id}: {ref}, {day} ({why})")
        if frozenset((pair.referral.record.source, pair.acceptance.record.source)) in already:
            lines.append("    what the linker saw of the two stands among the near misses")
        else:
            lines += [f"    {line}" for line in drawn(pair).lines()]
        lines += [f"    if one:  {to_join(pair)}", f"    if two:  {to_keep_apart(pair)}"]
    return lines


def _command(judgement: Judgement, refs: Sequence[str]) -> str:
    return " ".join(("hub links", str(judgement), *map(shlex.quote, refs), _BY_WHOM))
