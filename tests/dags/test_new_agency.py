"""A new agency's mapping file is its DAG: nothing in the DAG folder is edited for it."""

from __future__ import annotations

from pathlib import Path

from tests.dags.conftest import Parsed, parse_folder
from tests.support.twelfth_township import CODE


def test_the_twelfth_township_has_one_dag_more_and_the_others_stay(
    parsed: Parsed, project_root: Path, twelve_townships: Path
) -> None:
    with_twelve = parse_folder(project_root, twelve_townships)
    assert with_twelve.errors == {}
    assert with_twelve.dags.keys() - parsed.dags.keys() == {f"exchange_{CODE}"}
    assert parsed.dags.keys() <= with_twelve.dags.keys()
    new = with_twelve.dags[f"exchange_{CODE}"]
    assert "15 9 * * *" in new["timetable"]
    assert "新桥乡人民政府" in new["doc"]
    assert new["tags"] == ["exchange", "folder", "township"]
    assert {task["pool"] for task in new["tasks"].values()} == {f"agency_{CODE}"}
    assert f"hub://received/{CODE}" in with_twelve.dags["reconcile"]["timetable"]
