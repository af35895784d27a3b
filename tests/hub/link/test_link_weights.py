"""Do the figures of the file decide what is linked, and is a faulty one named with its line?"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from hub.errors import ConfigurationFault
from hub.link.evidence import compare_days, compare_people
from hub.link.near import Neighbourhood, Refusal
from hub.link.persons import IdentitySeen, NameSeen, PersonSeen, person_of, see_person, share_a_person
from hub.link.weights import Weights, load_weights
from hub.model import Party, Record
from hub.values.identity import IdentityState
from tests.hub.agency_rows import ID_NO, MAPPINGS, OTHER_ID_NO
from tests.hub.county import WEIGHTS, acceptance, document, linked, referral

FILE = MAPPINGS / "linking_ledger.yaml"
NO_NUMBER = {"移送书文号": None}
ACCEPTANCE, DOCUMENT = "  acceptance: {accept: 9.0, margin: 3.0,", "  document: {accept: 9.0, margin: 3.0,"


def changed(folder: Path, old: str, new: str) -> Path:
    """A copy of the project's file in which one entry is another."""
    text = FILE.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = folder / FILE.name
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def stand_together(one: Record, other: Record, weights: Weights) -> bool:
    """Whether the linker puts two records into one case by these figures."""
    return len(linked([one, other], weights=weights).cases) == 1


@pytest.mark.parametrize(
    ("old", "new", "joined"),
    [
        ("  acceptance: {accept: 9.0", "  acceptance: {accept: 50.0", False),
        ("  document: {accept: 9.0", "  document: {accept: 50.0", True),
        ("  equal: 20.0 ", "  equal: 1.0 ", False),
        ("    - {days: 3, bits: 4.0}", "    - {days: 3, bits: -20.0}", False),
    ],
    ids=["threshold of the step", "threshold of another step", "identity", "lag"],
)
def test_a_changed_figure_changes_what_is_linked_and_nothing_of_another_step(
    old: str, new: str, joined: bool, tmp_path: Path
) -> None:
    sent, answer = referral(), acceptance(1, **NO_NUMBER, **{"嫌疑人/单位": "张山"})
    assert stand_together(sent, answer, WEIGHTS)
    assert stand_together(sent, answer, load_weights(changed(tmp_path, old, new))) is joined


def test_a_wider_margin_leaves_to_a_person_what_a_narrow_one_joins(tmp_path: Path) -> None:
    first, second, answer = referral(1), referral(2), acceptance(1)
    wider = load_weights(changed(tmp_path, ACCEPTANCE, "  acceptance: {accept: 9.0, margin: 15.0,"))
    assert linked([first, second, answer]).ambiguities == ()
    (left,) = linked([first, second, answer], weights=wider).ambiguities
    assert (left.record, left.candidates) == (answer, (first, second))


def test_a_near_miss_is_told_with_the_figures_of_its_step(tmp_path: Path) -> None:
    stricter = load_weights(changed(tmp_path, DOCUMENT, "  document: {accept: 40.0, margin: 3.0,"))
    sent = referral()
    said = document("copy_receipt", 1, decided_at="2026-07-02T09:00:00+08:00")
    linkage = linked([sent, said], weights=stricter)
    (miss,) = Neighbourhood(linkage, stricter).weighed_for(said)
    assert (miss.refusal, miss.asked) == (Refusal.BELOW, stricter.decide.document)
    assert "below the 40 that are asked for" in miss.why


@pytest.mark.parametrize(
    ("old", "new", "told", "line"),
    [
        ("  acceptance: {accept: 9.0", "  acceptance: {accept: 0", "decide.acceptance.accept", ""),
        ("  opinion: {accept: 9.0, margin: 3.0", "  opinion: {accept: 9.0, margin: -1", "decide.opinion.margin", ""),
        ("  equal: 20.0 ", "  equal: -20.0 ", "identity.equal", ""),
        ("  differs: -12.0 ", "  differs: 12.0 ", "identity.differs", ""),
        ("  mask_fits: 3.0 ", "  mask: 3.0 ", "name.mask", ""),
        ("  unread: -3.0 ", "  unseen: -3.0 ", "unit.unseen", ""),
        ("  borne_equal: 12.0 ", "  borne_equal: 9.0 ", "number.equal", "  equal: 10.0 "),
        ("  series_alike: 0.5 ", "  series_alike: 5 ", "number.series_alike", ""),
        ("already_answered: -4.0", "already_answered: .nan", "already_answered", ""),
        ("    - {days: 10, bits: 2.0}", "    - {days: 2, bits: 2.0}", "lags.receipt.3.days", ""),
        ("    - {days: 10, bits: 2.0}", "    - {bits: 2.0}", "lags.receipt.3", ""),
        ("    - {bits: -8.0}", "    - {days: 90, bits: -8.0}", "lags.receipt", "  receipt:"),
        ("act: {seen", "acts: {seen", "acts", ""),
    ],
)
def test_a_faulty_figure_is_named_with_file_and_line(old: str, new: str, told: str, line: str, tmp_path: Path) -> None:
    path = changed(tmp_path, old, new)
    (number,) = [n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if text.startswith(line or new)]
    with pytest.raises(ConfigurationFault) as fault:
        load_weights(path)
    assert [one for one in str(fault.value).splitlines() if one.startswith(f"{path}:{number}: {told}: ")]


