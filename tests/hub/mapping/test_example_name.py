"""Is every file that a notice announces shown by a name that it really knows?"""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.mapping.agency import load_agencies
from hub.mapping.example_name import example_name
from hub.receiving.parcel import read_name


def test_the_example_of_every_rule_is_a_name_that_the_hub_reads(project_root: Path) -> None:
    shown = 0
    for agency in load_agencies(project_root / "mappings").values():
        for rule in agency.notice.files:
            example = example_name(rule.name)
            read = read_name(agency, f"{agency.mapping.channel.place}/{example}")
            assert read is not None, example
            assert read.rule is rule, example
            shown += 1
    assert shown > 30


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        (r"ack/(?P<delivery>[^/]+)\.ack\.csv", "ack/任意名称.ack.csv"),
        (r"out/(?P<sheet>accepted)_(?P<period>\d{8})(?:_r(?P<issue>\d+))?\.csv", "out/accepted_20261031.csv"),
        (r"no\d+\.csv", "no1.csv"),
        (r"[ab]\.csv", r"[ab]\.csv"),
        (r"\(x\)\.csv", r"\(x\)\.csv"),
    ],
)
def test_what_gives_no_name_that_fits_is_shown_as_it_is_written(pattern: str, example: str) -> None:
    assert example_name(pattern) == example
