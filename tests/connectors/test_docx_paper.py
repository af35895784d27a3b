"""What a template may do, what is said of one that was edited badly, and that values stay values."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document

from connectors.docx_paper import fill_template, placeholders, template_faults
from hub.errors import ConfigurationFault
from tests.hub.papers.paper_matters import PAPERS

AT = datetime(2026, 10, 31, 15, 59, tzinfo=timezone.utc)
OWN = {"title": "催办函", "issuer": "繁峙县人民检察院"}


def template(folder: Path, *paragraphs: str) -> Path:
    """A template as somebody types it."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    path = folder / "typed.docx"
    document.save(str(path))
    return path


def read(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(BytesIO(content)).paragraphs]


def test_a_line_end_in_a_value_begins_a_new_paragraph(tmp_path: Path) -> None:
    typed = template(tmp_path, "{{ facts }}", "末段")
    assert read(fill_template(typed, {**OWN, "facts": "一\r\n\n 二 \n三"}, AT)) == ["一", "二", "三", "末段"]


def test_an_optional_text_shows_only_where_its_field_is_there(tmp_path: Path) -> None:
    typed = template(tmp_path, "{%p if remarks %}", "{{ remarks }}", "{%p endif %}", "甲{% if remarks %}乙{% endif %}")
    assert placeholders(typed) == {"remarks"}
    assert read(fill_template(typed, {**OWN, "remarks": ""}, AT)) == ["甲"]
    assert read(fill_template(typed, {**OWN, "remarks": "丙"}, AT)) == ["丙", "甲乙"]


def test_the_file_says_when_by_whom_and_nothing_else_of_its_making(tmp_path: Path) -> None:
    typed = template(tmp_path, "{{ title }}")
    content = fill_template(typed, OWN, AT)
    properties = Document(BytesIO(content)).core_properties
    assert (properties.title, properties.author, properties.last_modified_by) == ("催办函", "繁峙县人民检察院", "")
    assert properties.created == properties.modified == AT
    with ZipFile(BytesIO(content)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(2026, 10, 31, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ nobody }}", "'nobody' is undefined"),
        ("{{ title }", "unexpected"),
        ("{{ title.__class__.__mro__ }}", "unsafe"),
        ("{% include 'secret' %}", "reach no other file"),
    ],
)
def test_what_a_template_may_not_do_is_refused_without_telling_a_value(tmp_path: Path, text: str, said: str) -> None:
    typed = template(tmp_path, text)
    with pytest.raises(ConfigurationFault, match=r"typed\.docx: ") as fault:
        fill_template(typed, {**OWN, "facts": "示例甲"}, AT)
    assert said in str(fault.value)
    assert "示例甲" not in str(fault.value)


def test_what_is_no_docx_or_not_there_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"PK no archive")
    for path in (broken, tmp_path / "absent.docx"):
        for call in (lambda path=path: placeholders(path), lambda path=path: fill_template(path, OWN, AT)):
            with pytest.raises(ConfigurationFault, match=path.name):
                call()


def test_a_template_that_was_edited_badly_is_named_with_the_placeholder(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(PAPERS.templates, folder)
    edited = Document(str(folder / "reminder.docx"))
    paragraph = next(one for one in edited.paragraphs if "{{ duty }}" in one.text)
    paragraph.runs[0].text = paragraph.text.replace("{{ due_on }}", "{{ dueon }}").replace("{{ overdue_days }}", "几")
    edited.save(str(folder / "reminder.docx"))
    (folder / "duty_clue.docx").write_bytes(b"")
    assert template_faults(replace(PAPERS, templates=folder)) == [
        f"{folder / 'reminder.docx'}: no field is named dueon",
        f"{folder / 'reminder.docx'}: does not show due_on",
        f"{folder / 'reminder.docx'}: does not show overdue_days",
        f"{folder / 'duty_clue.docx'}: cannot be read as a .docx",
    ]
