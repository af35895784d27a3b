"""In which form does each agency get what the hub pushes? The models of `mappings/deliveries.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from hub.data_file import Strict, load_model
from hub.model import Event, Record, RecordKind
from hub.words import Word


class Kind(Word):
    """What is pushed."""

    REFERRAL = "referral"  # a township's referral, to the police
    REFERRAL_COPY = "referral_copy"  # the same, to the procuratorate (抄送)
    FILING_DECISION = "filing_decision"  # what the police decided, to the township that referred
    FINDING = "finding"  # to the agency that must put it right, and to the procuratorate
    OVERDUE = "overdue"  # to the procuratorate
    NOTICE = "notice"  # a rung that fired, to the agencies of its roles
    BULLETIN = "bulletin"  # the month's 情况通报, to each township


# What a row of each kind holds; a column of a layout can show nothing else.
_TOLD = {"delivery_id", "replaces", "code", "agency", "title", "subject", "detail", "due_at", "basis"}
FIELDS: dict[Kind, frozenset[str]] = {
    Kind.REFERRAL: frozenset(("referral_no", "unit", "unit_name", "cause", "parties", "sent_at", "delivery_id", "replaces")),
    Kind.REFERRAL_COPY: frozenset(("township", "doc_no", "cause", "sent_on", "amount")),
    Kind.FILING_DECISION: frozenset(
        ("doc_no", "police_case_no", "referral_nos", "result", "decided_at", "reason", "next", "delivery_id", "replaces")
    ),
    Kind.FINDING: frozenset(_TOLD),
    Kind.OVERDUE: frozenset(_TOLD),
    Kind.NOTICE: frozenset(_TOLD | {"document", "to"}),
    Kind.BULLETIN: frozenset(("part", "title", "detail")),
}  # fmt: skip
_FIXED = re.compile(r"=\{(.*)\}")


class SheetRule(Strict):
    """The columns of one kind: header -> field or fixed text (`={text}`). name: of the sheet in a workbook."""

    name: str = ""
    columns: dict[str, str] = Field(min_length=1)

    def cells(self, row: Mapping[str, str]) -> list[str]:
        """What stands under the headers, in their order."""
        return [fixed[1] if (fixed := _FIXED.fullmatch(what)) else row.get(what, "") for what in self.columns.values()]

    def fields(self) -> set[str]:
        """The fields that are shown."""
        return {what for what in self.columns.values() if not _FIXED.fullmatch(what)}


class Layout(Strict):
    """How some kinds of delivery go to some receivers; see the head of the data file."""

    name: str
    receivers: tuple[str, ...] = Field(alias="for")
    kinds: tuple[Kind, ...] = Field(min_length=1)
    format: Literal["delimited", "workbook", "book", "alert", "referral_copy"]
    folder: str
    parcel: str = ""
    suffix: str = ""
    encoding: Literal["gb18030", "utf-8-sig"] = "utf-8-sig"
    for_people: bool = False

    @property
    def body(self) -> bool:
        """True where each delivery is a JSON body of its own and the answer comes at once."""
        return self.format in ("alert", "referral_copy")

    @model_validator(mode="after")
    def _named(self) -> Layout:
        if self.body:
            if self.parcel:
                raise ValueError("a JSON body is named by its own delivery id")
            return self
        places = set(re.findall(r"\{\w*\}", self.parcel))
        if not {"{day}", "{serial}"} <= places <= {"{receiver}", "{day}", "{serial}"}:
            raise ValueError("the parcel's name needs {day} and {serial}, and knows beside them only {receiver}")
        # A delivery id is one thing in the ledger, so two receivers cannot share a name.
        if "{receiver}" not in places and (len(self.receivers) != 1 or self.receivers[0] == "township"):
            raise ValueError("several receivers need {receiver} in the parcel's name")
        return self


class Decision(Strict):
    """What a decision of the police means for the township; noted_by: its own event of having the notice."""

    title: str
    noted_by: str
    next: str


class Answer(Strict):
    """What a result in an acknowledgement means. act: what the sender does about a refusal."""

    result: Literal["taken", "known", "refused"]
    says: str
    act: str = ""


class Returned(Strict):
    """How a township is told that the police did not take what it sent. to: who reads it there."""

    title: str
    to: str
    basis: str


class Sealing(Strict):
    """What belongs to a sealed matter, and who alone may be told of it."""

    receivers: tuple[str, ...]
    agencies: tuple[str, ...]
    record_kinds: tuple[RecordKind, ...]
    document_types: tuple[str, ...]
    event_prefixes: tuple[str, ...]
    rules: tuple[str, ...]

    def seals(self, record: Record) -> bool:
        """True where the record is part of a sealed matter; any one sign is enough."""
        return (
            record.agency in self.agencies
            or record.kind in self.record_kinds
            or record.get("doc_type") in self.document_types
            or record.get("sealed") == "yes"
            or any(self._seals_event(event) for event in record.events)
        )

    def _seals_event(self, event: Event) -> bool:
        return event.code.startswith(self.event_prefixes)


class DeliveryRules(Strict):
    """All that `mappings/deliveries.yaml` says."""

    sealed: Sealing
    returned: Returned
    carried_by: str
    not_by_channel: tuple[str, ...]
    decisions: dict[str, Decision]
    outcomes: dict[str, str]
    findings: dict[str, str]
    finding_rules: dict[str, str]
    details: dict[str, str]
    words: dict[str, str]
    sheets: dict[Kind, SheetRule]
    layouts: tuple[Layout, ...]
    answers: dict[str, Answer]

    def layout(self, receiver: str, receiver_kind: str, receives: str, kind: Kind) -> Layout | None:
        """How this kind goes to this receiver: by the layout that it asked for, else by that for its code, else its kind.

        None where it has no channel for it.
        """
        fitting = [layout for layout in self.layouts if kind in layout.kinds]
        asked = [layout for layout in fitting if receives and layout.name == receives]
        own = [layout for layout in fitting if receiver in layout.receivers]
        return next(iter([*asked, *own, *(layout for layout in fitting if receiver_kind in layout.receivers)]), None)

    @model_validator(mode="after")
    def _one_way_each(self) -> DeliveryRules:
        names = [layout.name for layout in self.layouts]
        if len(set(names)) != len(names):
            raise ValueError("two layouts have one name")
        for one, other in combinations(self.layouts, 2):
            shared = set(one.receivers) & set(other.receivers)
            if shared and set(one.kinds) & set(other.kinds):
                raise ValueError(f"{one.name} and {other.name} both say how something goes to {min(shared)}")
            alike = one.parcel and one.parcel == other.parcel
            if alike and ("{receiver}" not in one.parcel or shared):
                raise ValueError(f"{one.name} and {other.name} would give two files one name")
        return self

    @model_validator(mode="after")
    def _columns_known(self) -> DeliveryRules:
        for kind, sheet in self.sheets.items():
            if unknown := sorted(sheet.fields() - FIELDS[kind]):
                raise ValueError(f"a {kind} has no field {', '.join(unknown)}")
        for layout in self.layouts:
            for kind in () if layout.body or layout.format == "book" else layout.kinds:
                if kind not in self.sheets or (layout.format == "workbook" and not self.sheets[kind].name):
                    raise ValueError(f"{layout.name}: {kind} needs columns, and in a workbook a name")
        return self


def load_delivery_rules(path: Path) -> DeliveryRules:
    """Read the rules of what is pushed; raises `ConfigurationFault` naming file and line of every fault."""
    return load_model(path, DeliveryRules)
