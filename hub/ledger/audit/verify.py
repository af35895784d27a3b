"""Is the chain whole, and does every row of every table stand as it was sealed?"""

from __future__ import annotations

import json
from collections.abc import Sequence

from hub.ledger import chain
from hub.ledger.audit.received import check_contents, check_parcels, check_rows
from hub.ledger.audit.report import Audit, ChainReport, Claim
from hub.ledger.audit.told import check_deliveries, check_facts, check_links, check_papers, check_runs
from hub.ledger.store import Transaction


def verify(tx: Transaction, anchors: Sequence[tuple[int, str]] = ()) -> ChainReport:
    """Check every entry of the chain, and every row of every table against the entry that covers it.

    anchors: (seq, hash) pairs noted elsewhere (in a notice, on paper): they show a chain that was cut off or written
    anew as a whole, which no chain can show by itself. Nothing is raised for a fault: all of them are reported.
    """
    audit = Audit()
    count, head = _walk(tx, audit, dict(anchors))
    check_parcels(tx, audit)
    check_contents(tx, audit)
    check_rows(tx, audit)
    check_facts(tx, audit)
    check_links(tx, audit)
    check_runs(tx, audit)
    check_deliveries(tx, audit)
    check_papers(tx, audit)
    for (table, name), claim in audit.claims.items():
        audit.fault(claim.seq, f"{table} {name}", "was sealed and is gone from its table")
    found = tuple(sorted(audit.faults, key=lambda fault: (fault.seq == 0, fault.seq)))
    return ChainReport(
        entries=count,
        ok=not found,
        first_broken_seq=found[0].seq or None if found else None,
        detail=str(found[0]) if found else "",
        head=head,
        faults=found,
    )


def _walk(tx: Transaction, audit: Audit, anchors: dict[int, str]) -> tuple[int, str]:
    count, seq, head = 0, 0, chain.BEFORE_FIRST
    for entry in chain.entries(tx):
        wrong = chain.fault_of(entry, seq, head)
        if wrong:
            audit.fault(entry.seq, f"evidence {entry.seq}", wrong)
        if anchors.pop(entry.seq, entry.hash) != entry.hash:
            audit.fault(entry.seq, f"evidence {entry.seq}", "is not the entry that was noted elsewhere")
        count, seq, head = count + 1, entry.seq, entry.hash
        _note_claims(audit, entry)
    for missing in anchors:
        audit.fault(missing, f"evidence {missing}", "was noted elsewhere and is gone")
    return count, head


def _note_claims(audit: Audit, entry: chain.Entry) -> None:
    try:
        content = json.loads(entry.entry)
    except ValueError:
        return  # already a fault of the chain
    if not isinstance(content, dict):
        return
    for table, names in _COVERS.get(entry.kind, ()):
        name = " ".join(str(content.get(name, "")) for name in names)
        audit.claims[table, name] = Claim(entry.seq, content)


# Kind of entry -> the tables whose rows it covers, and which of its members name the row.
_COVERS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "parcel": (("parcel", ("parcel_id",)), ("parcel_reading", ("parcel_id", "attempt"))),
    "reading": (("parcel_reading", ("parcel_id", "attempt")),),
    "fact": (("fact", ("fact_id",)),),
    "links": (("link", ("first_link_id",)),),
    "run": (("run", ("run_id",)),),
    "delivery": (("delivery", ("delivery_id",)),),
    "paper": (("paper", ("paper_id",)),),
}
