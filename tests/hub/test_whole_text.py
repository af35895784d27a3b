"""Can every text be written, whatever halves of characters came in it?"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.outputs import csv_files
from hub.whole_text import whole_json, whole_text

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("", ""),
        ("县𠮷", "县𠮷"),
        ("1号\ud83d", "1号\ufffd"),
        ("\ude00\ud83d县", "\ufffd\ufffd县"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
    ],
)
def test_half_a_character_is_the_sign_for_what_cannot_be_told(text: str, whole: str) -> None:
    assert whole_text(text) == whole


@given(ANY_TEXT)
def test_every_text_can_be_written_and_a_whole_one_stays_as_it_is(text: str) -> None:
    whole = whole_text(text)
    assert whole.encode().decode() == whole == whole_text(whole)
    assert whole == text or any("\ud800" <= sign <= "\udfff" for sign in text)


def test_texts_are_made_whole_wherever_they_stand_in_a_value() -> None:
    value = {"na\udfffme": ["\ud83d", {"n": 1, "x": None}], "b": True}
    assert whole_json(value) == {"na\ufffdme": ["\ufffd", {"n": 1, "x": None}], "b": True}


def test_a_value_that_goes_as_deep_as_json_reads_is_made_whole_too() -> None:
    text = "[" * 900 + '"\\ud83d"' + "]" * 900
    assert "\ufffd" in json.dumps(whole_json(json.loads(text)), ensure_ascii=False)


def test_a_file_of_results_takes_half_a_character() -> None:
    assert csv_files({"x.csv": (("detail",), [("1号\ud83d",)])})["x.csv"].decode() == "detail\n1号\ufffd\n"
