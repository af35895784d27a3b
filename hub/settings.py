"""What does an installation choose: where the ledger, the key, the mappings and the addresses are?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from hub.errors import ConfigurationFault
from hub.moment import SHANGHAI, Moment


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation. as_of: a fixed instant to judge by, for rehearsals and demonstrations; None in use.

    codes_overlay: a folder of code tables that add to those of the mappings, as a rehearsal brings along.
    endpoints: a JSON file, agency -> address, for the command line; Airflow has its Connections.
    """

    database_url: str
    key_file: Path
    mappings: Path
    endpoints: Path
    as_of: datetime | None = None
    codes_overlay: Path | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], root: Path) -> Settings:
        """Read the HUB_… variables; `root` is the project's folder, where the defaults lie under `var/`."""
        var = Path(environ.get("HUB_VAR") or root / "var")
        overlay = environ.get("HUB_CODES_OVERLAY")
        return cls(
            database_url=environ.get("HUB_DATABASE_URL") or f"sqlite:///{var / 'ledger.db'}",
            key_file=Path(environ.get("HUB_KEY_FILE") or var / "hub.key"),
            mappings=Path(environ.get("HUB_MAPPINGS") or root / "mappings"),
            endpoints=Path(environ.get("HUB_ENDPOINTS") or var / "endpoints.json"),
            as_of=read_instant("HUB_AS_OF", environ["HUB_AS_OF"]) if environ.get("HUB_AS_OF") else None,
            codes_overlay=Path(overlay) if overlay else None,
        )


def read_instant(name: str, text: str) -> datetime:
    """An instant that a person gave: ISO 8601; a bare date means its last second; without offset it is Shanghai's."""
    return read_moment(name, text).latest() if len(text) == 10 else _instant(name, text)


def read_moment(name: str, text: str) -> Moment:
    """A day or an instant that a person gave; a bare date is that whole day."""
    return Moment(_day(name, text, _DAY_OR_INSTANT)) if len(text) == 10 else Moment.of(_instant(name, text))


def read_day(name: str, text: str) -> date:
    """A day that a person gave, and nothing but a day."""
    return _day(name, text, _DAY)


def read_period(name: str, text: str) -> tuple[date, date]:
    """First and last day of a period that a person gave as `A..B`; both belong to it.

    >>> read_period("--period", "2026-09-01..2026-09-30")
    (datetime.date(2026, 9, 1), datetime.date(2026, 9, 30))
    """
    first, between, last = text.partition("..")
    if not between:
        raise ConfigurationFault(f"{name}: {text!r} is not like 2026-07-01..2026-09-30")
    period = (read_day(name, first), read_day(name, last))
    if period[1] < period[0]:
        raise ConfigurationFault(f"{name}: {text!r} ends before it begins")
    return period


_DAY = "no day like 2026-10-31"
_DAY_OR_INSTANT = f"{_DAY} and no instant like 2026-10-31T23:59+08:00"
_WRITTEN_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")


def _instant(name: str, text: str) -> datetime:
    if day := _WRITTEN_DAY.match(text):
        _day(name, day[0], _DAY_OR_INSTANT)
    try:
        instant = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise ConfigurationFault(f"{name}: {text!r} is {_DAY_OR_INSTANT}") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)


def _day(name: str, text: str, wanted: str) -> date:
    if not _WRITTEN_DAY.fullmatch(text):
        raise ConfigurationFault(f"{name}: {text!r} is {wanted}")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigurationFault(f"{name}: the calendar has no day {text}") from None
