"""polars: calamine by way of fastexcel into columns, written in bulk through ADBC.

`infer_schema_length=0` reads every column as text; with polars' own guess, values of a mixed column become null.
"""

from __future__ import annotations

import sys

import polars as pl

from benchmarks.loading.figures import measured, tell


def main() -> None:
    book, url = sys.argv[1], sys.argv[2]

    def load() -> dict[str, float | int | bool]:
        frame = pl.read_excel(book, engine="calamine", infer_schema_length=0)
        frame.write_database("ledger", url, engine="adbc", if_table_exists="fail")
        return {"rows": frame.height}

    tell(measured(load))


if __name__ == "__main__":
    main()
