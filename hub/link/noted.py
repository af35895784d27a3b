"""How is what came of a record's turns written down and read again? As JSON; it names records by number, and nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hub.link.matter import Choice, Join, Joined


def why_text(why: Joined) -> str:
    """The reason of a record's place."""
    return _text(_form(why))


def why_of(text: str) -> Joined:
    """The reason that `why_text` wrote."""
    return _why(json.loads(text))


def choices_text(choices: Mapping[str, Choice]) -> str:
    """Step -> what came of the record's turn in it."""
    return _text(
        {
            step: [[[j.newcomer, j.standing, _form(j.why)] for j in choice.joins], list(choice.between)]
            for step, choice in choices.items()
        }
    )


def choices_of(text: str) -> dict[str, Choice]:
    """The choices that `choices_text` wrote."""
    form: dict[str, list[Any]] = json.loads(text)
    return {
        step: Choice(tuple(Join(new, old, _why(why)) for new, old, why in joins), tuple(between))
        for step, (joins, between) in form.items()
    }


def _text(form: object) -> str:
    return json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _form(why: Joined) -> list[object]:
    return [why.tier, why.score, list(why.explanation)]


def _why(form: list[Any]) -> Joined:
    tier, score, explanation = form
    return Joined(tier, score, tuple(explanation))
