"""Is a paper kept once under one number, and does nobody without the key learn that it is there?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.evidence.bundle import verify_chain
from hub.ledger import migrate, schema
from hub.ledger.facts import append_fact, facts
from hub.ledger.papers import keep_paper, paper_content, papers
from hub.ledger.store import Ledger
from tests.hub.ledger.statements import HOUR, ID_NO, MORNING, PAPER, a_paper
from tests.hub.ledger.tampering import rows_of


def test_what_was_drafted_for_an_occasion_is_never_drafted_again(ledger: Ledger) -> None:
    with ledger.write() as tx:
        assert keep_paper(tx, a_paper(), PAPER)
        again = replace(a_paper(), number="繁检跟监〔2026〕2号", drafted_at=MORNING + HOUR)
        assert not keep_paper(tx, again, PAPER)
    with ledger.read() as tx:
        (kept,) = papers(tx)
        assert paper_content(tx, kept.paper_id) == PAPER
        assert papers(tx, MORNING - HOUR) == []
        with pytest.raises(KeyError):
            paper_content(tx, "W0")
    assert kept == replace(a_paper(), paper_id=kept.paper_id)
    assert verify_chain(ledger).entries == 1


def test_one_number_is_given_to_one_paper(ledger: Ledger) -> None:
    with ledger.write() as tx:
        keep_paper(tx, a_paper(), PAPER)
        with pytest.raises(ValueError, match="another paper bears this number"):
            keep_paper(tx, replace(a_paper(), occasion="rung obligation-2/opinion_unanswered/2"), PAPER)


def test_the_bytes_must_be_those_that_are_spoken_of(ledger: Ledger) -> None:
    with ledger.write() as tx, pytest.raises(ValueError, match="sha256"):
        keep_paper(tx, a_paper(), b"other bytes")


def test_the_table_tells_neither_kind_nor_number_nor_person(ledger: Ledger, url: str) -> None:
    with ledger.write() as tx:
        given = {"parties": f"赵试验 {ID_NO}"}
        clue = replace(a_paper(), sealed=True, kind="duty_clue", title="职务违法犯罪线索移送函", given=given)
        keep_paper(tx, clue, PAPER)
    written = " ".join(str(row) for table in ("paper", "evidence") for row in rows_of(url, table))
    assert rows_of(url, "paper")
    for word in ("duty_clue", "线索", "繁检", "〔2026〕", "case-1", "obligation-1", ID_NO, "赵试验", "PK the bytes"):
        assert word not in written


def test_a_ledger_of_before_there_were_papers_keeps_all_that_it_holds(ledger: Ledger, url: str) -> None:
    with ledger.write() as tx:
        append_fact(tx, "notice.sent", "obligation-1", MORNING, {"to": "liaison"})
    with ledger.write() as tx:  # as the first version left it
        for made_since in ("TABLE paper", "TABLE sign", "TABLE standing", "TABLE linked", "INDEX ix_link_source"):
            tx.connection.exec_driver_sql(f"DROP {made_since}")
        tx.connection.exec_driver_sql("UPDATE ledger_version SET version_num = '0001'")
    assert migrate.head() == schema.REVISION
    ledger.upgrade()
    with ledger.write() as tx:
        assert keep_paper(tx, a_paper(), PAPER)
        assert [fact.attributes for fact in facts(tx)] == [{"to": "liaison"}]
    report = verify_chain(ledger)
    assert (report.ok, report.entries) == (True, 2)
