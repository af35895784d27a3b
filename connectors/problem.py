"""What does an API's error answer say, without repeating personal data?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_LONG_NUMBER = re.compile(r"[0-9０-９][0-9０-９*＊]{5,}[0-9０-９XxＸｘ*＊]?")
_LONGEST = 500


def explain(status: int, body: bytes, sent: bytes) -> str:
    """A line for people from a problem+json body (RFC 9457): status, title, detail, and each pointer with its detail.

    Values of the JSON body that was sent, and long numbers, are replaced by ***: some servers quote what they refuse.
    """
    problem = _object(body)
    pieces = [str(problem[name]) for name in ("title", "detail") if isinstance(problem.get(name), str)]
    errors = problem.get("errors")
    listed = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    pieces.extend(f"{error.get('pointer', '')} {error.get('detail', '')}".strip() for error in listed)
    values = sorted(set(_texts(_object(sent))), key=len, reverse=True)
    return f"answer {status}: {_masked('; '.join(pieces), values) or 'no reason given'}"[:_LONGEST]


def _masked(text: str, values: list[str]) -> str:
    for value in values:
        text = text.replace(value, "***")
    return _LONG_NUMBER.sub("***", text)


def _object(content: bytes) -> dict[str, object]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _texts(value: object) -> Iterator[str]:
    """Every text of two characters or more inside a JSON value; member names are not personal."""
    if isinstance(value, str):
        if len(value) > 1:
            yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
