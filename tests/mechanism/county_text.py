"""Which clauses does the county's own text have? Its paragraphs, each under the label by which papers cite it."""

from __future__ import annotations

import re
from pathlib import Path

TEXT = Path(__file__).parent / "mechanism.zh.txt"

_SECTION = re.compile(r"([一二三四五六])、(.+)")
_ITEM = re.compile(r"（([一二三四五六七八九])）(.+)")
# The county's text has lost the label of （五）; its first paragraph begins with these words.
_LOST = {"人民检察院决定不起诉的案件": "五"}
_ORDINALS = "一二三四五六"


def paragraphs() -> dict[str, str]:
    """label -> the paragraph, in the order of the text.

    The preamble is 序言. Several paragraphs of one clause are its 第一款, 第二款 …; what stands before the first item of
    a section bears the section's number alone. Titles and headings bear no label.
    """
    clauses: dict[str, list[str]] = {}
    section = item = ""
    for line in TEXT.read_text("utf-8").splitlines():
        if begins := _SECTION.fullmatch(line):
            section, item = begins[1], ""
            # The last two sections are one sentence each, without a heading.
            if line.endswith("。"):
                clauses[section] = [begins[2]]
            continue
        if not section:
            if line.endswith("。"):
                clauses["序言"] = [line]
            continue
        numbered = _ITEM.fullmatch(line)
        lost = next((number for words, number in _LOST.items() if line.startswith(words)), "")
        item = numbered[1] if numbered else lost or item
        if line:
            clauses.setdefault(f"{section}（{item}）" if item else section, []).append(line)
    return {
        (label if len(texts) == 1 else f"{label}第{_ORDINALS[place]}款"): text
        for label, texts in clauses.items()
        for place, text in enumerate(texts)
    }
