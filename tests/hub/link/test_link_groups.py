"""Which rows stand together by certain pairs alone?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.link.columns.groups import TIERS, Groups
from hub.link.columns.sheets import LISTS
from tests.hub.link.listed import RULES

IDENTITY, NAME = range(2)
# Each row stands in one pair at most.
PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4))).map(
    lambda met: [*{right: (left, right) for left, right in dict(met).items()}.values()]
)
Met = list[tuple[int, int]]


def pairs(*met: tuple[int, int]) -> pl.DataFrame:
    schema = {"left": pl.UInt32, "right": pl.UInt32, "tier": pl.Int8}
    return pl.DataFrame([(*pair, IDENTITY) for pair in met], schema=schema, orient="row")


def grouped(heights: Sequence[int], **met: pl.DataFrame) -> Groups:
    sheets: Mapping[str, pl.DataFrame] = {
        agency: pl.DataFrame({"open": [True] * height}) for agency, height in zip(LISTS, heights, strict=True)
    }
    groups = Groups(sheets, RULES)
    groups.join_certain(*(met.get(name, pairs()) for name in ("police_township", "paper_police", "paper_township")))
    return groups


def rows(groups: Groups) -> set[tuple[int | None, ...]]:
    return set(groups.table.rows())


def why(groups: Groups, agency: str) -> list[str]:
    return [TIERS[tier] for tier in groups.tiers(agency)[0]]


def test_a_paper_about_a_police_record_is_about_the_referral_that_this_answers() -> None:
    groups = grouped((1, 1, 1), police_township=pairs((0, 0)), paper_police=pairs((0, 0)))
    assert rows(groups) == {(0, 0, 0)}


def test_a_paper_about_two_referrals_is_left_open() -> None:
    groups = grouped((2, 1, 1), police_township=pairs((0, 0)), paper_police=pairs((0, 0)), paper_township=pairs((0, 1)))
    assert rows(groups) == {(0, 0, None), (1, None, None), (None, None, 0)}
    assert why(groups, "procuratorate") == ["own"]
    joined = groups.together("procuratorate", pl.Series([0]), "township", pl.Series([1]))
    assert joined.tolist() == [False]
    assert groups.together("police", pl.Series([0]), "township", pl.Series([0])).tolist() == [True]


def test_a_paper_with_both_numbers_joins_what_the_police_did_not_note_and_that_is_said() -> None:
    groups = grouped((1, 1, 1), paper_police=pairs((0, 0)), paper_township=pairs((0, 0)))
    assert rows(groups) == {(0, 0, 0)}
    assert why(groups, "police") == ["number+person of a third"]
    assert groups.tiers("police")[1][0] == pytest.approx(min(26.25, 32.91), abs=0.01)


def test_two_papers_about_one_matter_are_both_left_open() -> None:
    groups = grouped((1, 1, 2), police_township=pairs((0, 0)), paper_police=pairs((0, 0)), paper_township=pairs((1, 0)))
    assert rows(groups) == {(0, 0, None), (None, None, 0), (None, None, 1)}


@given(PAIRS, PAIRS, PAIRS)
def test_any_pairs_make_the_groups_that_papers_one_by_one_would(answers: Met, by_police: Met, by_township: Met) -> None:
    groups = grouped((5, 5, 5), police_township=pairs(*answers), paper_police=pairs(*by_police), paper_township=pairs(*by_township))  # fmt: skip
    township_of, police_of = dict(answers), {township: police for police, township in answers}
    claims: list[tuple[set[int], set[int]]] = []
    for paper in range(5):
        police, township = dict(by_police).get(paper, -1), dict(by_township).get(paper, -1)
        townships, polices = (
            {township, township_of.get(police, -1)} - {-1},
            {police, police_of.get(township, -1)} - {-1},
        )
        claims.append((townships, polices) if len(townships) < 2 and len(polices) < 2 else (set(), set()))
    for paper, (townships, polices) in enumerate(claims):
        others = claims[:paper] + claims[paper + 1 :]
        contended = any(townships & also or polices & as_well for also, as_well in others)
        about = (None, None) if contended else (next(iter(townships), None), next(iter(polices), None))
        assert (*about, paper) in rows(groups)
    for column in range(3):
        assert sorted(place for row in rows(groups) if (place := row[column]) is not None) == [0, 1, 2, 3, 4]
    for police, township in answers:
        assert groups.together("police", pl.Series([police]), "township", pl.Series([township])).all()
