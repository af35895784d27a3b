"""Are rows delivered again found in whole columns as by walking all rows one by one?"""

from __future__ import annotations

import random
from collections.abc import Sequence

import polars as pl
import pytest

from hub.link.columns.engine import output_order
from hub.link.columns.matter_values import amount_column, day_column
from hub.link.columns.redelivered import Row, leading_rows, led
from hub.link.columns.sheets import LISTS, read_sheets, typed
from tests.hub.agency_rows import ID_NO, OTHER_ID_NO
from tests.hub.link import listed

# Few of each, so that rows share now one thing, now another, and hang together by chains.
NUMBERS = ("", "繁公（刑）受案字〔2026〕1号", "繁公(刑)受案字[2026]第01号", "繁公（刑）受案字〔2026〕2号")
CELLS = {
    "unit": ("", "砂河镇"),
    "doc_no": (*NUMBERS, *NUMBERS[1:]),
    "ref_doc_no": NUMBERS,
    "police_doc_no": NUMBERS,
    "party": ("张三", "张三丰", "张某", "李小强", "李晓强", "王五"),
    "id_no": ("", ID_NO, OTHER_ID_NO, "1409241990****0017"),
    "cause": ("", "盗窃", "诈骗"),
    "date": ("", "2026-07-01", "2026年7月2日"),
    "amount": ("", "3000", "4000元"),
}


def some_rows(chance: random.Random) -> list[listed.Row]:
    """Rows of few cells: some once more as they are, others with one cell changed."""
    rows: list[listed.Row] = []
    for number in range(chance.randint(2, 60)):
        row = {name: chance.choice(words) for name, words in CELLS.items()}
        if rows and chance.random() < 0.7:
            name = chance.choice(list(CELLS))
            row = {**chance.choice(rows), **({name: row[name]} if chance.random() < 0.6 else {})}
        rows.append({**row, "record_id": f"r{number}"} if chance.random() < 0.9 else {**row, "record_id": ""})
    return rows


def walked(cells: pl.DataFrame, sheet: pl.DataFrame, order: Sequence[int], papers: bool) -> list[int]:
    """The leaders of all rows, one by one, in the order in which they lead."""
    day, amount = day_column(cells["date"]).to_physical(), amount_column(cells["amount"])
    said: dict[tuple[str | None, ...], int] = {}
    rows = []
    for place, ((id_, *rest), read) in enumerate(zip(cells.rows(), sheet.rows(named=True), strict=True)):
        says = sum(cell is not None for cell in (id_, *rest))
        row = Row(
            place, read["own_key"], read["ref_key"], read["pol_key"], read["name"], read["whole_id"], cells["id_no"][place],
            said.setdefault(tuple(rest), len(said)), cells["cause"][place], day[place], amount[place],
        )  # fmt: skip
        rows.append((row.whole_id is None, -says, order[place], row))
    leads = led([row for *_, row in sorted(rows, key=lambda turn: turn[:3])], papers)
    return [leads.get(place, place) for place in range(len(rows))]


@pytest.mark.parametrize("papers", [False, True])
def test_rows_lead_each_other_as_if_all_were_walked_one_by_one(papers: bool) -> None:
    chance = random.Random(7)
    led_by_another = 0
    for _ in range(60):
        cells = typed(listed.frame(some_rows(chance)))
        sheet = read_sheets({**dict.fromkeys(LISTS, cells.head(0)), "procuratorate": cells})[0]["procuratorate"]
        order = output_order(cells).places
        leaders = leading_rows(cells, sheet, order, papers).to_list()
        assert leaders == walked(cells, sheet, order.to_list(), papers)
        led_by_another += sum(place != leader for place, leader in enumerate(leaders))
    assert led_by_another > 100
