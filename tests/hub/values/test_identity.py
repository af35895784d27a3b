"""Is a number trusted as far as it deserves, and no further?"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.model import CellValue, Party
from hub.values.identity import (
    Identity,
    IdentityState,
    current_form,
    identity_of,
    is_person_number,
    is_unit_number,
    mask,
    person_check_digit,
    read_identity,
    same_person,
    unit_check_digit,
)

S = IdentityState
PERSON, LEGACY = "140924198003041236", "140924800304123"
WITH_X = "11010519491231002X"
UNIT = "91350100M000100Y43"


def same(a: CellValue, b: CellValue) -> bool | None:
    return same_person(read_identity(a), read_identity(b))


@pytest.mark.parametrize(
    ("cell", "text", "state"),
    [
        (PERSON, PERSON, S.COMPLETE),
        (f"'{PERSON}", PERSON, S.COMPLETE),
        (f'="{PERSON}"', PERSON, S.COMPLETE),
        ("１４０９２４１９８００３０４１２３６", PERSON, S.COMPLETE),
        ("140924 19800304\u30001236", PERSON, S.COMPLETE),
        ("11010519491231002x", WITH_X, S.COMPLETE),
        ("11010519491231002Ｘ", WITH_X, S.COMPLETE),
        ("11010519491231002×", WITH_X, S.COMPLETE),
        (UNIT, UNIT, S.COMPLETE),
        (UNIT.lower(), UNIT, S.COMPLETE),
        (LEGACY, LEGACY, S.LEGACY),
        (140924800304123, LEGACY, S.LEGACY),
        (140924800304123.0, LEGACY, S.LEGACY),
        ("140924600012345", "140924600012345", S.OTHER),
        ("E12345678", "E12345678", S.OTHER),
        ("1409241980****1236", "1409241980****1236", S.MASKED),
        ("1409241980＊＊＊＊1236", "1409241980****1236", S.MASKED),
        ("1409241980××××1236", "1409241980****1236", S.MASKED),
        ("1409**********123X", "1409**********123X", S.MASKED),
        ("1409***1236", "1409***1236", S.MASKED),
        ("140924198003041235", "140924198003041235", S.MISTYPED),
        ("91350100M000100Y44", "91350100M000100Y44", S.MISTYPED),
        ("91350100MAXX00Y443", "91350100MAXX00Y443", S.MISTYPED),
        (None, "", S.ABSENT),
        ("/", "", S.ABSENT),
        ("无", "", S.ABSENT),
    ],
)
def test_a_number_is_cleaned_and_judged_by_its_check_digit(cell: CellValue, text: str, state: S) -> None:
    identity = read_identity(cell)
    assert (identity.text, identity.state) == (text, state)


@pytest.mark.parametrize(
    "cell",
    [
        140924198003041236, 140924198003041236.0, 1.40924198003041e17, "1.40924198003041E+17", "1.40924198003041E17",
        "140924198003041000", "140924198003041232",
    ],
)  # fmt: skip
def test_a_number_that_went_through_a_number_cell_keeps_fifteen_good_digits(cell: CellValue) -> None:
    identity = read_identity(cell)
    assert identity.state is S.DAMAGED
    assert identity.prefix15 == PERSON[:15]
    assert same_person(identity, read_identity(PERSON)) is None
    assert same_person(identity, read_identity(LEGACY)) is None
    assert same_person(identity, read_identity("1409241980****1236")) is None
    assert same_person(identity, read_identity(WITH_X)) is False
    assert same_person(identity, identity) is None


def test_six_digits_before_an_exponent_are_no_evidence() -> None:
    identity = read_identity("1.40924E+17")
    assert (identity.state, identity.prefix15) == (S.DAMAGED, "")
    assert same_person(identity, read_identity(WITH_X)) is None


def test_the_fifteen_and_the_eighteen_digit_form_are_one_person() -> None:
    assert same(LEGACY, PERSON) is True
    assert same(LEGACY, LEGACY) is True
    assert same(LEGACY, "140924800304124") is False
    assert same(LEGACY, WITH_X) is False


def test_a_masked_number_may_fit_but_never_decides() -> None:
    assert same("1409241980****1236", PERSON) is None
    assert same("1409***1236", PERSON) is None
    assert same("1409***1236", LEGACY) is None
    assert same("1409241980****1236", "1409********041236") is None
    assert same("1409241981****1236", PERSON) is False
    assert same("1409***9999", PERSON) is False
    assert same("1409241980****1236", "1409241981****1236") is False


def test_a_mistyped_number_differs_from_the_right_one() -> None:
    assert same("140924198003041235", PERSON) is False
    assert same("140924198003041235", "140924198003041235") is True


def test_numbers_of_different_kinds_or_absent_ones_tell_nothing() -> None:
    assert same(None, PERSON) is None
    assert same(None, None) is None
    assert same("140924600012345", UNIT) is None
    assert same("E12345678", PERSON) is None
    assert same("140924600012345", "140924600012345") is True
    assert same(UNIT, PERSON) is False


def test_a_shown_number_hides_what_identifies() -> None:
    assert mask(PERSON) == "140924**********36"
    assert mask("1409241980****1236") == "140924**********36"
    assert mask(LEGACY) == "140924*******23"
    assert mask("E12345678") == "*******78"
    assert mask("") == ""
    assert mask("12") == "**"


def test_an_identity_does_not_show_its_number_when_printed() -> None:
    assert PERSON not in repr(read_identity(PERSON))
    assert PERSON[:15] not in repr(read_identity(140924198003041236))


def test_a_check_digit_alone_does_not_make_a_number() -> None:
    assert is_person_number(WITH_X)
    assert is_unit_number(UNIT)
    assert not is_person_number("140924198002301236")  # 30 February
    assert not is_unit_number("91350100M000100Y4I")  # no letter I in the alphabet


def test_a_mistyped_number_of_a_person_is_no_credit_code_even_where_the_check_character_is_one() -> None:
    wrong = "140924199908013577"  # of 140924199508013577: one in 31 such slips has the check character of a unit
    assert read_identity("140924199508013577").state is S.COMPLETE
    assert read_identity(wrong).state is S.MISTYPED
    assert same_person(read_identity(wrong), read_identity("140924199508013577")) is False


def test_a_credit_code_of_figures_alone_is_one_where_it_shows_no_day_on_which_anybody_was_born() -> None:
    body = "91140924051223456"  # 2405-12-23 stands where a day of birth would
    assert read_identity(body + unit_check_digit(body)).state is S.COMPLETE


def test_numbers_in_the_procuratorates_documents_are_complete_or_masked(samples: Path) -> None:
    documents = json.loads((samples / "procuratorate" / "documents.json").read_text(encoding="utf-8"))
    numbers = [person["id_no"] for document in documents for person in document["persons"] if person["id_no"]]
    assert numbers
    assert {read_identity(number).state for number in numbers} == {S.COMPLETE, S.MASKED}


DAYS = st.dates(date(1930, 1, 1), date(2020, 12, 31))


@st.composite
def people(draw: st.DrawFn) -> str:
    region = draw(st.integers(110000, 659999))
    body = f"{region}{draw(DAYS):%Y%m%d}{draw(st.integers(1, 999)):03}"
    return body + person_check_digit(body)


@st.composite
def units(draw: st.DrawFn) -> str:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    head = draw(st.sampled_from(["91", "92", "93", "11"]))
    body = f"{head}{draw(st.integers(110000, 659999))}" + draw(st.text(alphabet, min_size=9, max_size=9))
    return body + unit_check_digit(body)


def _weighted_remainder(number: str) -> int:
    """GB 11643 the other way round: by Horner's rule over ISO 7064 MOD 11-2, where a right number gives 1."""
    total = 0
    for character in number:
        total = total * 2 + (10 if character == "X" else int(character))
    return total % 11


