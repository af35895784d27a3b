"""Is an Airflow of one machine set up so that nothing leaks in or out?"""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from cli import stack, stack_airflow
from cli.stack_airflow import Place, Ports
from hub.errors import ConfigurationFault
from hub.ladder.ladders import load_ladders
from hub.moment import SHANGHAI


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "var")


def test_passwords_are_made_once_and_only_their_owner_reads_them(place: Place) -> None:
    made = stack_airflow.passwords(place)
    assert set(made) == {"operator", "chief_procurator", "office"}
    assert len(set(made.values())) == 3
    assert stack_airflow.passwords(place) == made
    assert stat.S_IMODE(place.passwords.stat().st_mode) == 0o600


def test_another_airflow_or_hub_of_the_same_user_does_not_leak_in(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_HOME", "/elsewhere")
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("HUB_DATABASE_URL", "postgresql://in-use.example.invalid/hub")
    environment = stack_airflow.hub_environment(place, None, None)
    assert not {name for name in environment if name.startswith("AIRFLOW")}
    assert "HUB_DATABASE_URL" not in environment
    assert "HUB_AS_OF" not in environment


def test_the_fixed_instant_is_told_with_its_offset(place: Place) -> None:
    as_of = datetime(2026, 10, 31, 23, 59, tzinfo=SHANGHAI)
    assert stack_airflow.hub_environment(place, as_of, None)["HUB_AS_OF"] == "2026-10-31T23:59:00+08:00"


def test_a_shell_that_read_the_stacks_settings_finds_its_airflow_and_makes_no_other(
    place: Place, tmp_path: Path
) -> None:
    stack_airflow.passwords(place)
    stack_airflow.write_commands(place, stack_airflow.hub_environment(place, None, None))
    written = place.commands.read_text(encoding="utf-8")
    assert "AIRFLOW_CONN_" not in written
    assert not [one for one in stack_airflow.passwords(place).values() if one in written]
    nobody = tmp_path / "nobody"
    nobody.mkdir()
    done = subprocess.run(
        [
            "bash", "-euc", '. "$0"; "$1" -m airflow config get-value core dags_folder; echo "$HUB_VAR"',
            place.commands, sys.executable,
        ],
        env={"HOME": str(nobody), "PATH": os.environ["PATH"]},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [str(stack_airflow.ROOT / "dags"), str(place.home)]
    assert (place.airflow / "airflow.cfg").exists()
    assert list(nobody.iterdir()) == []


def test_each_agencys_address_is_a_connection_of_its_name(place: Place) -> None:
    environment = stack_airflow.airflow_environment(place, {"police": "sftp://h@x/"})
    assert environment["AIRFLOW_CONN_HUB_POLICE"] == "sftp://h@x/"


def test_tasks_and_people_are_told_where_airflow_listens() -> None:
    environment = Ports("127.0.0.1", 8080, 8081).environment()
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8081/execution/"
    assert environment["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:8080"


def test_a_port_that_is_taken_is_not_insisted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(stack_airflow, "PREFERRED_PORT", port)
        with stack_airflow.hold_ports("127.0.0.1", None) as chosen:
            assert port not in {chosen.ui, chosen.tasks}
            assert chosen.ui != chosen.tasks


def test_a_port_that_was_asked_for_and_is_taken_is_a_fault_and_no_other_is_taken_instead() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(ConfigurationFault, match=rf"cannot listen on 127\.0\.0\.1:{port}: Address already in use"),
            stack_airflow.hold_ports("127.0.0.1", port),
        ):
            pass


def test_a_host_that_is_no_address_of_this_machine_is_a_fault() -> None:
    with (
        pytest.raises(ConfigurationFault, match=r"cannot listen on 192\.0\.2\.1"),
        stack_airflow.hold_ports("192.0.2.1", None),
    ):
        pass


def test_a_port_that_is_held_goes_to_no_one_else_but_to_the_server_that_it_is_held_for() -> None:
    with stack_airflow.hold_ports("127.0.0.1", None) as held, socket.socket() as other, socket.socket() as server:
        with pytest.raises(OSError, match="Address already in use"):
            other.bind(("127.0.0.1", held.tasks))
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        server.bind(("127.0.0.1", held.tasks))
        server.listen()
        with socket.create_connection(("127.0.0.1", held.tasks)), server.accept()[0]:
            pass


def test_what_a_start_that_was_cut_short_left_of_the_passwords_counts_for_nothing(place: Place) -> None:
    place.airflow.mkdir(parents=True)
    place.passwords.with_suffix(".new").write_text('{"operator": "x', encoding="utf-8")
    made = stack_airflow.passwords(place)
    assert stack_airflow.passwords(place) == made
    assert stat.S_IMODE(place.passwords.stat().st_mode) == 0o600


def test_a_configuration_that_airflow_could_not_write_whole_is_written_anew_and_a_whole_one_is_kept(
    place: Place, project_root: Path
) -> None:
    command = [*stack_airflow.AIRFLOW, "config", "get-value", "api_auth", "jwt_secret"]
    environment = stack_airflow.hub_environment(place, None, None) | stack_airflow.airflow_environment(place, {})

    def secret() -> str:
        stack_airflow.drop_half_config(place)
        done = subprocess.run(command, cwd=project_root, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-1]

    place.airflow.mkdir(parents=True)
    place.config.write_text("[core]\n# The folder where your airflow pipelines live, most likely a\ndags_fol")
    made = secret()
    assert len(made) > 10
    assert secret() == made


def test_passwords_that_cannot_be_read_are_a_fault_that_names_their_file(place: Place) -> None:
    place.airflow.mkdir(parents=True)
    place.passwords.write_text("{", encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=r"passwords\.json is damaged"):
        stack_airflow.passwords(place)


def test_whoever_must_decide_on_a_rung_is_a_user_of_the_stack(project_root: Path) -> None:
    ladders = load_ladders(project_root / "mappings" / "ladders.yaml")
    deciders = {rung.decides for ladder in ladders.every for rung in ladder.rungs if rung.decides}
    assert deciders
    for role in deciders:
        assert set(stack_airflow.APPROVERS[role]) <= set(stack_airflow.USERS)


def test_the_pools_of_the_mapping_files_are_those_that_the_dags_name(
    project_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stack.main(["pools"]) == 0
    pools = json.loads(capsys.readouterr().out)
    assert set(pools) == {f"agency_{path.stem}" for path in (project_root / "mappings" / "agencies").glob("*.yaml")}
    assert {pool["slots"] for pool in pools.values()} == {1}


def test_a_second_stack_on_the_same_home_is_refused(place: Place, project_root: Path) -> None:
    holder = (
        "import fcntl, sys, time; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True);"
        "time.sleep(600)"
    )
    place.home.mkdir()
    held = subprocess.Popen([sys.executable, "-c", holder, place.home / "stack.lock"], stdout=subprocess.PIPE)
    try:
        assert held.stdout is not None
        held.stdout.readline()
        done = subprocess.run(
            [sys.executable, "-m", "cli.stack", "demo", "--home", place.home],
            cwd=project_root,
            env=dict(os.environ),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        held.kill()
        held.wait()
    assert done.returncode == 2
    assert "another stack runs on" in done.stderr
