"""Which rows stand together so far, and why?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.exact import TIERS as CERTAIN
from hub.link.columns.rules import LinkRules
from hub.link.columns.sheets import LISTS

TOWNSHIP, POLICE, PROCURATORATE = LISTS
TIERS = (
    "own",
    "delivered_again",
    "further_paper",
    "ambiguous",
    "evidence",
    "number+person of a third",
    "number+name",
    "number+identity",
)
OWN, AGAIN, FURTHER, AMBIGUOUS, WEIGHED, BRIDGED = range(6)
# The features that are equal in the certain pairs of each tier.
CERTAIN_PARTS = {"number+identity": ("number", "identity"), "number+name": ("number", "name")}
_NOBODY = np.int32(-1)
Rows = NDArray[np.int32]


def certain_scores(rules: LinkRules) -> Mapping[str, float]:
    """What the certain tiers are worth: the bits of their parts by the set shares, before anything is counted."""
    return {tier: sum(rules.features[part]["equal"].bits for part in parts) for tier, parts in CERTAIN_PARTS.items()}


class Groups:
    """Groups of at most one row of each list; rows delivered again are added to their leader's when written out."""

    def __init__(self, sheets: Mapping[str, pl.DataFrame], rules: LinkRules) -> None:
        self._worth = certain_scores(rules)
        self._leads = {agency: sheet["open"].to_numpy() for agency, sheet in sheets.items()}
        self._tier = {agency: np.zeros(sheet.height, dtype=np.int8) for agency, sheet in sheets.items()}
        self._score = {agency: np.zeros(sheet.height) for agency, sheet in sheets.items()}
        self.table = pl.DataFrame(schema=dict.fromkeys(LISTS, pl.UInt32))

    def join_certain(self, police_township: pl.DataFrame, paper_police: pl.DataFrame, paper_township: pl.DataFrame) -> None:  # fmt: skip
        """Take the certain pairs together; a paper whose pairs contradict each other or another paper's is left open.

        Say the police record p1 noted the number of the referral t1, and the paper d1 noted that of p1. Of the pairs
        (p1, t1) and (d1, p1) comes one group, t1 p1 d1: by way of p1 the paper is about t1. With a pair (d1, t2) beside
        them d1 would be about two referrals: it is left open, and there are t1 p1, t2, and d1. Had p1 noted nothing
        and d1 both numbers, (d1, p1) and (d1, t1) would take all three together, and p1's tier would say that it was a
        third that did it.
        """
        sizes = {agency: len(leads) for agency, leads in self._leads.items()}
        township_of, police_of = _both_ways(police_township, sizes[POLICE], sizes[TOWNSHIP])
        papers = _settled_papers(paper_police, paper_township, township_of, police_of, sizes[PROCURATORATE])
        self._certain(POLICE, police_township)
        self._certain(PROCURATORATE, paper_township)
        self._certain(PROCURATORATE, paper_police)
        unsettled = self._tier[PROCURATORATE] != OWN
        unsettled[papers.rows] = False
        self._because(PROCURATORATE, np.flatnonzero(unsettled), OWN, 0.0)
        bridged = (papers.township >= 0) & (papers.police >= 0) & (township_of[papers.police] < 0)
        self._because(POLICE, papers.police[bridged], BRIDGED, min(self._worth.values()))
        self._lay_out(township_of[:-1], papers)

    def _lay_out(self, township_of: Rows, papers: _Papers) -> None:
        """A line of the table for each paper with its rows, for each other pair, and for each row that is left."""
        paired = np.append(township_of >= 0, False)
        paired[papers.police] = False
        pairs = _places(paired[:-1])
        joined = {
            TOWNSHIP: [papers.township, township_of[pairs]],
            POLICE: [papers.police, pairs],
            PROCURATORATE: [papers.rows, np.full(len(pairs), _NOBODY)],
        }
        left = {agency: _left(leads, joined[agency]) for agency, leads in self._leads.items()}
        self.table = pl.DataFrame({agency: _column(joined[agency], agency, left) for agency in LISTS})

    def count(self) -> int:
        """How many groups there are."""
        return self.table.filter(pl.any_horizontal(pl.all().is_not_null())).height

    def together(self, agency: str, rows: pl.Series, other: str, other_rows: pl.Series) -> NDArray[np.bool_]:
        """Pair by pair, whether a row of one list and a row of another stand in one group."""
        met = self.table.select(agency, other).drop_nulls()
        with_whom = np.full(len(self._leads[agency]), _NOBODY)
        with_whom[met[agency].to_numpy()] = met[other].to_numpy()
        together: NDArray[np.bool_] = with_whom[rows.to_numpy()] == other_rows.to_numpy()
        return together

    def unfinished(self, agency: str) -> pl.Series:
        """The rows of a list that stand in groups without a row of every list."""
        some = pl.any_horizontal(pl.col(other).is_null() for other in LISTS)
        return self.table.filter(some & pl.col(agency).is_not_null())[agency]

    def sides(self, left: Sequence[str], right: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The groups that may be joined, with their place as `group`.

        Left: with a row of left's leading list and none of right's leading list. Right: the other way; where left is
        one list alone, right's groups are all that lack it.
        """
        table = self.table.with_row_index("group")
        lead, other = left[0], right[0]
        if len(left) > 1:
            return (
                table.filter(pl.col(lead).is_not_null() & pl.col(other).is_null()),
                table.filter(pl.col(lead).is_null() & pl.col(other).is_not_null()),
            )
        known = pl.any_horizontal(pl.col(slot).is_not_null() for slot in right)
        return table.filter(pl.col(lead).is_not_null() & ~known), table.filter(pl.col(lead).is_null() & known)

    def join(self, left: pl.DataFrame, right: pl.DataFrame, links: pl.DataFrame, leading: str) -> None:
        """Put the groups of each link together; `l`, `r` are places in left and right."""
        a, b = left[links["l"]], right[links["r"]]
        self._because(leading, a[leading].to_numpy(), WEIGHED, links["score"].to_numpy())
        joined = {slot: pl.select(pl.coalesce(a[slot], b[slot])).to_series() for slot in LISTS}
        self.table = self.table.with_columns(
            self.table[slot].scatter(b["group"], joined[slot]).scatter(a["group"], None) for slot in LISTS
        )

    def leave(self, left: pl.DataFrame, ambiguous: pl.DataFrame, leading: str) -> None:
        """Mark what is left to a person."""
        self._because(
            leading, left[leading].gather(ambiguous["l"]).to_numpy(), AMBIGUOUS, ambiguous["score"].to_numpy()
        )

    def _certain(self, agency: str, pairs: pl.DataFrame) -> None:
        tiers = np.array([TIERS.index(tier) for tier, _ in CERTAIN], dtype=np.int8)
        worth = np.array([self._worth[tier] for tier, _ in CERTAIN])
        rows, of = pairs["left"].to_numpy(), pairs["tier"].to_numpy()
        self._because(agency, rows, tiers[of], worth[of])

    def _because(
        self, agency: str, rows: NDArray[np.generic], tier: int | NDArray[np.int8], score: float | NDArray[np.float64]
    ) -> None:
        self._tier[agency][rows] = tier
        self._score[agency][rows] = score

    def tiers(self, agency: str) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
        """Why each row of a list stands where it does, and with how many bits."""
        return self._tier[agency], self._score[agency]


class _Papers(NamedTuple):
    """Papers with the township's and the police's row that each is about; nobody where it is about none."""

    rows: Rows
    township: Rows
    police: Rows


def _settled_papers(
    paper_police: pl.DataFrame, paper_township: pl.DataFrame, township_of: Rows, police_of: Rows, height: int
) -> _Papers:
    """The papers that the pairs lay to one matter for sure, which no other paper claims.

    township_of, police_of: by the certain pairs of these two lists, with whom each row of the police and each row of the
    townships stands.
    """
    police, _ = _both_ways(paper_police, height, len(township_of) - 1)
    township, paper_of_township = _both_ways(paper_township, height, len(police_of) - 1)
    by_police, by_township = township_of[police], police_of[township]
    fits = _agree(township, by_police) & _agree(police, by_township)
    settled = fits & ((township >= 0) | (police >= 0))
    settled[_contended(fits, township, by_police, paper_of_township)] = False
    rows = _places(settled[:-1])
    return _Papers(rows, np.maximum(township[rows], by_police[rows]), np.maximum(police[rows], by_township[rows]))


def _contended(fits: NDArray[np.bool_], township: Rows, by_police: Rows, paper_of: Rows) -> Rows:
    """The papers that are about one matter with another paper.

    Of each kind of pairs a row stands in one at most, so of two such papers one is paired with the township's row, the
    other with the police's that stands with it. paper_of: the paper that each row of the townships is paired with.
    """
    others = np.flatnonzero(fits & (township < 0) & (by_police >= 0))
    paired = paper_of[by_police[others]]
    both = (paired >= 0) & fits[paired]
    return np.concatenate([others[both], paired[both]])


def _left(leads: NDArray[np.bool_], joined: Sequence[Rows]) -> Rows:
    """The rows of a list that lead and are not joined with any."""
    free = np.append(leads, False)
    for rows in joined:
        free[rows] = False
    return _places(free[:-1])


def _column(joined: Sequence[Rows], agency: str, left: Mapping[str, Rows]) -> pl.Series:
    """The rows of a list in the table, null where a line has none of it: first those joined, then those left, list by list."""
    rest = [rows if of == agency else np.full(len(rows), _NOBODY) for of, rows in left.items()]
    column: pl.Series = pl.Series(np.concatenate([*joined, *rest])).cast(pl.UInt32, strict=False)
    return column


def _places(chosen: NDArray[np.bool_]) -> Rows:
    return np.flatnonzero(chosen).astype(np.int32)


def _both_ways(pairs: pl.DataFrame, lefts: int, rights: int) -> tuple[Rows, Rows]:
    """With whom each row stands, on either side; behind the last row one for nobody, whom _NOBODY means as a place."""
    right_of, left_of = np.full(lefts + 1, _NOBODY), np.full(rights + 1, _NOBODY)
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    right_of[left], left_of[right] = right, left
    return right_of, left_of


def _agree(one: Rows, other: Rows) -> NDArray[np.bool_]:
    agreed: NDArray[np.bool_] = (one < 0) | (other < 0) | (one == other)
    return agreed
