"""How are links and near misses shown: as JSON, as waterfalls in text, as a picture?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cli.session import show_table
from hub.link import weights as w
from hub.link.waterfall import Waterfall, picture
from hub.model import Record
from hub.privacy import mask_identity_numbers
from hub.usecases.explain import Explaining, LeftOpen, WhyHere, miss_drawn, name_of, record_form
from hub.values.identity import mask


def explained(explaining: Explaining, why: Sequence[WhyHere]) -> dict[str, object]:
    """The links of a case and its near misses, for programs."""
    return {
        "links": [one.form() for one in why],
        "near_misses": [explaining.miss_form(miss) for one in why for miss in one.near],
    }


def explained_lines(explaining: Explaining, why: Sequence[WhyHere]) -> dict[str, object]:
    """The same for people: each waterfall under its title."""
    links = [line for one in why for line in block(one.drawn, _margin(one))]
    near = [
        line
        for one in why
        for miss in one.near
        for line in block(miss_drawn(miss), f" ({explaining.elsewhere(miss, one.link.case_id)})")
    ]
    return {"links": links, "near_misses": near}


def draw(path: Path, why: Sequence[WhyHere]) -> None:
    """Write the waterfalls of a case, and below them those of its near misses, as one picture."""
    drawn = [one.drawn for one in why] + [miss_drawn(miss) for one in why for miss in one.near]
    path.write_text(picture(drawn), encoding="utf-8")


def open_form(explaining: Explaining, left: LeftOpen) -> dict[str, object]:
    """A record that was left to a person, with its candidates, for programs."""
    candidates = [explaining.miss_form(miss) for miss in left.candidates]
    return {"record": record_form(left.record), "parties": parties_of(left.record), "candidates": [
        {**form, "parties": parties_of(miss.standing)} for form, miss in zip(candidates, left.candidates, strict=True)
    ]}  # fmt: skip


def show_side_by_side(explaining: Explaining, left: LeftOpen) -> None:
    """The same for a person: one column for each candidate, one row for each feature that was compared."""
    print(f"{name_of(left.record)}  {parties_of(left.record)}  {left.record.source}")
    seen = [{o.feature: f"{o.bits:+g} {o.seen}" for o in miss.evidence.observations} for miss in left.candidates]
    features = list(dict.fromkeys(feature for column in seen for feature in column))
    rows = [
        ("case", *(explaining.other_case(miss) for miss in left.candidates)),
        ("source", *(miss.standing.source for miss in left.candidates)),
        ("parties", *(parties_of(miss.standing) for miss in left.candidates)),
        *((feature, *(column.get(feature, "") for column in seen)) for feature in features),
        ("bits together", *(f"{miss.evidence.score:+g}" for miss in left.candidates)),
    ]
    show_table(("", *(name_of(miss.standing) for miss in left.candidates)), rows)


def parties_of(record: Record) -> str:
    """Who a record names, for whoever must decide about it; identity numbers masked."""
    return mask_identity_numbers("、".join(f"{p.name} {mask(p.id_no)}".strip() for p in record.parties))


def block(drawn: Waterfall, more: str = "") -> list[str]:
    """A waterfall's title and its lines below."""
    verdict = f": {drawn.verdict}" if drawn.verdict else ""
    return [drawn.title + verdict + more, *(f"    {line}" for line in drawn.lines())]


def _margin(one: WhyHere) -> str:
    return "" if one.margin is None else f", {one.margin:g} bits before the best other ({w.MARGIN:g} are asked for)"
