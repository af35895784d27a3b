"""Do two headers of a column say the same?"""

from __future__ import annotations

import unicodedata

from hub.values.blanks import without_spaces


def comparable(header: str) -> str:
    """A header without width, blanks, line breaks and the star that marks required columns."""
    return without_spaces(unicodedata.normalize("NFKC", header)).replace("*", "").replace("★", "")
