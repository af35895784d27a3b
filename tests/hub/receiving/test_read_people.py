"""Whose number is whose? Names and identity numbers of one row belong together in their order, or to nobody."""

from __future__ import annotations

import pytest

from hub.model import CellValue, Party
from tests.hub.agency_rows import ID_NO, OTHER_ID_NO, REFERRALS, TOWNSHIP, read_one
from tests.hub.county import document


def people(**cells: CellValue) -> list[tuple[str, str, str]]:
    record = read_one(TOWNSHIP, REFERRALS, **cells).record
    assert record is not None
    return [(p.name, p.id_no, p.id_state) for p in record.parties]


def test_numbers_belong_to_the_names_in_their_order() -> None:
    both = people(当事人="张三、李四", 证件号码=f"{ID_NO}、{OTHER_ID_NO}")
    assert both == [("张三", ID_NO, "complete"), ("李四", OTHER_ID_NO, "complete")]
    assert people(当事人="张三、李四", 证件号码=f"/、{OTHER_ID_NO}") == [
        ("张三", "", "absent"),
        ("李四", OTHER_ID_NO, "complete"),
    ]
    assert people(当事人="张三、李四", 证件号码=f"{ID_NO}、") == [("张三", ID_NO, "complete"), ("李四", "", "absent")]


def test_numbers_that_are_fewer_or_more_than_the_names_are_nobodys() -> None:
    assert people(当事人="张三、李四", 证件号码=ID_NO) == [("张三", "", "absent"), ("李四", "", "absent")]
    assert people(当事人="张三", 证件号码=f"{ID_NO}、{OTHER_ID_NO}") == [("张三", "", "absent")]
    assert people(当事人="张三", 证件号码=None) == [("张三", "", "absent")]


@pytest.mark.parametrize("between", [" ", "  ", "\u3000", "/", " / ", "／"])
def test_two_whole_numbers_part_two_names_that_no_comma_parts(between: str) -> None:
    short = "140924800304125"
    both = people(当事人=f"张三{between}李四", 证件号码=f"{ID_NO}{between}{short}")
    assert [(name, state) for name, _, state in both] == [("张三", "complete"), ("李四", "legacy")]
    assert people(当事人="张三、李四", 证件号码=f"{ID_NO}{between}{OTHER_ID_NO}") == [
        ("张三", ID_NO, "complete"),
        ("李四", OTHER_ID_NO, "complete"),
    ]


def test_a_space_within_a_name_parts_nobody() -> None:
    assert people(当事人="张 三", 证件号码=f"{ID_NO} {OTHER_ID_NO}") == [("张 三", "", "absent")]
    assert people(当事人="张三 李四", 证件号码=ID_NO) == [("张三 李四", ID_NO, "complete")]
    assert people(当事人="买买提 阿不都", 证件号码=f"{ID_NO[:6]} {ID_NO[6:14]} {ID_NO[14:]}")[0][0] == "买买提 阿不都"


def test_a_trailing_separator_is_no_second_number() -> None:
    assert people(当事人="张三", 证件号码=f"{ID_NO}、") == [("张三", ID_NO, "complete")]


@pytest.mark.parametrize("typed", [f"'{ID_NO}", f'="{ID_NO}"', "１４０９２４１９８００３０４１２３６"])
def test_an_identity_number_is_read_however_the_sheet_holds_it(typed: str) -> None:
    assert people(当事人="张三", 证件号码=typed) == [("张三", ID_NO, "complete")]


def test_a_number_cell_has_lost_its_last_digits_and_they_are_not_made_up() -> None:
    ((_, number, state),) = people(当事人="张三", 证件号码=float(ID_NO))
    assert (number[:15], state) == (ID_NO[:15], "damaged")


def test_persons_of_a_document_are_its_parties_and_what_is_no_person_is_nobody() -> None:
    given = document("indictment", persons=[{"name": " 张三 ", "id_no": None}, {"name": "李四", "id_no": OTHER_ID_NO}])
    assert given.parties == (Party("张三", "", "absent"), Party("李四", OTHER_ID_NO, "complete"))
    odds: list[CellValue] = [[{"id_no": ID_NO}], ["张三"], "张三", {"name": "张三"}, [None]]
    for odd in odds:
        record = document("indictment", persons=odd)
        assert record.parties == ()
        assert record.get("unread") == "persons"
