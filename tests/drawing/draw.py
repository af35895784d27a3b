"""How is a drawing made? A world first, then what each agency writes down of it, then the truth."""

from __future__ import annotations

import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from tests.drawing import assertions, duties, expected, findings, ledgers, outbox, papers, standing, strays
from tests.drawing.comparing import gather
from tests.drawing.crowds import SCENES
from tests.drawing.deliveries import fill, plan
from tests.drawing.duedays import text
from tests.drawing.hazards import Luck
from tests.drawing.ledgers import Drawn
from tests.drawing.places import AS_OF
from tests.drawing.row_faults import trouble_rows
from tests.drawing.stories import tell
from tests.drawing.world import World

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
COPIED = ("agencies.csv", "codes/causes.csv", "codes/headers.csv", "codes/thresholds.csv", "procuratorate/openapi.yaml")


@dataclass(frozen=True)
class Drawing:
    """A drawing on disk: its folder, what struck in it and how often, and how much it holds."""

    folder: Path
    seed: int
    as_of: datetime
    hazards: Counter[str]
    cases: int
    records: int
    obligations: int
    findings: Counter[str]

    @property
    def expected(self) -> Path:
        """The truth about it."""
        return self.folder / "expected"


def draw(target: Path, seed: int, *, matters: int = 120, hazards: Collection[str] | None = None) -> Drawing:
    """Draw a county's five months into a folder, with the truth in expected/; the same seed, the same bytes.

    `hazards` names the switches of tests.drawing.hazards that are on (None: all). The planted scenes come first and
    count as matters; chance tells the rest.
    """
    w = World(random.Random(seed), Luck(hazards))
    told = 0
    for name, scene in SCENES.items():
        if w.luck.plants(name):
            scene(w)
            told += 1
    for _ in range(max(matters - told, 0)):
        tell(w)
    deliveries = plan(w)
    trouble_rows(w, deliveries)
    fill(w, deliveries)
    ledgers.number_referrals(w, deliveries)
    books = ledgers.draw_ledgers(w, seed, deliveries)
    police = outbox.draw_outbox(w)
    files = [*books, *police, papers.draw_documents(w), *papers.draw_receipts(w), *strays.draw_strays(w)]
    truth = _truth(files, books, police)
    _write(target, files, truth)
    codes = Counter(f.code for f in truth.findings)
    return Drawing(
        target,
        seed,
        AS_OF,
        Counter({k: v for k, v in w.luck.counts.items() if v}),
        len({id(d.case) for d in truth.duties}),
        len(truth.stands),
        len(truth.duties),
        codes,
    )


def _truth(files: list[Drawn], books: list[Drawn], police: list[Drawn]) -> expected.Truth:
    rest = [f for f in files if f not in books and f not in police]
    # sa_20260601.csv, sa_20260601_r2.csv, sa_20260601_r3.csv: by day, then as often as it was sent.
    in_order = sorted((f for f in police if f.counted), key=lambda f: f.path.split("_", 1)[1].replace(".csv", "_r1"))
    stands = standing.settle([*books, *in_order, *rest])
    events = assertions.events(stands)
    cases = gather(stands, events)
    expected.name_cases(cases)
    owed = duties.duties(events)
    found = findings.find(cases, owed)
    return expected.Truth(
        stands, events, owed, found, sorted(files, key=lambda f: f.path), expected.reports(books, _days(police))
    )


def _days(police: list[Drawn]) -> dict[date, list[datetime]]:
    """Per working day, when `sa` and when `cl` was there, finished and readable."""
    arrived = {f.path: f.arrived for f in police}
    there: dict[date, dict[str, datetime]] = defaultdict(dict)
    for file in police:
        if not file.counted or file.refused:
            continue
        kind, day = file.path.rsplit("/", 1)[1].split("_")[:2]
        at = max(file.arrived, arrived[file.path + ".ok"])
        when = date(int(day[:4]), int(day[4:6]), int(day[6:8]))
        there[when][kind] = min(at, there[when].get(kind, at))
    return {day: list(both.values()) for day, both in there.items()}


def _write(target: Path, files: list[Drawn], truth: expected.Truth) -> None:
    for name in COPIED:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SAMPLES / name, target / name)
    for folder in ("inbox", "ack"):
        (target / "police" / folder).mkdir(parents=True, exist_ok=True)
    for file in files:
        path = target / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    listed = sorted((f.path, text(f.arrived)) for f in files if f.agency != "procuratorate")
    lines = ["path,arrived_at", *(f"{path},{at}" for path, at in listed)]
    (target / "arrivals.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (target / "expected").mkdir(exist_ok=True)
    for name, table in expected.tables(truth).items():
        (target / "expected" / name).write_text(table, encoding="utf-8")
