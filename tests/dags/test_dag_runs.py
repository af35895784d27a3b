"""Do the DAGs' tasks do what the hub does, with what Airflow gives them? On the samples' agencies, running."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dags.decide import OUTCOMES, WAIVE
from hub.ladder.questions import decision_id
from hub.ledger.facts import Fact, facts
from hub.ledger.parcels import stored_rows
from hub.ledger.store import Ledger, open_ledger
from hub.privacy import Cipher, holds_identity_number, load_key
from sandbox.agencies import Sandbox

RUNNER = Path(__file__).parent / "run_dags.py"
AS_OF = "2026-10-31T23:59+08:00"
AGENCIES = ("140924100", "140924101", "police", "procuratorate")
PASSWORDS = {"operator": "o", "office": "f", "chief_procurator": "c"}
APPROVE, DECLINE, MORE = OUTCOMES
COMMIT = {"commit": True}

pytestmark = pytest.mark.alone


class Airflow:
    """The DAGs on a fresh Airflow home beside a fresh ledger; see `run_dags.py` for what can be asked."""

    def __init__(self, var: Path, root: Path, sandbox: Sandbox) -> None:
        self.home = var / "airflow"
        self.mappings = var / "mappings"
        self.reports = var / "reports"
        self.sandbox = sandbox
        self.home.mkdir()
        shutil.copytree(root / "mappings", self.mappings)
        passwords = self.home / "passwords.json"
        passwords.write_text(json.dumps(PASSWORDS), encoding="utf-8")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "HUB_"))}
        environment = inherited | {
            "PYTHONPATH": str(root),
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGS_FOLDER": str(root / "dags"),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "operator:op,office:user,chief_procurator:user",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
            "AIRFLOW_VAR_HUB_APPROVERS": json.dumps({"lead_group_office": ["office"]}),
            "HUB_VAR": str(var),
            "HUB_MAPPINGS": str(self.mappings),
            "HUB_AS_OF": AS_OF,
            **{f"AIRFLOW_CONN_HUB_{agency.upper()}": sandbox.endpoints[agency] for agency in AGENCIES},
        }
        subprocess.run([sys.executable, "-m", "cli.main", "init"], env=environment, cwd=root, check=True)
        self.ledger: Ledger = open_ledger(f"sqlite:///{var / 'ledger.db'}", Cipher(load_key(var / "hub.key")))
        self.log = var / "run_dags.log"
        answers, descriptor = os.pipe()
        with self.log.open("wb") as log:
            self._child = subprocess.Popen(
                [sys.executable, RUNNER, root / "dags", json.dumps(PASSWORDS), str(descriptor)],
                env=environment,
                cwd=root,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(descriptor,),
                text=True,
            )
        os.close(descriptor)
        self._answers = os.fdopen(answers, encoding="utf-8")

    def close(self) -> None:
        """End it."""
        self._child.communicate()
        self._answers.close()
        self.ledger.dispose()

    def ask(self, *request: object) -> Any:
        """The answer to one request."""
        assert self._child.stdin is not None
        print(json.dumps(request), file=self._child.stdin, flush=True)
        answer = self._answers.readline()
        assert answer, self.log.read_text(encoding="utf-8")[-3000:]
        return json.loads(answer)

    def run(self, dag: str, **form: object) -> dict[str, Any]:
        """A run by hand, as far as it goes by itself."""
        read: dict[str, Any] = self.ask("run", dag, form)
        return read

    def questions(self) -> list[str]:
        """The runs of `decide`, the oldest first."""
        return [run_id for run_id, _, _ in self.ask("runs", "decide")]

    def answer(self, run_id: str, option: str, opinion: str = "", reply_by: str | None = None) -> dict[str, Any]:
        """Answer as the person whose decision it is; the run, which then goes on."""
        person = self.ask("question", run_id)["assigned_users"][0]["id"]
        assert self.ask("answer", person, run_id, option, {"opinion": opinion, "reply_by": reply_by}) == 200
        read: dict[str, Any] = self.ask("go_on", "decide", run_id)
        return read

    def kept(self, code: str) -> tuple[Fact, ...]:
        """What the ledger keeps under a code."""
        with self.ledger.read() as tx:
            return tuple(facts(tx, code=code))


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory, samples: Path, project_root: Path) -> Iterator[Airflow]:
    var = tmp_path_factory.mktemp("var")
    with Sandbox(samples, var / "agencies", answers=False) as sandbox:
        running = Airflow(var, project_root, sandbox)
        try:
            yield running
        finally:
            running.close()


@pytest.fixture(scope="module")
def exchanged(airflow: Airflow) -> dict[str, dict[str, Any]]:
    """One exchange with every agency that has a Connection here."""
    return {agency: airflow.run(f"exchange_{agency}") for agency in AGENCIES}


@pytest.fixture(scope="module")
def reconciled(airflow: Airflow, exchanged: dict[str, dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A reconciliation by hand, without and with the tick at 入账."""
    assert {run["state"] for run in exchanged.values()} == {"success"}
    return airflow.run("reconcile"), airflow.run("reconcile", commit=True)


