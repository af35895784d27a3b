"""What most scripts do: pandas reads with openpyxl, `to_sql` writes.

`dtype=str`, since without it pandas makes whole columns of identity numbers into integers and PostgreSQL refuses columns
of days and texts; `to_sql` as it comes: one executemany in one transaction is its fastest way but COPY by hand.
"""

from __future__ import annotations

import sys

import pandas as pd
from sqlalchemy import create_engine

from benchmarks.loading.figures import measured, tell


def main() -> None:
    book, engine = sys.argv[1], create_engine(sys.argv[2].replace("postgresql://", "postgresql+psycopg://"))

    def load() -> dict[str, float | int | bool]:
        frame = pd.read_excel(book, engine="openpyxl", dtype=str)
        with engine.begin() as connection:
            frame.to_sql("ledger", connection, index=False)
        return {"rows": len(frame)}

    tell(measured(load))


if __name__ == "__main__":
    main()
