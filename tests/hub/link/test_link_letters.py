"""Are the figures at the end of texts read as one would read them?"""

from __future__ import annotations

import re

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hub.link.columns.letters import AT_ONCE, MOST_DIGITS, endings

HEADS = st.text(alphabet="繁城综执移〔〕2026第字Aa ", min_size=0, max_size=24)
SERIALS = st.one_of(st.just(""), st.from_regex(r"\A[0-9]{1,10}\Z"))
TEXTS = st.builds("{}{}{}".format, HEADS, SERIALS, st.sampled_from(("", "号", "號", "号号")))
ENDING = re.compile(r"(.*?)([0-9]+)[号號]?", re.ASCII)


def alone(text: str | None) -> tuple[int, int]:
    """The figure at the end and the bytes before it, as a person would say; (-1, 0) where none is read."""
    match = ENDING.fullmatch(text or "")
    before = len(match[1].encode()) if match else 0
    if match is None or len(match[2]) > MOST_DIGITS or not 8 <= before <= 56:
        return -1, 0
    return int(match[2]), before


@given(st.lists(st.one_of(st.none(), TEXTS), max_size=12))
def test_the_figure_at_the_end_of_each_text_is_read_whatever_stands_in_the_next(texts: list[str | None]) -> None:
    read = endings(pl.Series(texts, dtype=pl.String))
    assert list(zip(read.figures.tolist(), read.before.tolist(), strict=True)) == [alone(text) for text in texts]


@given(st.lists(TEXTS, max_size=12))
def test_texts_of_one_head_name_one_row_and_no_others_do(texts: list[str]) -> None:
    read = endings(pl.Series(texts, dtype=pl.String))
    heads = [text.encode()[: alone(text)[1]] for text in texts]
    some = [row for row, text in enumerate(texts) if alone(text)[0] >= 0]
    for row in some:
        assert heads[read.same[row]] == heads[row]
        assert [other for other in some if read.same[other] == read.same[row]] == [
            other for other in some if heads[other] == heads[row]
        ]


def test_long_columns_are_looked_at_in_parts_and_heads_are_the_same_in_all() -> None:
    some = ["繁城综执移〔2026〕12号", "砂政移字〔2026〕7", None, "口头", "", "繁公（刑）受案字〔2025〕123456789号"]
    texts = (some * (2 * AT_ONCE // len(some) + 1))[: 2 * AT_ONCE + 5]
    read = endings(pl.Series(texts, dtype=pl.String))
    told = {text: alone(text) for text in some}
    assert list(zip(read.figures.tolist(), read.before.tolist(), strict=True)) == [told[text] for text in texts]
    rows = [[row for row, text in enumerate(texts) if text == one] for one in some[:2]]
    assert [len(set(read.same[of].tolist())) for of in rows] == [1, 1]
    assert all(len(of) > 2 * AT_ONCE // len(some) for of in rows)
