"""How is a traditional character written in simplified script?"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def _table() -> dict[int, str]:
    # OpenCC's own table, character by character. Its phrase rules are for prose: in a name or a number the
    # same character must come out the same whatever stands beside it. Characters that may stand for
    # themselves (乾 in 王乾, 於) are left, so that two different names never become one.
    lines = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line)
    return {ord(old): new.split()[0] for old, new in pairs if len(old) == 1 and old not in new.split()}


def simplified_forms() -> dict[str, str]:
    """traditional character -> simplified one, of all that `to_simplified` changes."""
    return {chr(old): new for old, new in _table().items()}


def to_simplified(text: str) -> str:
    """The text with every traditional character in its simplified form, one for one.

    >>> to_simplified("第730號 張國慶")
    '第730号 张国庆'
    """
    return text if text.isascii() else text.translate(_table())
