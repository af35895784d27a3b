"""How is what came of a record's turns written down and read again? As JSON; it names records by number, and nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hub.link.matter import Choice, Join, Joined

# What every text of choices holds that names records between which nothing was guessed; few others do.
_MAY_BE_BETWEEN = re.compile(r"\],\[[0-9]")


@lru_cache(1 << 14)  # a million records stand where they stand for a few thousand reasons
def why_text(why: Joined) -> str:
    """The reason of a record's place."""
    return _text([why.tier, why.score, list(why.explanation)])


@lru_cache(1 << 14)
def why_of(text: str) -> Joined:
    """The reason that `why_text` wrote."""
    return _why(json.loads(text))


def choices_text(choices: Mapping[str, Choice]) -> str:
    """Step -> what came of the record's turn in it."""
    return "{" + ",".join([f"{_text(step)}:{_choice_text(choices[step])}" for step in sorted(choices)]) + "}"


def choices_of(text: str) -> dict[str, Choice]:
    """The choices that `choices_text` wrote."""
    form: dict[str, list[Any]] = json.loads(text)
    return {
        step: Choice(tuple(Join(new, old, _why(why)) for new, old, why in joins), tuple(between))
        for step, (joins, between) in form.items()
    }


def left_of(text: str) -> dict[str, tuple[int, ...]]:
    """Step -> the records between which nothing was guessed, of the choices that `choices_text` wrote."""
    if not _MAY_BE_BETWEEN.search(text):
        return {}
    return {step: choice.between for step, choice in choices_of(text).items() if choice.between}


def _choice_text(choice: Choice) -> str:
    joins = ",".join([f"[{j.newcomer},{j.standing},{why_text(j.why)}]" for j in choice.joins])
    return f"[[{joins}],[{','.join(map(str, choice.between))}]]"


def _text(form: object) -> str:
    return json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _why(form: list[Any]) -> Joined:
    tier, score, explanation = form
    return Joined(tier, score, tuple(explanation))
