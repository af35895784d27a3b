"""Does a comparison that was made ready before the shares were learned say what one made afterwards says?"""

from __future__ import annotations

import numpy as np
import polars as pl
from polars.testing import assert_frame_equal

from hub.link.columns.engine import Wish
from hub.link.columns.evidence import Comparison
from hub.link.columns.rules import LinkRules
from hub.link.columns.sheets import LISTS, read_sheets, typed
from hub.link.columns.sides import Side
from hub.link.columns.traits import read_rows
from tests.hub.agency_rows import CODES
from tests.hub.link.listed import RULES, Row, frame, outcome

NAMES = ["王小明", "王晓明", "王某某", "李强", "张三", "张三丰", ""]
IDENTITIES = ["140924198003041236", "140924********1236", "140924197507115618", "", "", "", ""]


def rows() -> list[Row]:
    return [
        {"party": NAMES[place % 7], "id_no": IDENTITIES[place % 5], "amount": str(100 * (place % 4)), "cause": "盗窃",
         "ref_doc_no": f"砂政移字〔2026〕{place}号", "date": f"2026-0{1 + place % 6}-11"}
        for place in range(40)
    ]  # fmt: skip


def with_halved_shares(rules: LinkRules) -> LinkRules:
    """The rules with every share of true pairs halved, but for those of the days."""
    raw = rules.model_dump()
    for observations in raw["features"].values():
        for one in observations.values():
            one["matches"] /= 2
    return LinkRules.model_validate(raw)


def test_what_is_counted_before_the_shares_are_learned_is_worth_the_same_afterwards() -> None:
    cells = {agency: typed(frame(rows())) for agency in LISTS}
    sheets, heads = read_sheets(cells)
    asked = {agency: sheets[agency]["row"] for agency in LISTS}
    pool = read_rows(asked, cells, sheets, heads, CODES)
    left, right = (Side(pl.DataFrame({slot: asked[slot]}), pool, (slot,)) for slot in ("police", "township"))
    one, other = (places.ravel() for places in np.indices((left.height, right.height)))
    learned = with_halved_shares(RULES)
    before = Comparison(left, right, RULES)
    after = before.under(learned).weigh(one, other)
    assert_frame_equal(after, Comparison(left, right, learned).weigh(one, other), check_exact=True)
    assert not after["score"].equals(before.weigh(one, other)["score"])


def test_lists_without_a_row_on_one_side_leave_every_row_alone() -> None:
    for learn in (True, False):
        for given in ({"police": rows()[:3]}, {"township": rows()[:2]}, {"procuratorate": rows()[:1]}):
            (few,) = given.values()
            assert outcome(**given, wish=Wish(learn)).links["tier"].to_list() == ["own"] * len(few)
