"""Where do two texts of the rules differ, rule by rule and word by word?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hub.duties.rules import Rule, Rules

# What a person looks for first stands first.
_FIRST = ("version", "effective_from", "period", "basis")
_SELDOM = frozenset({"id", "alternatives", "use"})


@dataclass(frozen=True, slots=True)
class Wording:
    """One part of one rule that differs. part: `entry` where a whole entry stands in one text only; empty text: not there."""

    rule: str
    effective_from: date
    part: str
    before: str
    after: str


def wordings(before: Rules, after: Rules) -> list[Wording]:
    """Every difference, in the order of rule, date and part. Entries are matched by rule and effective_from."""
    was = {(rule.id, rule.effective_from): rule for rule in before.every}
    now = {(rule.id, rule.effective_from): rule for rule in after.every}
    found: list[Wording] = []
    for key in sorted({*was, *now}):
        old, new = was.get(key), now.get(key)
        if old is None or new is None:
            found.append(Wording(*key, "entry", _entry(old), _entry(new)))
        else:
            found.extend(_parts(old, new))
    return found


def _entry(rule: Rule | None) -> str:
    return "" if rule is None else f"version {rule.version}, {_shown(rule, 'period') or 'per agency'}, {rule.basis}"


def _parts(old: Rule, new: Rule) -> Iterator[Wording]:
    others = sorted(set(Rule.model_fields) - _SELDOM - set(_FIRST))
    for part in (*_FIRST, *others):
        if _shown(old, part) != _shown(new, part):
            yield Wording(old.id, old.effective_from, part, _shown(old, part), _shown(new, part))


def _shown(rule: Rule, part: str) -> str:
    value = getattr(rule, part)
    if part == "period":
        return "" if value is None else str(value)
    content = rule.model_dump(mode="json", include={part}, exclude_defaults=False)[part]
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, sort_keys=True)
