"""What do the DAGs of a folder give when they run, in this one process? Run by the tests.

`run_dags.py FOLDER PASSWORDS DESCRIPTOR`: each line of the input is a request, `[method, argument, …]` (the methods of
`Dags`), answered by a line on the descriptor; tasks and Airflow print on the output as they like. A run goes on as far as it can by itself: to its end, to a person's answer, or to a pause before the next try;
`dag.test`, which does the same, would sit both out. People act through Airflow's own REST API.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from airflow.api_fastapi.app import create_app
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
from airflow.models.dagrun import DagRun
from airflow.models.xcom import XComModel
from airflow.sdk.definitions.dag import _run_task
from airflow.serialization.serialized_objects import DagSerialization
from airflow.utils.db import initdb
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState, TaskInstanceState
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

HITL = "/api/v2/dags/{}/dagRuns/{}/taskInstances/{}/-1/hitlDetails"


class Dags:
    """The DAGs of a folder on a fresh Airflow database. passwords: user -> password."""

    def __init__(self, folder: str, passwords: dict[str, str]) -> None:
        initdb()
        DagBundlesManager().sync_bundles_to_db()  # type: ignore[no-untyped-call]
        bag = DagBag(folder, bundle_path=None)
        sync_bag_to_db(bag, "dags-folder", None)
        self._dags = bag.dags
        self._passwords = passwords
        self._api = TestClient(create_app(apps="core"), base_url="http://testserver")

    def run(self, dag_id: str, form: dict[str, object]) -> dict[str, Any]:
        """Start a run by hand with this form, and let it go as far as it can."""
        started = self._call("operator", "POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": form})
        return self.go_on(dag_id, started["dag_run_id"])

    def go_on(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """Let a run that is there go as far as it can; what it left."""
        with create_session() as session:
            run = session.scalars(select(DagRun).filter_by(dag_id=dag_id, run_id=run_id)).one()
            run.dag = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(self._dags[dag_id]))
            if run.state == DagRunState.QUEUED:
                run.state = DagRunState.RUNNING
            while self._step(session, run):
                pass
            return self._left(session, run)

    def runs(self, dag_id: str) -> list[list[str]]:
        """Every run of a DAG, the oldest first: its id, its state, and when it may start."""
        with create_session() as session:
            found = session.scalars(select(DagRun).filter_by(dag_id=dag_id).order_by(DagRun.id))
            return [[run.run_id, str(run.state), run.run_after.isoformat()] for run in found]

    def question(self, run_id: str) -> dict[str, Any]:
        """What a run of `decide` asks, as the person sees it."""
        return self._call("operator", "GET", HITL.format("decide", run_id, "ask"))

    def answer(self, user: str, run_id: str, option: str, form: dict[str, object]) -> int:
        """Answer it as this user; the status by which Airflow takes or refuses it."""
        body = {"chosen_options": [option], "params_input": form}
        return int(self._request(user, "PATCH", HITL.format("decide", run_id, "ask"), body).status_code)

    def request(self, user: str, method: str, path: str, body: object) -> int:
        """Ask Airflow's REST API for anything else as this user; the status."""
        return int(self._request(user, method, f"/api/v2/dags/{path}", body).status_code)

    def _step(self, session: Session, run: DagRun) -> bool:
        """Run what can run now; whether anything moved."""
        session.expire_all()
        before = [(str(run.state), str(task.state)) for task in run.get_task_instances(session=session)]
        ready, _ = run.update_state(session=session)
        for task in ready:
            task.try_number += 1
            task.state = TaskInstanceState.SCHEDULED
        session.commit()
        # What a person answered is scheduled already, by the answer.
        ready = [task for task in run.get_task_instances(session=session) if task.state == TaskInstanceState.SCHEDULED]
        for task in ready:
            _run_task(ti=task, task=self._dags[run.dag_id].task_dict[task.task_id])
        session.expire_all()
        return before != [(str(run.state), str(task.state)) for task in run.get_task_instances(session=session)]

    def _left(self, session: Session, run: DagRun) -> dict[str, Any]:
        session.expire_all()
        left = select(XComModel.task_id, XComModel.value).filter_by(
            dag_id=run.dag_id, run_id=run.run_id, key="return_value", map_index=-1
        )
        tasks = [task for task in run.get_task_instances(session=session) if task.map_index < 0]
        return {
            "run_id": run.run_id,
            "state": str(run.state),
            "tasks": {task.task_id: str(task.state) for task in tasks},
            "tries": {task.task_id: task.try_number for task in tasks},
            "left": {task: value for task, value in session.execute(left)},  # noqa: C416  (no mapping)
        }

    def _call(self, user: str, method: str, path: str, body: object = None) -> dict[str, Any]:
        answer = self._request(user, method, path, body)
        answer.raise_for_status()
        read: dict[str, Any] = answer.json()
        return read

    def _request(self, user: str, method: str, path: str, body: object) -> Any:
        login = self._api.post("/auth/token", json={"username": user, "password": self._passwords[user]})
        headers = {"Authorization": f"Bearer {login.json()['access_token']}"}
        return self._api.request(method, path, json=body, headers=headers)


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(int(sys.argv[3]), "w", encoding="utf-8")
    dags = Dags(sys.argv[1], json.loads(sys.argv[2]))
    for line in sys.stdin:
        method, *arguments = json.loads(line)
        print(json.dumps(getattr(dags, method)(*arguments), ensure_ascii=False), file=answers, flush=True)


if __name__ == "__main__":
    main()
