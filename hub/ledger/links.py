"""Which records speak of the same matter, as the last run that said so found?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count, islice
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
# How many lines are sealed before they are put into the table.
_PORTION = 5_000


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
    return _append_changes(tx, run_id, links, _opened_links(tx, _latest()), at)


def append_some_links(
    tx: Transaction, run_id: str, links: Iterable[StoredLink], gone: Iterable[Key], at: datetime
) -> int:
    """The same for a run over some records only. gone: agency and source of records that do not stand any more."""
    found = list(links)
    asked = {_key(link) for link in found} | {(agency, in_clear(source)) for agency, source in gone}
    latest = _latest().where(among(tx, schema.link.c.source, (source for _, source in asked)))
    before = (link for link in _opened_links(tx, latest) if _key(link) in asked)
    return _append_changes(tx, run_id, found, before, at)


def _append_changes(
    tx: Transaction, run_id: str, links: Iterable[StoredLink], before: Iterable[StoredLink], at: datetime
) -> int:
    tx.must_write()
    wanted: dict[Key, StoredLink] = {}
    for link in links:
        if wanted.setdefault(_key(link), link) != link:
            raise ValueError(f"{link.source}: a record stands in one case, two were given")
    # Those before are looked at one by one and let go: of a large ledger there are as many as there are records.
    gone: list[StoredLink] = []
    for link in before:
        key = _key(link)
        if key not in wanted:
            gone.append(StoredLink("", link.agency, link.source, link.native_reference, "", 0.0))
        elif wanted[key] == link:
            del wanted[key]
    if not wanted and not gone:
        return 0
    first = (tx.connection.execute(select(func.max(schema.link.c.link_id))).scalar_one() or 0) + 1
    lines = len(wanted) + len(gone)
    inserted = _insert(tx, run_id, first, chain(wanted.values(), gone), instant_text(at))
    entry = {"run_id": run_id, "first_link_id": first, "links": lines, "links_digest": digest_of(inserted)}
    seal(tx, "links", entry, at)
    return lines


def _insert(tx: Transaction, run_id: str, first: int, links: Iterator[StoredLink], at: str) -> Iterator[str]:
    """Put the lines into the table, a portion at a time, and give their digests one after another."""
    link_ids = count(first)
    while portion := list(islice(links, _PORTION)):
        rows: list[tuple[object, ...]] = []
        digests: list[str] = []
        for link, link_id in zip(portion, link_ids, strict=False):  # the links first: they end
            one = leaf(tx.cipher, link_purpose(link_id), link_form(link_id, run_id, at, link))
            rows.append((*link_columns(link_id, run_id, at, link), one.digest, one.sealed))
            digests.append(one.digest)
        insert_rows(tx, schema.link, rows)
        yield from digests


def current_links(tx: Transaction, known_at: datetime | None = None) -> list[StoredLink]:
    """Every record's link as it stood at `known_at`, by case, agency and source."""
    latest = _latest()
    if known_at is not None:
        latest = latest.where(schema.link.c.at <= instant_text(known_at))
    return sorted(_opened_links(tx, latest), key=lambda link: (link.case_id, link.agency, link.source))


def _latest() -> Select[tuple[int]]:
    """The line that counts of each record."""
    table = schema.link
    return select(func.max(table.c.link_id)).group_by(table.c.agency, table.c.source)


def _opened_links(tx: Transaction, latest: Select[tuple[int]]) -> Iterator[StoredLink]:
    table = schema.link
    query = select(table.c.link_id, table.c.sealed).order_by(table.c.link_id)
    query = query.where(table.c.link_id.in_(latest), table.c.case_id != "")
    for link_id, sealed in tx.connection.execute(query, execution_options={"yield_per": _PORTION}):
        yield link_read(open_leaf(tx, link_purpose(link_id), sealed))


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
