"""Which records of which agencies speak of the same matter, why, and where is it left to a person?"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.link.linker import Ambiguity, Case, Link, Linkage, link

__all__ = ["Ambiguity", "Case", "Link", "Linkage", "link"]


def __getattr__(name: str) -> object:
    # Plain lists are linked without the ledger (hub.link.columns), so what stands on the ledger is read when asked for.
    if name not in __all__:
        raise AttributeError(name)
    from hub.link import linker

    return getattr(linker, name)
