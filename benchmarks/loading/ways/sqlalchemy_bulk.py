"""By hand, and well: calamine's rows, every value as text, SQLAlchemy's bulk insert by thousands in one transaction."""

from __future__ import annotations

import sys
from itertools import islice

from python_calamine import CalamineWorkbook
from sqlalchemy import Column, MetaData, Table, Text, create_engine

from benchmarks.loading.figures import measured, tell

BATCH = 5_000


def main() -> None:
    book, engine = sys.argv[1], create_engine(sys.argv[2].replace("postgresql://", "postgresql+psycopg://"))

    def load() -> dict[str, float | int | bool]:
        rows = CalamineWorkbook.from_path(book).get_sheet_by_index(0).iter_rows()
        header = [str(name) for name in next(rows)]
        table = Table("ledger", MetaData(), *(Column(name, Text) for name in header))
        table.create(engine)
        count = 0
        with engine.begin() as connection:
            while batch := list(islice(rows, BATCH)):
                told = [dict(zip(header, map(str, row), strict=True)) for row in batch]
                connection.execute(table.insert(), told)
                count += len(batch)
        return {"rows": count}

    tell(measured(load))


if __name__ == "__main__":
    main()
