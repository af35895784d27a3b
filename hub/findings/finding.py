"""One finding: in which case, of which kind, who must act, and what about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A break that a person must look at. agency: who must act or put it right; case_id may be empty."""

    case_id: str
    code: str
    agency: str
    detail: str
