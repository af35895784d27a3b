"""Where does a hub's output differ from a drawing's truth? python -m tests.drawing.compare EXPECTED OUT."""

from __future__ import annotations

import argparse
import csv
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import combinations
from pathlib import Path

HOURLY = {"township.send_referral", "police.sign_receipt"}
UNTOLD = {"agency.acknowledge_delivery"}
SHANGHAI = timezone(timedelta(hours=8))
Table = list[dict[str, str]]


@dataclass(frozen=True, order=True)
class Difference:
    """One thing that only the truth (`missing`) or only the hub (`beyond`) says, of some kind."""

    kind: str
    side: str
    what: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind:12} {self.side:8} {'  '.join(self.what)}"


def _read(path: Path) -> Table:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def instant(text: str, *, day_only: bool) -> str:
    """A day, or a minute of Shanghai; midnight belongs to the day that it ends."""
    if len(text) <= 10:
        return text
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    moment = moment.astimezone(SHANGHAI) if moment.tzinfo else moment
    if not (moment.hour or moment.minute or moment.second):
        moment -= timedelta(seconds=1)
    return f"{moment:%Y-%m-%d}" if day_only else f"{moment:%Y-%m-%d %H:%M}"


def _both(kind: str, want: Iterable[tuple[str, ...]], got: Iterable[tuple[str, ...]]) -> Iterator[Difference]:
    wanted, found = Counter(want), Counter(got)
    for what in sorted((wanted - found).elements()):
        yield Difference(kind, "missing", what)
    for what in sorted((found - wanted).elements()):
        yield Difference(kind, "beyond", what)


class Names:
    """Which of the hub's cases is which of the truth's: told by the sources they hold, never by their names."""

    def __init__(self, want: Table, got: Table) -> None:
        self.case_of = {r["source"]: r["case"] for r in want}
        self.agency_of = {r["source"]: r["agency"] for r in [*got, *want]}
        stands = {e: r["source"] for r in want for e in r["earlier"].split("|") if e}
        self.found: dict[str, str] = {}
        for row in sorted(got, key=lambda r: r["source"] in stands):
            self.found.setdefault(stands.get(row["source"], row["source"]), row["case_id"])
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for source, case in self.found.items():
            if source in self.case_of:
                votes[case][self.case_of[source]] += 1
        self._truth = {case: min(v, key=lambda c: (-v[c], c)) for case, v in votes.items()}

    def truth(self, case: str) -> str:
        """The truth's name of a hub's case; a question mark where it has none."""
        if not case or case.startswith("report:"):
            return case
        return self._truth.get(case, "?" + case)

    def pairs(self, grouped: dict[str, str]) -> set[tuple[str, str]]:
        """Pairs of sources of different agencies in one case."""
        members: dict[str, list[str]] = defaultdict(list)
        for source, case in grouped.items():
            members[case].append(source)
        return {
            (min(a, b), max(a, b))
            for group in members.values()
            for a, b in combinations(group, 2)
            if self.agency_of[a] != self.agency_of[b]
        }


def differences(expected: Path, out: Path) -> list[Difference]:
    """Everything in which a hub's output directory differs from the truth: first what the scorer scores.

    Kinds: link (pairs of sources), obligation (case, rule, due, state), owed (debtor, creditor, ended of those that
    agree), finding, row, column (of quarantined rows), balance.
    """
    names = Names(_read(expected / "links.csv"), _read(out / "links.csv"))
    found = list(_links(names))
    found += _obligations(names, _read(expected / "obligations.csv"), _read(out / "obligations.csv"))
    found += _findings(names, _read(expected / "findings.csv"), _read(out / "findings.csv"))
    found += _rows(_read(expected / "rows.csv"), _read(out / "rows.csv"))
    found += _both("balance", map(_values, _read(expected / "balance.csv")), map(_values, _read(out / "balance.csv")))
    return found


def _values(row: dict[str, str]) -> tuple[str, ...]:
    kinds = ("file", "rows", "accepted", "duplicate", "superseded", "quarantined", "ignored")
    return tuple(row[k] for k in kinds)


def _links(names: Names) -> Iterator[Difference]:
    def told(pairs: set[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
        for a, b in pairs:
            cases = dict.fromkeys(names.case_of.get(source, "?") for source in (a, b))
            yield "+".join(cases), a, b

    yield from _both("link", told(names.pairs(names.case_of)), told(names.pairs(names.found)))


def _obligations(names: Names, want: Table, got: Table) -> Iterator[Difference]:
    for table, column in ((want, "case"), (got, "case_id")):
        for row in table:
            row["named"] = row["case"] if column == "case" else names.truth(row["case_id"])
    scored = [[r for r in table if r["rule"] not in UNTOLD] for table in (want, got)]
    yield from _both("obligation", map(_duty, scored[0]), map(_duty, scored[1]))
    agreed = {_duty(r) for r in scored[0]} & {_duty(r) for r in scored[1]}
    detail = [[(*_duty(r), *_detail(r)) for r in table if _duty(r) in agreed] for table in scored]
    yield from _both("owed", *detail)


def _duty(row: dict[str, str]) -> tuple[str, ...]:
    return row["named"], row["rule"], instant(row["due_at"], day_only=row["rule"] not in HOURLY), row["state"]


def _detail(row: dict[str, str]) -> tuple[str, ...]:
    opened, ended = (instant(row[k], day_only=False) for k in ("opened_at", "ended_at"))
    return row["debtor"], row["creditor"], opened, ended


def _findings(names: Names, want: Table, got: Table) -> Iterator[Difference]:
    yield from _both(
        "finding",
        {(r["case"], r["code"], r["agency"], _plain(r["detail"])) for r in want},
        {(names.truth(r["case_id"]), r["code"], r["agency"], _plain(r["detail"])) for r in got},
    )


def _plain(detail: str) -> str:
    """A detail without the spelling of its numbers: brackets, width, spaces, 第, leading zeros, 号."""
    text = re.sub(r"[\s第号號]", "", unicodedata.normalize("NFKC", detail))
    text = re.sub(r"[〔﹝\[【(]", "〔", re.sub(r"[〕﹞\]】)]", "〕", text))
    # A pair of penalties is one pair in either order.
    name, _, value = re.sub(r"〕0+", "〕", text).partition("=")
    return f"{name}={'+'.join(sorted(value.split('+')))}"


def _rows(want: Table, got: Table) -> Iterator[Difference]:
    def said(table: Table) -> Iterator[tuple[str, ...]]:
        for r in table:
            yield r["source"], r["disposition"], r["reason"] if r["disposition"] in {"quarantined", "ignored"} else ""

    yield from _both("row", said(want), said(got))
    aside = [{(r["source"], r["column"]) for r in table if r["disposition"] == "quarantined"} for table in (want, got)]
    shared = {s for s, _ in aside[0]} & {s for s, _ in aside[1]}
    yield from _both("column", *([p for p in side if p[0] in shared] for side in aside))


def main() -> int:
    """Print every difference, and how many there are of each kind; 1 where there are any."""
    parser = argparse.ArgumentParser(prog="python -m tests.drawing.compare", description=__doc__)
    parser.add_argument("expected", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--show", type=int, default=200, help="so many of each kind")
    given = parser.parse_args()
    found = differences(given.expected, given.out)
    shown: Counter[str] = Counter()
    for one in found:
        shown[one.kind] += 1
        if shown[one.kind] <= given.show:
            print(one)
    print("; ".join(f"{kind} {count}" for kind, count in sorted(shown.items())) or "no difference")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
