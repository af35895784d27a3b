"""What may the hub hand in to the procuratorate: does a body read as a referral copy or an alert?"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from sandbox.problems import Fault, unprocessable

INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt]([01]\d|2[0-3])(:[0-5]\d){2}(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def is_instant(text: str) -> str:
    """The text, if it is a date-time with offset (RFC 3339); ValueError otherwise.

    >>> is_instant("2026-06-01T10:00:00+08:00")
    '2026-06-01T10:00:00+08:00'
    """
    match = INSTANT.fullmatch(text)
    if match is None:
        raise ValueError("not an instant with its offset, such as 2026-06-01T10:00:00+08:00")
    is_day(match[1])
    return text


def is_day(text: str) -> str:
    """The text, if it is a date that exists (YYYY-MM-DD); ValueError otherwise."""
    if DAY.fullmatch(text) is None:
        raise ValueError("not a date, YYYY-MM-DD")
    date.fromisoformat(text)
    return text


def read_instant(text: str) -> datetime:
    """The instant of a date-time with offset (RFC 3339), to the second; ValueError otherwise."""
    whole = re.sub(r"\.\d+", "", is_instant(text)).upper()
    return datetime.fromisoformat(whole.replace("Z", "+00:00"))


Instant = Annotated[str, AfterValidator(is_instant)]
Day = Annotated[str, AfterValidator(is_day)]


class _Message(BaseModel):
    # As JSON schema has it: no conversion between types, and further members are nobody's business.
    model_config = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False)


class Person(_Message):
    """A party; the number may be null, the member may not be missing."""

    name: str
    id_no: str | None


class Attachment(_Message):
    """A file that stays with the sender, by name and sha256."""

    name: str
    sha256: str


class ReferralCopy(_Message):
    """A township's copy of a referral (抄送)."""

    township: str
    doc_no: str
    parties: list[Person] = Field(min_length=1)
    cause: str
    sent_on: Day
    amount: float | None = None
    attachments: list[Attachment] = []


class Alert(_Message):
    """An overdue item or a finding for the office."""

    case_id: str
    code: str
    agency: str
    raised_at: Instant
    due_at: Instant | None = None
    basis: str | None = None
    detail: str | None = None


def check_message(body: bytes, shape: type[BaseModel]) -> str:
    """The body's text, if it is JSON of this shape; Refusal 422 with every fault and its pointer otherwise."""
    try:
        text = body.decode("utf-8")
        content = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise unprocessable(Fault("", "not JSON in UTF-8")) from None
    try:
        shape.model_validate(content)
    except ValidationError as error:
        raise unprocessable(*(Fault(_pointer(item["loc"]), item["msg"]) for item in error.errors())) from None
    return text


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _pointer(location: Sequence[str | int]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in location)
