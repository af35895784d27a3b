"""What must hold for every DAG, whichever agencies there are?"""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
from pathlib import Path

import pytest

from dags.ahead import NEEDED
from tests.dags.conftest import Parsed, parse_folder

OWN_DAGS = {"reconcile", "escalate", "decide", "report", "bulletin"}


def codes(mappings: Path) -> set[str]:
    return {path.stem for path in (mappings / "agencies").glob("*.yaml")}


def test_every_mapping_file_has_its_dag_and_no_dag_is_missing(parsed: Parsed, project_root: Path) -> None:
    agencies = codes(project_root / "mappings")
    assert len(agencies) >= 15
    assert parsed.errors == {}
    assert set(parsed.dags) == OWN_DAGS | {f"exchange_{code}" for code in agencies}


def test_parsing_reaches_no_network_and_no_database(parsed: Parsed) -> None:
    assert parsed.reached == ()


@pytest.mark.alone
def test_the_whole_folder_parses_in_less_than_two_seconds(project_root: Path) -> None:
    assert parse_folder(project_root, project_root / "mappings").seconds < 2.0


def test_whatever_the_tasks_load_is_loaded_ahead_of_them_and_exists(project_root: Path) -> None:
    assert all(importlib.util.find_spec(name) for name in NEEDED)
    late = [
        load
        for path in sorted((project_root / "dags").glob("*.py"))
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for load in ast.walk(function)
        if isinstance(load, ast.ImportFrom)
    ]
    assert len(late) > 5
    for load in late:
        assert {load.module, *(f"{load.module}.{name.name}" for name in load.names)} & set(NEEDED), ast.unparse(load)


def test_every_dag_says_in_chinese_and_english_what_it_does(parsed: Parsed) -> None:
    for dag_id, dag in parsed.dags.items():
        assert len(re.findall(r"[\u4e00-\u9fff]", dag["doc"])) > 50, dag_id
        assert len(re.findall(r"[a-z]{3,}", dag["doc"])) > 30, dag_id


def test_every_dag_is_shown_under_a_chinese_name_and_leaves_its_counts_in_one_entry(parsed: Parsed) -> None:
    for dag_id, dag in parsed.dags.items():
        assert re.search(r" · [\u4e00-\u9fff]{2,}", dag["shown"]), dag_id
        assert {task["entries"] for task in dag["tasks"].values()} == {"one"}, dag_id


def test_every_dag_can_be_found_by_a_tag_and_catches_nothing_up(parsed: Parsed) -> None:
    for dag_id, dag in parsed.dags.items():
        assert dag["tags"], dag_id
        assert dag["catchup"] is False, dag_id


def test_every_task_has_an_owner_and_is_retried_by_what_went_wrong(parsed: Parsed) -> None:
    for dag_id, dag in parsed.dags.items():
        assert dag["tasks"], dag_id
        for task_id, task in dag["tasks"].items():
            assert task["owner"] == "operator", (dag_id, task_id)
            assert task["retries"] > 0, (dag_id, task_id)
            assert task["policy"] == "ByErrorClass", (dag_id, task_id)


def test_only_the_wait_for_a_person_has_no_time_limit(parsed: Parsed) -> None:
    unlimited = {
        (dag_id, task_id)
        for dag_id, dag in parsed.dags.items()
        for task_id, task in dag["tasks"].items()
        if task["timeout"] is None
    }
    assert unlimited == {("decide", "ask")}


def test_an_agency_sees_one_run_and_one_connection_at_a_time(parsed: Parsed, project_root: Path) -> None:
    for code in codes(project_root / "mappings"):
        dag = parsed.dags[f"exchange_{code}"]
        assert dag["max_active_runs"] == 1
        assert {task["pool"] for task in dag["tasks"].values()} == {f"agency_{code}"}
        assert dag["tasks"]["pull"]["downstream"] == ["push"]


