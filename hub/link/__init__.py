"""Which records of which agencies speak of the same matter, why, and where is it left to a person?"""

from hub.link.linker import Ambiguity, Case, Link, Linkage, link

__all__ = ["Ambiguity", "Case", "Link", "Linkage", "link"]
