"""Do facts, links, runs, deliveries and papers stand as they were sealed?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from sqlalchemy import RowMapping

from hub.errors import ConfigurationFault, EvidenceBroken
from hub.ledger import schema
from hub.ledger.audit.report import Audit, Claim
from hub.ledger.audit.scan import as_written, columns_of, scan
from hub.ledger.deliveries import delivery_purpose
from hub.ledger.facts import fact_purpose
from hub.ledger.links import link_columns, link_purpose, link_read
from hub.ledger.papers import content_purpose, number_index, paper_id_of, paper_purpose
from hub.ledger.store import Transaction
from hub.privacy import digest


def check_facts(tx: Transaction, audit: Audit) -> None:
    """Every fact's sealed form and columns are what was sealed."""
    for row in scan(tx, schema.fact, "fact_id"):
        place = f"fact {row['fact_id']} ({row['code']} {row['subject']})"
        claim = audit.take("fact", str(row["fact_id"]))
        audit.compare(claim, place, columns_of(row, "sealed"))
        _open(tx, audit, claim, place, row, fact_purpose(row["code"], row["subject"]))


def check_links(tx: Transaction, audit: Audit) -> None:
    """Every run's lines are those that were sealed, none added or dropped."""
    claim, last, running = Claim(0, {}), 0, hashlib.sha256()
    for row in scan(tx, schema.link, "link_id"):
        if row["link_id"] > last:
            _close_links(audit, claim, running.hexdigest())
            claim, running = audit.take("link", str(row["link_id"])), hashlib.sha256()
            last = row["link_id"] + _number(claim.entry.get("links"), 1) - 1
        place = f"link {row['link_id']} ({row['source']})"
        running.update(row["digest"].encode())
        if claim.seq and row["run_id"] != claim.entry.get("run_id"):
            audit.fault(claim.seq, place, "run_id is not what was sealed")
        form = _open(tx, audit, claim, place, row, link_purpose(row["link_id"]))
        if form is None:
            continue
        expected = link_columns(row["link_id"], str(form["run_id"]), str(form["at"]), link_read(dict(form)))
        for name, value, right in zip(row.keys(), row.values(), expected, strict=False):
            if value != right:
                audit.fault(claim.seq, place, f"column {name} is not what was sealed")
    _close_links(audit, claim, running.hexdigest())


def check_runs(tx: Transaction, audit: Audit) -> None:
    """Every run's line is what was sealed."""
    for row in scan(tx, schema.run, "run_id"):
        found = {**columns_of(row), "parameters": as_written(row["parameters"]), "counts": as_written(row["counts"])}
        audit.compare(audit.take("run", row["run_id"]), f"run {row['run_id']}", found)


def check_deliveries(tx: Transaction, audit: Audit) -> None:
    """Every delivery's line and bytes are what was sealed."""
    for row in scan(tx, schema.delivery, "delivery_id"):
        place = f"delivery {row['delivery_id']}"
        claim = audit.take("delivery", row["delivery_id"])
        audit.compare(claim, place, {**columns_of(row, "sealed"), "refers": as_written(row["refers"])})
        try:
            content = tx.cipher.open(row["sealed"], delivery_purpose(row["delivery_id"]))
        except (EvidenceBroken, ConfigurationFault) as error:
            audit.fault(claim.seq, place, str(error))
        else:
            if digest(content) != row["sha256"]:
                audit.fault(claim.seq, place, "the bytes do not give their sha256")


def check_papers(tx: Transaction, audit: Audit) -> None:
    """Every paper's statement, bytes and keyed digests are what was sealed."""
    for row in scan(tx, schema.paper, "paper_id"):
        place = f"paper {row['paper_id']}"
        claim = audit.take("paper", row["paper_id"])
        audit.compare(claim, place, columns_of(row, "sealed", "content"))
        statement = _open(tx, audit, claim, place, row, paper_purpose(row["paper_id"]))
        if statement is None:
            continue
        names = (paper_id_of(tx.cipher, str(statement["occasion"])), number_index(tx.cipher, str(statement["number"])))
        if names != (row["paper_id"], row["number"]):
            audit.fault(claim.seq, place, "its keyed digests are not those of what was sealed")
        try:
            content = tx.cipher.open(row["content"], content_purpose(row["paper_id"]))
        except (EvidenceBroken, ConfigurationFault) as error:
            audit.fault(claim.seq, place, str(error))
        else:
            if digest(content) != statement["sha256"]:
                audit.fault(claim.seq, place, "the bytes do not give their sha256")


def _open(
    tx: Transaction, audit: Audit, claim: Claim, place: str, row: RowMapping, purpose: str
) -> Mapping[str, object] | None:
    try:
        payload = tx.cipher.open(row["sealed"], purpose)
    except (EvidenceBroken, ConfigurationFault) as error:
        audit.fault(claim.seq, place, str(error))
        return None
    if digest(payload) != row["digest"]:
        audit.fault(claim.seq, place, "its digest is not that of what was sealed")
    form: dict[str, object] = json.loads(payload)
    return form


def _close_links(audit: Audit, claim: Claim, found: str) -> None:
    if claim.seq and claim.entry.get("links_digest") != found:
        audit.fault(claim.seq, f"links of run {claim.entry.get('run_id')}", "are not those that were sealed")


def _number(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise
