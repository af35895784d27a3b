"""Which version of each record stands? Dispositions by the words of the samples' README, 6.1."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.drawing.ledgers import Drawn, Entry
from tests.drawing.model import Row


@dataclass(eq=False)
class Stand:
    """A record that stands: its accepted entry, and the older versions and duplicates of it."""

    entry: Entry
    earlier: list[str] = field(default_factory=list)


def settle(files: Iterable[Drawn]) -> list[Stand]:
    """Give every entry its disposition; files come as their versions follow each other."""
    by_record: dict[int, list[Entry]] = defaultdict(list)
    for file in files:
        for entry in file.entries:
            if entry.ignored:
                entry.disposition = "ignored"
            elif entry.quarantined:
                entry.disposition = "quarantined"
            else:
                by_record[id(entry.record)].append(entry)
    stands = []
    for entries in by_record.values():
        seen: set[tuple[str, ...]] = set()
        versions = []
        for entry in entries:
            # Police and receipt files compare the text with every earlier file's; ledgers say it themselves.
            again = entry.duplicate or (not isinstance(entry.record, Row) and entry.text != () and entry.text in seen)
            seen.add(entry.text)
            entry.disposition = "duplicate" if again else "superseded"
            if not again:
                versions.append(entry)
        versions[-1].disposition = "accepted"
        stands.append(Stand(versions[-1], [e.source for e in entries if e is not versions[-1]]))
    return stands
