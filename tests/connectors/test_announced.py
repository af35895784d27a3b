"""Is the text of a notice found in whatever file it came?"""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from connectors.announced import read_lines
from hub.errors import ConfigurationFault
from hub.periods.announcement import read_announcement
from tests.hub.periods.notices import NOTICE_2026, NOTICE_2027

AWAITED = read_announcement(NOTICE_2027.splitlines(), "x")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_plain_text_is_read_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "notice.txt"
    path.write_bytes(NOTICE_2027.encode(encoding))
    assert read_announcement(read_lines(path), "x") == AWAITED


def test_a_word_document_is_read_paragraph_by_paragraph(tmp_path: Path) -> None:
    document = Document()
    for line in NOTICE_2027.splitlines():
        document.add_paragraph(line)
    path = tmp_path / "notice.docx"
    document.save(str(path))
    assert read_announcement(read_lines(path), "x") == AWAITED


def test_a_saved_page_is_read_as_it_is_shown(tmp_path: Path) -> None:
    paragraphs = "\n".join(f"<p><strong>{line[:6]}</strong>{line[6:]}</p>" for line in NOTICE_2026.splitlines())
    page = f"<html><head><title>x</title><script>var d='1月9日';</script></head><body>{paragraphs}</body></html>"
    path = tmp_path / "notice.html"
    path.write_text(page, encoding="gb18030")
    assert read_announcement(read_lines(path), "x") == read_announcement(NOTICE_2026.splitlines(), "x")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("notice.docx", b"no archive", "no Word document"),
        ("notice.txt", b"\x00\xff\xfe\x80", "no text in UTF-8 or GB18030"),
        ("missing.txt", None, "No such file"),
    ],
)
def test_a_file_that_holds_no_text_is_named(tmp_path: Path, name: str, content: bytes | None, told: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigurationFault, match=told):
        read_lines(tmp_path / name)
