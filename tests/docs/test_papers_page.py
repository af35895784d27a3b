"""Does the page about papers list every paper as the data have it?"""

from __future__ import annotations

from pathlib import Path

from hub.papers.rules import load_papers
from tests.docs.pages import rows_of, words_of


def test_every_paper_stands_on_the_page_with_its_ways_and_fields(project_root: Path) -> None:
    papers = load_papers(project_root / "mappings" / "papers.yaml")
    rows = [row for row in rows_of(project_root / "docs" / "papers.md") if row.titles[0] == "paper"]
    assert [row.names()[0] for row in rows] == [rule.paper for rule in papers.every]
    for row, rule in zip(rows, papers.every, strict=True):
        _, title, ways, copies, approved, series, given = row.cells
        assert (title, series) == (rule.title, rule.number)
        assert words_of(ways) == (rule.issuer, *rule.addressed_to)
        assert words_of(copies) == rule.copies_to
        assert words_of(approved) == tuple(filter(None, [rule.approved_by]))
        labels = [field.label for field in rule.fields.values() if field.given and field.required]
        assert given == ("、".join(labels) or "—"), rule.paper
