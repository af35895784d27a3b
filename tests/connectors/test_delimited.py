"""Is delimited text read strictly, in whatever encoding an office saves it?"""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import delimited
from hub.errors import ParcelRefused

HEADER = ["移送书文号", "当事人"]
RARE = "𠮷㐂䶮〇﨑"
FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


def rows(content: bytes) -> list[tuple[object, ...]]:
    """The rows of a file."""
    return list(delimited.read(content, "police/outbox/sa.csv").sheets[0].rows)


def notes(content: bytes) -> dict[str, str]:
    """What was detected."""
    return dict(delimited.read(content, "x").notes)


@pytest.mark.parametrize(
    ("encoding", "mark", "noted"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", codecs.BOM_UTF8, "utf-8-sig"),
        ("gb18030", b"", "gb18030"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16"),
    ],
)
def test_rare_characters_survive_in_every_encoding_and_it_is_noted(encoding: str, mark: bytes, noted: str) -> None:
    content = mark + f"移送书文号\t当事人\r\n营综执移字〔2026〕1号\t{RARE}\r\n".encode(encoding)
    assert rows(content) == [("移送书文号", "当事人"), ("营综执移字〔2026〕1号", RARE)]
    assert notes(content) == {"encoding": noted, "delimiter": "tab"}


def test_a_gbk_file_of_an_old_system_reads_as_gb18030() -> None:
    assert rows("案件编号\r\n王某某\r\n".encode("gbk")) == [("案件编号",), ("王某某",)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\r\n\r\n",
        codecs.BOM_UTF8 + "案".encode("gb18030"),
        "案件编号,A1".encode("utf-16-le"),
        b"a,b\r\n1,\0\r\n",
        b"\xff\xff\xff\xff",
        '案件编号,"结果\r\n立案\r\n'.encode(),
        '"案件编号"x,结果\r\n'.encode(),
        codecs.BOM_UTF16_LE + b"a",
        codecs.BOM_UTF32_LE + "案".encode("utf-32-le"),
    ],
)
def test_a_file_that_cannot_be_read_for_sure_is_refused_whole(content: bytes) -> None:
    with pytest.raises(ParcelRefused) as refused:
        delimited.read(content, "police/outbox/sa.csv")
    assert (refused.value.path, refused.value.reason) == ("police/outbox/sa.csv", "unreadable_file")


def test_a_cut_within_a_quoted_field_does_not_swallow_the_lines_after_it() -> None:
    whole = delimited.write(HEADER, [["a", "b"], ["c", "d"]])
    with pytest.raises(ParcelRefused, match="for sure"):
        rows(whole[:-3])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_header_line_decides_the_delimiter(delimiter: str) -> None:
    content = f'"a,;\tb"{delimiter}c{delimiter}d\n1;2,3\t4\n'.encode()
    assert rows(content)[0] == ("a,;\tb", "c", "d")


def test_a_quoted_field_may_hold_line_breaks_delimiters_and_quotes() -> None:
    content = delimited.write(HEADER, [['第一行\n第二行,"甲"', "x"]])
    assert rows(content)[1] == ('第一行\n第二行,"甲"', "x")


def test_a_byte_order_mark_that_was_put_twice_does_no_harm() -> None:
    (sheet,) = delimited.read(codecs.BOM_UTF8 * 2 + '"案由","备注"\r\n"非法采矿",""\r\n'.encode(), "x").sheets
    assert list(sheet.rows) == [("案由", "备注"), ("非法采矿", None)]


def test_a_line_of_endless_fields_in_a_long_file_is_refused_before_all_lines_are_made_as_long() -> None:
    content = ("案由,备注\r\n" * 20_000 + "," * 100_000).encode()
    with pytest.raises(ParcelRefused, match="longer than the others"):
        delimited.read(content, "x")


def test_ragged_lines_are_padded_to_the_widest() -> None:
    assert rows(b"a,b\n1\n1,2,3\n") == [("a", "b", None), ("1", None, None), ("1", "2", "3")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_empty_line_keeps_its_number_and_those_at_the_end_are_no_rows(end: str) -> None:
    assert rows(end.join(["a,b", "1,2", "", "3,4", "", ""]).encode()) == [
        ("a", "b"),
        ("1", "2"),
        (None, None),
        ("3", "4"),
    ]


def test_a_file_with_a_header_alone_has_no_rows_and_is_no_fault() -> None:
    assert rows('"案件编号","结果"\r\n'.encode("gb18030")) == [("案件编号", "结果")]
    assert delimited.count_rows('"案件编号","结果"\r\n'.encode("gb18030")) == 0


@given(
    st.lists(st.lists(FIELD, min_size=2, max_size=2), max_size=6), st.sampled_from(["utf-8", "gb18030", "utf-8-sig"])
)
def test_what_is_written_reads_back_the_same(lines: list[list[str]], encoding: str) -> None:
    content = delimited.write(HEADER, lines, encoding)
    expected = [tuple(HEADER), *(tuple(value or None for value in line) for line in lines)]
    assert rows(content) == expected
    assert delimited.count_rows(content) == len(lines)


def test_the_police_s_notice_is_kept_to_the_letter() -> None:
    content = delimited.write(HEADER, [["营综执移字〔2026〕100号", None]])
    assert content == '"移送书文号","当事人"\r\n"营综执移字〔2026〕100号",""\r\n'.encode("gb18030")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_half_a_character_is_written_as_the_sign_for_one(encoding: str) -> None:
    content = delimited.write(["列"], [["1号\ud83d"]], encoding=encoding)
    assert content.decode(encoding) == '"列"\r\n"1号\ufffd"\r\n'
