"""What stands in a text where it holds half of a character? No encoding takes that, so nothing could be written of it."""

from __future__ import annotations

import json
import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")


def whole_text(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair; halves that belong together are put together."""
    if _HALF.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def whole_json(value: Any) -> Any:
    """A value that JSON can hold, with every text in it whole, also the names of members."""
    # Written once more rather than walked through: json goes as deep as it read, a function of ours half as deep.
    told = json.dumps(value, ensure_ascii=False)
    return value if _HALF.search(told) is None else json.loads(whole_text(told))
