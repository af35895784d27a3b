"""Do the agencies' own files arrive and read as they were made?"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from connectors.endpoint import parse_endpoint
from connectors.formats import read_table
from connectors.open import open_transport
from hub.channel import Channel
from hub.model import Parcel
from tests.connectors.agencies_under_test import no_pause


def pulled(samples: Path, place: str, manifest: str, *patterns: str) -> list[Parcel]:
    """One pull from a folder of the samples."""
    channel = Channel(place, "folder", place, pull=patterns, manifest=manifest)
    transport = open_transport(parse_endpoint(place, f"file://{samples / place}"), channel, pause=no_pause)
    return list(transport.fetch({}))


def test_every_police_file_agrees_with_its_manifest_and_reads(samples: Path) -> None:
    parcels = pulled(samples, "police", ".ok", "outbox/*.csv", "ack/*.ack.csv")
    names = [path.name for path in (samples / "police").glob("*/*.csv") if path.parent.name in {"outbox", "ack"}]
    assert sorted(parcel.path.rpartition("/")[2] for parcel in parcels) == sorted(names)
    for parcel in parcels:
        assert "refused" not in dict(parcel.meta)
        table = read_table("delimited", parcel.content, parcel.path)
        assert dict(table.notes)["encoding"] in {"gb18030", "utf-8"}


def workbooks() -> list[Path]:
    """Every .xlsx ledger."""
    return sorted((Path(__file__).parent.parent / "samples" / "townships").glob("*/*.xlsx"))


@pytest.mark.parametrize("path", workbooks(), ids=lambda path: f"{path.parent.name}-{path.stem[7:]}")
def test_another_library_reads_the_same_ledger_cell_by_cell(path: Path) -> None:
    table = read_table("workbook", path.read_bytes(), path.name)
    book = openpyxl.load_workbook(path, data_only=True)
    assert [sheet.name for sheet in table.sheets] == book.sheetnames
    for sheet in table.sheets:
        for number, row in enumerate(book[sheet.name].iter_rows(values_only=True)):
            ours = sheet.rows[number] if number < len(sheet.rows) else ()
            assert [_plain(value) for value in row] == [_plain(value) for value in ours] + [None] * (
                len(row) - len(ours)
            )


def _plain(value: object) -> object:
    """A day of one library is the midnight of that day of the other; an empty text is no value."""
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date()
    return None if value == "" else value


def test_the_documents_of_the_procuratorate_read_member_by_member(samples: Path) -> None:
    documents = json.loads((samples / "procuratorate" / "documents.json").read_text(encoding="utf-8"))
    page = json.dumps({"items": documents, "next_cursor": None}).encode()
    (sheet,) = read_table("documents", page, "procuratorate/documents/start/0001.json").sheets
    assert len(sheet.rows) == len(documents) + 1
    assert "doc_id" in sheet.rows[0]
