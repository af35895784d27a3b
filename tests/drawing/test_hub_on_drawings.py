"""Does the hub come to the truth about county-years that nobody fitted it to?"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from tests.drawing import Drawing, draw
from tests.drawing.hazards import HAZARDS
from tests.drawing.trial import Trial, rehearse

SEEDS = (101, 102)
MATTERS = 70
SCORED = {"link", "obligation", "finding", "row", "column", "balance"}


@pytest.fixture(scope="module", params=SEEDS)
def tried(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Drawing, Trial]:
    """A small drawing, and what the hub made of it."""
    folder = tmp_path_factory.mktemp("tried")
    drawing = draw(folder / "drawn", request.param, matters=MATTERS)
    return drawing, rehearse(drawing, folder / "out")


def _count(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def test_the_hub_says_of_another_county_year_what_is_true(tried: tuple[Drawing, Trial]) -> None:
    _, trial = tried
    wrong = Counter(d.kind for d in trial.differences if d.kind in SCORED)
    assert trial.reached, f"{trial.scored}\n{wrong}"
    assert not wrong["row"] + wrong["column"] + wrong["balance"], trial.scored


def test_what_was_judged_is_a_county_year_and_not_an_empty_folder(tried: tuple[Drawing, Trial]) -> None:
    drawing, _ = tried
    least = {"links.csv": 300, "obligations.csv": 450, "findings.csv": 40, "rows.csv": 600, "balance.csv": 270}
    assert {name: n for name, n in least.items() if _count(drawing.expected / name) < n} == {}
    assert len(drawing.findings) == 17, "every kind of finding"
    planted = {name for name, (rate, _) in HAZARDS.items() if rate == 1.0}
    assert planted - set(drawing.hazards) == set()
