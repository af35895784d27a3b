"""Which papers are there, from whom to whom, under which numbers, with which fields? The models of `mappings/papers.yaml`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from hub.data_file import Strict, load_model
from hub.duties.rules import Ending
from hub.model import RecordKind

# What every template may show beside its own fields.
BUILT_IN = (
    "title", "number", "mark", "issuer", "signatory", "addressees", "copies_to", "dated_on", "basis", "mechanism",
)  # fmt: skip
PEOPLE = ("names", "people", "identified")
# By which field the records of a kind are told apart.
TYPE_FIELD = {
    RecordKind.DOCUMENT: "doc_type",
    RecordKind.POLICE_RESULT: "result",
    RecordKind.CORRESPONDENCE: "category",
    RecordKind.OPINION_HANDLING: "opinion_kind",
}
OfObligation = Literal[
    "title", "rule", "subject", "opened_on", "due_on", "overdue_days", "basis", "debtor", "creditor", "township"
]


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_several)]
Kinds = Annotated[tuple[RecordKind, ...], BeforeValidator(_several)]


class FieldRule(Strict):
    """One thing that a paper says. At most one source is given; a field without one is given by a person.

    label: its name for people. required: without it there is no paper; required_with: only where that other field is
    there. record, type, take: a field of the case's records of these kinds; `take: names`, `people` or `identified` for
    the persons, without numbers, with those that are known, with every number or none at all. event: the day of the
    latest one. obligation: what the duty that the paper is about says. office: a name from `offices`. decision: what
    the person who approved wrote into the form. words: what is written in the place of what the source says; the field
    stays empty where there is no word for it.
    """

    label: str = Field(min_length=1)
    required: bool = False
    required_with: str = ""
    record: Kinds = ()
    type: Words = ()
    take: str = ""
    event: str = ""
    obligation: OfObligation | Literal[""] = ""
    office: str = ""
    decision: Literal["reply_by", ""] = ""
    words: dict[str, str] = {}

    @property
    def given(self) -> bool:
        """True where only a person can say it."""
        return not (self.record or self.event or self.obligation or self.office)

    @model_validator(mode="after")
    def _one_source(self) -> FieldRule:
        if [bool(self.record), bool(self.event), bool(self.obligation), bool(self.office)].count(True) > 1:
            raise ValueError("give one of record, event, obligation and office, or none: then a person gives it")
        if bool(self.record) != bool(self.take):
            raise ValueError("say with `take` what of the record stands in the paper")
        if self.type and not all(kind in TYPE_FIELD for kind in self.record):
            raise ValueError("records of these kinds have no type")
        if self.required and self.required_with:
            raise ValueError("a field is required, or required with another one")
        return self


class Condition(Ending):
    """An event of the matter, and what is said where it is wanting, or is in the way."""

    says: str = Field(min_length=1)


class PaperRule(Strict):
    """One paper. number: what its numbers have between the issuer's prefix and the year.

    issuer: `procuratorate`, `police`, `township`. addressed_to, copies_to: `township`, `debtor`, `creditor`, an
    agency's code, or one of `offices`. approved_by: the role whose approval it needs. document: how the ladders call
    it; rules: of which obligations, where another paper has the same name there. event: by which its service becomes
    known. sealed: about duty crime. performs: it does the duty of its `rules`, which must not be void, nor done already.
    needs: events without which it is held back; barred_by: events after which it is.
    """

    paper: str = Field(pattern=r"^[a-z][a-z_]+$")
    title: str = Field(min_length=1)
    template: str = Field(pattern=r"^[\w.-]+\.docx$")
    number: str = Field(min_length=1)
    issuer: str
    addressed_to: Words = Field(min_length=1)
    copies_to: Words = ()
    approved_by: str = ""
    basis: str = Field(min_length=1)
    document: str = ""
    rules: tuple[str, ...] = ()
    event: str = ""
    sealed: bool = False
    performs: bool = False
    needs: tuple[Condition, ...] = ()
    barred_by: tuple[Condition, ...] = ()
    fields: dict[str, FieldRule] = Field(min_length=1)

    @model_validator(mode="after")
    def _fields_fit(self) -> PaperRule:
        if self.performs and not self.rules:
            raise ValueError("say with `rules` which duty it performs")
        for name, field in self.fields.items():
            if name in BUILT_IN:
                raise ValueError(f"{name}: every paper has this field by itself")
            if field.required_with and field.required_with not in self.fields:
                raise ValueError(f"{name}: is required with {field.required_with}, which the paper does not have")
        return self

    @property
    def required(self) -> tuple[str, ...]:
        """The fields without which it is not drafted."""
        return tuple(name for name, field in self.fields.items() if field.required)


class Issuer(Strict):
    """How an issuer signs. mark: the name over the paper; prefix: how its numbers begin; both may hold {name}, {short_name}."""

    mark: str = Field(min_length=1)
    prefix: str = Field(min_length=1)
    signatory: str = ""


class _PapersFile(Strict):
    mechanism: str = Field(min_length=1)
    offices: dict[str, str]
    issuers: dict[str, Issuer]
    papers: tuple[PaperRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _apart(self) -> _PapersFile:
        names = [paper.paper for paper in self.papers]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two papers have one name: {', '.join(twice)}")
        for paper in self.papers:
            if paper.issuer not in self.issuers:
                raise ValueError(f"{paper.paper}: no issuer is named {paper.issuer}")
            for other in self.papers:
                # A number missing in an open series would show that a sealed paper exists.
                if paper.sealed and not other.sealed and (paper.number, paper.issuer) == (other.number, other.issuer):
                    raise ValueError(f"{paper.paper} is sealed and shares its numbers with {other.paper}")
        return self


@dataclass(frozen=True)
class Papers:
    """Every paper, and what they have in common. templates: the folder of their templates; version: a hash over all."""

    every: tuple[PaperRule, ...]
    mechanism: str
    offices: Mapping[str, str]
    issuers: Mapping[str, Issuer]
    templates: Path
    version: str

    @cached_property
    def by_name(self) -> Mapping[str, PaperRule]:
        """paper -> its rule."""
        return {paper.paper: paper for paper in self.every}

    def of_rung(self, document: str, rule: str) -> tuple[PaperRule, ...]:
        """The papers that a rung means by its `document`, for an obligation of that rule; one, where the data agree."""
        named = [paper for paper in self.every if document and paper.document == document]
        return tuple(paper for paper in named if not paper.rules or rule in paper.rules)


def load_papers(path: Path) -> Papers:
    """Read the papers; raises `ConfigurationFault` naming file and line of every fault."""
    found = load_model(path, _PapersFile)
    whole = json.dumps(found.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
    return Papers(
        every=found.papers,
        mechanism=found.mechanism,
        offices=found.offices,
        issuers=found.issuers,
        templates=path.parent / "templates",
        version=hashlib.sha256(whole.encode()).hexdigest()[:12],
    )
