"""Does every fault of a file of ours name the file and the line?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from pydantic import RootModel, model_validator

from hub.data_file import FaultWithin, Strict, fault_at, load_model
from hub.errors import ConfigurationFault


class Column(Strict):
    """A value that may be a word or this."""

    field: str
    read: Literal["text", "day"] = "text"


class Page(Strict):
    """A model with every shape that ours have."""

    kind: Literal["a", "b"] = "a"
    columns: dict[str, Column | Literal["ignore"]] = {}
    named: str | Column = ""
    days: tuple[date, ...] = ()
    count: int = 0

    @model_validator(mode="after")
    def _sound(self) -> Page:
        if self.count < 0:
            raise ValueError("below zero")
        for header, column in self.columns.items():
            if isinstance(column, Column) and column.field == "bad":
                raise FaultWithin(("columns", header), f"{header} fills nothing")
        return self


class Words(RootModel[dict[str, dict[str, str]]]):
    """A file that is one mapping."""


def written(folder: Path, text: str | bytes) -> Path:
    """A file with this content."""
    path = folder / "page.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def fault_of(path: Path) -> list[str]:
    """The lines of the fault that reading gives, without the file's name."""
    with pytest.raises(ConfigurationFault) as caught:
        load_model(path, Page)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}:") for line in lines)
    return [line.removeprefix(f"{path}:") for line in lines]


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    text = "# a comment\ncolumns:\n  案由: {field: cause}\n  序号: ignore\nnamed: 是\ndays: [2026-10-31]\n"
    page = load_model(written(tmp_path, text), Page)
    assert page.columns == {"案由": Column(field="cause"), "序号": "ignore"}
    assert page.days == (date(2026, 10, 31),)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert load_model(written(tmp_path, b"\xef\xbb\xbfcount: 3\n"), Page).count == 3


def test_yes_no_on_and_off_are_words(tmp_path: Path) -> None:
    path = written(tmp_path, "t: {是: yes, 否: no, 开: on, 关: off}\n")
    assert load_model(path, Words).root == {"t": {"是": "yes", "否": "no", "开": "on", "关": "off"}}


def test_true_and_false_are_no_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match=r":1: t.是"):
        load_model(written(tmp_path, "t: {是: true}\n"), Words)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("kind: a\nkinds: b\n", 2, "kinds: Extra inputs"),
        ("columns:\n  案由:\n    field: x\n    raed: day\n", 4, "raed: Extra inputs"),
        ("columns:\n  案由: {read: day}\n", 2, "field: Field required"),
        ("columns:\n  案由: {field: x, read: date}\n", 2, "should be 'text' or 'day'"),
        ("columns:\n  序号: ignored\n", 2, "should be 'ignore'"),
        ("named: {field: x, more: 1}\n", 1, "more: Extra inputs"),
        ("\n\nkind: c\ncount: 1\n", 3, "should be 'a' or 'b'"),
        ("count: 1\ndays:\n  - 2026-10-31\n  - soon\n", 4, "days.1"),
        ("count: 1\n\ncount: 2\n", 3, "the key 'count' stands twice"),
        ("columns:\n  案由: {field: a}\n  案由: {field: b}\n", 3, "the key '案由' stands twice"),
        ("count: 1\nkind: {[a]: b}\n", 2, "a key must be one word"),
        ("count: {{ count }}\n", 1, "a key must be one word"),
        ("count: 1\ndays: [2026-02-30]\n", 2, "2026-02-30: day is out of range for month"),
        ("count: 1\n- a\n", 2, "did not find expected key"),
        ("count: 'open\n", 2, "found unexpected end of stream"),
        ("count: 1\n--- \ncount: 2\n", 2, "but found another document"),
        ("\tcount: 1\n", 1, "cannot start any token"),
        ("<<: {count: 1}\n", 1, "could not determine a constructor"),
        ("count: !!python/object:os.system {}\n", 1, "could not determine a constructor"),
        ("- count\n", 1, "should be a valid dictionary"),
        ("# x\ncount: -1\n", 2, "below zero"),
        ("count: 1\ncolumns:\n  A: {field: good}\n  B: {field: bad}\n", 4, "columns.B: Value error, B fills nothing"),
    ],
)
def test_a_fault_names_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    found = fault_of(written(tmp_path, text))
    assert any(one.startswith(f"{line}: ") and said in one for one in found), found


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    found = fault_of(written(tmp_path, "kind: c\ncount: x\nother: 1\n"))
    assert [one.partition(":")[0] for one in found] == ["1", "2", "3"]


def test_a_faulty_mapping_is_not_blamed_for_being_no_word(tmp_path: Path) -> None:
    found = fault_of(written(tmp_path, "kind: z\ncolumns:\n  案由: {field: x, raed: day}\n"))
    assert len(found) == 2
    assert "kind" in found[0]
    assert "raed" in found[1]


def test_an_empty_file_lacks_what_is_required(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match=r"page.yaml:1: field: Field required"):
        load_model(written(tmp_path, "# nothing yet\n"), Column)


def test_a_file_that_is_not_there_or_not_in_utf8_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match="No such file"):
        load_model(tmp_path / "none.yaml", Page)
    with pytest.raises(ConfigurationFault, match="not in UTF-8"):
        load_model(written(tmp_path, "named: 案由\n".encode("gb18030")), Page)
    assert fault_of(written(tmp_path, "kind: 案由案由\nnamed: \x07\n")) == [
        "2: no text: control characters are not allowed"
    ]


def test_a_fault_that_only_shows_beside_other_files_names_its_line_too(tmp_path: Path) -> None:
    path = written(tmp_path, "kind: a\ncolumns:\n  案由:\n    field: x\n")
    assert (
        str(fault_at(path, ("columns", "案由", "field"), "is nobody's")) == f"{path}:4: columns.案由.field: is nobody's"
    )
    assert str(fault_at(path, ("columns", "当事人"), "is not there")).startswith(f"{path}:2: ")
    assert str(fault_at(path, ("kind", 3), "is a word")).startswith(f"{path}:1: ")
