"""Which cases are there, given where each record stands? What `hub.link.linker` found, put together again from notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hub.link.linker import Ambiguity, Case, Link, Linkage, in_order
from hub.link.matter import Joined
from hub.model import Record


class Place(NamedTuple):
    """Where a record stands, why, and by step between which records (by id) nothing was guessed at its turn."""

    record: Record
    case_id: str
    why: Joined
    left: Mapping[str, tuple[int, ...]]


def linkage_placed(places: Mapping[int, Place]) -> Linkage:
    """The linkage of the records with their places, all that stand by id: to the last line what `link` gives for them."""
    ordered = sorted(places, key=lambda i: in_order(places[i].record))
    cases: dict[str, list[int]] = {}
    for i in ordered:
        cases.setdefault(places[i].case_id, []).append(i)
    left = sorted((step, n) for n, i in enumerate(ordered) for step in places[i].left)
    between = {ordered[n]: places[ordered[n]].left[step] for step, n in left}
    return Linkage(
        tuple(Case(one, tuple([places[i].record for i in members])) for one, members in sorted(cases.items())),
        tuple([_link(places[i]) for members in cases.values() for i in members]),
        tuple(
            Ambiguity(places[i].record, tuple(places[j].record for j in candidates))
            for i, candidates in between.items()
        ),
    )


def _link(place: Place) -> Link:
    return Link(place.case_id, place.record, place.why.tier, place.why.score, place.why.explanation)
