"""How much does a kind of noise cost that nothing was tuned for? `python -m benchmarks.linking.unseen`.

Each kind was written down before it was measured, after the linker's weights, keys and tests were done. Where something was
changed because of what one showed, docs/benchmarks.md says so, and the kind is unseen no more. Each strikes a tenth of the rows of
the police's and the procuratorate's lists.
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
from hub.link.columns.engine import Wish, link_columns
from hub.link.columns.rules import load_link_rules
from hub.mapping.agency import load_agencies
from hub.mapping.codes import load_codes
from hub.values.amounts import read_amount
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


def columns_swapped(row: Row, random: Random) -> None:
    """The two numbers noted stand in each other's columns; where there is one, it stands in the wrong one."""
    row["ref_doc_no"], row["police_doc_no"] = row["police_doc_no"], row["ref_doc_no"]


def read_by_machine(row: Row, random: Random) -> None:
    """The identity number was scanned: a 0 became O, or a 1 became l."""
    digits = row["id_no"] or ""
    places = [place for place, digit in enumerate(digits) if digit in "01"]
    if places and digits.isascii():
        place = random.choice(places)
        row["id_no"] = digits[:place] + {"0": "O", "1": "l"}[digits[place]] + digits[place + 1 :]


def month_and_day_swapped(row: Row, random: Random) -> None:
    """The day is written before the month, as some forms have it: 5 March becomes 3 May."""
    with contextlib.suppress(UnreadableValue):
        day = read_moment(row["date"]).day
        row["date"] = f"{day.year}-{day.day:02}-{day.month:02}"


def shop_for_owner(row: Row, random: Random) -> None:
    """The party is called by the name over the shop door, not by its owner's."""
    if row["party"] and not row["party"].endswith("公司"):
        words = "".join(random.choices("福兴旺顺达恒源盛和丰", k=2))
        row["party"] = f"繁峙县{words}{random.choice(('砂石经营部', '农资店', '养殖场', '汽修厂'))}"


def sum_in_ten_thousands(row: Row, random: Random) -> None:
    """The heading says 万元, the cell does not."""
    with contextlib.suppress(UnreadableValue):
        row["amount"] = f"{float(read_amount(row['amount'])) / 10_000:.4g}"


def companions_in_one_cell(row: Row, random: Random) -> None:
    """The cell of the party names a companion as well."""
    if row["party"]:
        row["party"] = f"{row['party']}、{random.choice('王李张刘')}{random.choice('伟芳军勇艳')}"


def township_of_residence(row: Row, random: Random) -> None:
    """The township is the one where the party lives."""
    row["unit"] = random.choice(("砂河镇", "大营镇", "平型关镇", "东山乡", "岩头乡", "金山铺乡"))


KINDS: Mapping[str, Callable[[Row, Random], None]] = {
    "the number noted bears the desk calendar's year": year_of_the_desk,
    "the person is described behind the name": person_described,
    "the date is the day of entry, weeks later": day_of_entry,
    "the identity number is another's": companions_number,
    "the numbers noted stand in each other's columns": columns_swapped,
    "the identity number was scanned: O for 0, l for 1": read_by_machine,
    "month and day are swapped": month_and_day_swapped,
    "the name over the shop stands for its owner's": shop_for_owner,
    "the sum is in ten thousands and does not say so": sum_in_ten_thousands,
    "a companion stands in the same cell": companions_in_one_cell,
    "the township is that of residence": township_of_residence,
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
    parser.add_argument("--weights", choices=("set", "learned"), default="set")
    wanted = parser.parse_args()
    codes = load_codes(MAPPINGS / "codes", load_agencies(MAPPINGS).values())
    rules = load_link_rules(MAPPINGS / "linking.yaml")
    lists = draw(wanted.rows, wanted.seed)

    def quality(some: Mapping[str, pl.DataFrame]) -> Quality:
        return judge(lists.truth, link_columns(some, codes, rules, Wish(learn=wanted.weights == "learned")).links)

    plain = quality(lists.lists)
    print("| noise on a tenth of the rows | precision | recall | F1 | costs |\n|---|--:|--:|--:|--:|")
    print(f"| none of these | {plain.precision:.5f} | {plain.recall:.5f} | {plain.f1:.5f} | |")
    for name, kind in KINDS.items():
        one = quality(struck(lists, kind, wanted.seed))
        print(f"| {name} | {one.precision:.5f} | {one.recall:.5f} | {one.f1:.5f} | {plain.f1 - one.f1:.5f} |")


if __name__ == "__main__":
    main()
