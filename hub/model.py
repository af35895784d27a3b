"""What the hub holds: parcels, rows, records, parties, events; frozen values with no behaviour of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from hub.moment import Moment
from hub.words import Word

# What a format may hand over for one cell. Formats never turn text into numbers or numbers into text.
CellValue = str | int | float | bool | datetime | date | time | timedelta | list[object] | dict[str, object] | None


class Disposition(Word):
    """What became of an input row; every row has exactly one."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    QUARANTINED = "quarantined"
    IGNORED = "ignored"


class Reading(Word):
    """What reading a row gave, before its versions are compared."""

    READ = "read"
    QUARANTINED = "quarantined"
    IGNORED = "ignored"


class RecordKind(Word):
    """What a row is about; one kind per sheet or file of an interface notice."""

    REFERRAL = "referral"  # 移送案件
    PENALTY = "penalty"  # 行政处罚
    OPINION_HANDLING = "opinion_handling"  # 意见办理
    CORRESPONDENCE = "correspondence"  # 线索与咨询
    ACCEPTANCE = "acceptance"  # 受案登记 (sa)
    POLICE_RESULT = "police_result"  # 案件结果 (cl)
    DOCUMENT = "document"  # 检察文书
    COPY_RECEIPT = "copy_receipt"  # 司法局收文
    CLUE_RECEIPT = "clue_receipt"  # 监委收文


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file or API page as it came.

    path: where it stands, relative to the agency's share of the exchange, as sources name it
        (`townships/140924100/行刑衔接台账_202607.xlsx`); for an API page a name of the request.
    arrived_at: when it appeared at its place, as the place itself says (modification time; for a
        page the instant of the answer). fetched_at: when the hub took it.
    meta: what the transport noted (manifest, encoding, ETag ...), for the evidence.
    """

    agency: str
    path: str
    content: bytes = field(repr=False)
    sha256: str
    arrived_at: datetime
    fetched_at: datetime
    meta: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """A person or unit as one record names it. `id_no` is empty where absent.

    name: as cleaned text; folding it for comparison is the linker's business.
    id_state: a word of hub.values.identity.IdentityState.
    """

    name: str
    id_no: str = field(default="", repr=False)
    id_state: str = "absent"


@dataclass(frozen=True, slots=True)
class Event:
    """A fact with a legal time, as one record asserts it. `attributes` are sorted by name."""

    code: str
    at: Moment
    agency: str
    attributes: tuple[tuple[str, str], ...] = ()

    def attribute(self, name: str) -> str:
        """The value of an attribute, or an empty text."""
        return next((value for key, value in self.attributes if key == name), "")


@dataclass(frozen=True, slots=True)
class Record:
    """A row as read: one agency's statement, under that agency's own key.

    key: the row's key in its agency and kind, normalised; versions of a row share it.
    fields: canonical field name -> canonical text (`case_no`, `referral_no`, `police_case_no`,
        `doc_no`, `related_doc_no`, `cause_code`, `amount`, ...); absent fields are left out.
    raw: header as in the file -> cell as text, whole, for people and evidence.
    """

    agency: str
    kind: RecordKind
    key: str
    source: str
    fields: Mapping[str, str]
    parties: tuple[Party, ...] = ()
    events: tuple[Event, ...] = ()
    raw: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def get(self, name: str) -> str:
        """A canonical field, or an empty text."""
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class RowReading:
    """What reading one row gave: a record, or the reason why it was set aside or ignored.

    content_hash: sha-256 over every cell but the running number; equal hashes under one key are
        the same statement. detail: for people, JSON with the fault in words and the row whole; kept,
        never logged.
    """

    source: str
    reading: Reading
    kind: RecordKind | None = None
    key: str = ""
    content_hash: str = ""
    column: str = ""
    reason: str = ""
    detail: str = field(default="", repr=False)
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receiver's word for a delivery: `result` is `taken`, `known` or `refused`."""

    delivery_id: str
    received_at: datetime
    result: str
    receipt_no: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Bytes on their way to an agency.

    path: file path under the agency's place (`inbox/P20261031-0001.csv`), or the API path.
    delivery_id: ours, deterministic; also the Idempotency-Key.
    """

    delivery_id: str
    agency: str
    path: str
    content: bytes = field(repr=False)
    media_type: str = "application/octet-stream"
