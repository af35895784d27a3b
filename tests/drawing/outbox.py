"""What stands in the police outbox? Each day's files: whole, spoilt, late, missing or sent again."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta

from tests.drawing import books
from tests.drawing.desk import HEADERS, Day, Desk, enter_all, spoil_rows
from tests.drawing.duedays import add_working
from tests.drawing.ledgers import Drawn, Entry
from tests.drawing.world import World


def draw_outbox(w: World) -> list[Drawn]:
    """All files of the outbox with their manifests."""
    desk = Desk(w)
    enter_all(w, desk)
    spoil_rows(w, desk)
    for kind in ("sa", "cl"):
        for day in desk.days[kind].values():
            w.rng.shuffle(day.lines)
    _trouble_days(w, desk)
    drawn: list[Drawn] = []
    for kind in ("sa", "cl"):
        for at in sorted(desk.days[kind]):
            if at not in desk.missing:
                drawn += _files(w, desk.days[kind][at])
    return drawn


ONCE = (
    "manifest_late manifest_missing hash_mismatch rows_mismatch police_unknown_column police_undecodable "
    "day_resent_same day_resent_more day_resent_twice"
)


def _trouble_days(w: World, desk: Desk) -> None:
    """Each planted trouble on a day of its own."""
    free = [d for d in sorted(desk.days["sa"])[3:-6] if d not in desk.missing]
    w.rng.shuffle(free)
    for hazard in ONCE.split():
        if not w.luck.plants(hazard):
            continue
        kind = w.rng.choice(("sa", "cl"))
        least = 2 if hazard == "day_resent_more" else 1
        day = next(d for d in free if len(desk.days[kind][d].lines) >= least)
        free.remove(day)
        desk.days[kind][day].trouble = hazard
    if w.luck.plants("day_late"):
        for _ in range(3):
            late = free.pop()
            for kind in ("sa", "cl"):
                desk.days[kind][late].trouble = "day_late"
    if w.luck.plants("day_very_late"):
        quiet = [d for d in free if all(_quiet(desk, kind, d) for kind in ("sa", "cl"))]
        if quiet:
            for kind in ("sa", "cl"):
                desk.days[kind][quiet[0]].trouble = "day_very_late"


def _quiet(desk: Desk, kind: str, day: date) -> bool:
    """Whether none of the day's records has another version, so that the order of arrival says nothing."""
    mine = {id(line.record) for line in desk.days[kind][day].lines}
    return not any(
        id(line.record) in mine for other in desk.days[kind].values() if other.day != day for line in other.lines
    )


def _files(w: World, day: Day) -> list[Drawn]:
    evening = datetime.combine(day.day, time(18, 5 if day.kind == "sa" else 6))
    morning = datetime.combine(add_working(day.day, 1), time(8, 40))
    trouble = day.trouble
    arrived = {
        "day_late": datetime.combine(day.day + timedelta(1), time(8, 40)),
        "day_very_late": datetime.combine(add_working(day.day, 3), time(9, 15)),
    }.get(trouble, evening)
    again = evening + timedelta(minutes=50) if trouble.startswith("day_resent") else morning
    if trouble == "manifest_late":
        return _pair(day, "", arrived, manifest_at=morning)
    if trouble in {"manifest_missing", "hash_mismatch", "rows_mismatch", "police_unknown_column", "police_undecodable"}:
        return _pair(day, "", arrived, spoilt=trouble) + _pair(day, "_r2", again)
    if trouble == "day_resent_twice":
        spoilt = _pair(day, "", arrived, spoilt="rows_mismatch")
        return spoilt + _pair(day, "_r2", morning, spoilt="hash_mismatch") + _pair(day, "_r3", morning.replace(hour=11))
    if trouble == "day_resent_same":
        return _pair(day, "", arrived) + _pair(day, "_r2", again)
    if trouble == "day_resent_more":
        first = Day(day.kind, day.day, day.lines[:-1])
        return _pair(first, "", arrived) + _pair(day, "_r2", again)
    return _pair(day, "", arrived)


def _pair(
    day: Day, suffix: str, arrived: datetime, *, manifest_at: datetime | None = None, spoilt: str = ""
) -> list[Drawn]:
    path = f"police/outbox/{day.kind}_{day.day:%Y%m%d}{suffix}.csv"
    header, rows = list(HEADERS[day.kind]), [list(line.fields) for line in day.lines]
    if spoilt == "police_unknown_column":
        header.append("录入人")
        rows = [[*row, "示例"] for row in rows]
    data = books.quoted_csv(header, rows)
    if spoilt == "police_undecodable":
        data = books.undecodable(data)
    digest = hashlib.sha256(data).hexdigest()
    count = len(rows)
    if spoilt == "hash_mismatch":
        # Either the content was cut short on its way, or it is whole and the manifest speaks of another.
        if day.day.day % 2:
            data = data[: len(data) - 9]
        else:
            digest = hashlib.sha256(data + b"\r\n").hexdigest()
    if spoilt == "rows_mismatch":
        count += 1
    entries = [
        Entry(
            f"{path}!R{n}",
            line.record,
            {"full": "yes" if line.full else None},
            quarantined=(line.fault.column, line.fault.reason) if line.fault else None,
            text=tuple(line.fields),
        )
        for n, line in enumerate(day.lines, 1)
    ]
    file = Drawn(path, data, arrived, entries, agency="police")
    if spoilt == "manifest_missing":
        # Without its manifest a file is not finished: none of its rows has come.
        file.entries, file.counted = [], False
        return [file]
    if spoilt:
        reasons = {
            "police_unknown_column": ("录入人", "unknown_column"),
            "police_undecodable": ("", "unreadable_file"),
        }
        file.entries, file.refused = [], reasons.get(spoilt, ("", "hash_mismatch"))
    manifest = f"rows={count}\nsha256={digest}\n".encode()
    return [
        file,
        Drawn(path + ".ok", manifest, (manifest_at or arrived) + timedelta(seconds=20), counted=False, agency="police"),
    ]
