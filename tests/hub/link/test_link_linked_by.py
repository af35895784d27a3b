"""Is what the linker keeps of a row enough to link by, and does it hold what many rows share only once?"""

from __future__ import annotations

from dataclasses import replace

from hub.link.decisions import digest_of
from hub.link.linked_by import linked_by
from hub.link.meetings import signed
from hub.model import Reading, Record, RowReading
from tests.hub.county import acceptance, document, linked, referral, result


def reading(record: Record) -> RowReading:
    return RowReading(record.source, Reading.READ, record.kind, record.key, "hash", detail="whole", record=record)


def test_what_is_kept_of_a_row_links_as_the_whole_row_does() -> None:
    whole = [referral(), acceptance(), result(), document("copy_receipt", related_doc_no="繁城综执移〔2026〕1号")]
    kept = [one for row in whole if (one := linked_by(reading(row), {}).record) is not None]
    assert [digest_of(one) for one in kept] == [digest_of(row) for row in whole]
    assert [(link.case_id, link.tier, link.explanation) for link in linked(kept).links] == [
        (link.case_id, link.tier, link.explanation) for link in linked(whole).links
    ]
    assert [one.raw for one in kept] == [()] * 4
    assert [n.tolist() for n in signed(kept).borne()] == [n.tolist() for n in signed(whole).borne()]


def test_versions_are_told_apart_as_before_and_a_row_without_a_record_says_no_more_than_that() -> None:
    row = reading(referral())
    assert replace(linked_by(row, {}), record=None) == replace(row, record=None, detail="")
    set_aside = RowReading("a.csv!R1", Reading.QUARANTINED, reason="impossible_date", detail="the row whole")
    assert linked_by(set_aside, {}).detail == ""


def test_a_word_that_many_rows_share_is_kept_once() -> None:
    words: dict[str, str] = {}
    one, other = (linked_by(reading(_copied(referral(n))), words).record for n in (1, 2))
    assert one is not None
    assert other is not None
    assert one.get("cause_code") is other.get("cause_code")
    assert one.agency is other.agency


def _copied(record: Record) -> Record:
    """The record with texts of its own, as they come from a ledger."""
    return replace(record, agency=_copy(record.agency), fields={k: _copy(v) for k, v in record.fields.items()})


def _copy(text: str) -> str:
    return text.encode().decode()
