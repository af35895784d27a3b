"""By which channel, and from which places, does an agency deliver?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """What a transport must know of an agency beside the address and the credentials.

    transport: `sftp`, `api` or `folder`.
    source_prefix: what the agency's place is called in sources: a file `outbox/a.csv` at the place
        of prefix `police` has the parcel path `police/outbox/a.csv`.
    pull: glob patterns of the files to fetch, relative to the place (`outbox/*.csv`).
    manifest: suffix of the manifest that must follow each pulled file (`.ok`), or empty.
    settle_seconds: a file without manifest that changed so recently is taken for unfinished.
    resource: for an API, the path of the collection to page through.
    page_size: for an API, documents a page.
    """

    agency: str
    transport: str
    source_prefix: str
    pull: tuple[str, ...] = ()
    manifest: str = ""
    settle_seconds: int = 2
    resource: str = ""
    page_size: int = 100
