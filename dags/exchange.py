"""When is each agency pulled from and pushed to? One DAG per mapping file."""

from __future__ import annotations

from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, task

from dags import adapter
from dags.adapter import Header

DOC = """\
### {name} `{code}`

**中文** 与该单位交换一次：先取回其新提交的文件或页面，逐行严格接收（受理、重复、被取代、隔离、忽略，合计必须相符）；
再登记其回执，并投递应送达该单位的移送、抄送、通知和结果。按时运行；有待投递的，不等到点即运行。重跑无害：已取的不再取，
已送的以同一投递号只送一次。服务器不通时自动重试（按对方要求的间隔）；配置有误立即失败，日志指明文件与行。地址在 Airflow 连接 `hub_{code}` 中。

**English** One exchange with this agency: pull what is new, receive every row strictly (accepted, duplicate, superseded,
quarantined, ignored; the sums must agree), then note the receipts that came and push what it must have. Runs by the
clock, and at once when something was planned for it. Rerunning is safe: nothing is taken twice, and a delivery goes out
once under one number. An agency that does not answer is tried again, after the pause it asks for; a wrong configuration
fails at once and names file and line. The address stands in the Airflow Connection `hub_{code}`.
"""


# One mapping of counts is one entry (XCom), not one for each count.
@task(multiple_outputs=False)
def pull(agency: str) -> dict[str, int]:
    """Take what is new at the agency and receive it; the counts of it, and the agency's asset is told if there is any."""
    from hub.usecases import exchange

    with adapter.open_channel(agency) as (hub, transport):
        counts = exchange.pull(hub, agency, transport, adapter.instant(hub)).counts()
    if counts["parcels"] > counts["answers"]:
        adapter.tell(adapter.received(agency), counts)
    return counts


@task(multiple_outputs=False)
def push(agency: str) -> dict[str, int]:
    """Note what the agency answered, and hand over what it must have and has not; the counts of it."""
    from hub.usecases import push as pushing

    with adapter.open_channel(agency) as (hub, transport):
        return pushing.push(hub, agency, transport, adapter.instant(hub)).counts()


def _schedule(agency: Header) -> AssetOrTimeSchedule | list[Asset]:
    """By the agency's clock, and whenever something was planned that it must have."""
    due = [adapter.outgoing(agency.code)]
    return AssetOrTimeSchedule(timetable=adapter.at(agency.schedule), assets=due) if agency.schedule else due


def exchange_dag(agency: Header) -> DAG:
    """The DAG of one agency: it sees one run and one connection at a time."""
    with (
        adapter.readers_allowed(),
        DAG(
            dag_id=f"exchange_{agency.code}",
            dag_display_name=f"exchange · {agency.name}",
            description=f"与{agency.name}交换 · Exchange with {agency.code}",
            schedule=_schedule(agency),
            catchup=False,
            max_active_runs=1,
            default_args={**adapter.TASK_DEFAULTS, "pool": adapter.pool(agency.code)},
            doc_md=DOC.format(name=agency.name, code=agency.code),
            tags=["exchange", agency.kind, *filter(None, [agency.transport])],
            access_control={f"agency_{agency.code}": {"DAGs": {"can_read"}}},
        ) as dag,
    ):
        news = adapter.teller(adapter.received(agency.code))
        pull.override(outlets=[news])(agency.code) >> push(agency.code)
    return dag


for header in adapter.agencies():
    globals()[f"exchange_{header.code}"] = exchange_dag(header)
