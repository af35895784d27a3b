"""Link what came since the last run, and only what that touches; the same cases and links as a whole run would give."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from hub import link as linking
from hub import values
from hub.cycles import cycles_left_alone
from hub.hub import Hub
from hub.ledger.canon import in_clear
from hub.ledger.links import StoredLink, append_links, append_some_links
from hub.ledger.notes import (
    Note,
    forget,
    found_by,
    last_record_id,
    linked_upto,
    note_signs,
    notes_of,
    put_notes,
    row_keys,
    rows_replaced,
    set_linked,
    standing_among,
    standing_with,
)
from hub.ledger.parcels import StoredRow, numbered_rows, stored_parcels
from hub.ledger.runs import Run, append_run
from hub.ledger.store import Transaction
from hub.link.again import Held, link_again, link_all
from hub.link.decisions import Key, LinkDecision, key_of, link_decisions
from hub.link.judging import acting, judge_decisions
from hub.link.noted import choices_of, choices_text, why_of, why_text
from hub.link.signs import Sign, signs, sought
from hub.link.weights import Weights
from hub.mapping.agency import Agency
from hub.model import Disposition, Reading, Record
from hub.receiving.versions import HeldRow, settle
from hub.usecases.reconcile import stored_link
from hub.view import held_row

BEARS, SEEKS, ROW = "bears", "seeks", "row"


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
    keeps nothing. Raises `ConfigurationFault` where the ledger holds rows of an agency that has no mapping any more.
    """
    version = linker_version(hub.link_weights)
    with cycles_left_alone(), hub.ledger.write() as tx:
        upto = linked_upto(tx)
        last = last_record_id(tx)
        made = link_decisions(tx)
        if whole or upto is None or upto[1].split()[0] != version:
            done, acted = _link_everything(hub, tx, now, made)
        else:
            done, acted = _link_again(hub, tx, upto, now, made)
        linker = " ".join((version, *acted))
        if done.whole or upto != (last, linker):
            set_linked(tx, last, linker)
            parameters = {"linker": version, "linking": hub.link_weights.version}
            append_run(tx, Run(_run_id(now), "relink", now, now, parameters, done.counts(), now))
    return done


def linker_version(weights: Weights) -> str:
    """Which linker this is, by which weights: a digest of both, so that no notes of another are gone on from."""
    return hashlib.sha256(f"{_code_digest()}|{weights.version}".encode()).hexdigest()[:16]


