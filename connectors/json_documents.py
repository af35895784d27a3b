"""What does a page of an agency's API hold?"""

from __future__ import annotations

import json

from hub.errors import ParcelRefused
from hub.model import CellValue
from hub.receiving.table import Sheet, Table


def read(content: bytes, path: str) -> Table:
    """One sheet named '': row 0 the member names in first-seen order, then a row per item of `items`.

    Lists and objects stay what they are; a member that an item lacks, or that is null, is None. Raises
    ParcelRefused (`unreadable_file`) for anything but an object with a list `items` of objects.
    """
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ParcelRefused(path, "unreadable_file", "the page is no JSON") from error
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ParcelRefused(path, "unreadable_file", "the page has no list `items` of objects")
    members = list(dict.fromkeys(name for item in items for name in item))
    rows: list[tuple[CellValue, ...]] = [tuple(members)]
    rows.extend(tuple(item.get(name) for name in members) for item in items)
    return Table((Sheet("", rows),), (("items", str(len(items))),))
