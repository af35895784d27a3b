"""How are links and near misses shown: as JSON, as waterfalls in text, as a picture?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cli.session import show_table
from hub.findings import Finding
from hub.findings.counterparts import Counterparts
from hub.link.decisions import TOLD_APART_BY, key_of
from hub.link.waterfall import picture
from hub.model import Record
from hub.privacy import mask_identity_numbers
from hub.usecases.counterparts import counterparts_form, refs_of, settled_by, to_join, to_keep_apart
from hub.usecases.explain import Explaining, LeftOpen, WhyHere, lines_of, miss_drawn, record_form, ref_of
from hub.values.identity import mask


def explained(explaining: Explaining, why: Sequence[WhyHere]) -> Mapping[str, Sequence[object]]:
    """The links of a case and its near misses, for programs."""
    return {
        "links": [one.form() for one in why],
        "near_misses": [explaining.miss_form(miss) for one in why for miss in one.near],
    }


def explained_lines(explaining: Explaining, why: Sequence[WhyHere]) -> Mapping[str, Sequence[object]]:
    """The same for people: each waterfall under its title."""
    links = [line for one in why for line in lines_of(one.drawn, _margin(one))]
    near = [
        line
        for one in why
        for miss in one.near
        for line in lines_of(miss_drawn(miss), f" ({explaining.elsewhere(miss, one.link.case_id)})")
    ]
    return {"links": links, "near_misses": near}


def draw(path: Path, why: Sequence[WhyHere]) -> None:
    """Write the waterfalls of a case, and below them those of its near misses, as one picture."""
    drawn = [one.drawn for one in why] + [miss_drawn(miss) for one in why for miss in one.near]
    path.write_text(picture(drawn), encoding="utf-8")


def open_form(explaining: Explaining, left: LeftOpen) -> dict[str, object]:
    """A record that was left to a person, with its candidates, for programs."""
    return {
        "record": {**record_form(left.record), **_said_form(left.record)},
        "candidates": [{**explaining.miss_form(miss), **_said_form(miss.standing)} for miss in left.candidates],
    }


def show_side_by_side(explaining: Explaining, left: LeftOpen) -> None:
    """The same for a person: a column for the record and for each candidate; what they say, then what it weighs."""
    records = [left.record, *(miss.standing for miss in left.candidates)]
    said = [dict(_said(record)) for record in records]
    seen = [{o.feature: f"{o.bits:+g} {o.seen}" for o in miss.evidence.observations} for miss in left.candidates]
    rows = [
        ("source", *(record.source for record in records)),
        ("case", *(explaining.case_of[(record.agency, record.source)] for record in records)),
        *((name, *(one.get(name, "") for one in said)) for name in _names(said)),
        *((name, "", *(one.get(name, "") for one in seen)) for name in _names(seen)),
        ("bits together", "", *(f"{miss.evidence.score:+g}" for miss in left.candidates)),
    ]
    show_table(("", *(ref_of(key_of(record)) for record in records)), rows)


def pair_form(pair: Counterparts, findings: Sequence[Finding]) -> dict[str, object]:
    """Two matters that may be one, with what their records say, for programs."""
    said = {"referral_says": dict(_said(pair.referral.record)), "acceptance_says": dict(_said(pair.acceptance.record))}
    return counterparts_form(pair, findings) | said


def show_pair(pair: Counterparts, findings: Sequence[Finding]) -> None:
    """The same for a person: a column for the referral and for the acceptance, then what it weighs and how to decide."""
    both = (pair.referral, pair.acceptance)
    said = [dict(_said(one.record)) for one in both]
    settled = settled_by([pair], findings)
    rows = [
        ("source", *(one.record.source for one in both)),
        ("case", *(one.case_id for one in both)),
        ("findings", *("; ".join(f"{f.code} {f.agency}" for f in settled if f.case_id == one.case_id) for one in both)),
        ("sent, received", *(one.on.isoformat() for one in both)),
        *((name, *(one.get(name, "") for one in said)) for name in _names(said)),
        *((one.feature, "", f"{one.bits:+g} {one.seen}") for one in pair.evidence.observations),
        ("bits together", "", f"{pair.evidence.score:+g}, {pair.asked:g} asked for"),
    ]
    show_table(("", *refs_of(pair)), rows)
    print(f"if one:  {to_join(pair)}\nif two:  {to_keep_apart(pair)}\n")


def _said(record: Record) -> list[tuple[str, str]]:
    """What a record says of that by which it is told from others; identity numbers masked."""
    parties = "、".join(f"{p.name} {mask(p.id_no)}".strip() for p in record.parties)
    said = [("parties", parties), *((name, record.get(name)) for name in TOLD_APART_BY)]
    return [(name, mask_identity_numbers(text)) for name, text in said if text]


def _said_form(record: Record) -> dict[str, object]:
    return {"says": dict(_said(record))}


def _names(columns: Sequence[Mapping[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for column in columns for name in column))


def _margin(one: WhyHere) -> str:
    if one.margin is None:
        return ""
    return f", {one.margin:g} bits before the best other ({one.asked.margin:g} are asked for)"
