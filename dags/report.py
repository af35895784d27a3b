"""When is the monthly report written?"""

from __future__ import annotations

from airflow.sdk import DAG, Param, get_current_context, task

from dags import adapter
from hub.moment import SHANGHAI

DOC = """\
### 报告 · Report

**中文** 每月 1 日写出截至上月末的核对结果：逐行处置与平衡、关联、义务、问题清单，以及给人看的带图表工作簿。
手工运行可指定截至时点。文件写入账本旁 `reports` 目录下以截至日命名的文件夹；同一截至时点重写得到相同文件。

**English** On the first of each month it writes the state as of the end of the month before: rows and their balance, links,
obligations, findings, and a workbook with charts for people. By hand, as of any instant. The files go to a folder
named after the day, under `reports` beside the ledger; written again for the same instant, they are the same.
"""


@task
def write() -> str:
    """Write the report as of the run's instant; the name of its folder."""
    from connectors.report_book import report_of
    from hub.usecases.report import write_report

    context = get_current_context()
    with adapter.open_hub() as hub:
        instant = adapter.as_of(hub, context)
        folder = adapter.reports() / f"{instant.astimezone(SHANGHAI):%Y-%m-%d}"
        write_report(hub, instant, folder, report_of)
    return folder.name


with DAG(
    dag_id="report",
    dag_display_name="report · 报告",
    description="月度报告 · The monthly report",
    schedule=adapter.at("0 0 1 * *"),
    catchup=False,
    max_active_runs=1,
    default_args=adapter.TASK_DEFAULTS,
    doc_md=DOC,
    tags=["report"],
    params={
        "as_of": Param(
            None,
            type=["null", "string"],
            format="date-time",
            title="截至 · As of",
            description="留空为现在 · empty: now",
        ),
    },
):
    write()
