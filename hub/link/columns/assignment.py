"""Which one-to-one choice among a few weighted pairs is worth most, and how much less is the next best without a pair?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf

Pair = tuple[int, int]


def groups_of(pairs: Sequence[Pair]) -> list[list[int]]:
    """The places of the pairs, those together that hang together; groups and places in the order of their first pair."""
    leads: dict[Pair, Pair] = {}
    for left, right in pairs:
        leads[_lead(leads, (1, right))] = _lead(leads, (0, left))
    found: dict[Pair, list[int]] = {}
    for place, (left, _) in enumerate(pairs):
        found.setdefault(_lead(leads, (0, left)), []).append(place)
    return list(found.values())


def _lead(leads: dict[Pair, Pair], node: Pair) -> Pair:
    """Who speaks for all that hang together with the node: a side and its place."""
    while (above := leads.setdefault(node, node)) != node:
        leads[node] = node = leads[above]
    return node


def sure_pairs(gains: Mapping[Pair, float], margin: float) -> list[Pair]:
    """The pairs that stand in the best choice and in every choice within the margin of it.

    A choice takes each left and each right at most once; whoever is not taken is worth nothing.

    >>> sure_pairs({(1, 1): 9.0, (1, 2): 8.0, (2, 1): 7.0}, 3.0)
    [(1, 2), (2, 1)]
    >>> sure_pairs({(1, 1): 9.0, (1, 2): 8.0}, 3.0)
    []
    """
    worth, chosen = _best(gains)
    return [pair for pair in chosen if worth - _best({p: g for p, g in gains.items() if p != pair})[0] >= margin]


def _best(gains: Mapping[Pair, float]) -> tuple[float, list[Pair]]:
    """The worth of the best choice, and its pairs: the Hungarian method, by shortest augmenting paths."""
    lefts, rights = sorted({left for left, _ in gains}), sorted({right for _, right in gains})
    # Staying alone is worth nothing: one column of its own for each left.
    size = len(rights) + len(lefts)
    costs = [
        [-gains.get((left, right), -inf) for right in rights] + [0.0 if one == place else inf for one in range(len(lefts))]
        for place, left in enumerate(lefts)
    ]  # fmt: skip
    of_row, of_column = [0.0] * len(lefts), [0.0] * size
    holder = [-1] * size
    for row in range(len(lefts)):
        _augment(costs, of_row, of_column, holder, row)
    chosen = [(lefts[row], rights[column]) for column, row in enumerate(holder[: len(rights)]) if row >= 0]
    return sum(gains[pair] for pair in chosen), sorted(chosen)


def _augment(
    costs: Sequence[Sequence[float]], of_row: list[float], of_column: list[float], holder: list[int], row: int
) -> None:
    """Give the row a column, moving others on where that is cheaper; of_row, of_column: the prices so far."""
    size = len(holder)
    least, before, done = [inf] * size, [-1] * size, [False] * size
    column, reached = -1, {-1: row}
    while True:
        here = reached[column]
        nearest = -1
        for other in range(size):
            if done[other]:
                continue
            cost = costs[here][other] - of_row[here] - of_column[other]
            if cost < least[other]:
                least[other], before[other] = cost, column
            if nearest < 0 or least[other] < least[nearest]:
                nearest = other
        step = least[nearest]
        for taken, holding in reached.items():
            of_row[holding] += step
            if taken >= 0:
                of_column[taken] -= step
        for other in range(size):
            if not done[other]:
                least[other] -= step
        column = nearest
        done[column] = True
        if holder[column] < 0:
            break
        reached[column] = holder[column]
    while column >= 0:
        previous = before[column]
        holder[column] = row if previous < 0 else holder[previous]
        column = previous
