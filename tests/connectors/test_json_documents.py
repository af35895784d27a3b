"""Is a page of documents read member by member, and refused where it is something else?"""

from __future__ import annotations

import json

import pytest

from connectors import json_documents
from hub.errors import ParcelRefused


def test_members_are_the_header_in_the_order_in_which_they_first_appear() -> None:
    items = [{"doc_id": "1", "doc_no": "a"}, {"doc_id": "2", "urgent": True, "doc_no": None}]
    (sheet,) = json_documents.read(json.dumps({"items": items}).encode(), "p").sheets
    assert sheet.rows == [("doc_id", "doc_no", "urgent"), ("1", "a", None), ("2", None, True)]
    assert sheet.name == ""


def test_lists_and_objects_stay_what_they_are() -> None:
    items = [{"persons": [{"name": "示例甲", "id_no": None}], "copies": []}]
    (sheet,) = json_documents.read(json.dumps({"items": items}).encode(), "p").sheets
    assert sheet.rows[1] == ([{"name": "示例甲", "id_no": None}], [])


def test_an_item_that_is_no_object_is_a_row_of_its_own_beside_the_documents() -> None:
    items = [{"doc_id": "1"}, "oops", None, [7], {"doc_id": "2"}]
    (sheet,) = json_documents.read(json.dumps({"items": items}).encode(), "p").sheets
    assert sheet.rows == [
        ("doc_id", "items"),
        ("1", None),
        (None, '"oops"'),
        (None, "null"),
        (None, "[7]"),
        ("2", None),
    ]


def test_half_a_character_is_told_as_one_that_can_be_written() -> None:
    items = [{"doc_no": "1\ud83d", "persons": [{"na\udfffme": "甲\ud83d\ude00"}]}]
    (sheet,) = json_documents.read(json.dumps({"items": items}).encode(), "p").sheets
    assert sheet.rows[1] == ("1\ufffd", [{"na\ufffdme": "甲\U0001f600"}])


def test_a_page_without_documents_has_a_header_without_members() -> None:
    table = json_documents.read(b'{"items": [], "next_cursor": null}', "p")
    assert table.sheets[0].rows == [()]
    assert dict(table.notes) == {"items": "0"}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"items": {}}', b"<html>", b"\xff", b"[" * 100_000, b"null"])
def test_anything_else_is_refused_whole(content: bytes) -> None:
    with pytest.raises(ParcelRefused) as refused:
        json_documents.read(content, "procuratorate/documents/start/0001.json")
    assert refused.value.reason == "unreadable_file"
