"""What does Airflow hand to the hub, and what becomes of the hub's errors in Airflow?

Parse time: `agencies`, the assets and the defaults; reads file names and headers, nothing else. Task time: the rest.
"""

from __future__ import annotations

import itertools
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import yaml
from airflow.sdk import (
    Asset,
    AssetAlias,
    Connection,
    Context,
    CronTriggerTimetable,
    Variable,
    get_current_context,
)
from airflow.sdk.exceptions import AirflowNotFoundException
from croniter import croniter  # type: ignore[import-untyped]

from dags.failures import TASK_DEFAULTS as TASK_DEFAULTS
from dags.failures import without_values
from hub.errors import ConfigurationFault
from hub.moment import SHANGHAI
from hub.settings import Settings, read_instant, read_period

if TYPE_CHECKING:
    from hub.hub import Hub
    from hub.transport import Transport

ROOT = Path(__file__).resolve().parents[1]
# So many askings of one decision are looked for at a time.
FEW = 10


# Parse time ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Header:
    """What a DAG must know of an agency before it runs. `schedule` is a cron line in Asia/Shanghai, or empty."""

    code: str
    name: str
    kind: str
    transport: str
    schedule: str


_EVERY = {"api": "*/30 * * * *", "sftp": "0 * * * *", "folder": "0 8-18 * * *"}


def agencies() -> tuple[Header, ...]:
    """One header per mapping file, in order of their names.

    A file that cannot be read keeps its DAG, whose run then fails and names the line: one broken mapping must
    not take the other agencies' DAGs away.
    """
    folder = Path(os.environ.get("HUB_MAPPINGS") or ROOT / "mappings") / "agencies"
    return tuple(_header(path) for path in sorted(folder.glob("*.yaml")))


def _header(path: Path) -> Header:
    try:
        read = yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  (a safe loader)
    except (OSError, yaml.YAMLError):
        read = None
    fields: dict[str, Any] = read if isinstance(read, dict) else {}
    channel = fields.get("channel")
    transport = str(channel.get("transport", "")) if isinstance(channel, dict) else ""
    schedule = str(fields.get("schedule") or _EVERY.get(transport, ""))
    return Header(
        code=path.stem,
        name=str(fields.get("name") or path.stem),
        kind=str(fields.get("kind") or "unreadable"),
        transport=transport,
        # A schedule that is no cron line is the mapping's fault, told by the run; here it only means: on demand.
        schedule=schedule if len(schedule.split()) == 5 and croniter.is_valid(schedule) else "",
    )


def at(cron: str) -> CronTriggerTimetable:
    """A cron line as the county's clocks show it; a DAG that was just switched on waits for the next such time."""
    # Airflow's own default would run at once where the last time is no longer ago than a tenth of the interval.
    return CronTriggerTimetable(cron, timezone=str(SHANGHAI), run_immediately=timedelta(0))


def pool(agency: str) -> str:
    """The pool of one slot that keeps an agency to one connection at a time."""
    return f"agency_{agency}"


@contextmanager
def readers_allowed() -> Iterator[None]:
    """Let a DAG be made with `access_control`, by which an auth manager with roles (FAB) gives it its own readers.

    Airflow warns on every parse that a replacement will come with version 4; every task's log would begin with it.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The airflow.security.permissions module is deprecated")
        yield


def received(agency: str) -> Asset:
    """Told when an agency's exchange brought something new."""
    return Asset(f"received_{agency}", uri=f"hub://received/{agency}", group="hub")


def outgoing(agency: str) -> Asset:
    """Told when something is planned that the agency must have; its exchange then runs without waiting for its hour."""
    return Asset(f"outgoing_{agency}", uri=f"hub://outgoing/{agency}", group="hub")


RECONCILED = Asset("reconciled", uri="hub://reconciled", group="hub")
DECIDED = Asset("decided", uri="hub://decided", group="hub")


def teller(asset: Asset) -> AssetAlias:
    """The outlet of a task that tells an asset only when there is something to tell (see `tell`)."""
    return AssetAlias(f"{asset.name}_if_new", group="hub")


# Task time -----------------------------------------------------------------------------------------------------------


def tell(asset: Asset, news: Mapping[str, int]) -> None:
    """Say that the asset changed, with counts; the task's outlets hold `teller(asset)`."""
    get_current_context()["outlet_events"][teller(asset)].add(asset, extra=dict(news))


def tell_outgoing(counts: Mapping[str, int]) -> None:
    """Say for each agency how many hand-overs are to go out; the task's outlets hold `outgoing_tellers`."""
    for agency, count in counts.items():
        tell(outgoing(agency), {"outgoing": count})


