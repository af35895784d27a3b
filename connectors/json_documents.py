"""What does a page of an agency's API hold?"""

from __future__ import annotations

import json
from collections.abc import Mapping

from hub.errors import ParcelRefused
from hub.model import CellValue
from hub.receiving.table import Sheet, Table
from hub.whole_text import whole_json


def read(content: bytes, path: str) -> Table:
    """One sheet named '': row 0 the member names in first-seen order, then a row per item of `items`.

    Lists and objects stay what they are; a member that an item lacks, or that is null, is None. An item that is no object
    is a row that lacks every member and holds it under `items`: it is set aside, and the documents beside it stand.
    Half of a character, which a server leaves where it cuts a text, is U+FFFD. Raises ParcelRefused
    (`unreadable_file`) for anything but an object with a list `items`.
    """
    try:
        body = whole_json(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise ParcelRefused(path, "unreadable_file", "the page is no JSON") from error
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise ParcelRefused(path, "unreadable_file", "the page has no list `items`")
    documents = [_document(item) for item in items]
    members = list(dict.fromkeys(name for document in documents for name in document))
    rows: list[tuple[CellValue, ...]] = [tuple(members)]
    rows.extend(tuple(document.get(name) for name in members) for document in documents)
    return Table((Sheet("", rows),), (("items", str(len(items))),))


def _document(item: object) -> Mapping[str, CellValue]:
    if isinstance(item, dict):
        return item
    # null would be an empty cell, and one empty row would look like the next.
    return {"items": json.dumps(item, ensure_ascii=False)}
