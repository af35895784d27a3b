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
    Note,
    Role,
    add_notes,
    forget,
    found_by,
    last_record_id,
    linked_upto,
    notes_of,
    numbering,
    put_notes,
    row_keys,
    rows_replaced,
    set_linked,
    standing_among,
    standing_with,
)
from hub.ledger.parcels import numbered_rows
from hub.ledger.runs import Run, append_run, next_run_id
from hub.ledger.store import Transaction
from hub.link.again import Held, link_again, link_all
from hub.link.decisions import Key, LinkDecision, key_of, link_decisions
from hub.link.judging import acting, judge_decisions
from hub.link.noted import choices_of, choices_text, why_of, why_text
from hub.link.signs import Sign
from hub.model import Record
from hub.usecases.linker_version import linker_version
from hub.usecases.reconcile import stored_link
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
    version = linker_version(hub)
    with cycles_left_alone(), hub.ledger.write() as tx:
        upto = linked_upto(tx)
        run_id = next_run_id(tx, _run_id(now))
        last = last_record_id(tx)
        made = link_decisions(tx)
        if whole or upto is None or upto[1].split()[0] != version:
            done, acted = _link_everything(hub, tx, run_id, now, made)
        else:
            done, acted = _link_again(hub, tx, run_id, upto, now, made)
        linker = " ".join((version, *acted))
        if done.whole or upto != (last, linker):
            set_linked(tx, last, linker)
            parameters = {"linker": version, "linking": hub.link_weights.version}
            append_run(tx, Run(run_id, "relink", now, now, parameters, done.counts(), now))
    return done


def _link_everything(
    hub: Hub, tx: Transaction, run_id: str, now: datetime, made: Sequence[LinkDecision]
) -> tuple[Relinking, list[str]]:
    """What was done, and the ids of the decisions that acted."""
    forget(tx)
    rows = Rows(tx, hub.agencies)
    rows.add(numbered_rows(tx))
    rows.note(tx)
    records, signed = rows.standing(), rows.signed
    del rows  # of a large ledger, what is superseded and what was set aside need not stay in memory
    decisions = acting(judge_decisions(made, records.values(), now))
    links: list[StoredLink] = []
    found = link_all(records, hub.link_weights, decisions, signed)
    while portion := list(islice(found, _PORTION)):
        add_notes(tx, map(_note_of, portion))
        links += _stored(portion)
    done = Relinking(True, len(records), 0, len(records), len(records), 0)
    del records, signed
    # In the order of their index, so that each of its pages is written once.
    links.sort(key=attrgetter("source", "agency"))
    changed = append_links(tx, run_id, links, now)
    return replace(done, links_changed=changed), [one.decision_id for one in decisions]


def _link_again(
    hub: Hub, tx: Transaction, run_id: str, upto: tuple[int, str], now: datetime, made: Sequence[LinkDecision]
) -> tuple[Relinking, list[str]]:
    came = Rows(tx, hub.agencies)
    came.add(numbered_rows(tx, after=upto[0]))
    replaced = {row_sign(*key) for key in row_keys(tx, rows_replaced(tx, upto[0]))}
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
    decisions = acting(judge_decisions(made, named.values(), now))
    acted = [one.decision_id for one in decisions]
    stirred = _stirred(made, set(upto[1].split()[1:]).symmetric_difference(acted))
    known = _Notes(tx)
    taken_back = [(one.record.agency, one.record.source) for one in known.held(gone)]
    moved = [i for i, record in named.items() if key_of(record) in stirred and i not in new]
    done = link_again(known, new, gone, hub.link_weights, decisions, moved)
    put_notes(tx, list(map(_note_of, done.changed)), gone)
    changed = append_some_links(tx, run_id, _stored(done.changed), taken_back, now)
    return Relinking(False, len(new), len(gone), done.looked_at, done.chosen, changed), acted


def _named(hub: Hub, tx: Transaction, made: Iterable[LinkDecision]) -> dict[int, Record]:
    """The standing records that decisions name."""
    keys = {named.key for one in made for named in one.named}
    rows = Rows(tx, hub.agencies)
    numbers = [numbering(tx)(row_sign(agency, kind, in_clear(key))) for agency, kind, key in keys]
    rows.add(numbered_rows(tx, record_ids=_ids(found_by(tx, Role.ROW, numbers))))
    return rows.standing()


def _stirred(made: Iterable[LinkDecision], changed: Collection[str]) -> set[Key]:
    """The records of decisions that acted in the last run and do not now, or the other way round."""
    return {named.key for one in made if one.decision_id in changed for named in one.named}


class _Notes:
    """What the last run left in the ledger, as the linker asks for it."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._number_of = numbering(tx)

    def bearing(self, wanted: Iterable[Sign]) -> set[int]:
        """The standing records that bear one of these signs."""
        found = found_by(self._tx, Role.BEARS, map(self._number_of, wanted))
        return standing_among(self._tx, _ids(found))

    def looking_for(self, borne: Iterable[Sign]) -> dict[Sign, Collection[int]]:
        """The standing records that look for each of these signs."""
        signs = {self._number_of(sign): sign for sign in borne}
        found = found_by(self._tx, Role.SEEKS, signs)
        standing = standing_among(self._tx, _ids(found))
        return {signs[number]: [i for i in ids if i in standing] for number, ids in found.items()}

    def whole_cases(self, record_ids: Iterable[int]) -> set[int]:
        """The standing records of the cases in which these stand."""
        return standing_with(self._tx, record_ids)

    def held(self, record_ids: Iterable[int]) -> list[Held]:
        """These records; those that do not stand are left out."""
        noted = {note.record_id: note for note in notes_of(self._tx, record_ids)}
        rows = numbered_rows(self._tx, record_ids=noted, read_again=True)
        return [
            Held(i, row.reading.record, noted[i].case_id, why_of(noted[i].why), choices_of(noted[i].choices))
            for i, row in rows
            if row.reading.record is not None
        ]


def _ids(found: Mapping[int, Collection[int]]) -> set[int]:
    return {i for ids in found.values() for i in ids}


def _note_of(held: Held) -> Note:
    return Note(held.record_id, held.case_id, why_text(held.why), choices_text(held.choices))


def _stored(held: Iterable[Held]) -> list[StoredLink]:
    return [stored_link(one.case_id, one.record, one.why) for one in held]


def _run_id(now: datetime) -> str:
    return "R" + hashlib.sha256(f"relink|{now.isoformat()}".encode()).hexdigest()[:16]
