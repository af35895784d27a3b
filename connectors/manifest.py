"""Does a file agree with the manifest that came after it?"""

from __future__ import annotations

from hashlib import sha256

from connectors.delimited import count_rows


def disagreement(manifest: bytes, content: bytes, digest: str) -> str:
    """What a manifest says otherwise than its file, in words without content; empty where they agree.

    A manifest has the lines `rows=<n>` (data rows, the header not counted) and `sha256=<hex>`; the digest is
    needed, the rows are checked where given. digest: the file's sha256.
    """
    stated = _entries(manifest)
    if "sha256" not in stated:
        return "the manifest states no sha256"
    if stated["sha256"].lower() != digest:
        return f"sha256 is {digest}, the manifest says {stated['sha256'][:64]}"
    if "rows" in stated:
        rows = count_rows(content)
        if rows is not None and stated["rows"] != str(rows):
            return f"there are {rows} rows, the manifest says {stated['rows'][:20]}"
    return ""


def compose_manifest(path: str, content: bytes) -> bytes:
    """The manifest of an outgoing file; rows are stated for CSV only."""
    rows = count_rows(content) if path.casefold().endswith(".csv") else None
    lines = [] if rows is None else [f"rows={rows}"]
    return "".join(f"{line}\n" for line in [*lines, f"sha256={sha256(content).hexdigest()}"]).encode()


def _entries(manifest: bytes) -> dict[str, str]:
    text = manifest.decode("utf-8-sig", "replace")
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}