@given(people())
def test_a_persons_number_satisfies_the_standard_computed_another_way(number: str) -> None:
    assert read_identity(number) == Identity(number, S.COMPLETE)
    assert _weighted_remainder(number) == 1


@given(people(), st.integers(0, 17), st.integers(1, 9))
def test_no_single_wrong_digit_passes_for_a_persons_number(number: str, place: int, shift: int) -> None:
    wrong_digit = str((int(number[place], 36) + shift) % 10)
    wrong = number[:place] + wrong_digit + number[place + 1 :]
    assume(wrong != number)
    assert not is_person_number(wrong)


@given(units(), st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_no_single_wrong_character_passes_for_a_credit_code(number: str, place: int, character: str) -> None:
    assert is_unit_number(number)
    wrong = number[:place] + character + number[place + 1 :]
    assume(wrong != number)
    assert not is_unit_number(wrong)


@given(people().filter(lambda number: number[6:8] == "19"))
def test_every_number_of_the_last_century_equals_its_legacy_form(number: str) -> None:
    legacy = read_identity(number[:6] + number[8:17])
    assert legacy.state is S.LEGACY
    assert current_form(legacy) == number
    assert same_person(legacy, read_identity(number)) is True


@given(people(), st.integers(0, 14), st.integers(1, 15))
def test_hiding_digits_never_makes_a_number_contradict_itself(number: str, start: int, length: int) -> None:
    hidden = number[:start] + "*" * min(length, 18 - start) + number[start + length :]
    assume(hidden.count("*") < 16)
    assert same(hidden, number) is None
    assert same(hidden, hidden) is None


@given(people().filter(lambda number: number.endswith(tuple("0123456789"))))
def test_a_float_never_makes_a_number_contradict_itself(number: str) -> None:
    assert same(float(number), number) is None
    assert same(f"{int(number):.14E}", number) is not True


@given(people() | units(), people() | units())
def test_sameness_does_not_depend_on_the_order(one: str, other: str) -> None:
    hidden = one[:10] + "****" + one[14:]
    for a in (one, hidden, one[:6] + one[8:17]):
        assert same(a, other) == same(other, a)


@given(st.text() | st.integers() | st.floats() | st.none())
def test_reading_a_number_never_fails(cell: str | int | float | None) -> None:
    identity = read_identity(cell)
    assert same_person(identity, identity) in (True, None)
    assert len(mask(identity.text)) == len(identity.text)


def test_a_party_keeps_the_good_digits_of_a_number_in_exponent_form() -> None:
    written = read_identity("1.40924198003041E+17")
    party = Party("张三", written.text, str(written.state))
    assert identity_of(party) == written
    assert written.prefix15 == "140924198003041"
    assert identity_of(Party("张三", "1.40924E+17", "damaged")).prefix15 == ""


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_character_is_the_same_for_the_same_digits_of_another_script(body: str) -> None:
    elsewhere = "".join(chr(0x0660 + int(digit)) for digit in body)
    assert person_check_digit(body) == person_check_digit(elsewhere)


def test_only_seventeen_digits_have_a_check_character() -> None:
    with pytest.raises(ValueError, match="not 16"):
        person_check_digit("1" * 16)
