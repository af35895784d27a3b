"""Are the papers' data whole, and a mistake in them named with its place?"""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.docx_paper import template_faults
from hub.errors import ConfigurationFault
from hub.papers.numbers import next_number
from hub.papers.rules import load_papers
from tests.hub.agency_rows import MAPPINGS
from tests.hub.papers.paper_matters import PAPERS, UNITS

SOURCE = MAPPINGS / "papers.yaml"
# What is put in the place of what, and what is said.
MISTAKES = {
    "an unknown key": ("    approved_by: ", "    approved: ", "Extra inputs are not permitted"),
    "a field of every paper": ("      facts: {label", "      number: {label", "every paper has this field by itself"),
    "two sources": ("served_on: {label: 检察意见书送达日期,", "served_on: {label: 检察意见书送达日期, obligation: due_on,", "give one of"),
    "nothing taken": (", take: identified}", "}", "say with `take`"),
    "a type where there is none": ("record: referral, take: cause}", "record: referral, type: x, take: cause}", "have no type"),
    "a performer of no duty": ("    event: clue.sent\n", "    event: clue.sent\n    performs: true\n", "which duty it performs"),
    "a companion that is none": ("required_with: reply_by", "required_with: reply", "which the paper does not have"),
    "a template that is no file name": ("template: suggestion.docx", "template: ../suggestion.docx", "should match pattern"),
    "two papers of one name": ("paper: clue_result", "paper: clue_transfer", "two papers have one name: clue_transfer"),
    "an issuer that is none": ("issuer: police", "issuer: court", "no issuer is named court"),
    "a sealed paper in an open series": ("number: 职移", "number: 情通", "is sealed and shares its numbers with refusal_notice"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_papers_is_named(mistake: str, tmp_path: Path) -> None:
    old, new, said = MISTAKES[mistake]
    text = SOURCE.read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / "papers.yaml"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=r"papers\.yaml:\d+: ") as fault:
        load_papers(changed)
    assert said in str(fault.value)


def test_every_template_shows_what_its_paper_has_and_asks_for_nothing_else() -> None:
    assert template_faults(PAPERS) == []
    assert {rule.template for rule in PAPERS.every} == {path.name for path in PAPERS.templates.glob("*.docx")}


def test_the_numbers_of_open_and_sealed_papers_never_meet() -> None:
    prefixes = {
        (issuer.prefix.format(name=unit.name, short_name=unit.short_name) + rule.number, rule.sealed)
        for rule in PAPERS.every
        for unit in UNITS.values()
        for name, issuer in PAPERS.issuers.items()
        if rule.issuer == name == unit.kind
    }
    sealed = {prefix for prefix, apart in prefixes if apart}
    assert sealed
    assert not sealed & {prefix for prefix, apart in prefixes if not apart}


def test_each_issuer_word_and_year_has_a_series_of_its_own() -> None:
    taken = [
        "繁检情通〔2026〕9号",
        "繁检情通〔2026〕10号",
        "繁检通〔2026〕40号",
        "繁检情通〔2026〕Z70号",
        "情通〔2026〕80号",
    ]
    assert next_number("繁检情通", 2026, taken) == "繁检情通〔2026〕11号"
    assert next_number("繁检情通", 2027, taken) == "繁检情通〔2027〕1号"
    assert next_number("砂河政情通", 2026, taken) == "砂河政情通〔2026〕1号"
