"""Are the drawn lists what they say, and does the linker do on them what it promises? On little, without a word about times."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from benchmarks.linking.draw import AGENCIES, Lists, Rates, draw, write
from benchmarks.linking.measure import Run, run
from benchmarks.linking.noise import NUMBER_NOISE, apply
from benchmarks.linking.report import Result, noise_table, picture, table
from benchmarks.linking.score import Quality, judge
from benchmarks.linking.world import Planted
from hub.link.columns.engine import Outcome, Wish, link_columns
from tests.hub.agency_rows import CODES
from tests.hub.link.listed import RULES

ROWS = 2_000
ROOT = Path(__file__).resolve().parents[2]
CLEAN = Rates(
    own_number={}, noted_number={}, name={}, identity={}, another_number=0, date_missing=0, date_slip=0, amount_missing=0,
    amount_differs=0, cause_missing=0, cause_drifts=0, unit_missing=0, without_counterpart=0, delivered_again=0,
    planted=Planted(several_parties=0, repeat_offender=0, soon_again=0, namesake=0, twin=0),
)  # fmt: skip


@pytest.fixture(scope="module")
def lists() -> Lists:
    return draw(ROWS, 3)


@pytest.fixture(scope="module")
def linked(lists: Lists) -> Outcome:
    return link_columns(lists.lists, CODES, RULES)


def test_the_same_seed_draws_the_same_lists_and_another_draws_others(lists: Lists) -> None:
    again, other = draw(ROWS, 3), draw(ROWS, 4)
    assert again.truth.equals(lists.truth)
    assert all(again.lists[agency].equals(lists.lists[agency]) for agency in AGENCIES)
    assert not other.lists["police"].equals(lists.lists["police"])


def test_every_row_of_the_lists_has_its_truth(lists: Lists) -> None:
    rows = pl.concat([lists.lists[agency].select("record_id") for agency in AGENCIES])
    assert sorted(rows["record_id"]) == sorted(lists.truth["record_id"])
    assert 0.03 < lists.truth["hard"].mean() < 0.10  # type: ignore[operator]


def test_without_noise_nothing_is_left_to_weigh_and_nothing_is_wrong() -> None:
    drawn = draw(500, 5, CLEAN)
    assert set(drawn.truth["noise"]) == {""}
    found = link_columns(drawn.lists, CODES, RULES)
    assert judge(drawn.truth, found.links) == Quality(1.0, 1.0, 0.0, {})
    assert set(found.links["tier"].cast(pl.String)) == {"own", "number+identity"}


def test_a_rate_of_one_touches_every_row_with_its_kind_and_no_other() -> None:
    drawn = draw(200, 5, replace(CLEAN, noted_number={"brackets": 1.0}))
    noted = drawn.truth.filter(pl.col("agency") != "township")
    assert set(noted["noise"]) == {"brackets"}
    assert set(drawn.truth.filter(agency="township")["noise"]) == {""}


def test_a_missing_number_is_not_typed_any_further() -> None:
    seen: set[str] = set()
    typed = apply(NUMBER_NOISE, dict.fromkeys(NUMBER_NOISE, 1.0), random.Random(1), "砂政移字〔2026〕6号", seen)
    assert seen == {"number missing"}
    assert typed in ("", "/", "无")


def test_the_linker_keeps_its_promise_on_the_drawn_lists(lists: Lists, linked: Outcome) -> None:
    quality = judge(lists.truth, linked.links)
    assert quality.precision >= 0.999
    assert quality.f1 >= 0.998
    assert quality.hard_recall >= 0.985


def test_no_order_of_rows_changes_the_answer(lists: Lists, linked: Outcome) -> None:
    shuffled = {agency: frame.sample(fraction=1.0, shuffle=True, seed=9) for agency, frame in lists.lists.items()}
    assert link_columns(shuffled, CODES, RULES).links.equals(linked.links)


def test_no_number_of_threads_changes_a_byte_of_the_answer(lists: Lists, tmp_path: Path) -> None:
    write(lists, tmp_path)
    answers = []
    for threads in ("1", "2"):
        out = tmp_path / f"{threads}.csv"
        files = [str(tmp_path / f"{agency}.csv") for agency in AGENCIES]
        subprocess.run(
            [sys.executable, "-c", "from cli.main import app; app()", "link", *files, "--out", str(out)],
            env=os.environ | {"POLARS_MAX_THREADS": threads, "PYTHONPATH": str(ROOT)}, cwd=ROOT, check=True, capture_output=True,
        )  # fmt: skip
        answers.append(out.read_bytes())
    assert answers[0] == answers[1]


def test_learned_weights_say_what_they_learned_and_do_no_worse(lists: Lists, linked: Outcome) -> None:
    taught = link_columns(lists.lists, CODES, RULES, Wish(learn=True))
    changes = {(feature, seen): (before, after) for feature, seen, before, after in taught.learned}
    before, after = changes["police_after_township", "up to 3 days"]
    assert before == 0.65
    assert after > 0.8  # the drawn police are quick
    assert judge(lists.truth, taught.links).f1 >= judge(lists.truth, linked.links).f1 - 0.001


def test_a_row_that_is_missing_or_comes_twice_is_no_answer(lists: Lists, linked: Outcome) -> None:
    for wrong in (linked.links.head(-1), pl.concat([linked.links, linked.links.head(1)])):
        with pytest.raises(AssertionError, match="not every row came back once"):
            judge(lists.truth, wrong)


def test_a_row_that_stands_in_no_list_is_no_answer(lists: Lists, linked: Outcome) -> None:
    invented = linked.links.head(1).with_columns(record_id=pl.lit("To9999999"))
    with pytest.raises(AssertionError, match="1 rows came back that stand in no list"):
        judge(lists.truth, pl.concat([linked.links, invented]))


def test_a_noise_that_touched_no_pair_has_no_recall() -> None:
    truth = pl.DataFrame(
        {"agency": ["township", "police"], "record_id": ["t1", "p1"], "case": ["1", "2"], "hard": [False, False], "noise": ["masked", ""]}
    )  # fmt: skip
    links = truth.select("agency", "record_id", case_id="case")
    assert judge(truth, links).by_noise == {}


def test_a_noise_that_a_way_was_not_measured_on_has_no_recall_there() -> None:
    runs = (Run(1.0, 2.0, 100),)
    some = [
        Result("ours", runs, Quality(0.9, 0.9, 0.9, {"masked": 0.9, "slip": 0.8})),
        Result("theirs", runs, Quality(0.9, 0.9, 0.9, {"slip": 0.7})),
    ]
    assert "| masked | 0.9000 | – |" in noise_table(some)
    assert "| slip | 0.8000 | 0.7000 |" in noise_table(some)


def test_where_the_lists_cannot_be_drawn_no_way_is_run(tmp_path: Path) -> None:
    (tmp_path / "lists").write_text("no folder", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.linking", "--rows", "10", "--folder", str(tmp_path / "lists"), "--out", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "lists: the lists could not be drawn: exit code 1" in done.stderr
    assert "hub link" not in done.stderr


def test_the_report_shows_every_way_and_every_noise() -> None:
    quality = Quality(0.999, 0.998, 0.99, {"masked": 0.9})
    results = [
        Result("ours", (Run(1.0, 2.0, 100), Run(3.0, 2.0, 120)), quality),
        Result("floor", (Run(0.5, 0.5, 50),), None),
    ]
    assert "| ours | 2.0 | 1.00 | 2.0 | 120 | 0.99900 | 0.99800 |" in table(results)
    assert "| floor | 0.5 | 0.25 |" in table(results)
    assert "| masked | 0.9000 |" in noise_table(results)
    assert picture(results, "both").count("<circle") == 1


def test_a_way_that_fails_says_what_it_printed() -> None:
    with pytest.raises(subprocess.CalledProcessError) as fault:
        run([sys.executable, "-c", "print('no such list'); raise SystemExit(3)"])
    assert b"no such list" in fault.value.output
    assert run([sys.executable, "-c", "pass"]).peak_mb > 0
