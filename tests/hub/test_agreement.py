"""Is a name in one data file to which nothing in another answers found, with its file and line?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hub.agreement import disagreements
from hub.delivery.rules import load_delivery_rules
from hub.duties.rules import load_rules
from hub.ladder.ladders import load_ladders
from hub.mapping.agency import load_agencies
from hub.papers.rules import load_papers

# (file, what stands there, what is put in its place, what is said)
MISTAKES = {
    "a ladder of a rule": ("rules.yaml", "ladder: police_silent", "ladder: silent", "no ladder is named silent"),
    "an event that opens": ("rules.yaml", "opens: [{event: transfer.approved}]", "opens: [{event: x.y}]", "no event is named x.y"),
    "an event that ends": ("rules.yaml", "{event: transfer.rejected}]", "{event: x.y}]", "no event is named x.y"),
    "an event that came before": ("rules.yaml", "after: filing.ordered", "after: filing.orderd", "no event is named filing.orderd"),
    "an event that replaces": ("rules.yaml", "event: filing.extended", "event: filing.extendd", "no event is named filing.extendd"),
    "a role of an agency": ("ladders.yaml", "agency: justice_bureau}", "agency: justice}", "no agency for a role is named justice"),
    "a rule to send again": ("ladders.yaml", "resend_for: [agency.acknowledge_delivery]", "resend_for: [agency.ack]", "no rule is named agency.ack"),
    "a receiver of a layout": ("deliveries.yaml", "for: [justice_bureau]", "for: [justice]", "no agency is named justice"),
    "who carries papers": ("deliveries.yaml", "carried_by: procuratorate", "carried_by: office", "no agency is named office"),
    "a decision": ("deliveries.yaml", "noted_by: nonfiling.received", "noted_by: nonfiling.recived", "no event is named nonfiling.recived"),
    "a rule of a finding": ("deliveries.yaml", "{undecided: police.decide_filing}", "{undecided: police.decide}", "no rule is named police.decide"),
    "a rule about channels": ("deliveries.yaml", "not_by_channel: [agency.acknowledge_delivery]", "not_by_channel: [a.b]", "no rule is named a.b"),
    "a document of a rung": ("ladders.yaml", "document: 情况通报函", "document: 情况函", "no paper of this name for township.act_on_transfer_opinion"),
    "a template": ("papers.yaml", "template: follow_up.docx", "template: follow.docx", "no template is named follow.docx"),
    "an addressee": ("papers.yaml", "addressed_to: debtor", "addressed_to: owing", "no agency or office is named owing"),
    "who gets a copy": ("papers.yaml", "copies_to: justice_bureau", "copies_to: justice", "no agency or office is named justice"),
    "who approves": ("papers.yaml", "approved_by: chief_procurator", "approved_by: chief", "no role is named chief"),
    "a rule of a paper": ("papers.yaml", "rules: [township.reply_opinion]", "rules: [township.reply]", "no rule is named township.reply"),
    "an event of a field": ("papers.yaml", "event: transfer_opinion.served}", "event: x.y}", "no event is named x.y"),
    "a condition of a paper": ("papers.yaml", "{event: filing.accepted,", "{event: filing.none,", "no event is named filing.none"),
    "a rule that a field words": ("papers.yaml", "township.reply_opinion: 未在", "township.answer: 未在", "no rule is named township.answer"),
    "an office of a field": ("papers.yaml", "office: superior_government}", "office: above}", "no office is named above"),
    "who holds a role": ("agencies/140924208.yaml", "unit_head: ", "head_of_unit: ", "no role is named head_of_unit"),
    "a layout that an agency asks for": (
        "agencies/140924208.yaml", "receives: township_files", "receives: files", "no layout in deliveries.yaml is named files",
    ),
}  # fmt: skip


def found_in(mappings: Path) -> list[str]:
    return disagreements(
        mappings,
        load_agencies(mappings),
        load_rules(mappings / "rules.yaml"),
        load_ladders(mappings / "ladders.yaml"),
        load_delivery_rules(mappings / "deliveries.yaml"),
        load_papers(mappings / "papers.yaml"),
    )


def test_the_countys_files_agree(project_root: Path) -> None:
    assert found_in(project_root / "mappings") == []


def test_an_agency_that_has_left_is_no_fault(project_root: Path, tmp_path: Path) -> None:
    mappings = Path(shutil.copytree(project_root / "mappings", tmp_path / "mappings"))
    (mappings / "agencies" / "justice_bureau.yaml").unlink()
    assert found_in(mappings) == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_name_that_nothing_answers_to_is_found_with_file_and_line(
    project_root: Path, tmp_path: Path, mistake: str
) -> None:
    file, old, new, said = MISTAKES[mistake]
    mappings = Path(shutil.copytree(project_root / "mappings", tmp_path / "mappings"))
    text = (mappings / file).read_text(encoding="utf-8")
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    (mappings / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    (fault,) = found_in(mappings)
    assert fault.startswith(f"{mappings / file}:{line}: "), (fault, line)
    assert fault.endswith(said)
