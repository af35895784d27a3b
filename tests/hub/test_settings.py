"""What does an installation choose, and what holds where it chooses nothing?"""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.errors import ConfigurationFault
from hub.settings import Settings, read_day, read_instant, read_moment, read_period

ROOT = Path("/srv/hub")


def test_without_any_variable_everything_lies_under_the_projects_var() -> None:
    chosen = Settings.from_environ({}, ROOT)
    assert chosen == Settings(
        "sqlite:////srv/hub/var/ledger.db",
        ROOT / "var" / "hub.key",
        ROOT / "mappings",
        ROOT / "var" / "endpoints.json",
    )


def test_every_place_can_be_chosen_and_an_empty_variable_is_none() -> None:
    chosen = Settings.from_environ(
        {
            "HUB_VAR": "/data",
            "HUB_DATABASE_URL": "postgresql+psycopg://hub@db/hub",
            "HUB_MAPPINGS": "/etc/hub/mappings",
            "HUB_CODES_OVERLAY": "/data/codes",
            "HUB_KEY_FILE": "",
            "HUB_AS_OF": "2026-10-31T23:59+08:00",
        },
        ROOT,
    )
    assert chosen.database_url == "postgresql+psycopg://hub@db/hub"
    assert (chosen.key_file, chosen.endpoints) == (Path("/data/hub.key"), Path("/data/endpoints.json"))
    assert (chosen.mappings, chosen.codes_overlay) == (Path("/etc/hub/mappings"), Path("/data/codes"))
    assert chosen.as_of is not None
    assert chosen.as_of.isoformat() == "2026-10-31T23:59:00+08:00"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-10-31", "2026-10-31T23:59:59+08:00"),  # a bare date: its last second
        ("2026-10-31T12:00", "2026-10-31T12:00:00+08:00"),
        ("2026-10-31T04:00:00Z", "2026-10-31T04:00:00+00:00"),
        ("2026-10-31T12:00+09:00", "2026-10-31T12:00:00+09:00"),
    ],
)
def test_an_instant_is_read_as_a_person_gives_it(text: str, instant: str) -> None:
    assert read_instant("--as-of", text).isoformat() == instant


_HINT = " is no day like 2026-10-31 and no instant like 2026-10-31T23:59+08:00"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gestern", f"'gestern'{_HINT}"),
        ("31.10.2026", f"'31.10.2026'{_HINT}"),
        ("2026年9月17日", f"'2026年9月17日'{_HINT}"),
        ("2026-9-17", f"'2026-9-17'{_HINT}"),
        ("2026-W38-4", f"'2026-W38-4'{_HINT}"),
        ("", f"''{_HINT}"),
        ("2026-10-31T25:00", f"'2026-10-31T25:00'{_HINT}"),
        ("2026-02-30", "the calendar has no day 2026-02-30"),
        ("2026-13-01T12:00+08:00", "the calendar has no day 2026-13-01"),
    ],
)
def test_what_is_no_day_and_no_instant_is_told_with_its_option_and_how_to_write_one(text: str, said: str) -> None:
    for read in (read_instant, read_moment):
        with pytest.raises(ConfigurationFault) as fault:
            read("--as-of", text)
        assert str(fault.value) == f"--as-of: {said}"


def test_a_day_and_nothing_but_a_day_is_a_day() -> None:
    assert read_day("--reply-by", "2026-10-31") == read_moment("--reply-by", "2026-10-31").day
    for text, said in (
        ("2026-10-31T12:00", "'2026-10-31T12:00' is no day like 2026-10-31"),
        ("2026-04-31", "the calendar has no day 2026-04-31"),
    ):
        with pytest.raises(ConfigurationFault) as fault:
            read_day("--reply-by", text)
        assert str(fault.value) == f"--reply-by: {said}"


@pytest.mark.parametrize("text", ["2026-09-30..2026-09-01", "2026-09-01", "2026-13-01..2026-13-02", "..", "1..2..3"])
def test_what_is_no_period_is_named_with_what_was_given(text: str) -> None:
    with pytest.raises(ConfigurationFault, match=r"^--period: "):
        read_period("--period", text)