@pytest.fixture(scope="module")
def asked(airflow: Airflow, reconciled: object) -> list[str]:
    """The ladders climbed: the decisions that were put to people; the first four are let run until they wait."""
    assert airflow.run("escalate", commit=True)["state"] == "success"
    questions = airflow.questions()
    assert len(questions) > 4
    for run_id in questions[:4]:
        assert airflow.ask("go_on", "decide", run_id)["tasks"]["ask"] == "awaiting_input"
    return questions


def test_an_exchange_pulls_what_is_there_and_leaves_only_counts(exchanged: dict[str, dict[str, Any]]) -> None:
    for run in exchanged.values():
        assert run["tasks"] == {"pull": "success", "push": "success"}
        assert run["left"]["pull"]["rows"] > 0
        assert all(isinstance(count, int) for counts in run["left"].values() for count in counts.values())


def test_an_exchange_run_again_takes_nothing_twice(airflow: Airflow, exchanged: dict[str, dict[str, Any]]) -> None:
    assert exchanged["police"]["left"]["pull"]["parcels"] > 0
    again = airflow.run("exchange_police")
    assert again["state"] == "success"
    assert again["left"]["pull"]["parcels"] == 0
    assert again["left"]["pull"]["rows"] == 0


def test_an_agency_that_does_not_answer_is_tried_again_later(airflow: Airflow) -> None:
    for agency in ("police", "140924100"):
        with airflow.sandbox.outage(agency):
            run = airflow.run(f"exchange_{agency}")
        assert run["state"] == "running"
        assert run["tasks"]["pull"] == "up_for_retry"
        assert run["tries"]["pull"] == 1


def test_an_agency_without_a_connection_fails_its_own_exchange_at_once(airflow: Airflow) -> None:
    run = airflow.run("exchange_140924102")
    assert run["state"] == "failed"
    assert run["tasks"] == {"pull": "failed", "push": "upstream_failed"}
    assert run["tries"]["pull"] == 1


def test_a_wrong_mapping_fails_at_once(airflow: Airflow) -> None:
    mapping = airflow.mappings / "agencies" / "140924101.yaml"
    good = mapping.read_text(encoding="utf-8")
    mapping.write_text(good + "\nno_such_key: 1\n", encoding="utf-8")
    try:
        run = airflow.run("exchange_140924101")
    finally:
        mapping.write_text(good, encoding="utf-8")
    assert run["state"] == "failed"
    assert run["tasks"]["pull"] == "failed"
    assert run["tries"]["pull"] == 1


