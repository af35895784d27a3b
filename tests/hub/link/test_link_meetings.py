"""Does every record meet those that bear what it looks for, nobody else, and nobody without need?"""

from __future__ import annotations

import pytest

from hub.link.meetings import Meetings, Signed, signed
from hub.link.persons import person_of
from hub.link.signs import signs, sought
from hub.model import CellValue, Party, Record, RecordKind
from tests.hub.agency_rows import OTHER_ID_NO
from tests.hub.county import ANOTHER_TOWNSHIP, acceptance, copy_receipt, document, penalty, referral, result

SUSPECT = "嫌疑人/单位"
NO_NUMBER: dict[str, CellValue] = {"移送书文号": None}
COUNTY = (
    [referral(n) for n in range(1, 4)]
    + [referral(4, ANOTHER_TOWNSHIP), penalty(1), result(), copy_receipt(), referral(5, 当事人="李某某")]
    + [acceptance(n) for n in range(1, 4)]
    + [acceptance(4, **NO_NUMBER, **{SUSPECT: "李某", "证件号码": None})]
    + [document(kind, related_doc_no="繁城综执移〔2026〕1号") for kind in ("copy_receipt", "transfer_opinion")]
)


def meetings(records: list[Record]) -> Meetings:
    return Meetings(records, range(len(records)), signed(records))


def meets(one: Record, other: Record) -> bool:
    return meetings([one, other]).met_by(0) == [1]


def test_a_record_meets_those_that_bear_what_it_looks_for_and_an_acceptance_only_referrals() -> None:
    found = meetings(COUNTY)
    for i, record in enumerate(COUNTY):
        wanted = set(sought(record))
        met = [j for j, other in enumerate(COUNTY) if j != i and not wanted.isdisjoint(signs(other))]
        if record.kind is RecordKind.ACCEPTANCE:
            met = [j for j in met if COUNTY[j].kind is RecordKind.REFERRAL]
        assert found.met_by(i) == met
    assert sum(len(found.met_by(i)) for i in range(len(COUNTY))) > 20


def test_who_meets_some_records_is_who_has_one_of_them_before_it() -> None:
    found = meetings(COUNTY)
    for some in ([0], [1, 4], list(range(len(COUNTY))), []):
        wanted = [i for i in range(len(COUNTY)) if not set(found.met_by(i)).isdisjoint(some)]
        assert found.meeting(some) == wanted


def test_the_records_of_a_run_are_found_among_the_signs_of_others() -> None:
    all_signs = Signed()
    for number, record in enumerate(COUNTY):
        all_signs.add(number * 7, record)
    few = [COUNTY[8], COUNTY[0]]
    assert Meetings(few, [56, 0], all_signs).met_by(0) == [1]
    assert Meetings([], [], all_signs).bearing("number|1") == []


def test_two_signs_of_one_number_lead_to_too_many_records_and_to_no_fewer() -> None:
    alike = Signed(lambda sign: len(sign) % 3)
    for number, record in enumerate(COUNTY):
        alike.add(number, record)
    found, all_of_them = meetings(COUNTY), Meetings(COUNTY, range(len(COUNTY)), alike)
    for i in range(len(COUNTY)):
        assert set(found.met_by(i)) <= set(all_of_them.met_by(i))


def test_what_a_number_cell_destroyed_wholly_is_no_sign() -> None:
    assert person_of(Party("张三", "1.40924E+17", "damaged")).searched == ""
    assert person_of(Party("张三", "1.40924196112197E+17", "damaged")).searched == "140924196112197"
    assert person_of(Party("张三", OTHER_ID_NO, "complete")).searched == OTHER_ID_NO[:15]
    assert person_of(Party("张三")).searched == ""


@pytest.mark.parametrize(
    ("suspect", "number", "met"),
    [
        ("李四", OTHER_ID_NO, False),
        ("张三", OTHER_ID_NO, True),
        ("张某某", None, True),
        ("张某某", OTHER_ID_NO, False),
        ("张山", "1409241980********", True),
        ("李某某", None, False),
    ],
    ids=["another", "a namesake", "a masked name", "a masked name with a number", "a masked number", "another masked"],
)
def test_a_person_that_cannot_be_the_same_is_not_even_weighed(suspect: str, number: str | None, met: bool) -> None:
    answer = acceptance(1, **NO_NUMBER, **{SUSPECT: suspect, "证件号码": number, "涉案金额": None})
    assert meets(answer, referral()) is met


def test_a_namesake_in_another_township_is_met_only_with_the_same_sum() -> None:
    cells = {**NO_NUMBER, "证件号码": None, "移送单位": "岩头乡"}
    assert not meets(acceptance(1, **cells, 涉案金额="8000"), referral(涉案金额="125000"))
    assert meets(acceptance(1, **cells, 涉案金额="125000"), referral(涉案金额="125000"))
