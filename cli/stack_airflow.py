"""How is an Airflow of one machine set up: its home, its users, its address, what its processes are told?"""

from __future__ import annotations

import json
import os
import re
import secrets
import shlex
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hub.errors import ConfigurationFault

ROOT = Path(__file__).resolve().parents[1]
PREFERRED_PORT = 8080
AIRFLOW = (sys.executable, "-m", "airflow")
# The logs of tasks are read from the disk: nothing needs to serve them.
SCHEDULER = (sys.executable, "-m", "dags.ahead", "scheduler", "--skip-serve-logs")
# Nothing that the hub runs waits in the triggerer, not even people; it is there so that the home page is green.
TRIGGERER = (*AIRFLOW, "triggerer", "--skip-serve-logs")

# Name -> role of Airflow's simple auth manager.
USERS = {"operator": "op", "chief_procurator": "user", "office": "user"}
# Role of mappings/ladders.yaml -> who may answer for it.
APPROVERS = {
    "chief_procurator": ["chief_procurator"],
    "lead_group_office": ["office"],
    "case_officer": ["office"],
}

_SECRET = re.compile(r"^jwt_secret = \S+$", re.MULTILINE)

# Small figures for a machine of two cores; what is not named here is Airflow's own default.
TUNING = {
    "CORE__EXECUTOR": "LocalExecutor",
    "CORE__PARALLELISM": "4",
    "CORE__LOAD_EXAMPLES": "False",
    "API__WORKERS": "1",
    "API__INSTANCE_NAME": "行刑衔接 · Referral hub",
    "DAG_PROCESSOR__PARSING_PROCESSES": "1",
    # A new mapping file has its DAG after this many seconds at most; each look costs a second of one core.
    "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "45",
    # What a slow machine needs: a file that takes its time to be read is not broken, and a task's report that waits for
    # its turn to write is not lost. (Airflow's own: 30, 50 and 5 seconds.)
    "CORE__DAGBAG_IMPORT_TIMEOUT": "300",
    "DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "360",
    "WORKERS__EXECUTION_API_TIMEOUT": "60",
    # After an outright kill the tasks that were under way are taken up again within half a minute.
    "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "30",
    "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "120",
}


@dataclass(frozen=True, slots=True)
class Ports:
    """Where Airflow listens: `ui` for people and their REST calls, `tasks` for what tasks report.

    Two servers, because with SQLite one for both stands still now and then: a person's click waits, on the server's
    only event loop, for the writer's place that a task's report holds until that loop goes on.
    """

    host: str
    ui: int
    tasks: int

    @property
    def address(self) -> str:
        """Where people find the UI from this machine."""
        return f"http://{'127.0.0.1' if self.host == '0.0.0.0' else self.host}:{self.ui}"  # noqa: S104

    @property
    def task_address(self) -> str:
        """Where tasks report to."""
        return f"http://127.0.0.1:{self.tasks}/execution/"

    def environment(self) -> dict[str, str]:
        """What Airflow's processes are told of it."""
        return {
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": self.task_address,
            "AIRFLOW__API__BASE_URL": self.address,
        }

    def servers(self) -> dict[str, tuple[str, ...]]:
        """The processes that must answer before the scheduler starts, or the first tasks fail for want of them."""
        return {
            "task-server": (
                *AIRFLOW,
                "api-server",
                "--apps",
                "execution",
                "--host",
                "127.0.0.1",
                "--port",
                str(self.tasks),
            ),
            "api-server": (*AIRFLOW, "api-server", "--apps", "core", "--host", self.host, "--port", str(self.ui)),
            "dag-processor": (*AIRFLOW, "dag-processor"),
        }


@dataclass(frozen=True, slots=True)
class Place:
    """Where one stack lives on the disk: everything below one folder."""

    home: Path

    @property
    def airflow(self) -> Path:
        """Airflow's own home: its database, its logs."""
        return self.home / "airflow"

    @property
    def config(self) -> Path:
        """What Airflow writes at its first start and reads ever after, its secrets among it."""
        return self.airflow / "airflow.cfg"

    @property
    def passwords(self) -> Path:
        """The passwords of `USERS`, as the simple auth manager reads them."""
        return self.airflow / "passwords.json"

    @property
    def sandbox(self) -> Path:
        """The agencies' place."""
        return self.home / "sandbox"

    @property
    def commands(self) -> Path:
        """What a shell reads so that `hub` and `airflow` see what this stack sees: `. var/hub.env`."""
        return self.home / "hub.env"

    @property
    def endpoints(self) -> Path:
        """Where each agency is reached, as the sandbox writes it once it runs."""
        return self.sandbox / "endpoints.json"


