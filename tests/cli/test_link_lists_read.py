"""Is a list read as clerks' programs write it, and is nothing lost or let out where it is not as it should be?"""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from cli.lists import read_list
from connectors import delimited
from hub.errors import ConfigurationFault

ROOT = Path(__file__).resolve().parents[2]
NAME, ID_NO = "张三", "140924198003041236"
HEADER, ROW = ("record_id", "单位", "party", "id_no"), ("t1", "繁城镇", NAME, ID_NO)


def listed(folder: Path, content: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def fault_of(path: Path) -> str:
    with pytest.raises(ConfigurationFault) as fault:
        read_list(path)
    # What is chained may be printed by whoever catches it.
    assert fault.value.__context__ is None or fault.value.__suppress_context__
    assert str(fault.value).startswith(f"{path}: ")
    return str(fault.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_list_is_read_whatever_program_wrote_it(
    encoding: str, delimiter: str, line_end: str, quote: str, tmp_path: Path
) -> None:
    lines = [delimiter.join(f"{quote}{cell}{quote}" for cell in cells) for cells in (HEADER, ROW)]
    content = "".join(line + line_end for line in lines).encode(encoding)
    read = read_list(listed(tmp_path, content))
    assert read.select("record_id", "party", "id_no", "unit").rows() == [("t1", NAME, ID_NO, None)]
    # As a list is read that an agency delivers.
    (sheet,) = delimited.read(content, "").sheets
    assert sheet.rows[1] == ROW


def test_cells_that_a_line_lacks_at_its_end_are_empty_and_so_are_those_beyond_the_last_column(tmp_path: Path) -> None:
    read = read_list(listed(tmp_path, f"record_id,party,id_no\nt1\nt2,{NAME},{ID_NO},,\n"))
    assert read.select("record_id", "party", "id_no").rows() == [("t1", None, None), ("t2", NAME, ID_NO)]


def test_a_quotation_mark_and_a_line_end_in_a_cell_are_read_as_they_stand(tmp_path: Path) -> None:
    read = read_list(listed(tmp_path, f'record_id,party,id_no\nt1,张"三,1\nt2,"{NAME}\n{NAME}",2\n'))
    assert read["party"].to_list() == ['张"三', f"{NAME}\n{NAME}"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (['t1,"{name} {id_no},x'], "line 2: a quotation mark is left open"),
        (["t0,a,b", 't1,"{name}"{id_no},x', "t2,b,c"], "line 3: a quotation mark is left open, or stands within a quoted cell"),
        (["t0,a,b", "t1,{name},{id_no},{name}", "t2,b,c"], "line 3: 4 cells, but 3 columns have a name"),
        (["t0,a,b", 't1,"{name},{id_no}', "t2,b,c", 't3,{name}",{id_no}'], "line 3: a cell holds whole lines"),
        (["t1,{name},\0"], "NUL bytes"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_what_would_be_lost_is_told_with_its_line_and_without_a_cell(
    lines: list[str], told: str, encoding: str, tmp_path: Path
) -> None:
    text = "".join(f"{line}\n" for line in ["record_id,party,id_no", *lines]).format(name=NAME, id_no=ID_NO)
    if "\0" in text:
        text = text.replace("record_id", "record\0_id")
    fault = fault_of(listed(tmp_path, text.encode(encoding)))
    assert fault.startswith("cannot be read as a list: ")
    assert told in fault
    assert NAME not in fault
    assert ID_NO not in fault


def test_a_row_that_was_swallowed_deep_in_a_long_list_is_missed(tmp_path: Path) -> None:
    lines = [f"t{n},{NAME},{ID_NO}\n" for n in range(30_000)]
    lines[20_000], lines[25_000] = f't20000,"{NAME},{ID_NO}\n', f't25000,{NAME}",{ID_NO}\n'
    assert "line 20002: " in fault_of(listed(tmp_path, "record_id,party,id_no\n" + "".join(lines)))


@pytest.mark.parametrize("header", ["record_id,party,party", "record_id,party,party ", 'record_id,party,"\u3000party"'])
def test_of_two_columns_of_one_name_none_is_taken(header: str, tmp_path: Path) -> None:
    assert fault_of(listed(tmp_path, f"{header}\nt1,{NAME},{NAME}\n")).startswith("column party: stands 2 times")


def test_columns_that_are_not_asked_for_may_be_named_as_they_like(tmp_path: Path) -> None:
    assert read_list(listed(tmp_path, "record_id,,,remark,remark\nt1,a,b,c,d\n"))["record_id"].to_list() == ["t1"]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [([NAME], "List"), ({"name": NAME}, "Struct"), (NAME.encode(), "Binary"), (timedelta(days=1), "Duration")],
)
def test_a_column_of_a_parquet_list_that_is_no_text_is_named(cell: object, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    pl.DataFrame({"record_id": ["t1"], "party": [cell]}).write_parquet(path)
    assert fault_of(path) == f"column party: holds {kind}, no text"


def test_numbers_and_days_of_a_parquet_list_are_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    frame = pl.DataFrame({"record_id": [7], "amount": [12.5], "date": ["2026-07-01"], "extra": [[1]]})
    frame.with_columns(pl.col("date").str.to_date()).write_parquet(path)
    assert read_list(path).select("record_id", "amount", "date").rows() == [("7", "12.5", "2026-07-01")]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("list.parquet", "record_id\nt1\n", "no Parquet file, or a broken one"),
        ("list.csv", "", "it is empty"),
        ("list.csv", "\n\n", "it is empty"),
        ("list.csv", b"record_id,party\nt1,\xff\xff\n", "not in utf-8 or gb18030"),
        ("list.csv", "名称|号码\n", "no column record_id"),
    ],
)
def test_a_file_that_is_no_list_is_told_as_such(name: str, content: str | bytes, told: str, tmp_path: Path) -> None:
    assert told in fault_of(listed(tmp_path, content, name))


def test_the_command_prints_no_name_and_no_number_of_a_list_that_it_cannot_read(tmp_path: Path) -> None:
    bad = listed(tmp_path, f'record_id,party\nt1,"{NAME} {ID_NO}\nt2,b\n')
    good, more = (listed(tmp_path, "record_id,party\np1,b\n", name) for name in ("good.csv", "more.csv"))
    for lists in ([bad, good, more], [good, bad, more], [good, more, bad]):
        done = subprocess.run(
            [sys.executable, "-c", "from cli.main import app; app()", "link", *map(str, lists), "--out", str(tmp_path / "links.csv")],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2
        assert f"{bad}: cannot be read as a list: line 2: " in done.stderr
        assert NAME not in done.stdout + done.stderr
        assert ID_NO not in done.stdout + done.stderr
        assert not (tmp_path / "links.csv").exists()


def test_lines_that_hold_nothing_are_no_rows(tmp_path: Path) -> None:
    path = listed(tmp_path, "record_id,party,unit\nt1,张三,\n,,\n\nt2,李四,\n,,\n,,\n")
    assert read_list(path)["record_id"].to_list() == ["t1", "t2"]
