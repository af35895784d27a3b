"""What of a view belongs to sealed matters (职务违法犯罪线索), and what is left without them?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.duties.duty import Obligation
from hub.findings import Finding
from hub.link.linker import Link
from hub.mapping.agency import Agency
from hub.model import Disposition, Record, RecordKind
from hub.receiving.balance import FileBalance
from hub.receiving.versions import Disposed
from hub.view import View

_COMMISSION = "supervision_commission"
_RULE = "supervision_commission.acknowledge_clue"
_DOCUMENT = "duty_clue"
_EVENTS = "dutyclue."


@dataclass(frozen=True, slots=True)
class Share:
    """One side of a view, open or sealed; the two together are the whole.

    cases, unclear: how many. holds: ids of the cases of which something stands on this side and nothing on the sealed
    one, or of those that have something sealed.
    """

    obligations: tuple[Obligation, ...]
    findings: tuple[Finding, ...]
    links: tuple[Link, ...]
    set_aside: tuple[Disposed, ...]
    balance: tuple[FileBalance, ...]
    cases: int
    unclear: int
    holds: frozenset[str] = frozenset()

    def anything(self) -> bool:
        """True where there is something to show."""
        return bool(self.obligations or self.findings or self.links or self.set_aside or self.balance)


def split(view: View, balanced: Sequence[FileBalance], agencies: Mapping[str, Agency]) -> tuple[Share, Share]:
    """(open, sealed). Sealed are the records of an agency that is sealed, duty-crime clues and their receipts.

    With them go the rows that were set aside among them, obligations that they open, that a sealed agency owes or is
    owed, or that follow from telling of them (a delivery's acknowledgement, a decision that is waited for), and every
    finding of a case that holds one, as nobody can say from which record it came.
    """
    closed = {code for code, agency in agencies.items() if agency.mapping.sealed} | {_COMMISSION}
    hidden = {link.record.source for link in view.linkage.links if _seals(link.record, closed)}
    cases = {link.case_id for link in view.linkage.links if link.record.source in hidden}
    wholly = cases - {link.case_id for link in view.linkage.links if link.record.source not in hidden}
    owed = {True: list[Obligation](), False: list[Obligation]()}
    for o in view.obligations:
        owed[
            o.rule == _RULE or bool({o.debtor, o.creditor} & closed) or o.opened_by in hidden or o.case_id in wholly
        ].append(o)
    found = {True: list[Finding](), False: list[Finding]()}
    for f in view.findings:
        found[f.agency in closed or f.case_id in cases].append(f)
    links = {True: list[Link](), False: list[Link]()}
    for link in view.linkage.links:
        links[link.record.source in hidden].append(link)
    aside = {True: list[Disposed](), False: list[Disposed]()}
    sealed_rows = [d for d in view.disposed if _sealed_row(d, closed)]
    sources = {d.source for d in sealed_rows}
    for d in view.disposed:
        if d.disposition is Disposition.QUARANTINED:
            aside[d.source in sources].append(d)
    files = _split_balance(balanced, sealed_rows, closed, agencies)
    unclear = Counter(a.record.source in hidden for a in view.linkage.ambiguities)
    opened = {link.case_id for link in view.linkage.links} - cases
    shares = [
        Share(
            tuple(owed[side]), tuple(found[side]), tuple(links[side]), tuple(aside[side]), tuple(files[side]),
            len({link.case_id for link in links[side]}), unclear[side], frozenset(cases if side else opened),
        )
        for side in (False, True)
    ]  # fmt: skip
    return shares[0], shares[1]


def _seals(record: Record, closed: Iterable[str]) -> bool:
    return (
        record.agency in closed
        or record.kind is RecordKind.CLUE_RECEIPT
        or record.get("doc_type") == _DOCUMENT
        or record.get("sealed") == "yes"
        or any(event.code.startswith(_EVENTS) for event in record.events)
    )


def _sealed_row(row: Disposed, closed: Iterable[str]) -> bool:
    reading = row.row.reading
    if row.row.agency in closed or reading.kind is RecordKind.CLUE_RECEIPT:
        return True
    if reading.record is not None:
        return _seals(reading.record, closed)
    if reading.kind is not RecordKind.DOCUMENT or not reading.detail:
        return False
    # A document that did not read has no fields: what it says of itself stands in the row as it came.
    said = dict(json.loads(reading.detail).get("row", ()))
    return bool(
        said.get("doc_type") == _DOCUMENT or str(said.get("sealed", "")).strip().lower() in ("true", "1", "yes")
    )


def _split_balance(
    balanced: Sequence[FileBalance],
    sealed_rows: Iterable[Disposed],
    closed: Iterable[str],
    agencies: Mapping[str, Agency],
) -> dict[bool, list[FileBalance]]:
    files = {entry.file for entry in balanced}
    taken: dict[str, Counter[Disposition]] = {}
    for d in sealed_rows:
        # Documents of an API stand in the balance together, under the agency's place.
        known = agencies.get(d.row.agency)
        file = d.row.path if d.row.path in files or known is None else known.mapping.channel.place
        taken.setdefault(file, Counter())[d.disposition] += 1
    places = tuple(f"{agencies[code].mapping.channel.place}/" for code in closed if code in agencies)
    result: dict[bool, list[FileBalance]] = {True: [], False: []}
    for entry in balanced:
        counts = taken.get(entry.file, Counter())
        if f"{entry.file}/".startswith(places):
            result[True].append(entry)
        elif not counts:
            result[False].append(entry)
        else:
            rest = {word: n - counts[word] for word, n in entry.counts.items()}
            result[True].append(FileBalance(entry.file, sum(counts.values()), dict(counts)))
            result[False].append(FileBalance(entry.file, entry.rows - sum(counts.values()), rest))
    return result
