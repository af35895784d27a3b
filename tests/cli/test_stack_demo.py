"""Does the stack go through its cycle, and does an interruption at any moment cost nothing and double nothing?"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from cli.stack_api import Airflow
from cli.stack_cycle import Driver, wait_until_settled
from tests.cli.operator_acts import announce, no_place, put_off
from tests.cli.running_stack import (
    AGENCIES,
    LIMIT_SECONDS,
    TOWNSHIP,
    County,
    Stack,
    Standing,
    free_port,
    small_county,
    standing,
    wait,
)

pytestmark = pytest.mark.alone

# After which words of the stack Ctrl-C comes, and how many seconds later.
EVERY_MOMENT = {"starting Airflow": 3.0, "exchanging": 4.0, "reconciling": 0.5, "escalating": 4.0}
# Each costs most of a minute: CI takes the one when most is under way; by hand, STACK_EVERY_MOMENT=1 takes all.
MOMENTS = tuple(EVERY_MOMENT) if os.environ.get("STACK_EVERY_MOMENT") else ("escalating",)
HALF_ADDED = "140924300"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory, samples: Path, project_root: Path) -> County:
    return small_county(samples, project_root, tmp_path_factory.mktemp("county"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stack") / "var"


@pytest.fixture(scope="module")
def interrupted(county: County, home: Path, project_root: Path) -> list[Stack]:
    """A demonstration that was interrupted, begun again and interrupted again, at each of the moments."""
    stacks = []
    for words in MOMENTS:
        stack = Stack("demo", county, home, project_root, free_port())
        stack.wait_for(words)
        time.sleep(EVERY_MOMENT[words])
        assert stack.interrupt() == 130, stack.said
        assert "interrupted; everything is stopped" in stack.said
        assert (stack.left_running(), stack.held_ports()) == ([], [])
        stacks.append(stack)
    return stacks


@pytest.fixture(scope="module")
def demo(interrupted: list[Stack], county: County, home: Path, project_root: Path) -> tuple[Stack, Standing]:
    """The same demonstration begun once more, and let go to its end; what stood in its home then."""
    assert len(interrupted) == len(MOMENTS)
    stack = Stack("demo", county, home, project_root, free_port())
    stack.end()
    return stack, standing(home)


@pytest.fixture(scope="module")
def running(demo: tuple[Stack, Standing], county: County, home: Path, project_root: Path) -> Iterator[Stack]:
    """`run` on the same home, up; one agency more has a mapping file, and no Connection yet."""
    agencies = county.mappings / "agencies"
    new = (agencies / f"{TOWNSHIP}.yaml").read_text(encoding="utf-8").replace(TOWNSHIP, HALF_ADDED)
    for name, other in (("繁城", "新设"), ("杏园", "新园"), ("140924201", "140924301")):  # no name is two townships'
        new = new.replace(name, other)
    (agencies / f"{HALF_ADDED}.yaml").write_text(new, encoding="utf-8")
    stack = Stack("run", county, home, project_root, free_port())
    stack.wait_for("staying up")
    yield stack
    assert stack.interrupt() == 0, stack.said


def test_a_demonstration_goes_through_a_whole_cycle_and_says_what_it_found(demo: tuple[Stack, Standing]) -> None:
    stack, _ = demo
    assert stack.process.returncode == 0, stack.said
    for agency in AGENCIES:
        assert len(re.findall(rf"(?m)^ ?{agency} ", stack.said)) == 2, stack.said
    for words in ("reconciled: ", "findings", "decisions wait under Required Actions"):
        assert words in stack.said
    # Whoever is told how to get in must find it up.
    assert not re.search("(?m)^(login|address) ", stack.said)
    assert "failed" not in stack.said


def test_the_report_of_the_first_cycle_is_where_it_was_said_to_be(
    demo: tuple[Stack, Standing], project_root: Path
) -> None:
    said = re.search(r"(?m)^report +(\S+)$", demo[0].said)
    assert said, demo[0].said
    assert (project_root / said[1] / "report.xlsx").is_file()


def test_a_decision_is_refused_to_others_and_approved_by_its_person_and_its_paper_is_drafted_once(
    demo: tuple[Stack, Standing],
) -> None:
    stack, stands = demo
    refused = re.search(r"(D\w+): refused to (\w+), to whom it is not assigned", stack.said)
    approved = re.search(r"approved (D\w+) as (\w+); 1 paper drafted;", stack.said)
    assert refused, stack.said
    assert approved, stack.said
    assert refused[1] == approved[1]
    assert refused[2] != approved[2]
    assert set(stands.papers.values()) == {1}
    assert len(stands.papers) == 2  # its number, and what it was drafted for


def test_nothing_runs_on_and_no_port_is_held_once_it_is_over(demo: tuple[Stack, Standing]) -> None:
    stack, _ = demo
    assert stack.left_running() == []
    assert stack.held_ports() == []


def test_an_interruption_doubles_nothing(demo: tuple[Stack, Standing]) -> None:
    _, stands = demo
    assert stands.doubled() == {}
    assert len(stands.parcels) > 20
    assert len(stands.rows) > 100
    assert len(stands.links) > 50


def test_whatever_was_planned_is_with_its_agency_once_and_byte_for_byte(demo: tuple[Stack, Standing]) -> None:
    _, stands = demo
    assert stands.unsent == frozenset()
    assert len(stands.sent) > 5
    assert stands.received == stands.sent


def test_each_decision_that_was_put_to_a_person_is_asked_for_once(demo: tuple[Stack, Standing]) -> None:
    _, stands = demo
    assert len(stands.asked) > 2
    assert frozenset(stands.asked) == stands.proposed


def test_begun_again_it_adds_nothing_but_what_was_decided(
    running: Stack, demo: tuple[Stack, Standing], home: Path
) -> None:
    before, after = demo[1], standing(home)
    assert after.doubled() == {}
    assert re.search("(?m)^login +chief_procurator / ", running.said)
    for part in ("parcels", "rows", "links", "asked", "proposed"):
        assert getattr(after, part) == getattr(before, part), part
    assert after.received == after.sent


def test_every_dag_of_a_stack_that_stays_up_is_switched_on_and_none_has_failed(running: Stack, home: Path) -> None:
    airflow = logged_in(running, home)
    whole = {"reconcile", "escalate", "decide", "report", "bulletin", *(f"exchange_{agency}" for agency in AGENCIES)}
    assert airflow.dags() == airflow.unpaused() == whole | {f"exchange_{HALF_ADDED}"}
    assert {run.state for dag in whole - {"decide", "bulletin"} for run in airflow.runs(dag)} == {"success"}
    assert {run.state for run in airflow.runs("decide")} <= {"success", "running"}


def test_each_agency_has_a_pool_of_one_connection(running: Stack, home: Path) -> None:
    pools = logged_in(running, home).pools()
    assert {name: slots for name, slots in pools.items() if name.startswith("agency_")} == {
        f"agency_{agency}": 1 for agency in (*AGENCIES, HALF_ADDED)
    }
    # Of those that were there already nothing was asked again: Airflow would note each as an error.
    assert "slot_pool" not in (home / "logs" / "api-server.log").read_text(encoding="utf-8", errors="replace")


def test_an_agency_that_is_added_only_by_half_stops_nobody_and_is_named_with_the_reason(running: Stack) -> None:
    why = f"ConfigurationFault: Airflow has no Connection hub_{HALF_ADDED}; it holds the agency's address"
    assert f"failed     exchange_{HALF_ADDED}: pull: {why}" in running.said


def test_the_chief_procurator_logs_in_and_finds_the_decision_that_waits(
    running: Stack, home: Path, tmp_path: Path
) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1100}, locale="en-US", timezone_id="Asia/Shanghai")
        page.set_default_timeout(1000 * LIMIT_SECONDS)  # Playwright's own 30 s are few for a slow machine.
        log_in(page, running, passwords(home)["chief_procurator"])
        page.get_by_text("Required Action").first.wait_for()
        page.goto(f"http://127.0.0.1:{running.port}/dags")
        for shown in ("decide · 决定", "escalate · 升级", "exchange · 繁城镇人民政府", "exchange · 繁峙县公安局"):
            page.get_by_role("link", name=shown, exact=True).first.wait_for()
        keep(page, "dags")
        decision = next(one for one in logged_in(running, home).waiting() if one.users == ("chief_procurator",))
        page.goto(f"http://127.0.0.1:{running.port}/required_actions")
        page.get_by_text(decision.subject).first.wait_for()
        keep(page, "required-actions")
        page.goto(f"http://127.0.0.1:{running.port}/dags/decide/runs/{decision.decision_id}/tasks/ask/required_actions")
        page.get_by_text("依据 / Basis").first.wait_for()
        for option in decision.options:
            assert page.get_by_role("button", name=option).is_enabled()
        keep(page, "decision")
        browser.close()


def test_news_for_an_agency_is_unheeded_until_a_run_takes_it(running: Stack, home: Path) -> None:
    airflow, password = logged_in(running, home), passwords(home)["operator"]
    dag = f"exchange_{TOWNSHIP}"
    before = {run.run_id for run in airflow.runs(dag)}
    # While one exchange with the agency cannot go on, there is no other: the news stays news for as long as we like.
    with no_place(running, password, f"agency_{TOWNSHIP}"):
        airflow.trigger(dag, "held", {})
        announce(running, password, f"outgoing_{TOWNSHIP}")
        assert airflow.unheeded([dag, "exchange_police"]) == {dag}
    # Asked as fast as can be: between the news and the run that it leads to, nothing may be refused.
    while seen := airflow.unheeded([dag, "exchange_police"]):
        assert seen == {dag}
    new = [run for run in airflow.runs(dag) if run.run_id not in before]
    assert {run.kind for run in new} == {"manual", "asset_triggered"}
    wait(lambda: all(run.state == "success" for run in airflow.runs(dag)), f"{dag} ended")


def test_a_question_that_comes_again_on_a_later_day_does_not_hold_up_a_start_before(running: Stack, home: Path) -> None:
    airflow = logged_in(running, home)
    waits = {run.run_id for run in airflow.under_way("decide")}
    assert waits == {waiting.decision_id for waiting in airflow.waiting()}
    put_off(running, passwords(home)["operator"], "D0.2", datetime.now(timezone.utc) + timedelta(days=9))
    assert [run.run_id for run in airflow.runs("decide", "queued")] == ["D0.2"]
    said: list[str] = []
    wait_until_settled(Driver(airflow, lambda: None, said.append), AGENCIES, datetime.now(timezone.utc))
    assert {run.run_id for run in airflow.under_way("decide")} == waits


def test_whom_airflow_does_not_know_any_more_logs_in_again(running: Stack, home: Path) -> None:
    airflow = logged_in(running, home)
    before = airflow.pools()
    del airflow._session.headers["Authorization"]
    assert airflow.pools() == before


def keep(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to see it."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.wait_for_timeout(1500)
        page.screenshot(path=Path(folder) / f"{name}.png")


def log_in(page: Page, stack: Stack, password: str) -> None:
    page.goto(f"http://127.0.0.1:{stack.port}/")
    page.get_by_label("Username").fill("chief_procurator")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def passwords(home: Path) -> dict[str, str]:
    read: dict[str, str] = json.loads((home / "airflow" / "passwords.json").read_text(encoding="utf-8"))
    return read


def logged_in(stack: Stack, home: Path) -> Airflow:
    airflow = Airflow(f"http://127.0.0.1:{stack.port}")
    airflow.login("operator", passwords(home)["operator"])
    return airflow
