"""Which records speak of the same matter, as the last run that said so found?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Select, func, select

from hub.ledger import schema
from hub.ledger.among import among
from hub.ledger.bulk import insert_rows
from hub.ledger.canon import digest_of, in_clear, instant_text
from hub.ledger.chain import seal
from hub.ledger.leaf import leaf, open_leaf
from hub.ledger.store import Transaction

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class StoredLink:
    """One record's place in a case. explanation: why, one reason a line, for people."""

    case_id: str
    agency: str
    source: str
    native_reference: str
    tier: str
    score: float
    explanation: tuple[str, ...] = ()


def append_links(tx: Transaction, run_id: str, links: Iterable[StoredLink], at: datetime) -> int:
    """Keep what changed since the last run, under one entry of evidence; give the number of lines kept.

    links: everything the run found. A record that it no longer links is taken back by a line with an empty
    case_id. Nothing changed, nothing kept, no entry. Raises ValueError where one record has two links.
    """
    return _append_changes(tx, run_id, links, current_links(tx), at)


def append_some_links(
    tx: Transaction, run_id: str, links: Iterable[StoredLink], gone: Iterable[Key], at: datetime
) -> int:
    """The same for a run over some records only. gone: agency and source of records that do not stand any more."""
    found = list(links)
    asked = {_key(link) for link in found} | {(agency, in_clear(source)) for agency, source in gone}
    before = [link for link in _links_of(tx, (source for _, source in asked)) if _key(link) in asked]
    return _append_changes(tx, run_id, found, before, at)


def _append_changes(
    tx: Transaction, run_id: str, links: Iterable[StoredLink], before: Iterable[StoredLink], at: datetime
) -> int:
    tx.must_write()
    wanted: dict[Key, StoredLink] = {}
    for link in links:
        if wanted.setdefault(_key(link), link) != link:
            raise ValueError(f"{link.source}: a record stands in one case, two were given")
    known = {_key(link): link for link in before}
    changed = [link for key, link in wanted.items() if known.get(key) != link]
    changed += [
        StoredLink("", link.agency, link.source, link.native_reference, "", 0.0)
        for key, link in known.items()
        if key not in wanted
    ]
    if not changed:
        return 0
    table = schema.link
    first = (tx.connection.execute(select(func.max(table.c.link_id))).scalar_one() or 0) + 1
    rows: list[tuple[object, ...]] = []
    digests: list[str] = []
    when = instant_text(at)
    for link_id, link in enumerate(changed, first):
        one = leaf(tx.cipher, link_purpose(link_id), link_form(link_id, run_id, when, link))
        rows.append((*link_columns(link_id, run_id, when, link), one.digest, one.sealed))
        digests.append(one.digest)
    insert_rows(tx, table, rows)
    entry = {"run_id": run_id, "first_link_id": first, "links": len(rows), "links_digest": digest_of(digests)}
    seal(tx, "links", entry, at)
    return len(rows)


def current_links(tx: Transaction, known_at: datetime | None = None) -> list[StoredLink]:
    """Every record's link as it stood at `known_at`, by case, agency and source."""
    table = schema.link
    latest = select(func.max(table.c.link_id)).group_by(table.c.agency, table.c.source)
    if known_at is not None:
        latest = latest.where(table.c.at <= instant_text(known_at))
    return _links(tx, latest)


def _links_of(tx: Transaction, sources: Iterable[str]) -> list[StoredLink]:
    table = schema.link
    latest = select(func.max(table.c.link_id)).group_by(table.c.agency, table.c.source)
    return _links(tx, latest.where(among(tx, table.c.source, sources)))


def _links(tx: Transaction, latest: Select[tuple[int]]) -> list[StoredLink]:
    table = schema.link
    query = select(table.c.link_id, table.c.sealed).order_by(table.c.link_id)
    query = query.where(table.c.link_id.in_(latest), table.c.case_id != "")
    found = [
        link_read(open_leaf(tx, link_purpose(link_id), sealed)) for link_id, sealed in tx.connection.execute(query)
    ]
    return sorted(found, key=lambda link: (link.case_id, link.agency, link.source))


def link_purpose(link_id: int) -> str:
    """What a link is sealed for."""
    return f"link {link_id}"


def link_form(link_id: int, run_id: str, at: str, link: StoredLink) -> dict[str, object]:
    """A link as JSON."""
    return {
        "link_id": link_id,
        "run_id": run_id,
        "at": at,
        "case_id": link.case_id,
        "agency": link.agency,
        "source": link.source,
        "native_reference": link.native_reference,
        "tier": link.tier,
        "score": link.score,
        "explanation": list(link.explanation),
    }


def link_read(form: dict[str, object]) -> StoredLink:
    """The link that `link_form` wrote."""
    return StoredLink(
        case_id=cast("str", form["case_id"]),
        agency=cast("str", form["agency"]),
        source=cast("str", form["source"]),
        native_reference=cast("str", form["native_reference"]),
        tier=cast("str", form["tier"]),
        score=cast("float", form["score"]),
        explanation=tuple(cast("list[str]", form["explanation"])),
    )


def link_columns(link_id: int, run_id: str, at: str, link: StoredLink) -> tuple[object, ...]:
    """The unsealed columns of table link, without digest and sealed."""
    return (
        link_id,
        run_id,
        at,
        link.case_id,
        link.agency,
        in_clear(link.source),
        in_clear(link.native_reference),
        link.tier,
        float(link.score),
    )


def _key(link: StoredLink) -> Key:
    return link.agency, in_clear(link.source)
