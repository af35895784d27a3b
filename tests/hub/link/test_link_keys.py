"""Are rows that share a key found, and the best of a few pairs, as by trying all?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hub.link.columns.assignment import Pair, groups_of, sure_pairs
from hub.link.columns.keys import Figures, figure, how_often, keyed, met, met_once, stands_again

# Neighbours that differ in the last bits only, in which their places stand while they are sorted.
KEYS = st.lists(st.sampled_from((1, 2, 3, 4, 2**63, 2**63 + 1)), max_size=12)
GAINS = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(1, 20).map(float), min_size=1, max_size=12
)


def figures(values: list[int]) -> Figures:
    return np.array(values, dtype=np.uint64)


@given(KEYS, KEYS)
def test_keys_that_stand_once_on_either_side_are_paired_and_no_others(left: list[int], right: list[int]) -> None:
    one, other = met_once(figures(left), figures(right))
    times_left, times_right = Counter(left), Counter(right)
    wanted = [key for key in times_left if times_left[key] == 1 and times_right[key] == 1]
    assert sorted(left[place] for place in one) == sorted(wanted)
    assert [left[place] for place in one] == [right[place] for place in other]


@given(KEYS, KEYS, st.integers(1, 30))
def test_every_pair_that_shares_a_key_is_met_unless_too_many_do(left: list[int], right: list[int], most: int) -> None:
    one, other = met(figures(left), figures(right), most)
    times = {key: left.count(key) * right.count(key) for key in left}
    wanted = [(i, k) for i, a in enumerate(left) for k, b in enumerate(right) if a == b and times[a] <= most]
    assert sorted(zip(one.tolist(), other.tolist(), strict=True)) == wanted


@given(KEYS)
def test_every_key_is_counted(keys: list[int]) -> None:
    assert how_often(figures(keys)).tolist() == [keys.count(key) for key in keys]
    assert stands_again(figures(keys)).tolist() == [keys.count(key) > 1 for key in keys]


def test_a_row_with_an_empty_part_has_no_key() -> None:
    one, other = figures([1, 0, 3]), figures([1, 2, 3])
    assert keyed(one, other)[0].tolist() == [0, 2]
    assert keyed(other, one, among=np.array([False, True, True]))[0].tolist() == [2]


@given(GAINS, st.integers(1, 6).map(float))
def test_the_sure_pairs_are_those_of_every_choice_that_is_nearly_the_best(
    gains: Mapping[Pair, float], margin: float
) -> None:
    choices = list(every_choice(list(gains)))
    worth = [sum(gains[pair] for pair in choice) for choice in choices]
    near = [set(choice) for choice, value in zip(choices, worth, strict=True) if value > max(worth) - margin]
    assert set(sure_pairs(gains, margin)) == set.intersection(*near)


def every_choice(pairs: list[Pair]) -> list[list[Pair]]:
    """All choices that take each left and each right at most once."""
    if not pairs:
        return [[]]
    (left, right), rest = pairs[0], pairs[1:]
    free = [pair for pair in rest if pair[0] != left and pair[1] != right]
    return every_choice(rest) + [[(left, right), *choice] for choice in every_choice(free)]


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=12))
def test_rows_have_one_key_where_all_their_parts_are_equal(rows: list[tuple[int, int]]) -> None:
    _, keys = keyed(figures([a for a, _ in rows]), figures([b for _, b in rows]))
    same = [[a == b for b in keys.tolist()] for a in keys.tolist()]
    assert same == [[a == b for b in rows] for a in rows]


def test_of_a_column_nothing_is_the_figure_0_and_equal_texts_are_equal_figures() -> None:
    one, nothing, same = pl.DataFrame({"name": ["张三", None, "张三"]}).select(figure(pl.col("name"))).to_series()
    assert (nothing, one == same, one == nothing) == (0, True, False)


def test_pairs_that_hang_together_are_one_group() -> None:
    assert groups_of([(1, 1), (2, 2), (1, 3), (4, 3), (2, 5)]) == [[0, 2, 3], [1, 4]]
