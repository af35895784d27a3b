"""When do the month's bulletins go to the townships, and the quarter's papers to the joint conference?"""

from __future__ import annotations

from pathlib import Path

from airflow.sdk import DAG, Param, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from dags import adapter
from hub.moment import SHANGHAI
from hub.reports.span import Span

DOC = """\
### 情况通报 · Bulletin

**中文** 每月在乡镇报送截止日后的第一个工作日，写出上月的情况通报（每个乡镇一份、全县一份），并各推送一次给乡镇，由其签收；
季度末的月份另写出联席会议材料（议题、纪要表、统计）。截止日后的日子补做未做成的；已发的不重发，全部发过的跳过。
手工运行可指定月份，默认只写文件；勾选“推送”才发。文件在账本旁 `reports/bulletin-月份` 目录。

**English** On the first working day after the townships' reports are due, it writes last month's bulletins, one for each
township and one for the county, and hands each township its own, once, to be acknowledged. After the last month of a
quarter it writes the papers of the joint conference too. Later days make up for what could not be done; what was sent is
not sent again. By hand, for any month, it only writes unless the form says commit. The files go to
`reports/bulletin-<month>` beside the ledger.
"""


@task(multiple_outputs=False, outlets=adapter.outgoing_tellers())
def issue() -> dict[str, int]:
    """Write the bulletins of the run's month and, where it commits, plan their delivery; how many files and hand-overs."""
    from connectors.report_writers import BULLETIN, CONFERENCE
    from hub.usecases import bulletin
    from hub.usecases.conference import prepare_pack

    context = get_current_context()
    commit, asked = adapter.commits(context), context["params"]["month"]
    planned: dict[str, str] = {}
    with adapter.open_hub() as hub:
        now = adapter.instant(hub)
        today = now.astimezone(SHANGHAI).date()
        span = Span.parse(asked) if asked else Span.month_of(today).before()
        early = commit and not asked and today < bulletin.bulletin_day(hub, span)
        files: list[Path] = []
        if commit and not early:
            _, planned = bulletin.send_bulletins(hub, span, now, BULLETIN)
        if planned or not commit or asked:
            with hub.ledger.read() as tx:
                made = bulletin.make_bulletins(hub, tx, span, now)
            folder = adapter.reports() / f"bulletin-{span}"
            files = bulletin.write_bulletins(hub, made, folder, BULLETIN)
            if span == span.quarter().last_month():
                files += prepare_pack(hub, span.quarter(), now, folder, CONFERENCE)
    if not files:
        raise AirflowSkipException(f"{span}: reports may still come" if early else f"{span}: every township was told")
    adapter.tell_outgoing(dict.fromkeys(planned, 1))
    return {"files": len(files), "planned": len(planned)}


with DAG(
    dag_id="bulletin",
    dag_display_name="bulletin · 情况通报",
    description="情况通报和联席会议材料 · The month's bulletins and the conference's papers",
    # The due day rolls over holidays; which of these days is the one, the run itself finds out.
    schedule=adapter.at("0 9 6-20 * *"),
    catchup=False,
    max_active_runs=1,
    default_args=adapter.TASK_DEFAULTS,
    doc_md=DOC,
    tags=["bulletin"],
    params={
        "month": Param(
            None,
            type=["null", "string"],
            pattern=r"^20\d{2}-(0[1-9]|1[0-2])$",
            title="月份 · Month",
            description="如 2026-10，留空为上月 · such as 2026-10; empty: last month",
        ),
        "commit": Param(
            False,
            type="boolean",
            title="推送 · Commit",
            description="不勾选只写文件 · unchecked: only files",
        ),
    },
):
    issue()
