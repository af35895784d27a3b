"""dlt: a resource of calamine's rows, its own normalising and loading; into SQLite through its SQLAlchemy destination.

The columns are declared as text, so that no row is held against a guess; extracting and loading by files of 50,000 rows.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import dlt
from python_calamine import CalamineWorkbook

from benchmarks.loading.figures import measured, tell

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"


def main() -> None:
    book, url = sys.argv[1], sys.argv[2]
    count = 0

    def rows() -> Iterator[dict[str, str]]:
        nonlocal count
        found = CalamineWorkbook.from_path(book).get_sheet_by_index(0).iter_rows()
        header = [str(name) for name in next(found)]
        for row in found:
            count += 1
            yield dict(zip(header, map(str, row), strict=True))

    def load() -> dict[str, float | int | bool]:
        with tempfile.TemporaryDirectory() as folder:
            sqlite = url.startswith("sqlite")
            # It wants a host and a password; libpq takes the socket that the URL names further on.
            whole = url.replace("hub@/", "hub:unused@localhost:5432/")
            to = dlt.destinations.sqlalchemy(url) if sqlite else dlt.destinations.postgres(whole)
            pipeline = dlt.pipeline("ledger", pipelines_dir=str(Path(folder)), destination=to, dataset_name="bench")
            pipeline.run(dlt.resource(rows, name="ledger", write_disposition="append"))
        return {"rows": count}

    tell(measured(load))


if __name__ == "__main__":
    main()
