"""Who is told, or asked to decide, how long after a due time? The models of `mappings/ladders.yaml`."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from pydantic import Field, model_validator

from hub.data_file import Strict, load_model
from hub.duties.duty import RuleKind
from hub.errors import ConfigurationFault

_LENGTH = r"\d+ (?:day|hour)"
_AFTER = re.compile(_LENGTH)
_BEFORE = re.compile(rf"{_LENGTH}(?: or 1/[1-9]\d* of the period)?")
DEBTOR, CREDITOR, HUB = "debtor", "creditor", "hub"


class RoleRule(Strict):
    """A named role. agency: `debtor`, `creditor`, `hub`, or an agency code.

    may_waive: may let go of an obligation; may_link: may say which records are of one matter.
    """

    title: str = Field(min_length=1)
    agency: str = Field(min_length=1)
    may_waive: bool = False
    may_link: bool = False


class Rung(Strict):
    """One rung: its time from the due time, whom it tells, and who decides on it where a person does."""

    rung: int
    after: str = ""
    before: str = ""
    kinds: tuple[RuleKind, ...] = (RuleKind.DUTY, RuleKind.POLICY)
    to: tuple[str, ...] = Field(min_length=1)
    decides: str = ""
    document: str = ""
    mandatory: bool = False
    resend_for: tuple[str, ...] = ()
    says: str = Field(min_length=1)
    basis: str = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Rung:
        if bool(self.after) == bool(self.before):
            raise ValueError("give either `after` or `before`")
        if not (_AFTER.fullmatch(self.after) if self.after else _BEFORE.fullmatch(self.before)):
            raise ValueError("say `after: 3 day`, `after: 24 hour` or `before: 1 day or 1/4 of the period`")
        if bool(self.decides) != bool(self.document):
            raise ValueError("a rung that a person decides names its document, and only such a rung has one")
        return self

    @property
    def early(self) -> bool:
        """True for a notice that comes before the due time."""
        return bool(self.before)

    @cached_property
    def lateness(self) -> timedelta:
        """How long past the due time; zero for a notice before it."""
        return _length(self.after) if self.after else timedelta(0)

    def since(self, opened_at: datetime, due_at: datetime) -> datetime:
        """The instant from which the rung stands: past it where it comes after the due time, at it where before.

        A day is 24 hours of Asia/Shanghai, which has no summer time, so a day later is the same time of day.
        """
        if self.after:
            return due_at + self.lateness
        length, _, part = self.before.partition(" or 1/")
        lead = _length(length)
        if part:
            share = int(part.partition(" ")[0])
            lead = min(lead, max(due_at - opened_at, timedelta(0)) / share)
        return due_at - lead


class Ladder(Strict):
    """One ladder as it stands from a day on; its rungs in the order in which they are climbed."""

    ladder: str = Field(pattern=r"[a-z_]+")
    title: str
    effective_from: date
    always: bool = False
    rungs: tuple[Rung, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Ladder:
        if [rung.rung for rung in self.rungs] != list(range(1, len(self.rungs) + 1)):
            raise ValueError("rungs are numbered 1, 2, 3 … in their order")
        for lower, higher in pairwise(self.rungs):
            if (not lower.early and higher.early) or lower.lateness > higher.lateness:
                raise ValueError(f"rung {higher.rung} would come before rung {lower.rung}")
        return self

    @cached_property
    def version(self) -> str:
        """A short hash over all that the ladder says."""
        return _digest(self.text())

    def text(self) -> str:
        """The ladder whole, to be kept in the ledger for those who began on it; `read_ladder` reads it back."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)


class _LaddersFile(Strict):
    roles: dict[str, RoleRule]
    ladders: tuple[Ladder, ...]

    @model_validator(mode="after")
    def _names_known(self) -> _LaddersFile:
        for ladder in self.ladders:
            for rung in ladder.rungs:
                if unknown := sorted({*rung.to, *filter(None, [rung.decides])} - set(self.roles)):
                    raise ValueError(f"{ladder.ladder}, rung {rung.rung}: no such role: {', '.join(unknown)}")
        entries = [(ladder.ladder, ladder.effective_from) for ladder in self.ladders]
        if twice := sorted({name for name, day in entries if entries.count((name, day)) > 1}):
            raise ValueError(f"two entries take effect on the same day: {', '.join(twice)}")
        return self


@dataclass(frozen=True)
class Ladders:
    """Every ladder, with the entries that took effect at different days. version: a hash over all of them.

    archived: ladders that no longer stand in the file but on which obligations began.
    """

    roles: Mapping[str, RoleRule]
    every: tuple[Ladder, ...]
    version: str
    archived: tuple[Ladder, ...] = ()

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Ladder]]:
        """Name -> its entries, the newest first."""
        named: dict[str, list[Ladder]] = defaultdict(list)
        for ladder in sorted(self.every, key=lambda one: one.effective_from, reverse=True):
            named[ladder.ladder].append(ladder)
        return named

    def always(self) -> tuple[str, ...]:
        """The names of the ladders that are climbed beside a rule's own, in the order of the file."""
        return tuple(dict.fromkeys(ladder.ladder for ladder in self.every if ladder.always))

    def in_force(self, name: str, day: date) -> Ladder | None:
        """The ladder of this name for what was opened on that day; the oldest for what is older than all of them."""
        named = self._by_name.get(name, ())
        return next((ladder for ladder in named if ladder.effective_from <= day), named[-1] if named else None)

    def of_version(self, name: str, version: str) -> Ladder | None:
        """The very ladder that an obligation began on, or None where nobody kept it."""
        kept = (*self.every, *self.archived)
        return next((ladder for ladder in kept if (ladder.ladder, ladder.version) == (name, version)), None)

    def keeping(self, texts: Iterable[str]) -> Ladders:
        """These ladders, and beside them those that the ledger kept (`Ladder.text`)."""
        return replace(self, archived=tuple(read_ladder(text) for text in sorted(set(texts))))


def load_ladders(path: Path) -> Ladders:
    """Read the ladders; raises `ConfigurationFault` naming file and line of every fault."""
    found = load_model(path, _LaddersFile)
    if not found.ladders:
        raise ConfigurationFault(f"{path}: holds no ladder")
    whole = json.dumps(found.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
    return Ladders(found.roles, found.ladders, _digest(whole))


def read_ladder(text: str) -> Ladder:
    """The ladder that `Ladder.text` wrote."""
    return Ladder.model_validate_json(text)


def _length(text: str) -> timedelta:
    count, _, unit = text.partition(" ")
    return timedelta(hours=int(count)) if unit == "hour" else timedelta(days=int(count))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
