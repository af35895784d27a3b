"""How much does a kind of noise cost that nothing was tuned for? `python -m benchmarks.linking.unseen`.

These kinds were written after the linker's weights, keys and tests were done, and nothing was changed because of
what they showed. Each strikes a tenth of the rows of the police's and the procuratorate's lists.
"""

from __future__ import annotations

import argparse
import contextlib
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from random import Random

import polars as pl

from benchmarks.linking.draw import AGENCIES, Lists, draw
from benchmarks.linking.score import Quality, judge
from hub.errors import UnreadableValue
from hub.link.columns.engine import link_columns
from hub.link.columns.rules import load_link_rules
from hub.mapping.agency import load_agencies
from hub.mapping.codes import load_codes
from hub.values.moments import read_moment

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"
SHARE = 0.1
Row = dict[str, str]


def year_of_the_desk(row: Row, random: Random) -> None:
    """The clerk types the year of today's desk calendar into the number noted: one more than it bears."""
    for column in ("ref_doc_no", "police_doc_no"):
        row[column] = re.sub(r"20(\d\d)", lambda m: f"20{int(m[1]) + 1:02}", row[column] or "", count=1)


def person_described(row: Row, random: Random) -> None:
    """Behind the name stands what the file says of the person."""
    row["party"] = (
        f"{row['party'] or ''}{random.choice(('（男）', '（绰号小六）', '等人', '（曾用名：建国）', '(在逃)'))}"
    )


def day_of_entry(row: Row, random: Random) -> None:
    """The date is the day when the row was typed in, weeks to months after the act."""
    with contextlib.suppress(UnreadableValue):
        row["date"] = (read_moment(row["date"]).day + timedelta(days=random.randrange(20, 120))).isoformat()


def companions_number(row: Row, random: Random) -> None:
    """The identity number is somebody else's altogether: the line below was copied."""
    digits = row["id_no"] or ""
    if re.fullmatch(r"\d{17}[\dX]", digits):
        row["id_no"] = f"{digits[:6]}{random.randrange(1955, 2004)}{random.randrange(1, 13):02}{random.randrange(1, 29):02}{random.randrange(1, 400):03}{digits[17]}"  # fmt: skip


KINDS: Mapping[str, Callable[[Row, Random], None]] = {
    "the number noted bears the desk calendar's year": year_of_the_desk,
    "the person is described behind the name": person_described,
    "the date is the day of entry, weeks later": day_of_entry,
    "the identity number is another's": companions_number,
}


def struck(lists: Lists, kind: Callable[[Row, Random], None], seed: int) -> dict[str, pl.DataFrame]:
    """The lists with the kind on a tenth of the rows of the later two."""
    random, found = Random(seed), {AGENCIES[0]: lists.lists[AGENCIES[0]]}
    for agency in AGENCIES[1:]:
        rows = lists.lists[agency].to_dicts()
        for row in rows:
            if random.random() < SHARE:
                kind(row, random)
        found[agency] = pl.DataFrame(rows, schema=lists.lists[agency].schema)
    return found


def main() -> None:
    """F1 without and with each kind."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=23)
    wanted = parser.parse_args()
    codes = load_codes(MAPPINGS / "codes", load_agencies(MAPPINGS).values())
    rules = load_link_rules(MAPPINGS / "linking.yaml")
    lists = draw(wanted.rows, wanted.seed)

    def quality(some: Mapping[str, pl.DataFrame]) -> Quality:
        return judge(lists.truth, link_columns(some, codes, rules).links)

    plain = quality(lists.lists)
    print("| noise on a tenth of the rows | precision | recall | F1 | costs |\n|---|--:|--:|--:|--:|")
    print(f"| none of these | {plain.precision:.5f} | {plain.recall:.5f} | {plain.f1:.5f} | |")
    for name, kind in KINDS.items():
        one = quality(struck(lists, kind, wanted.seed))
        print(f"| {name} | {one.precision:.5f} | {one.recall:.5f} | {one.f1:.5f} | {plain.f1 - one.f1:.5f} |")


if __name__ == "__main__":
    main()
