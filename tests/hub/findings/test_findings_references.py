"""Which numbers stand twice or are missing, and which records did the linker leave to a person (contract 6.6)?"""

from __future__ import annotations

from tests.hub.agency_rows import OTHER_ID_NO, TOWNSHIP
from tests.hub.county import ANOTHER_TOWNSHIP, acceptance, judge, penalty, referral


def test_one_number_in_two_rows_of_a_township_is_found_on_each_case() -> None:
    second = {"当事人": "李四", "证件号码": OTHER_ID_NO, "移送书文号": "繁城综执移[2026]第01号"}
    rows = (referral(1), referral(2, **second))
    judged = judge(*rows)
    found = {(f.case_id, f.agency, f.detail) for f in judged.found if f.code == "duplicate_reference"}
    assert found == {(judged.case(row).case_id, TOWNSHIP, f"number={row.get('referral_no')}") for row in rows}
    assert len(found) == 2
    assert judge(referral(1), referral(2)).about("duplicate_reference") == []
    theirs = referral(1, ANOTHER_TOWNSHIP, 移送书文号="繁城综执移〔2026〕1号", 当事人="李四", 证件号码=None)
    assert judge(referral(1), theirs).about("duplicate_reference") == []
    assert (
        judge(referral(1), referral(2, 移送书文号=None), referral(3, 移送书文号=None)).about("duplicate_reference")
        == []
    )


def test_a_hole_between_the_lowest_and_the_highest_number_of_a_series() -> None:
    def numbered(*numbers: str | None, township: str = TOWNSHIP, aside: tuple[tuple[str, str], ...] = ()) -> list[str]:
        rows = [referral(no, township, 移送书文号=number) for no, number in enumerate(numbers, start=1)]
        found = [f for f in judge(*rows, set_aside=aside).found if f.code == "reference_gap"]
        assert all((f.case_id, f.agency) == ("", township) for f in found)
        return [f.detail for f in found]

    of = "繁城综执移〔2026〕{}号".format
    assert numbered(of(3), of(1), None) == [f"missing={of(2)}"]
    assert numbered(of(7), of(8)) == []  # what is below the lowest is nobody's hole
    assert numbered(of(1), "繁城综执移[2026]第００2号", of(3)) == []  # however it is written
    assert numbered(of(1), "繁城综执移〔2025〕3号") == []  # years are series of their own
    assert numbered(of(1), "繁城执移〔2026〕3号") == []  # and so are words
    assert numbered(of(1), "第三号") == []  # a number that cannot be read is none
    assert numbered(of(1), of(123456789)) == [f"missing={of('2..123456788')}"]  # a slip, not so many holes
    assert numbered(of(1), of(10**30)) == []  # nor a number that any register counts up to
    assert sorted(numbered(of(1), of(1_002))) == sorted(f"missing={of(number)}" for number in range(2, 1_002))
    assert numbered(of(1), of(1_003)) == [f"missing={of('2..1002')}"]
    assert numbered(of(1), of(4), aside=((TOWNSHIP, of(2)),)) == [f"missing={of(3)}"]  # a row set aside bears it


def test_penalties_have_no_series_of_referrals() -> None:
    assert judge(penalty(1), penalty(3)).about("reference_gap") == []


def test_an_ambiguous_record_is_found_on_its_own_case_with_its_candidates_in_order() -> None:
    rows = [referral(no) for no in (10, 9)]
    unclear = acceptance(1, 移送书文号=None)
    judged = judge(*rows, unclear)
    (finding,) = [f for f in judged.found if f.code == "ambiguous"]
    assert finding.case_id == judged.case(unclear).case_id
    assert judged.case(unclear).records == (unclear,)
    assert finding.detail == "candidates=繁城综执立〔2026〕9号+繁城综执立〔2026〕10号"
