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
        left_open = np.ones(sizes[PROCURATORATE], dtype=np.bool_)
        left_open[papers.rows] = False
        self._because(PROCURATORATE, left_open, OWN, 0.0)
        bridged = (papers.township >= 0) & (papers.police >= 0) & (_through(papers.police, township_of) < 0)
        self._because(POLICE, papers.police[bridged], BRIDGED, min(self._worth.values()))
        self._lay_out(township_of, papers)

    def _lay_out(self, township_of: Rows, papers: _Papers) -> None:
        """A line of the table for each paper with its rows, for each other pair, and for each row that is left."""
        with_paper = np.zeros(len(township_of), dtype=np.bool_)
        with_paper[papers.police[papers.police >= 0]] = True
        pairs = _places((township_of >= 0) & ~with_paper)
        nobody = np.full(len(pairs), _NOBODY)
        triples = np.column_stack([papers.township, papers.police, papers.rows])
        rows = [triples, np.column_stack([township_of[pairs], pairs, nobody])]
        for place, agency in enumerate(LISTS):
            free = self._leads[agency].copy()
            for part in rows[:2]:
                free[part[:, place][part[:, place] >= 0]] = False
            single = np.full((int(free.sum()), 3), _NOBODY)
            single[:, place] = _places(free)
            rows.append(single)
        table = np.concatenate(rows)
        self.table = pl.DataFrame(
            {a: pl.Series(table[:, place]) for place, a in enumerate(LISTS)}
        ).select(pl.when(pl.col(a) >= 0).then(pl.col(a)).cast(pl.UInt32).alias(a) for a in LISTS)  # fmt: skip

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
        rows, tiers = pairs["left"].to_numpy(), pairs["tier"].to_numpy()
        for place, (tier, _) in enumerate(CERTAIN):
            self._because(agency, rows[tiers == place], TIERS.index(tier), self._worth[tier])

    def _because(self, agency: str, rows: NDArray[np.generic], tier: int, score: float | NDArray[np.float64]) -> None:
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
    police, _ = _both_ways(paper_police, height, len(township_of))
    township, _ = _both_ways(paper_township, height, len(police_of))
    by_police, by_township = _through(police, township_of), _through(township, police_of)
    fits = _agree(township, by_police) & _agree(police, by_township)
    township = np.where(fits, np.maximum(township, by_police), _NOBODY)
    police = np.where(fits, np.maximum(police, by_township), _NOBODY)
    alone = ~(_shared(township, len(police_of)) | _shared(police, len(township_of)))
    rows = _places(alone & ((township >= 0) | (police >= 0)))
    return _Papers(rows, township[rows], police[rows])


def _places(chosen: NDArray[np.bool_]) -> Rows:
    return np.flatnonzero(chosen).astype(np.int32)


def _both_ways(pairs: pl.DataFrame, lefts: int, rights: int) -> tuple[Rows, Rows]:
    right_of, left_of = np.full(lefts, _NOBODY), np.full(rights, _NOBODY)
    left, right = (pairs[side].to_numpy().astype(np.int32) for side in ("left", "right"))
    right_of[left], left_of[right] = right, left
    return right_of, left_of


def _through(rows: Rows, further: Rows) -> Rows:
    """The row that a row leads on to; nobody where there is none."""
    return np.where(rows >= 0, further[rows], _NOBODY) if len(further) else np.full(len(rows), _NOBODY)


def _agree(one: Rows, other: Rows) -> NDArray[np.bool_]:
    agreed: NDArray[np.bool_] = (one < 0) | (other < 0) | (one == other)
    return agreed


def _shared(rows: Rows, size: int) -> NDArray[np.bool_]:
    counts = np.bincount(rows[rows >= 0], minlength=max(size, 1))
    shared: NDArray[np.bool_] = (rows >= 0) & (counts[rows] > 1)
    return shared
