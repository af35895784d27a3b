"""What do acknowledgements settle: late, twice, out of order, in part, or about nothing we sent?"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.delivery.receipts import AckRow, Fault, SentParcel, Settlement, read_ack, settle
from hub.moment import SHANGHAI
from tests.hub.matters import desk

ANSWERS = desk().rules.answers
AT = datetime(2026, 10, 31, 17, 10, 41, tzinfo=SHANGHAI)
SHA = "ab" * 32
PARCEL = SentParcel("P20261031-0001", "police", SHA, ("r1", "r2", "r3"), 3)
BOOK = SentParcel("T140924102-20261031-0001", "140924102", SHA, ("d1", "f1"), 1)


def line(row: int, result: str = "00", minutes: int = 0, parcel: SentParcel = PARCEL, sha256: str = SHA) -> AckRow:
    return AckRow(
        parcel.parcel_id, AT + timedelta(minutes=minutes), sha256, parcel.expects, row, result, "police/ack/x!R1"
    )


def judged(*lines: AckRow, parcel: SentParcel = PARCEL) -> Settlement:
    return settle(lines, {parcel.parcel_id: parcel, BOOK.parcel_id: BOOK}, ANSWERS)


def results(found: Settlement) -> list[tuple[str, str]]:
    return [(receipt.delivery_id, receipt.result) for receipt in found.receipts]


def faults(found: Settlement) -> list[Fault]:
    return [one.fault for one in found.faults]


def test_a_parcel_is_acknowledged_when_each_of_its_rows_is_taken_or_known() -> None:
    found = judged(line(1), line(2, "31"), line(3, minutes=5))
    assert found.acknowledged == {PARCEL.parcel_id: AT + timedelta(minutes=5)}
    assert results(found) == [("r1", "taken"), ("r2", "known"), ("r3", "taken")]
    assert (found.refused, found.waiting, found.faults) == ({}, {}, ())


@pytest.mark.parametrize(("code", "says"), [("11", "请核对移送单位名称"), ("21", "补送材料")])
def test_a_refused_row_says_in_words_why_and_what_to_do(code: str, says: str) -> None:
    found = judged(line(1), line(2, code), line(3))
    assert results(found) == [("r1", "taken"), ("r2", "refused"), ("r3", "taken")]
    assert says in found.receipts[1].detail
    assert (found.acknowledged, found.refused) == ({}, {PARCEL.parcel_id: AT})


def test_one_answer_to_a_workbook_settles_all_that_is_in_it() -> None:
    found = judged(line(1, parcel=BOOK))
    assert results(found) == [("d1", "taken"), ("f1", "taken")]
    assert set(found.acknowledged) == {BOOK.parcel_id}


def test_an_answer_to_some_rows_waits_for_the_others() -> None:
    found = judged(line(1), line(3, "21"))
    assert (found.receipts, found.acknowledged, found.refused) == ((), {}, {})
    assert found.waiting == {PARCEL.parcel_id: (2,)}
    assert results(judged(line(1), line(3, "21"), line(2, minutes=600))) == [
        ("r1", "taken"),
        ("r2", "taken"),
        ("r3", "refused"),
    ]


def test_an_answer_for_other_bytes_acknowledges_nothing_and_is_reported() -> None:
    found = judged(*(line(row, sha256="cd" * 32) for row in (1, 2, 3)))
    assert (found.receipts, found.acknowledged) == ((), {})
    assert faults(found) == [Fault.OTHER_CONTENT]
    assert found.waiting == {PARCEL.parcel_id: (1, 2, 3)}


def test_an_answer_for_another_number_of_rows_acknowledges_nothing_and_is_reported() -> None:
    found = judged(*(replace(line(row), rows=4) for row in (1, 2, 3)), line(4))
    assert found.acknowledged == {}
    assert set(faults(found)) == {Fault.OTHER_ROWS}


def test_an_answer_to_a_parcel_that_was_never_sent_is_reported_and_disturbs_no_other() -> None:
    stray = replace(line(1), parcel_id="P20260901-0001")
    found = judged(stray, line(1), line(2), line(3))
    assert [(one.fault, one.parcel_id) for one in found.faults] == [(Fault.UNKNOWN_PARCEL, "P20260901-0001")]
    assert set(found.acknowledged) == {PARCEL.parcel_id}


def test_a_result_outside_the_agreement_is_no_answer() -> None:
    found = judged(line(1), line(2, "99"), line(3))
    assert faults(found) == [Fault.UNKNOWN_RESULT]
    assert found.waiting == {PARCEL.parcel_id: (2,)}


def test_a_refusal_that_was_put_right_is_overtaken() -> None:
    found = judged(line(1), line(2, "21"), line(3), line(2, minutes=60))
    assert set(found.acknowledged) == {PARCEL.parcel_id}
    assert found.faults == ()


def test_what_was_taken_once_stays_taken_and_a_later_refusal_is_reported() -> None:
    found = judged(line(1), line(2), line(3), line(2, "21", minutes=60))
    assert set(found.acknowledged) == {PARCEL.parcel_id}
    assert faults(found) == [Fault.TAKEN_BACK]


def test_a_correction_that_the_receiver_calls_known_needs_a_person() -> None:
    correcting = replace(PARCEL, replacing=frozenset({"r2"}))
    found = judged(line(1, "31"), line(2, "31"), line(3), parcel=correcting)
    assert faults(found) == [Fault.CORRECTION_NOT_TAKEN]
    assert "r2" in found.faults[0].detail


LINES = st.builds(
    line,
    row=st.integers(min_value=0, max_value=4),
    result=st.sampled_from(["00", "11", "21", "31", "99"]),
    minutes=st.integers(min_value=0, max_value=3),
    sha256=st.sampled_from([SHA, SHA, SHA, "cd" * 32]),
)


@given(
    st.lists(LINES, max_size=12, unique_by=lambda one: (one.row, one.received_at)),
    st.randoms(use_true_random=False),
)
@settings(max_examples=200, deadline=None)
def test_neither_the_order_nor_the_repetition_of_answers_makes_a_difference(
    lines: list[AckRow], shuffle: random.Random
) -> None:
    again = [*lines, *lines[::2]]
    shuffle.shuffle(again)
    one, other = judged(*again), judged(*lines)
    assert replace(one, faults=()) == replace(other, faults=())
    assert set(one.faults) == set(other.faults)


def test_of_two_answers_of_one_second_the_one_that_came_first_was_said_first() -> None:
    refused, taken = line(2, "21"), line(2)
    put_right = judged(line(1), refused, line(3), taken)
    assert (set(put_right.acknowledged), put_right.faults) == ({PARCEL.parcel_id}, ())
    taken_back = judged(line(1), taken, line(3), refused)
    assert set(taken_back.acknowledged) == {PARCEL.parcel_id}
    assert faults(taken_back) == [Fault.TAKEN_BACK]


def test_a_file_sent_once_more_says_what_it_said_as_early_as_it_did() -> None:
    refused, taken = line(2, "21"), line(2)
    assert judged(line(1), refused, line(3), taken, replace(refused, source="police/ack/again!R1")).faults == ()


@given(st.lists(LINES, max_size=12), LINES)
@settings(max_examples=200, deadline=None)
def test_a_further_answer_never_takes_an_acknowledgement_back(lines: list[AckRow], further: AckRow) -> None:
    taken = {one for one, result in results(judged(*lines)) if result != "refused"}
    assert taken <= {one for one, result in results(judged(*lines, further)) if result != "refused"}


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_polices_own_examples_are_read_and_settle_their_parcels(samples: Path) -> None:
    lines: list[AckRow] = []
    for path in sorted((samples / "police" / "ack").glob("*.csv")):
        found, wrong = read_ack(read(path.read_text(encoding="gb18030")), f"police/ack/{path.name}")
        assert wrong == []
        lines += found
    digests = {one.parcel_id: one.sha256 for one in lines}
    sent = {
        name: SentParcel(name, "police", digests[name], tuple(f"{name}-{n}" for n in range(rows)), rows)
        for name, rows in (("P20260901-0001", 3), ("P20260902-0001", 2))
    }
    found_all = settle(lines, sent, ANSWERS)
    assert set(found_all.acknowledged) == {"P20260901-0001"}
    assert list(found_all.refused) == ["P20260902-0001"]
    assert [r.detail for r in found_all.receipts if r.result == "refused"] == [
        "缺少附件（21）；请按移送书所附清单向公安机关补送材料（国令第730号第六条）"
    ]


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("parcel_id", "", "parcel_id 为空"),
        ("received_at", "昨天", "received_at 不是时间"),
        ("received_at", "0001-01-01T00:00:00", "received_at 不是可能的时间"),
        ("received_at", "9999-12-31T23:59:59-08:00", "received_at 不是可能的时间"),
        ("rows", "三", "rows 不是数字"),
        ("row", "-1", "row 不是数字"),
        ("result", " ", "result 为空"),
    ],
)
def test_a_line_that_cannot_be_read_is_reported_and_the_others_stand(column: str, cell: str, says: str) -> None:
    good = {
        "parcel_id": "P1",
        "received_at": "2026-10-31T17:00:00+08:00",
        "sha256": SHA,
        "rows": "2",
        "row": "1",
        "result": "00",
    }
    found, wrong = read_ack([good, {**good, column: cell}], "police/ack/P1.ack.csv")
    assert len(found) == 1
    assert [(one.fault, one.detail) for one in wrong] == [(Fault.UNREADABLE, f"第 2 行：{says}")]


def test_a_time_without_offset_is_the_desks_own_clock_and_a_digest_may_be_in_capitals() -> None:
    row = {
        "parcel_id": "P1",
        "received_at": "2026-10-31 17:00:00",
        "sha256": SHA.upper(),
        "rows": "1",
        "row": "1",
        "result": "00",
    }
    (found,), _ = read_ack([row], "x")
    assert (found.received_at, found.sha256) == (datetime(2026, 10, 31, 17, tzinfo=SHANGHAI), SHA)
