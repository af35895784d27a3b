"""Are the ladders that stand in the data the mechanism's, and is a fault in them named?"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from hub.duties.duty import RuleKind
from hub.duties.rules import load_rules
from hub.errors import ConfigurationFault
from hub.ladder.ladders import Ladders, load_ladders, read_ladder
from hub.moment import SHANGHAI

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# ladder -> (lateness, roles, decider) of each rung after the due time, as mechanism.md lists them.
LADDERS = {
    "reminder": [(0 * DAY, "debtor_liaison unit_head", "")],
    "police_silent": [
        (0 * DAY, "police_liaison", ""),
        (1 * DAY, "lead_group_office", ""),
        (3 * DAY, "creditor", ""),
        (3 * DAY, "police_liaison", "lead_group_office"),
        (10 * DAY, "superior_procuratorate", "chief_procurator"),
    ],
    "police_ordered": [
        (0 * DAY, "police_liaison", ""),
        (1 * DAY, "police_liaison", "chief_procurator"),
        (10 * DAY, "superior_procuratorate", "chief_procurator"),
    ],
    "opinion_unanswered": [
        (0 * DAY, "debtor_liaison township_head", ""),
        (3 * DAY, "debtor_liaison township_head", "lead_group_office"),
        (10 * DAY, "justice_bureau", "chief_procurator"),
        (20 * DAY, "superior_procuratorate", "chief_procurator"),
        (30 * DAY, "county_party_committee county_peoples_congress", "chief_procurator"),
    ],
    "transfer_refused": [
        (0 * DAY, "debtor_liaison township_head", ""),
        (7 * DAY, "police_liaison", "chief_procurator"),
        (14 * DAY, "township_head", "chief_procurator"),
    ],
    "own_house": [(0 * DAY, "case_officer", ""), (1 * DAY, "lead_group_office", "")],
    "technical": [
        (0 * HOUR, "it_operator", ""),
        (24 * HOUR, "debtor_liaison", ""),
        (72 * HOUR, "lead_group_office", ""),
    ],
}


@pytest.fixture(scope="module")
def ladders(project_root: Path) -> Ladders:
    return load_ladders(project_root / "mappings" / "ladders.yaml")


def test_the_ladders_are_those_of_the_mechanism(ladders: Ladders) -> None:
    found = {
        ladder.ladder: [(r.lateness, " ".join(r.to), r.decides) for r in ladder.rungs if not r.early]
        for ladder in ladders.every
    }
    assert found == LADDERS


def test_only_the_reminder_is_climbed_beside_every_other_ladder(ladders: Ladders) -> None:
    assert ladders.always() == ("reminder",)


def test_a_right_gets_the_notice_before_its_time_and_nothing_after_it(ladders: Ladders) -> None:
    for_rights = [
        (ladder.ladder, r.rung) for ladder in ladders.every for r in ladder.rungs if RuleKind.RIGHT in r.kinds
    ]
    assert for_rights == [("reminder", 1)]


def test_only_the_notice_to_the_police_that_the_mechanism_orders_and_the_resending_are_mandatory(
    ladders: Ladders,
) -> None:
    mandatory = [(ladder.ladder, r.rung) for ladder in ladders.every for r in ladder.rungs if r.mandatory]
    assert mandatory == [("transfer_refused", 2), ("technical", 1)]


def test_the_last_rung_is_decided_by_the_chief_procurator_wherever_it_leaves_the_two_offices(ladders: Ladders) -> None:
    outward = {"superior_procuratorate", "justice_bureau", "county_party_committee", "county_peoples_congress"}
    deciders = {r.decides for ladder in ladders.every for r in ladder.rungs if outward & set(r.to)}
    assert deciders == {"chief_procurator"}


def test_every_ladder_that_a_rule_names_stands_in_the_data_and_none_is_left_over(
    ladders: Ladders, project_root: Path
) -> None:
    named = {rule.ladder for rule in load_rules(project_root / "mappings" / "rules.yaml").every if rule.ladder}
    assert named | {"reminder"} == {ladder.ladder for ladder in ladders.every}


@pytest.mark.parametrize(
    ("period", "lead"),
    [(timedelta(days=3), timedelta(hours=18)), (timedelta(days=60), timedelta(days=1)), (24 * HOUR, 6 * HOUR)],
)
def test_due_soon_is_a_day_before_or_a_quarter_of_a_shorter_period(
    ladders: Ladders, period: timedelta, lead: timedelta
) -> None:
    due_at = datetime(2026, 7, 6, 23, 59, 59, tzinfo=SHANGHAI)
    assert ladders.every[0].rungs[0].since(due_at - period, due_at) == due_at - lead


LADDER = """
roles:
  debtor_liaison: {title: 联络员, agency: debtor}