def test_every_lag_has_a_band_however_long_it_is() -> None:
    day = date(2026, 7, 1)
    for bands in (WEIGHTS.lags.receipt, WEIGHTS.lags.letter):
        ends = [band.days for band in bands if band.days is not None]
        seen = {compare_days(day, day + timedelta(days=end + 1), bands, "") for end in (-9999, *ends, 999_999)}
        assert None not in seen
        assert {one.bits for one in seen if one is not None} <= {band.bits for band in bands}
        last = compare_days(date.min, date.max, bands, "")
        assert last is not None
        assert last.bits == bands[-1].bits


def test_the_version_follows_the_figures_and_not_the_comments(tmp_path: Path) -> None:
    assert load_weights(changed(tmp_path, "# One person?", "# One person? Asked first.")).version == WEIGHTS.version
    assert load_weights(changed(tmp_path, "  equal: 20.0 ", "  equal: 20.5 ")).version != WEIGHTS.version


def test_who_is_one_person_within_a_case_is_the_same_by_the_table_and_by_the_figures_as_set() -> None:
    identities: tuple[IdentitySeen | None, ...] = (None, *get_args(IdentitySeen))
    names: tuple[NameSeen | None, ...] = (None, *get_args(NameSeen))
    for identity, name in product(identities, names):
        if (identity == "differs_under_one_name") != (
            identity in ("differs", "differs_under_one_name") and name == "equal"
        ):
            continue  # cannot be seen: under one name a number that differs is the one that differs under one name
        bits = 0.0 if identity is None else getattr(WEIGHTS.identity, identity)
        bits += 0.0 if name is None else getattr(WEIGHTS.name, "differs" if name == "mask_excludes" else name)
        told = PersonSeen(identity, name).one_person()
        assert (bits > 0, bits < 0) == (told is True, told is False), (identity, name, bits)


def test_what_is_weighed_of_two_persons_is_what_was_seen_of_them() -> None:
    full = Party("张三", ID_NO, IdentityState.COMPLETE)
    other = Party("张三", OTHER_ID_NO, IdentityState.COMPLETE)
    silent = Party("", "", IdentityState.ABSENT)
    assert see_person(full, other) == PersonSeen("differs_under_one_name", "equal")
    weighed = compare_people([person_of(full)], [person_of(other)], WEIGHTS)
    assert [o.bits for o in weighed] == [WEIGHTS.identity.differs_under_one_name, WEIGHTS.name.equal]
    assert share_a_person([full], [other, silent]) is True
    assert share_a_person([full], [silent]) is None
    assert share_a_person([full], []) is None
    assert share_a_person([full], [Party("李四", "", IdentityState.ABSENT)]) is False
    assert share_a_person([full], [Party("李四", "", IdentityState.ABSENT), silent]) is None


@pytest.mark.parametrize(
    ("one", "other", "seen"),
    [
        ("王芳华", "王华芳", "one_character_off"),
        ("王芳", "芳王", "differs"),
        ("何海昌", "何某1", "mask_fits"),
        ("唐䶮", "唐", "mask_fits"),
        ("吕䶮", "吕\ue864", "mask_fits"),
    ],
)
def test_a_name_with_a_slip_or_with_less_than_was_meant_is_seen_as_such(one: str, other: str, seen: NameSeen) -> None:
    assert see_person(*(Party(name, "", IdentityState.ABSENT) for name in (one, other))).name == seen


def test_a_shop_in_brackets_behind_its_owner_is_found_under_either_name() -> None:
    owner, shop, both = (
        Party(name, "", IdentityState.ABSENT) for name in ("廖兰敏", "康通养殖场", "廖兰敏（康通养殖场）")
    )
    assert [see_person(one, both).name for one in (owner, shop)] == ["equal", "owner"]
    assert see_person(owner, shop).name == "differs"