def outgoing_tellers() -> list[AssetAlias]:
    """The outlets of a task that may plan something for any agency."""
    return [teller(outgoing(agency.code)) for agency in agencies()]


@contextmanager
def open_hub() -> Iterator[Hub]:
    """The hub of this environment (HUB_…), for one task; see `without_values` for what errors become."""
    from connectors import wiring

    with without_values():
        hub = wiring.open_hub(Settings.from_environ(os.environ, ROOT))
        try:
            yield hub
        finally:
            hub.ledger.dispose()


@contextmanager
def open_channel(agency: str) -> Iterator[tuple[Hub, Transport]]:
    """The hub and the agency's open transport, closed after use; the address stands in the Connection `hub_<agency>`."""
    from connectors import wiring

    with open_hub() as hub:
        transport = wiring.open_agency_transport(hub, agency, endpoint_url(connection(agency)))
        try:
            yield hub, transport
        finally:
            transport.close()


def connection(agency: str) -> Connection:
    """The Airflow Connection of an agency; ConfigurationFault where there is none."""
    try:
        found: Connection = Connection.get(f"hub_{agency}")
    except AirflowNotFoundException as fault:
        raise ConfigurationFault(f"Airflow has no Connection hub_{agency}; it holds the agency's address") from fault
    return found


def endpoint_url(connection: Connection) -> str:
    """The address as the connectors read it.

    Type, host, port, schema (the path) and extra (the query) are put together again. For an API, login and password
    are the client's id and secret. Where the form has no fitting type, the extra `scheme` names it.
    """
    extra = {str(name): str(value) for name, value in connection.extra_dejson.items()}
    scheme = extra.pop("scheme", None) or connection.conn_type or ""
    user = ""
    if scheme in {"http", "https"}:
        named = {"client_id": connection.login, "client_secret": connection.password}
        extra = {name: value for name, value in named.items() if value} | extra
    elif connection.login:
        secret = f":{quote(connection.password, safe='')}" if connection.password else ""
        user = f"{quote(connection.login, safe='')}{secret}@"
    place = f"{connection.host or ''}:{connection.port}" if connection.port else connection.host or ""
    query = "&".join(f"{name}={quote(value, safe='/')}" for name, value in extra.items())
    return f"{scheme}://{user}{place}/{quote(connection.schema or '').lstrip('/')}" + (f"?{query}" if query else "")


def reports() -> Path:
    """Where reports go: `reports` under `HUB_VAR`, beside the ledger."""
    return Path(os.environ.get("HUB_VAR") or ROOT / "var") / "reports"


def instant(hub: Hub) -> datetime:
    """What the clock says: the fixed instant of the settings where there is one (a demonstration), else the real one."""
    return hub.settings.as_of or datetime.now(timezone.utc)


def as_of(hub: Hub, context: Context) -> datetime:
    """As of when the run looks: the form's instant, else the settings' fixed one, else when the run was due.

    When it was due and not when it started, so that a cleared run gives what it gave.
    """
    asked = context["params"].get("as_of")
    if asked:
        return read_instant("as_of", str(asked))
    due: datetime = context["dag_run"].run_after
    return hub.settings.as_of or due


def period(text: str | None) -> tuple[date, date] | None:
    """The form's `A..B`: first and last day; None for an empty one."""
    return read_period("period", text) if text else None


def commits(context: Context) -> bool:
    """Whether the run writes: by hand what the form says, otherwise (time, assets) always."""
    return bool(context["params"]["commit"]) if context["dag_run"].run_type == "manual" else True


def question_id(decision_id: str, number: int) -> str:
    """The run that puts a decision for the first, second, … time: the decision's id, then with the number behind."""
    return decision_id if number == 1 else f"{decision_id}.{number}"


def unasked(decision_id: str) -> str | None:
    """The run of `decide` by which this decision is to be put to its person; None while one waits already.

    A run that has ended although the decision is still open left no answer (it failed, or somebody marked it as done),
    and must not be the last one.
    """
    count = get_current_context()["ti"].get_dr_count
    for first in itertools.count(1, FEW):
        runs = [question_id(decision_id, number) for number in range(first, first + FEW)]
        if count("decide", run_ids=runs, states=["queued", "running"]):
            return None
        for run in runs:
            if not count("decide", run_ids=[run]):
                return run
    return None


def approvers() -> Mapping[str, list[str]]:
    """Which users may answer for which role, from the Airflow Variable `hub_approvers` (role -> user names)."""
    found: Mapping[str, list[str]] = Variable.get("hub_approvers", default={}, deserialize_json=True)
    return found