def test_a_reconciliation_by_hand_is_a_preview_unless_the_form_says_commit(
    reconciled: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    preview, committed = reconciled
    assert preview["state"] == committed["state"] == "success"
    assert "links_changed" not in preview["left"]["reconcile"]
    assert committed["left"]["reconcile"]["links_changed"] > 0


def test_an_escalation_by_hand_is_a_preview_and_asks_nobody(airflow: Airflow, reconciled: object) -> None:
    before = airflow.questions(), airflow.kept("escalation.proposed")
    preview = airflow.run("escalate")
    assert preview["state"] == "success"
    assert preview["left"]["climb"] == []
    assert (airflow.questions(), airflow.kept("escalation.proposed")) == before


def test_each_decision_is_asked_once_however_often_the_ladders_are_climbed(airflow: Airflow, asked: list[str]) -> None:
    assert len(airflow.kept("escalation.proposed")) == len(set(asked)) == len(asked)
    assert airflow.run("escalate", commit=True)["left"]["climb"] == []
    assert airflow.questions() == asked


def test_only_the_person_whose_decision_it_is_can_answer(airflow: Airflow, asked: list[str]) -> None:
    question = airflow.ask("question", asked[0])
    assert "依据 / Basis" in question["body"]
    (person,) = question["assigned_users"]
    for other in set(PASSWORDS) - {person["id"]}:
        assert airflow.ask("answer", other, asked[0], APPROVE, {"opinion": "", "reply_by": None}) == 403
    assert not airflow.kept("escalation.approved")


def test_an_approval_is_kept_once_and_the_rung_is_then_told(airflow: Airflow, asked: list[str]) -> None:
    told = len(airflow.kept("notice.sent"))
    run = airflow.answer(asked[0], APPROVE, "同意")
    assert run["state"] == "success"
    assert airflow.ask("go_on", "decide", asked[0])["state"] == "success"
    (kept,) = airflow.kept("escalation.approved")
    assert kept.attributes["decision_id"] == asked[0]
    assert kept.attributes["text"] == "同意"
    assert kept.attributes["by"] == airflow.ask("question", asked[0])["assigned_users"][0]["id"]
    assert airflow.run("escalate", commit=True)["state"] == "success"
    assert len(airflow.kept("notice.sent")) == told + 1
    assert airflow.ask("answer", kept.attributes["by"], asked[0], DECLINE, {"opinion": "", "reply_by": None}) == 409


def test_what_is_declined_is_kept_and_nothing_is_told(airflow: Airflow, asked: list[str]) -> None:
    told = len(airflow.kept("notice.sent"))
    assert airflow.answer(asked[1], DECLINE, "不同意")["state"] == "success"
    (kept,) = airflow.kept("escalation.declined")
    assert kept.attributes["decision_id"] == asked[1]
    assert airflow.run("escalate", commit=True)["state"] == "success"
    assert len(airflow.kept("notice.sent")) == told


def test_where_more_is_asked_for_the_same_question_comes_again(airflow: Airflow, asked: list[str]) -> None:
    run = airflow.answer(asked[2], MORE, "补充材料")
    assert run["state"] == "success"
    again = f"{asked[2]}.2"
    assert airflow.ask("go_on", "decide", again)["tasks"]["ask"] == "awaiting_input"
    first, second = airflow.ask("question", asked[2]), airflow.ask("question", again)
    assert [first[part] for part in ("subject", "body")] == [second[part] for part in ("subject", "body")]
    assert airflow.answer(again, DECLINE)["state"] == "success"
    assert asked[2] in {kept.attributes["decision_id"] for kept in airflow.kept("escalation.declined")}


def test_where_a_day_was_named_the_question_comes_again_on_that_day(airflow: Airflow, asked: list[str]) -> None:
    assert airflow.answer(asked[3], MORE, reply_by="2099-01-05")["state"] == "success"
    planned = {run_id: (state, day) for run_id, state, day in airflow.ask("runs", "decide")}
    assert planned[f"{asked[3]}.2"] == ("queued", "2099-01-04T16:00:00+00:00")


def test_who_may_lets_go_of_the_duty_with_a_reason_and_without_one_is_asked_again(
    airflow: Airflow, asked: list[str]
) -> None:
    for run_id in asked[4:]:
        assert airflow.ask("go_on", "decide", run_id)["tasks"]["ask"] == "awaiting_input"
    questions = {run_id: airflow.ask("question", run_id) for run_id in asked[4:]}
    mine = [run_id for run_id, one in questions.items() if one["assigned_users"][0]["id"] == "chief_procurator"]
    offices = [run_id for run_id, one in questions.items() if one["assigned_users"][0]["id"] == "office"]
    assert mine
    assert offices
    assert all(questions[run_id]["options"] == [*OUTCOMES, *WAIVE] for run_id in mine)
    assert all(questions[run_id]["options"] == list(OUTCOMES) for run_id in offices)
    (waive,) = WAIVE
    assert airflow.answer(mine[0], waive)["state"] == "success"
    assert not airflow.kept("obligation.waived")
    again = f"{mine[0]}.2"
    assert airflow.ask("go_on", "decide", again)["tasks"]["ask"] == "awaiting_input"
    assert airflow.answer(again, waive, "当事单位已依法撤销")["state"] == "success"
    assert airflow.ask("go_on", "decide", again)["state"] == "success"
    (kept,) = airflow.kept("obligation.waived")
    assert (kept.attributes["by"], kept.attributes["reason"]) == ("chief_procurator", "当事单位已依法撤销")
    approved = len(airflow.kept("escalation.approved"))
    assert airflow.answer(offices[0], APPROVE, reply_by="2026-10-30")["state"] == "success"  # the day before 截至
    assert len(airflow.kept("escalation.approved")) == approved
    assert airflow.ask("go_on", "decide", f"{offices[0]}.2")["tasks"]["ask"] == "awaiting_input"
    before = len(airflow.kept("escalation.withdrawn"))
    assert airflow.run("escalate", commit=True)["state"] == "success"
    assert len(airflow.kept("escalation.withdrawn")) > before


def waiting_for(airflow: Airflow, user: str) -> list[str]:
    """The decisions that are open and whose first question waits for this user."""
    settled = {
        kept.subject for what in ("approved", "declined", "withdrawn") for kept in airflow.kept(f"escalation.{what}")
    }
    more = {kept.attributes["decision_id"] for kept in airflow.kept("decision.more_asked")}
    still = {
        decision_id(kept.subject, 1) for kept in airflow.kept("escalation.proposed") if kept.subject not in settled
    }
    return [
        run_id
        for run_id in sorted(still - more)
        if airflow.ask("go_on", "decide", run_id)["tasks"]["ask"] == "awaiting_input"
        and airflow.ask("question", run_id)["assigned_users"][0]["id"] == user
    ]


def test_who_may_write_tasks_and_what_they_leave_cannot_forge_anothers_decision(
    airflow: Airflow, asked: list[str]
) -> None:
    forged = waiting_for(airflow, "chief_procurator")[0]
    before = [airflow.kept(f"escalation.{what}") for what in ("approved", "declined")]
    form = {"opinion": "同意", "reply_by": None}
    assert airflow.ask("answer", "operator", forged, APPROVE, form) == 403
    answer = {"chosen_options": [APPROVE], "params_input": form, "responded_at": "2026-10-31T12:00:00Z"}
    answer |= {"responded_by_user": {"id": "chief_procurator", "name": "chief_procurator"}}
    task = f"decide/dagRuns/{forged}/taskInstances/ask"
    left = {"key": "return_value", "value": answer, "map_index": -1}
    assert airflow.ask("request", "operator", "POST", f"{task}/xcomEntries", left) == 201
    assert airflow.ask("request", "operator", "PATCH", task, {"new_state": "success"}) == 200
    run = airflow.ask("go_on", "decide", forged)
    assert run["state"] == "failed"
    assert run["tasks"]["ask"] == "success"
    assert (run["tasks"]["recorded"], run["tries"]["recorded"]) == ("failed", 1)
    assert f"{forged}: no answer; clear `ask`" in airflow.log.read_text(encoding="utf-8")
    assert [airflow.kept(f"escalation.{what}") for what in ("approved", "declined")] == before


def test_a_question_whose_run_ended_without_an_answer_is_put_again(airflow: Airflow, asked: list[str]) -> None:
    open_ones = waiting_for(airflow, "office")
    cleared, lost = open_ones[:2]
    for run_id in (cleared, lost):
        task = f"decide/dagRuns/{run_id}/taskInstances/ask"
        assert airflow.ask("request", "operator", "PATCH", task, {"new_state": "success"}) == 200
        assert airflow.ask("go_on", "decide", run_id)["state"] == "failed"
    clear = {"dry_run": False, "dag_run_id": cleared, "task_ids": ["ask"], "include_downstream": True}
    clear |= {"only_failed": False, "reset_dag_runs": True}
    assert airflow.ask("request", "operator", "POST", "decide/clearTaskInstances", clear) == 200
    assert airflow.ask("go_on", "decide", cleared)["tasks"]["ask"] == "awaiting_input"
    put = airflow.run("escalate", commit=True)["left"]["climb"]
    assert f"{lost}.2" in put
    assert not [run_id for run_id in put if run_id.partition(".")[0] == cleared]
    assert airflow.run("escalate", commit=True)["left"]["climb"] == []
    assert airflow.ask("go_on", "decide", f"{lost}.2")["tasks"]["ask"] == "awaiting_input"
    for run_id in (cleared, f"{lost}.2"):
        assert airflow.answer(run_id, DECLINE)["state"] == "success"
    assert {cleared, lost} <= {kept.attributes["decision_id"] for kept in airflow.kept("escalation.declined")}


def test_the_report_goes_to_a_folder_named_after_its_day(airflow: Airflow, reconciled: object) -> None:
    run = airflow.run("report", as_of="2026-09-30")
    assert run["left"] == {"write": "2026-09-30"}
    assert (airflow.reports / "2026-09-30" / "report.xlsx").is_file()


def test_bulletins_by_hand_are_only_written_unless_the_form_says_commit(airflow: Airflow, reconciled: object) -> None:
    run = airflow.run("bulletin", month="2026-09")
    assert run["left"] == {"issue": {"files": 15, "planned": 0}}
    folder = airflow.reports / "bulletin-2026-09"
    assert sum(path.name.startswith("情况通报_2026-09_") for path in folder.iterdir()) == 12
    # September ends a quarter: the conference's papers lie beside them.
    assert sum(path.name.startswith("联席会议_2026Q3_") for path in folder.iterdir()) == 3
    sent = airflow.run("bulletin", month="2026-09", commit=True)
    assert sent["left"] == {"issue": {"files": 15, "planned": 11}}
    assert airflow.run("bulletin", month="2026-09", commit=True)["left"] == {"issue": {"files": 15, "planned": 0}}


def test_nothing_that_airflow_keeps_names_a_person(airflow: Airflow, asked: list[str]) -> None:
    with airflow.ledger.read() as tx:
        records = [row.reading.record for row in stored_rows(tx)]
    people = {party.name for record in records if record for party in record.parties if len(party.name) > 1}
    assert len(people) > 50
    # As it is written, and as JSON columns write it.
    names = {form for name in people for form in (name, json.dumps(name).strip('"'))}
    files = [file for file in airflow.home.rglob("*") if file.is_file()]
    assert "airflow.db" in {file.name for file in files}
    assert "pulled" in airflow.log.read_text(encoding="utf-8")
    for file in (*files, airflow.log):
        text = file.read_bytes().decode("utf-8", "replace")
        assert not holds_identity_number(text), file
        assert not [name for name in names if name in text], file
