"""The floor: calamine reads the workbook and hands over every row; nothing is looked at, nothing is kept."""

from __future__ import annotations

import sys

from python_calamine import CalamineWorkbook

from benchmarks.loading.figures import measured, tell


def main() -> None:
    def load() -> dict[str, float | int | bool]:
        return {"rows": sum(1 for _ in CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).iter_rows()) - 1}

    tell(measured(load))


if __name__ == "__main__":
    main()
