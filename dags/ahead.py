"""What does every task need, loaded once ahead of them all? `python -m dags.ahead scheduler …` is `airflow scheduler …`

On one machine the scheduler forks each task off: what it has loaded, no task loads again, which more than halves what
a task costs. Only code is loaded, no data: a mapping that was changed counts from the next task on, as ever.
"""

from __future__ import annotations

import importlib
import runpy

NEEDED = (
    "airflow.providers.standard.operators.hitl",
    "airflow.providers.standard.operators.trigger_dagrun",
    "airflow.sdk.execution_time.task_runner",
    "connectors.report_book",
    "connectors.report_writers",
    "connectors.wiring",
    "dags.adapter",
    "hub.usecases.bulletin",
    "hub.usecases.conference",
    "hub.usecases.decide",
    "hub.usecases.escalate",
    "hub.usecases.exchange",
    "hub.usecases.push",
    "hub.usecases.reconcile",
    "hub.usecases.report",
    "hub.usecases.waive",
)

if __name__ == "__main__":
    for name in NEEDED:
        importlib.import_module(name)
    runpy.run_module("airflow", run_name="__main__", alter_sys=True)
