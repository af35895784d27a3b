"""Which records belong together by now? What the last run noted of them, and of what came since what a whole run would say."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence

from hub.hub import Hub
from hub.ledger.notes import (
    Note,
    Role,
    all_notes,
    found_by,
    last_linked,
    marked,
    notes_of,
    numbering,
    standing_among,
    standing_with,
)
from hub.ledger.parcels import numbered_rows
from hub.ledger.store import Transaction
from hub.link import Linkage, link
from hub.link.again import Held, link_again
from hub.link.decisions import Key, LinkDecision, key_of
from hub.link.noted import choices_of, left_of, why_of
from hub.link.placed import Place, linkage_placed
from hub.link.signs import Sign
from hub.linker_version import linker_version
from hub.model import Record

LOG = logging.getLogger(__name__)

# Of every so many records one may be new or gone; where it is more, to link them all is the shorter way.
_FEW = 4


def linked(
    hub: Hub, tx: Transaction, records: Mapping[int, Record], made: Iterable[LinkDecision], acting: Sequence[LinkDecision]
) -> Linkage:  # fmt: skip
    """What `link` gives for these records, all that stand by the number of their row; of most of them it is read.

    made: every decision of people about links; acting: those that act. Nothing is kept: the next run finds the same notes.
    Where there are none, or another linker made them, or somebody altered one, everything is linked.
    """
    last = last_linked(tx)
    noted = {note.record_id: note for note in notes_left(tx)} if last and last.linker == linker_version(hub) else {}
    new = {i: record for i, record in records.items() if i not in noted}
    gone = noted.keys() - records.keys()
    if last is None or not noted or _FEW * (len(new) + len(gone)) > len(records):
        return link(records.values(), hub.link_weights, acting)
    places = {
        i: Place(records[i], note.case_id, why_of(note.why), left_of(note.choices))
        for i, note in noted.items()
        if i not in gone
    }
    keys = stirred(made, last.acted, acting)
    moved = [i for i, record in records.items() if i not in new and key_of(record) in keys] if keys else []
    if new or gone or moved:
        changed = link_again(Noted(tx), new, gone, hub.link_weights, acting, moved).changed
        places |= {one.record_id: _place(records[one.record_id], one) for one in changed}
    return linkage_placed(places)


def notes_left(tx: Transaction) -> list[Note]:
    """The notes as the last run left them; none where somebody altered one."""
    notes, last = all_notes(tx), last_linked(tx)
    if last is not None and marked(tx, notes) != last.mark:
        LOG.warning("the linker's notes are not as it left them, so everything is linked anew")
        return []
    return notes


def stirred(made: Iterable[LinkDecision], acted: Iterable[str], acting: Iterable[LinkDecision]) -> set[Key]:
    """The records of decisions that act now and did not in the last run, or the other way round. acted: by their ids."""
    changed = {one.decision_id for one in acting}.symmetric_difference(acted)
    return {named.key for one in made if one.decision_id in changed for named in one.named}


class Noted:
    """What the last run left in the ledger, as the linker asks for it."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._number_of = numbering(tx)

    def bearing(self, wanted: Iterable[Sign]) -> set[int]:
        """The standing records that bear one of these signs."""
        found = found_by(self._tx, Role.BEARS, map(self._number_of, wanted))
        return standing_among(self._tx, {i for ids in found.values() for i in ids})

    def looking_for(self, borne: Iterable[Sign]) -> dict[Sign, Collection[int]]:
        """The standing records that look for each of these signs."""
        signs = {self._number_of(sign): sign for sign in borne}
        found = found_by(self._tx, Role.SEEKS, signs)
        standing = standing_among(self._tx, {i for ids in found.values() for i in ids})
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


def _place(record: Record, held: Held) -> Place:
    left = {step: choice.between for step, choice in held.choices.items() if choice.between}
    return Place(record, held.case_id, held.why, left)