@cache
def _code_digest() -> str:
    """A digest of the linker's own text."""
    digest = hashlib.sha256()
    for package in (linking, values):
        for path in sorted(Path(str(package.__file__)).parent.glob("*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _link_everything(
    hub: Hub, tx: Transaction, now: datetime, made: Sequence[LinkDecision]
) -> tuple[Relinking, list[str]]:
    """What was done, and the ids of the decisions that acted."""
    forget(tx)
    rows = _Rows(tx, hub.agencies)
    rows.add(numbered_rows(tx))
    note_signs(tx, rows.signs())
    records = rows.standing()
    del rows  # of a large ledger, what is superseded and what was set aside need not stay in memory
    decisions = acting(judge_decisions(made, records.values(), now))
    held = link_all(records, hub.link_weights, decisions)
    _note(tx, held, ())
    changed = append_links(tx, _run_id(now), _stored(held), now)
    done = Relinking(True, len(records), 0, len(records), len(records), changed)
    return done, [one.decision_id for one in decisions]


def _link_again(
    hub: Hub, tx: Transaction, upto: tuple[int, str], now: datetime, made: Sequence[LinkDecision]
) -> tuple[Relinking, list[str]]:
    came = _Rows(tx, hub.agencies)
    came.add(numbered_rows(tx, after=upto[0]))
    keys = came.keys() | {_row_sign(*key) for key in row_keys(tx, rows_replaced(tx, upto[0]))}
    earlier = {i for ids in found_by(tx, keys).values() for i in ids}
    note_signs(tx, came.signs())
    versions = _Rows(tx, hub.agencies)
    versions.add(numbered_rows(tx, record_ids=earlier))
    versions.add(came.rows.items())
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
    _note(tx, done.changed, gone)
    changed = append_some_links(tx, _run_id(now), _stored(done.changed), taken_back, now)
    return Relinking(False, len(new), len(gone), done.looked_at, done.chosen, changed), acted


def _named(hub: Hub, tx: Transaction, made: Iterable[LinkDecision]) -> dict[int, Record]:
    """The standing records that decisions name."""
    keys = {named.key for one in made for named in one.named}
    rows = _Rows(tx, hub.agencies)
    texts = [_row_sign(agency, kind, in_clear(key)) for agency, kind, key in keys]
    rows.add(numbered_rows(tx, record_ids=[i for ids in found_by(tx, texts).values() for i in ids]))
    return rows.standing()


def _stirred(made: Iterable[LinkDecision], changed: Collection[str]) -> set[Key]:
    """The records of decisions that acted in the last run and do not now, or the other way round."""
    return {named.key for one in made if one.decision_id in changed for named in one.named}


class _Rows:
    """Rows with their record ids, and which of them stand."""

    def __init__(self, tx: Transaction, agencies: Mapping[str, Agency]) -> None:
        self._agencies = agencies
        self._agency_of = {parcel.parcel_id: parcel.agency for parcel in stored_parcels(tx)}
        self.rows: dict[int, StoredRow] = {}

    def add(self, rows: Iterable[tuple[int, StoredRow]]) -> None:
        """Take in more of them."""
        self.rows.update(rows)

    def keys(self) -> set[str]:
        """What the versions of each of these rows are found by."""
        return {key for row in self.rows.values() for key in self._key(row)}

    def signs(self) -> Iterator[tuple[int, list[str]]]:
        """Everything that must be noted of these rows so that they are found."""
        for record_id, row in self.rows.items():
            texts = list(self._key(row))
            if row.reading.record is not None:
                texts += [_text(BEARS, sign) for sign in signs(row.reading.record)]
                texts += [_text(SEEKS, sign) for sign in sought(row.reading.record)]
            yield record_id, texts

    def standing(self) -> dict[int, Record]:
        """The records that stand, given that all versions of these rows are here."""
        number_of = {(row.parcel_id, row.position): record_id for record_id, row in self.rows.items()}
        return {
            number_of[one.row.parcel_id, one.row.position]: one.row.reading.record
            for one in settle(self._held(), self._agencies)
            if one.disposition is Disposition.ACCEPTED and one.row.reading.record is not None
        }

    def _held(self) -> Iterator[HeldRow]:
        for row in self.rows.values():
            yield held_row(self._agency_of[row.parcel_id], row)

    def _key(self, row: StoredRow) -> Iterator[str]:
        if row.reading.reading is Reading.READ:
            yield _row_sign(self._agency_of[row.parcel_id], str(row.reading.kind), in_clear(row.reading.key))


class _Notes:
    """What the last run left in the ledger, as the linker asks for it."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def bearing(self, wanted: Iterable[Sign]) -> set[int]:
        """The standing records that bear one of these signs."""
        found = found_by(self._tx, (_text(BEARS, sign) for sign in wanted))
        return standing_among(self._tx, (i for ids in found.values() for i in ids))

    def looking_for(self, borne: Iterable[Sign]) -> dict[Sign, Collection[int]]:
        """The standing records that look for each of these signs."""
        texts = {_text(SEEKS, sign): sign for sign in borne}
        found = found_by(self._tx, texts)
        standing = standing_among(self._tx, (i for ids in found.values() for i in ids))
        return {texts[text]: [i for i in ids if i in standing] for text, ids in found.items()}

    def whole_cases(self, record_ids: Iterable[int]) -> set[int]:
        """The standing records of the cases in which these stand."""
        return standing_with(self._tx, record_ids)

    def held(self, record_ids: Iterable[int]) -> list[Held]:
        """These records; those that do not stand are left out."""
        notes = {note.record_id: note for note in notes_of(self._tx, record_ids)}
        rows = numbered_rows(self._tx, record_ids=notes, read_again=True)
        return [
            Held(i, row.reading.record, notes[i].case_id, why_of(notes[i].why), choices_of(notes[i].choices))
            for i, row in rows
            if row.reading.record is not None
        ]


def _text(role: str, sign: Sign) -> str:
    return f"{role}|{sign}"


def _row_sign(agency: str, kind: str, key: str) -> str:
    return f"{ROW}|{agency}|{kind}|{key}"


def _note(tx: Transaction, held: Iterable[Held], gone: Iterable[int]) -> None:
    notes = [Note(one.record_id, one.case_id, why_text(one.why), choices_text(one.choices)) for one in held]
    put_notes(tx, notes, gone)


def _stored(held: Iterable[Held]) -> list[StoredLink]:
    return [stored_link(one.case_id, one.record, one.why) for one in held]


def _run_id(now: datetime) -> str:
    return "R" + hashlib.sha256(f"relink|{now.isoformat()}".encode()).hexdigest()[:16]