def hub_environment(place: Place, as_of: datetime | None, codes: Path | None) -> dict[str, str]:
    """What every process of the stack is told of the hub; an Airflow or a hub set up elsewhere does not leak in."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "HUB_")) or name == "HUB_MAPPINGS"
    }
    environment = inherited | {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        "PYTHONUNBUFFERED": "1",
        "HUB_VAR": str(place.home),
        "HUB_ENDPOINTS": str(place.endpoints),
    }
    if as_of is not None:
        environment["HUB_AS_OF"] = as_of.isoformat()
    if codes is not None:
        environment["HUB_CODES_OVERLAY"] = str(codes)
    return environment


def write_commands(place: Place, environment: Mapping[str, str]) -> None:
    """Write the stack's own settings for a shell, Airflow's among them; no secret is there, and no agency's address."""
    own = {name: value for name, value in environment.items() if name.startswith("HUB_")}
    # Without a home of its own to go to, `airflow` makes one in ~/airflow and writes there what nobody reads.
    own |= airflow_environment(place, {})
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in sorted(own.items())]
    place.commands.write_text("".join(lines), encoding="utf-8")


def airflow_environment(place: Place, endpoints: Mapping[str, str]) -> dict[str, str]:
    """What Airflow's processes are told besides: each agency's address is a Connection `hub_<agency>`."""
    settings = TUNING | {
        # Several processes write to one SQLite file: they wait for each other instead of failing after five seconds.
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{place.airflow / 'airflow.db'}?timeout=60",
        "CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, role in USERS.items()),
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(place.passwords),
    }
    return {
        "AIRFLOW_HOME": str(place.airflow),
        "AIRFLOW_VAR_HUB_APPROVERS": json.dumps(APPROVERS),
        **{f"AIRFLOW__{name}": value for name, value in settings.items()},
        **{f"AIRFLOW_CONN_HUB_{agency.upper()}": url for agency, url in endpoints.items()},
    }


def passwords(place: Place) -> dict[str, str]:
    """The password of each user; made at the first start, kept afterwards, readable by the owner alone."""
    place.airflow.mkdir(parents=True, exist_ok=True)
    if place.passwords.exists():
        try:
            kept: dict[str, str] = json.loads(place.passwords.read_text(encoding="utf-8"))
        except ValueError as fault:
            raise ConfigurationFault(f"{place.passwords} is damaged; without it new passwords are made") from fault
        return kept
    made = {user: secrets.token_urlsafe(9) for user in USERS}
    # Whole or not at all: a start that is cut short here must not leave a file that the next one stumbles over.
    aside = place.passwords.with_suffix(".new")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    aside.write_text(json.dumps(made) + "\n", encoding="utf-8")
    os.replace(aside, place.passwords)
    return made


def drop_half_config(place: Place) -> None:
    """Take away what Airflow could not write whole, where the disk was full or the machine went down; it writes anew.

    Without the secret in it each of its processes makes one up, and none believes what another signed: every task fails.
    """
    if place.config.exists() and not _SECRET.search(place.config.read_text(encoding="utf-8", errors="replace")):
        place.config.unlink()


@contextmanager
def hold_ports(host: str, wanted: int | None) -> Iterator[Ports]:
    """For people the port asked for, else 8080 if it is free, else any free one; for tasks any free one.

    Nobody else is given them while the block runs, unless he asks for that very port; our own servers, who do, get them.
    ConfigurationFault where the port asked for is taken, or the host is no address of this machine.
    """
    with _hold(host, wanted or PREFERRED_PORT, instead=not wanted) as ui, _hold("127.0.0.1", 0) as tasks:
        yield Ports(host, _port_of(ui), _port_of(tasks))


def _hold(host: str, port: int, instead: bool = False) -> socket.socket:
    """A socket on this port, or instead on any where it is taken; bound without listening, which leaves it to listeners."""
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((host, port))
    except OSError as fault:
        held.close()
        if instead:
            return _hold(host, 0)
        raise ConfigurationFault(f"cannot listen on {host}:{port or '(any port)'}: {fault.strerror}") from fault
    return held


def _port_of(held: socket.socket) -> int:
    return int(held.getsockname()[1])


def agencies(mappings: Path) -> tuple[str, ...]:
    """The codes of the agencies that have a mapping file."""
    return tuple(sorted(path.stem for path in (mappings / "agencies").glob("*.yaml")))


def mappings_folder() -> Path:
    """Where the mapping files are."""
    return Path(os.environ.get("HUB_MAPPINGS") or ROOT / "mappings")
