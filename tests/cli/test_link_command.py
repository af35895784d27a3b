"""Does `hub link` read what it is given, say what is wrong with it, and explain what it did?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from hub.errors import ConfigurationFault
from hub.link.columns.rules import load_link_rules

ROOT = Path(__file__).resolve().parents[2]
MAPPING = ROOT / "mappings" / "linking.yaml"
TOWNSHIP = {
    "record_id": "t1",
    "doc_no": "砂政移字〔2026〕6号",
    "party": "张三",
    "id_no": "140924198003041236",
    "date": "2026-07-01",
}
POLICE = {
    "record_id": "p1",
    "ref_doc_no": "砂政移字[2026]第06",
    "party": "張 三",
    "id_no": "140924198003041236",
    "date": "2026.7.2",
}
PAPER = {
    "record_id": "d1",
    "ref_doc_no": "砂政移字〔2026〕6号",
    "party": "张某",
    "id_no": "1409241980****1236",
    "date": "2026-08-02",
}


def hub(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from cli.main import app; app()", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def lists(tmp_path: Path) -> list[str]:
    """A CSV list with a byte order mark, and two in Parquet."""
    csv = tmp_path / "township.csv"
    csv.write_text("\ufeff" + pl.DataFrame([TOWNSHIP]).write_csv(), encoding="utf-8")
    for name, row in (("police", POLICE), ("procuratorate", PAPER)):
        pl.DataFrame([row]).write_parquet(tmp_path / f"{name}.parquet")
    return [str(csv), str(tmp_path / "police.parquet"), str(tmp_path / "procuratorate.parquet")]


def test_csv_and_parquet_are_linked_and_written_either_way(lists: list[str], tmp_path: Path) -> None:
    for out in (tmp_path / "links.csv", tmp_path / "links.parquet"):
        done = hub("link", *lists, "--out", str(out))
        assert done.returncode == 0, done.stderr
        assert "3 entries in 1 matters, 0 left to a person" in done.stdout
        found = pl.read_parquet(out) if out.suffix == ".parquet" else pl.read_csv(out)
        assert found.columns == ["case_id", "agency", "record_id", "tier", "score"]
        assert found["case_id"].unique().to_list() == ["township:t1"]


def test_an_explanation_and_pictures_name_no_identity_number(lists: list[str], tmp_path: Path) -> None:
    out, why = tmp_path / "links.csv", tmp_path / "why.csv"
    done = hub("link", *lists, "--out", str(out), "--explain", str(why), "--picture", "d1")
    assert done.returncode == 0, done.stderr
    told = pl.read_csv(why)
    assert set(told["verdict"]) == {"link"}
    assert "what the mask shows fits" in str(told.filter(record_id="d1")["why"][0])
    picture = (tmp_path / "links-why-1.svg").read_text(encoding="utf-8")
    assert picture.count("<rect") > 3
    assert "140924198003041236" not in why.read_text(encoding="utf-8") + picture


def test_pictures_keep_their_numbers_whatever_the_order_of_the_lists(tmp_path: Path) -> None:
    names = ["平", "安", "福"]
    row = {"unit": "繁城镇", "cause": "滥伐林木", "date": "2026-07-01", "amount": "125000"}
    township = [
        {**row, "record_id": f"t{name}", "doc_no": f"繁城综执移〔2026〕{n}号", "party": f"王{name}"}
        for n, name in enumerate(names)
    ]
    police = [{**row, "record_id": "p1", "party": "王和"}]
    pictures = []
    for turn, rows in enumerate((township, township[::-1])):
        for agency, some in (("township", rows), ("police", police), ("procuratorate", [{"record_id": "d1"}])):
            pl.DataFrame(some).write_csv(tmp_path / f"{agency}.csv")
        lists = [str(tmp_path / f"{agency}.csv") for agency in ("township", "police", "procuratorate")]
        done = hub("link", *lists, "--out", str(tmp_path / f"{turn}.csv"), "--picture", "p1")
        assert done.returncode == 0, done.stderr
        pictures.append([(tmp_path / f"{turn}-why-{number}.svg").read_text(encoding="utf-8") for number in (1, 2, 3)])
    assert pictures[0] == pictures[1]
    assert len(set(pictures[0])) == 3


def test_what_stands_beside_the_answer_is_nobodys_business(lists: list[str], tmp_path: Path) -> None:
    mine = tmp_path / "links.csv.part1"
    mine.write_text("mine", encoding="utf-8")
    before = {path.name for path in tmp_path.iterdir()}
    assert hub("link", *lists, "--out", str(tmp_path / "links.csv")).returncode == 0
    assert mine.read_text(encoding="utf-8") == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {*before, "links.csv"}


@pytest.mark.parametrize("out", ["links.csv", "links.parquet"])
def test_where_a_file_cannot_be_written_nothing_is_and_what_stood_there_stays(
    out: str, lists: list[str], tmp_path: Path
) -> None:
    (tmp_path / out).write_text("of yesterday", encoding="utf-8")
    (tmp_path / "why.csv").mkdir()
    before = {path.name for path in tmp_path.iterdir()}
    done = hub("link", *lists, "--out", str(tmp_path / out), "--explain", str(tmp_path / "why.csv"), "--picture", "d1")
    assert done.returncode == 2
    assert "why.csv: Is a directory" in done.stderr
    assert done.stdout == ""
    assert (tmp_path / out).read_text(encoding="utf-8") == "of yesterday"
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("out", ["links.csv", "links.parquet"])
def test_where_the_disk_is_full_the_answer_of_yesterday_stays(out: str, lists: list[str], tmp_path: Path) -> None:
    (tmp_path / out).write_text("of yesterday", encoding="utf-8")
    before = {path.name for path in tmp_path.iterdir()}
    code = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40)); from cli.main import app; app()"
    command = [sys.executable, "-c", code, "link", *lists, "--out", str(tmp_path / out)]
    # What measures the coverage would want to write as well.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert (tmp_path / out).read_text(encoding="utf-8") == "of yesterday"
    assert {path.name for path in tmp_path.iterdir()} == before


def test_an_answer_may_go_into_a_pipe(lists: list[str]) -> None:
    done = hub("link", *lists, "--out", "/dev/stdout")
    assert done.returncode == 0, done.stderr
    assert "township:t1,township,t1,own,0.0\n" in done.stdout


def test_a_folder_that_is_not_there_is_named_before_anything_is_linked(lists: list[str], tmp_path: Path) -> None:
    done = hub("link", *lists, "--out", str(tmp_path / "links.csv"), "--explain", str(tmp_path / "no" / "why.csv"))
    assert (done.returncode, "why.csv: no such folder" in done.stderr) == (2, True)
    assert not (tmp_path / "links.csv").exists()


def test_links_and_explanations_go_into_two_files(lists: list[str], tmp_path: Path) -> None:
    out = tmp_path / "links.csv"
    out.write_text("of yesterday", encoding="utf-8")
    for same in (out, tmp_path / "." / "links.csv"):
        done = hub("link", *lists, "--out", str(out), "--explain", str(same))
        assert (done.returncode, "--explain" in done.stderr) == (2, True)
        assert out.read_text(encoding="utf-8") == "of yesterday"


def test_learned_weights_are_printed_beside_the_set_ones(lists: list[str], tmp_path: Path) -> None:
    done = hub("link", *lists, "--out", str(tmp_path / "links.csv"), "--shares")
    assert done.returncode == 0, done.stderr
    assert "police_after_township" in done.stdout
    assert "learned" in done.stdout


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "no such file"), ("number,party\n1,张三\n", "no column record_id"), ('record_id,party\n"1,张三\n', "cannot be read as a list")],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_named_with_what_is_wrong(
    content: str | None, told: str, lists: list[str], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    if content is not None:
        bad.write_text(content, encoding="utf-8")
    done = hub("link", lists[0], str(bad), lists[2], "--out", str(tmp_path / "links.csv"))
    assert done.returncode == 2
    assert f"{bad}: {told}" in done.stderr


def test_weights_of_another_name_are_refused(lists: list[str], tmp_path: Path) -> None:
    done = hub("link", *lists, "--out", str(tmp_path / "links.csv"), "--weights", "guessed")
    assert (done.returncode, "'guessed' is neither set nor learned" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("accept: 4.0", "accept: -1", "decide.accept"),
        ("    alike_short:", "    alikeness:", "features.name: Value error, must say exactly"),
        ("{days: 3, matches: 0.65}", "{days: 3, matches: 0.75}", "lags.police_after_township"),
        ("- [name]", "- [nickname]", "blocks.wide.0"),
        (
            "    slip:         {matches: 0.05, others: 0.002",
            "    slip:         {matches: 0.05, others: counted",
            "features.number.slip",
        ),
        ("least_span: 365", "least_span: 365\nlargest: 3", "largest"),
    ],
)
def test_a_faulty_table_is_refused_with_file_and_place(old: str, new: str, told: str, tmp_path: Path) -> None:
    text = MAPPING.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "linking.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationFault) as fault:
        load_link_rules(path)
    assert str(path) in str(fault.value)
    assert told in str(fault.value)


def test_no_list_is_written_over_and_none_is_given_twice(lists: list[str], tmp_path: Path) -> None:
    before = Path(lists[0]).read_bytes()
    for options in (("--out", lists[0]), ("--out", str(tmp_path / "links.csv"), "--explain", lists[0])):
        done = hub("link", *lists, *options)
        assert (done.returncode, "is one of the lists" in done.stderr) == (2, True)
    assert Path(lists[0]).read_bytes() == before
    done = hub("link", lists[0], lists[1], lists[1], "--out", str(tmp_path / "links.csv"))
    assert (done.returncode, "one file was given for two lists" in done.stderr) == (2, True)
    assert not (tmp_path / "links.csv").exists()


def test_a_record_that_no_list_has_cannot_be_drawn(lists: list[str], tmp_path: Path) -> None:
    done = hub("link", *lists, "--out", str(tmp_path / "links.csv"), "--picture", "p99")
    assert (done.returncode, "no list has a record p99" in done.stderr) == (2, True)


def test_the_shares_are_printed_set_or_learned(lists: list[str], tmp_path: Path) -> None:
    for weights, beside in (("set", False), ("learned", True)):
        told = hub("link", *lists, "--out", str(tmp_path / "links.csv"), "--weights", weights, "--shares").stdout
        lines = [line for line in told.splitlines() if " set 0." in line]
        assert len(lines) > 35
        assert all(("learned" in line) is beside for line in lines)


def test_ids_that_are_missing_or_stand_twice_are_told(tmp_path: Path) -> None:
    names = [tmp_path / f"{name}.csv" for name in ("t", "p", "d")]
    names[0].write_text("record_id,party\nt1,a\nt1,b\n,c\n", encoding="utf-8")
    names[1].write_text("record_id,party\np1,张三\n", encoding="utf-8")
    names[2].write_text("record_id,party\nd1,李四\n", encoding="utf-8")
    told = hub("link", *map(str, names), "--out", str(tmp_path / "links.csv")).stdout
    assert "township: 1 rows without a record_id" in told
    assert "township: 1 rows bear a record_id that stands before" in told
    assert "5 entries" in told


def test_a_refusal_says_what_contradicts(lists: list[str], tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    pl.DataFrame([{**POLICE, "party": "李四", "id_no": ""}]).write_parquet(other)
    done = hub(
        "link",
        lists[0],
        str(other),
        lists[2],
        "--out",
        str(tmp_path / "links.csv"),
        "--explain",
        str(tmp_path / "why.csv"),
        "--picture",
        "p1",
    )
    assert done.returncode == 0, done.stderr
    (refused,) = [
        line for line in (tmp_path / "why.csv").read_text(encoding="utf-8").splitlines() if line.startswith("refused")
    ]
    assert "the person contradicts" in refused
    assert "人不符" in (tmp_path / "links-why-1.svg").read_text(encoding="utf-8")


def written(folder: Path, **lists: list[dict[str, str]]) -> list[str]:
    paths = [folder / f"{agency}.csv" for agency in ("township", "police", "procuratorate")]
    for path in paths:
        pl.DataFrame(lists[path.stem]).write_csv(path)
    return [str(path) for path in paths]


def test_lists_in_another_order_and_cells_of_several_parties_are_linked_and_told(tmp_path: Path) -> None:
    police = {**POLICE, "doc_no": "繁公（刑）受案字〔2026〕71号"}
    paper = {**PAPER, "doc_no": "繁检意〔2026〕5号"}
    right = written(tmp_path, township=[TOWNSHIP], police=[police], procuratorate=[paper])
    done = hub("link", *right, "--out", str(tmp_path / "links.csv"))
    assert (done.returncode, done.stdout.count("\n")) == (0, 1), done.stdout
    done = hub("link", right[1], right[2], right[0], "--out", str(tmp_path / "links.csv"))
    assert done.returncode == 0
    assert (
        "township: most of its own numbers look like those of the police; the order is TOWNSHIP POLICE" in done.stdout
    )
    assert "police: most of its own numbers look like those of the procuratorate" in done.stdout
    several = written(tmp_path, township=[{**TOWNSHIP, "party": "张三、李四"}], police=[police], procuratorate=[paper])
    done = hub("link", *several, "--out", str(tmp_path / "links.csv"))
    assert "township: 1 rows name several parties in one cell" in done.stdout


def test_a_column_that_is_not_read_is_named(tmp_path: Path) -> None:
    lists = written(tmp_path, township=[{**TOWNSHIP, "name": "张三"}], police=[POLICE], procuratorate=[PAPER])
    done = hub("link", *lists, "--out", str(tmp_path / "links.csv"))
    assert done.returncode == 0
    assert "township.csv: not read: name; the columns are record_id, unit" in done.stderr
    assert "张三" not in done.stderr


def test_a_workbook_is_neither_read_nor_written_as_a_list(lists: list[str], tmp_path: Path, samples: Path) -> None:
    done = hub("link", *lists, "--out", str(tmp_path / "links.xlsx"))
    assert (done.returncode, "links.xlsx: no workbook is written here" in done.stderr) == (2, True)
    book = next((samples / "townships").glob("**/*.xlsx"))
    named = tmp_path / "town.csv"
    named.write_bytes(book.read_bytes())
    for path in (book, named):
        done = hub("link", str(path), *lists[1:], "--out", str(tmp_path / "links.csv"))
        assert (done.returncode, "is a workbook or an archive: save the sheet as CSV UTF-8" in done.stderr) == (2, True)
    assert not (tmp_path / "links.csv").exists()


def test_what_a_number_alone_speaks_for_is_told_where_a_row_stays_alone(tmp_path: Path) -> None:
    another = {"party": "李四光", "id_no": "140924197501011214", "cause": "非法行医", "date": "2025-01-09"}
    lists = written(
        tmp_path,
        township=[{**TOWNSHIP, "cause": "盗伐林木"}],
        police=[{**POLICE, **another}],
        procuratorate=[{"record_id": "d1"}],
    )
    done = hub("link", *lists, "--out", str(tmp_path / "links.csv"), "--explain", str(tmp_path / "why.csv"))
    assert "3 entries in 3 matters" in done.stdout
    told = pl.read_csv(tmp_path / "why.csv").filter(record_id="p1")
    assert told["verdict"].to_list() == ["refused"]
    assert told["score"][0] < told["asked"][0] - 10
    assert "the number noted is the number borne" in told["why"][0]


def test_a_unit_is_found_without_the_place_that_its_name_begins_with(tmp_path: Path) -> None:
    matter = {"unit": "砂河镇", "cause": "非法采矿"}
    township = [{**matter, "record_id": "t1", "party": "繁峙县兴旺砂石厂", "date": "2026-07-01"}]
    police = [{**matter, "record_id": "p1", "party": "兴旺砂石厂", "date": "2026-07-03"}]
    lists = written(tmp_path, township=township, police=police, procuratorate=[{"record_id": "d1"}])
    done = hub("link", *lists, "--out", str(tmp_path / "links.csv"), "--explain", str(tmp_path / "why.csv"))
    assert done.returncode == 0, done.stderr
    told = pl.read_csv(tmp_path / "why.csv").filter(record_id="p1", other_record_id="t1")
    assert "one name is a part of the other" in told["why"].item()


@pytest.mark.parametrize(
    ("party", "amount", "linked"),
    [("兴旺农资店", "8000", True), ("兴旺农资店", "8100", False), ("繁峙县兴旺农资有限公司", "8000", False)],
)
def test_a_shop_is_its_owner_where_number_and_sum_say_so_and_a_company_is_nobodys_shop(
    party: str, amount: str, linked: bool, tmp_path: Path
) -> None:
    owner = {**TOWNSHIP, "unit": "砂河镇", "cause": "销售伪劣种子", "amount": "8000元"}
    shop = {"record_id": "p1", "unit": "砂河", "ref_doc_no": TOWNSHIP["doc_no"], "party": party, "amount": amount}
    shop |= {"cause": "销售伪劣种子罪", "date": "2026-07-03"}
    lists = written(tmp_path, township=[owner], police=[shop], procuratorate=[{"record_id": "d1"}])
    done = hub("link", *lists, "--out", str(tmp_path / "links.csv"), "--explain", str(tmp_path / "why.csv"))
    assert f"3 entries in {2 if linked else 3} matters" in done.stdout
    told = pl.read_csv(tmp_path / "why.csv").filter(record_id="p1")
    assert told["verdict"].to_list() == ["link" if linked else "refused"]
    assert "one is a person and one a unit" in told["why"][0]
    assert ("owner and shop: number and sum are equal" in told["why"][0]) == linked
