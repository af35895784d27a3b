"""On which fields do records disagree, who says what, and who settles it? By the county's table, which is checked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hub.errors import ConfigurationFault
from hub.findings.authority import About, Authorities, load_authorities
from hub.findings.conflicts import find_conflicts
from hub.findings.differing import Differing, differing_fields
from hub.model import Record
from tests.hub.agency_rows import ID_NO, MAPPINGS, OTHER_ID_NO, TOWNSHIP
from tests.hub.county import AS_OF, AUTHORITIES, acceptance, at, document, handling, judge, linked, referral


def differing(*records: Record, authorities: Authorities = AUTHORITIES) -> list[Differing]:
    """Every disagreement of the only case that the records make."""
    (case,) = linked(records).cases
    return list(differing_fields(case, authorities))


def said(one: Differing) -> dict[str, str]:
    """Agency -> what it says."""
    return {statement.agency: statement.value for statement in one.statements}


def test_each_side_is_quoted_and_the_agency_that_settles_it_named() -> None:
    (amount,) = differing(referral(涉案金额="1000"), acceptance(涉案金额="1200"))
    assert amount.about is About.AMOUNT
    assert said(amount) == {TOWNSHIP: "1000", "police": "1200"}
    assert amount.settled_by == TOWNSHIP
    assert all(statement.source for statement in amount.statements)


def test_an_identity_number_is_quoted_masked() -> None:
    (number,) = differing(referral(), acceptance(证件号码=OTHER_ID_NO))
    assert number.about is About.ID_NO
    assert number.settled_by == "police"
    assert set(said(number)) == {TOWNSHIP, "police"}
    assert not any(one in str(number) for one in (ID_NO, OTHER_ID_NO))


def test_masked_numbers_that_are_the_same_bear_the_same_sign() -> None:
    copy = document("copy_receipt", related_doc_no="繁城综执移〔2026〕1号")
    (number,) = differing(referral(), acceptance(证件号码=OTHER_ID_NO), copy)
    signs = {agency: value.split()[1] for agency, value in said(number).items()}
    assert signs[TOWNSHIP] == signs["procuratorate"] != signs["police"]


def test_a_name_that_differs_from_many_records_is_one_disagreement_with_all_of_them() -> None:
    records = (
        referral(),
        acceptance(**{"嫌疑人/单位": "张山"}),
        document("copy_receipt", related_doc_no="繁城综执移〔2026〕1号"),
    )
    (name,) = [one for one in differing(*records) if one.about is About.PARTY]
    assert said(name) == {TOWNSHIP: "张三", "police": "张山", "procuratorate": "张三"}


def test_days_of_receipt_and_of_service_are_settled_by_who_gave_them() -> None:
    (receipt,) = differing(referral(回执时间="2026-07-05"), acceptance())
    assert (receipt.about, receipt.settled_by) == (About.RECEIVED_AT, "police")
    assert said(receipt) == {TOWNSHIP: "2026-07-05", "police": "2026-07-02 09:00"}
    (service,) = differing(document("penalty_opinion"), handling())
    assert (service.about, service.settled_by) == (About.SERVED_AT, "procuratorate")
    assert said(service)[TOWNSHIP] == "2026-07-10"


def test_a_cause_is_quoted_as_each_says_it_but_never_by_the_name_of_a_case_which_names_its_party() -> None:
    (cause,) = differing(referral(), acceptance(案件名称="张三涉嫌盗伐林木案"))
    assert (cause.about, cause.settled_by) == (About.CAUSE, "police")
    assert said(cause) == {TOWNSHIP: "滥伐林木", "police": "A345-1"}


def test_records_that_agree_differ_in_nothing() -> None:
    assert differing(referral(涉案金额="1000"), acceptance(涉案金额="1000")) == []


def test_a_county_that_chooses_another_agency_is_followed_by_its_findings() -> None:
    changed = dict(AUTHORITIES.of)
    changed[About.AMOUNT] = changed[About.AMOUNT].model_copy(update={"agency": "procuratorate"})
    (case,) = linked((referral(涉案金额="1000"), acceptance(涉案金额="1200"))).cases
    for authorities, agency in ((AUTHORITIES, TOWNSHIP), (Authorities(changed), "procuratorate")):
        (finding,) = find_conflicts(case, authorities, at(AS_OF))
        assert (finding.code, finding.agency, finding.detail) == ("field_conflict", agency, "field=amount")


def test_where_a_township_settles_what_only_others_say_it_is_the_one_that_they_name() -> None:
    changed = {about: line.model_copy(update={"agency": "township"}) for about, line in AUTHORITIES.of.items()}
    records = (
        acceptance(案件名称="张三涉嫌滥伐林木案"),
        document("copy_receipt", cause="盗伐林木", related_doc_no="繁城综执移〔2026〕1号"),
    )
    found = differing(*records, authorities=Authorities(changed))
    assert [(one.about, one.settled_by) for one in found] == [(About.CAUSE, TOWNSHIP)]


def test_every_conflict_that_is_found_can_be_quoted() -> None:
    records = (
        referral(涉案金额="1000", 回执时间="2026-07-05"),
        acceptance(证件号码=OTHER_ID_NO, 涉案金额="1200"),
    )
    fields = {detail for _, detail in judge(*records).about("field_conflict")}
    assert fields == {f"field={AUTHORITIES.of[one.about].field}" for one in differing(*records)}
    assert len(fields) == 3


# The table


def table(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """The project's table, changed."""
    text = (MAPPINGS / "authority.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "authority.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_projects_table_settles_everything_that_is_compared() -> None:
    assert set(load_authorities(MAPPINGS / "authority.yaml").of) == set(About)


@pytest.mark.parametrize(
    ("old", "new", "said_of_it"),
    [
        ("about: id_no", "about: party", "stands twice"),
        (
            "  - {about: amount, field: amount, title: 涉案金额, agency: township",
            "  # - {about: amount",
            "nobody settles amount",
        ),
        ("agency: township,", "agency: town,", "agency"),
        ("field: amount", "field: sum", "field"),
        ("about: cause", "about: colour", "about"),
    ],
)
def test_a_table_that_leaves_something_open_or_says_it_twice_is_refused_by_line(
    tmp_path: Path, old: str, new: str, said_of_it: str
) -> None:
    path = table(tmp_path, (old, new))
    with pytest.raises(ConfigurationFault, match=said_of_it) as fault:
        load_authorities(path)
    assert f"{path}:" in str(fault.value)


def test_a_disagreement_is_told_the_same_way_whatever_order_the_records_came_in() -> None:
    records = [referral(涉案金额="1000"), acceptance(涉案金额="1200")]
    assert differing(*records) == differing(*reversed(records))
    assert replace(differing(*records)[0], case_id="") == replace(differing(*reversed(records))[0], case_id="")


@pytest.mark.parametrize("typed", [None, "1409241980****1236"])
def test_one_wrong_character_is_told_whether_or_not_a_number_stands_beside_it(typed: str | None) -> None:
    misspelt = acceptance(**{"嫌疑人/单位": "张山"}, 证件号码=typed)
    (name,) = [one for one in differing(referral(), misspelt) if one.about is About.PARTY]
    assert said(name) == {TOWNSHIP: "张三", "police": "张山"}
