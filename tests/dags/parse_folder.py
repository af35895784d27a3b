"""What does parsing a DAG folder give, what does it cost, and what does it reach for meanwhile? Run by the tests."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization

REACHING = ("socket.connect", "socket.getaddrinfo", "sqlite3.connect", "subprocess.Popen")
parsing = False
reached: list[str] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if parsing and event in REACHING:
        reached.append(f"{event} {arguments!r}")


def _task(task: Any) -> dict[str, Any]:
    policy = task.retry_policy
    return {
        "owner": task.owner,
        "retries": task.retries,
        "policy": type(policy).__name__ if policy else "",
        "pool": task.pool,
        "entries": "many" if getattr(task, "multiple_outputs", False) else "one",
        "timeout": task.execution_timeout.total_seconds() if task.execution_timeout else None,
        "outlets": [outlet.name for outlet in task.outlets],
        "downstream": sorted(task.downstream_task_ids),
    }


def _dag(dag: Any) -> dict[str, Any]:
    serialized = DagSerialization.to_dict(dag)["dag"]
    return {
        "doc": dag.doc_md or "",
        "shown": dag.dag_display_name,
        "tags": sorted(dag.tags),
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "readers": sorted(dag.access_control or {}),
        "timetable": json.dumps(serialized["timetable"], default=str),
        "params": sorted(dag.params),
        "tasks": {task.task_id: _task(task) for task in dag.tasks},
    }


if __name__ == "__main__":
    sys.addaudithook(_watch)
    parsing = True
    start = time.process_time()
    bag = DagBag(sys.argv[1])
    seconds = time.process_time() - start
    parsing = False
    result = {
        "dags": {dag_id: _dag(dag) for dag_id, dag in bag.dags.items()},
        "errors": {str(path): text for path, text in bag.import_errors.items()},
        "reached": reached,
        "seconds": seconds,
    }
    print(json.dumps(result, ensure_ascii=False))