ladders:
  - ladder: reminder
    title: 提醒
    effective_from: 2021-09-06
    rungs:
      - {rung: 1, after: 0 day, to: [debtor_liaison], says: 请办理。, basis: 机制四}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "ladders.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("basis: 机制四}", "basis: 机制四, repeat: 3}", "rungs.0.repeat"),
        ("after: 0 day", "after: 3 working_day", "say `after: 3 day`"),
        ("after: 0 day", "after: 0 day, before: 1 day", "either `after` or `before`"),
        ("to: [debtor_liaison]", "to: [mayor]", "no such role: mayor"),
        ("to: [debtor_liaison]", "to: []", "to"),
        ("rung: 1", "rung: 2", "numbered 1, 2, 3"),
        ("basis: 机制四}", "basis: 机制四, decides: debtor_liaison}", "names its document"),
    ],
)
def test_a_fault_in_the_data_is_refused_with_file_and_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = written(tmp_path, LADDER.replace(old, new))
    with pytest.raises(ConfigurationFault, match=rf"{path.name}:\d+") as refused:
        load_ladders(path)
    assert says in str(refused.value)


def test_a_rung_that_would_come_before_the_one_below_it_is_refused(tmp_path: Path) -> None:
    sooner = "      - {rung: 2, before: 1 day, to: [debtor_liaison], says: 请办理。, basis: 机制四}\n"
    with pytest.raises(ConfigurationFault, match="rung 2 would come before rung 1"):
        load_ladders(written(tmp_path, LADDER + sooner))


def test_a_file_without_ladders_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match="holds no ladder"):
        load_ladders(written(tmp_path, LADDER.partition("ladders:")[0] + "ladders: []\n"))


def test_two_entries_of_one_ladder_cannot_take_effect_on_the_same_day(tmp_path: Path) -> None:
    entry = LADDER.partition("ladders:\n")[2]
    with pytest.raises(ConfigurationFault, match="same day: reminder"):
        load_ladders(written(tmp_path, LADDER + entry))


def test_an_amended_ladder_holds_for_what_opens_from_its_day_on(tmp_path: Path) -> None:
    entry = LADDER.partition("ladders:\n")[2]
    amended = entry.replace("2021-09-06", "2026-07-01").replace("0 day", "2 day")
    ladders = load_ladders(written(tmp_path, LADDER + amended))
    in_force = {
        day: ladders.in_force("reminder", day) for day in (date(2020, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    }
    assert [ladder.rungs[0].after for ladder in in_force.values() if ladder] == ["0 day", "0 day", "2 day"]


def test_the_version_changes_with_every_word_and_a_kept_ladder_is_read_back_whole(
    ladders: Ladders, tmp_path: Path
) -> None:
    old = load_ladders(written(tmp_path, LADDER))
    new = load_ladders(written(tmp_path, LADDER.replace("请办理。", "请尽快办理。")))
    assert old.version != new.version
    assert old.every[0].version != new.every[0].version
    kept = new.keeping([old.every[0].text()])
    assert kept.of_version("reminder", old.every[0].version) == old.every[0]
    assert all(read_ladder(ladder.text()).version == ladder.version for ladder in ladders.every)
