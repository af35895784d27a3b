"""How long does a large township ledger take to become cells? The hub's reader, openpyxl, and the bare calamine."""

from __future__ import annotations

import io

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from benchmarks.race import Result, race
from connectors import excel

ROWS, COLUMNS = 20_000, 20


def a_workbook(rows: int = ROWS, columns: int = COLUMNS) -> bytes:
    """A workbook of text cells as a ledger has them: numbers of documents, dates, names; no two alike."""
    header = [f"列{number}" for number in range(columns)]
    body = [[f"繁综执移〔2026〕{row}号 {column}" for column in range(columns)] for row in range(rows)]
    return excel.write([("移送案件", header, body)])


def race_readers(content: bytes) -> list[Result]:
    """Every reader gives the number of rows and the last cell."""

    def hub() -> tuple[int, object]:
        (sheet,) = excel.read(content, "ledger.xlsx").sheets
        return len(sheet.rows), sheet.rows[-1][-1]

    def calamine() -> tuple[int, object]:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        return len(rows), rows[-1][-1]

    def openpyxl() -> tuple[int, object]:
        sheet = load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
        rows = list(sheet.iter_rows(values_only=True))
        return len(rows), rows[-1][-1]

    return race({"hub": hub, "python-calamine alone": calamine, "openpyxl read_only": openpyxl}, rounds=3)