def test_an_agencys_dag_is_readable_by_its_own_role(parsed: Parsed, project_root: Path) -> None:
    for code in codes(project_root / "mappings"):
        assert parsed.dags[f"exchange_{code}"]["readers"] == [f"agency_{code}"]


def test_schedules_are_read_by_the_countys_clock(parsed: Parsed) -> None:
    scheduled = [dag for dag in parsed.dags.values() if "expression" in dag["timetable"]]
    assert len(scheduled) >= 18
    for dag in scheduled:
        assert "Asia/Shanghai" in dag["timetable"]


def test_whatever_any_agency_delivers_sets_a_reconciliation_off(parsed: Parsed, project_root: Path) -> None:
    for code in codes(project_root / "mappings"):
        assert f"hub://received/{code}" in parsed.dags["reconcile"]["timetable"]
        assert parsed.dags[f"exchange_{code}"]["tasks"]["pull"]["outlets"] == [f"received_{code}_if_new"]


def test_a_reconciliation_and_a_decision_set_the_ladders_off(parsed: Parsed) -> None:
    assert "hub://reconciled" in parsed.dags["escalate"]["timetable"]
    assert "hub://decided" in parsed.dags["escalate"]["timetable"]
    assert "reconciled_if_new" in parsed.dags["reconcile"]["tasks"]["reconcile"]["outlets"]
    assert parsed.dags["decide"]["tasks"]["recorded"]["outlets"] == ["decided"]


def test_nothing_of_a_persons_answer_goes_from_task_to_task(project_root: Path) -> None:
    # What a task leaves for another, anybody may write who may clear a task.
    text = (project_root / "dags" / "decide.py").read_text(encoding="utf-8")
    assert not re.findall(r"xcom_p|\.output\b|ask\)\)", text)


def test_what_was_planned_for_an_agency_goes_out_without_waiting_for_its_hour(
    parsed: Parsed, project_root: Path
) -> None:
    for code in codes(project_root / "mappings"):
        assert f"hub://outgoing/{code}" in parsed.dags[f"exchange_{code}"]["timetable"]
        assert f"outgoing_{code}_if_new" in parsed.dags["escalate"]["tasks"]["climb"]["outlets"]
        assert f"outgoing_{code}_if_new" in parsed.dags["bulletin"]["tasks"]["issue"]["outlets"]


def test_a_run_by_hand_has_its_form(parsed: Parsed) -> None:
    assert parsed.dags["reconcile"]["params"] == ["agencies", "as_of", "commit", "period"]
    assert parsed.dags["escalate"]["params"] == ["as_of", "commit"]
    assert parsed.dags["report"]["params"] == ["as_of"]
    assert parsed.dags["bulletin"]["params"] == ["commit", "month"]


def test_many_decisions_can_wait_at_once(parsed: Parsed) -> None:
    assert parsed.dags["decide"]["max_active_runs"] >= 500


def test_a_new_mapping_file_is_a_new_dag_and_a_broken_one_takes_no_other_away(
    project_root: Path, tmp_path: Path
) -> None:
    mappings = tmp_path / "mappings"
    shutil.copytree(project_root / "mappings" / "agencies", mappings / "agencies")
    good = (mappings / "agencies" / "140924100.yaml").read_text(encoding="utf-8")
    (mappings / "agencies" / "140924300.yaml").write_text(good.replace("140924100", "140924300"), encoding="utf-8")
    (mappings / "agencies" / "unclosed.yaml").write_text("agency: [1, 2\nname: x", encoding="utf-8")
    (mappings / "agencies" / "no_clock.yaml").write_text('agency: no_clock\nschedule: "99 * * * *"\n', encoding="utf-8")
    parsed = parse_folder(project_root, mappings)
    assert parsed.errors == {}
    assert {f"exchange_{code}" for code in codes(mappings)} <= set(parsed.dags)
    assert "expression" in parsed.dags["exchange_140924300"]["timetable"]
    for code in ("unclosed", "no_clock"):
        assert "expression" not in parsed.dags[f"exchange_{code}"]["timetable"]
