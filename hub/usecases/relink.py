"""Link what came since the last run, and only what that touches; the same cases and links as a whole run would give."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from operator import attrgetter

from hub.cycles import cycles_left_alone
from hub.hub import Hub
from hub.ledger.canon import in_clear
from hub.ledger.links import StoredLink, append_links, append_some_links
from hub.ledger.notes import (
    LastLinked,
    Note,
    Role,
    add_notes,
    added_up,
    forget,
    found_by,
    last_linked,
    last_record_id,
    notes_of,
    numbering,
    put_notes,
    row_keys,
    rows_replaced,
    set_last_linked,
)
from hub.ledger.parcels import numbered_rows
from hub.ledger.runs import Run, append_run, next_run_id
from hub.ledger.store import Transaction
from hub.link import Link, Linkage
from hub.link.again import Held, link_again, link_all
from hub.link.decisions import LinkDecision, key_of, link_decisions
from hub.link.judging import acting, judge_decisions
from hub.link.matter import Joined
from hub.link.noted import choices_text, why_text
from hub.linked import Noted, stirred
from hub.linker_version import linker_version
from hub.model import Record
from hub.outputs import native_reference
from hub.usecases.rows_to_link import Rows, row_sign

# How many records' places are noted at once.
_PORTION = 20_000


@dataclass(frozen=True, slots=True)
class Relinking:
    """What a run did. whole: it had to link everything, for there were no notes of this linker to go on from.

    new, gone: records that stand now and did not, and the other way round. looked_at, chosen: how many records were
    read, and how many took their turns again. links_changed: lines of links that were kept.
    """

    whole: bool
    new: int
    gone: int
    looked_at: int
    chosen: int
    links_changed: int

    def counts(self) -> dict[str, int]:
        """The figures of the run."""
        return {
            "new": self.new,
            "gone": self.gone,
            "looked_at": self.looked_at,
            "chosen": self.chosen,
            "links_changed": self.links_changed,
        }


def relink(hub: Hub, now: datetime, whole: bool = False) -> Relinking:
    """Bring the links up to date with all rows that the ledger holds.

    whole: link everything, also where the notes of an earlier run would spare that. A run that finds nothing new
    keeps nothing, and is no run to remember. Raises `ConfigurationFault` where the ledger holds rows of an agency that
    has no mapping any more.
    """
    with cycles_left_alone(), hub.ledger.write() as tx:
        run_id = next_run_id(tx, _run_id(now))
        before = last_linked(tx)
        done = bring_up_to_date(hub, tx, run_id, now, now, whole)
        if done.whole or last_linked(tx) != before:
            parameters = {"linker": linker_version(hub), "linking": hub.link_weights.version}
            append_run(tx, Run(run_id, "relink", now, now, parameters, done.counts(), now))
    return done


def bring_up_to_date(
    hub: Hub, tx: Transaction, run_id: str, as_of: datetime, now: datetime, whole: bool = False
) -> Relinking:
    """Keep the links of all rows that the ledger holds under a run, and note what the next one can go on from.

    as_of: which decisions of people act. Raises as `relink` does.
    """
    version, last = linker_version(hub), last_linked(tx)
    decided = link_decisions(tx)
    if whole or last is None or last.linker != version:
        done, acted, mark = _link_everything(hub, tx, run_id, as_of, now, decided)
    else:
        done, acted, mark = _link_again(hub, tx, run_id, last, as_of, now, decided)
    set_last_linked(tx, LastLinked(last_record_id(tx), version, tuple(acted), mark))
    return done


def _link_everything(
    hub: Hub, tx: Transaction, run_id: str, as_of: datetime, now: datetime, made: Sequence[LinkDecision]
) -> tuple[Relinking, list[str], int]:
    """What was done, the ids of the decisions that acted, and the mark of the notes."""
    forget(tx)
    rows = Rows(tx, hub.agencies)
    rows.add(numbered_rows(tx))
    rows.note(tx)
    records, signed = rows.standing(), rows.signed
    del rows  # of a large ledger, what is superseded and what was set aside need not stay in memory
    decisions = acting(judge_decisions(made, records.values(), as_of))
    links: list[StoredLink] = []
    mark = 0
    found = link_all(records, hub.link_weights, decisions, signed)
    while portion := list(islice(found, _PORTION)):
        mark = added_up(mark, add_notes(tx, map(_note_of, portion)))
        links += _stored(portion)
    done = Relinking(True, len(records), 0, len(records), len(records), 0)
    del records, signed
    # In the order of their index, so that each of its pages is written once.
    links.sort(key=attrgetter("source", "agency"))
    changed = append_links(tx, run_id, links, now)
    return replace(done, links_changed=changed), [one.decision_id for one in decisions], mark


def _link_again(
    hub: Hub, tx: Transaction, run_id: str, last: LastLinked, as_of: datetime, now: datetime, made: Sequence[LinkDecision]
) -> tuple[Relinking, list[str], int]:  # fmt: skip
    came = Rows(tx, hub.agencies)
    came.add(numbered_rows(tx, after=last.record_id))
    replaced = {row_sign(*key) for key in row_keys(tx, rows_replaced(tx, last.record_id))}
    earlier = _ids(found_by(tx, Role.ROW, {*came.keys(), *map(numbering(tx), replaced)}))
    came.note(tx)
    versions = Rows(tx, hub.agencies)
    versions.add(numbered_rows(tx, record_ids=earlier))
    versions.add_rows_of(came)
    standing = versions.standing()
    stood = {note.record_id: note for note in notes_of(tx, earlier)}
    new = {i: record for i, record in standing.items() if i not in stood}
    gone = stood.keys() - standing.keys()
    named = _named(hub, tx, made)
    decisions = acting(judge_decisions(made, named.values(), as_of))
    keys = stirred(made, last.acted, decisions)
    known = Noted(tx)
    taken_back = [(one.record.agency, one.record.source) for one in known.held(gone)]
    moved = [i for i, record in named.items() if key_of(record) in keys and i not in new]
    done = link_again(known, new, gone, hub.link_weights, decisions, moved)
    mark = added_up(last.mark, put_notes(tx, list(map(_note_of, done.changed)), gone))
    changed = append_some_links(tx, run_id, _stored(done.changed), taken_back, now)
    relinked = Relinking(False, len(new), len(gone), done.looked_at, done.chosen, changed)
    return relinked, [one.decision_id for one in decisions], mark


def _named(hub: Hub, tx: Transaction, made: Iterable[LinkDecision]) -> dict[int, Record]:
    """The standing records that decisions name."""
    keys = {named.key for one in made for named in one.named}
    rows = Rows(tx, hub.agencies)
    numbers = [numbering(tx)(row_sign(agency, kind, in_clear(key))) for agency, kind, key in keys]
    rows.add(numbered_rows(tx, record_ids=_ids(found_by(tx, Role.ROW, numbers))))
    return rows.standing()


def _ids(found: Mapping[int, Collection[int]]) -> set[int]:
    return {i for ids in found.values() for i in ids}


def stored_links(linkage: Linkage) -> list[StoredLink]:
    """The links as the ledger keeps them."""
    return [stored_link(one.case_id, one.record, one) for one in linkage.links]


def stored_link(case_id: str, record: Record, why: Link | Joined) -> StoredLink:
    """One record's place in a case, as the ledger keeps it."""
    reference = native_reference(record)
    return StoredLink(case_id, record.agency, record.source, reference, why.tier, why.score, why.explanation)


def _note_of(held: Held) -> Note:
    return Note(held.record_id, held.case_id, why_text(held.why), choices_text(held.choices))


def _stored(held: Iterable[Held]) -> list[StoredLink]:
    return [stored_link(one.case_id, one.record, one.why) for one in held]


def _run_id(now: datetime) -> str:
    return "R" + hashlib.sha256(f"relink|{now.isoformat()}".encode()).hexdigest()[:16]
