"""Whose record settles a field on which the records of one matter disagree? The data of `mappings/authority.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import model_validator
from typing_extensions import Self

from hub.data_file import FaultWithin, Strict, load_model
from hub.words import Word


class About(Word):
    """What is compared between the records of one matter."""

    PARTY = "party"
    ID_NO = "id_no"
    CAUSE = "cause"
    RECEIVED_AT = "received_at"
    AMOUNT = "amount"
    SERVED_AT = "served_at"


class Authority(Strict):
    """One line: what is compared, under which word a finding names it, who settles it, and why."""

    about: About
    field: Literal["party", "id_no", "cause", "date", "amount"]
    title: str
    agency: Literal["township", "police", "procuratorate"]
    why: str


class _AuthorityFile(Strict):
    fields: tuple[Authority, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen = set[About]()
        for number, line in enumerate(self.fields):
            if line.about in seen:
                raise FaultWithin(("fields", number, "about"), f"{line.about} stands twice")
            seen.add(line.about)
        if missing := [str(about) for about in About if about not in seen]:
            raise FaultWithin(("fields",), f"nobody settles {', '.join(missing)}")
        return self


@dataclass(frozen=True, slots=True)
class Authorities:
    """Who settles what."""

    of: Mapping[About, Authority]


def load_authorities(path: Path) -> Authorities:
    """Read mappings/authority.yaml; `ConfigurationFault` names what is wrong."""
    return Authorities({line.about: line for line in load_model(path, _AuthorityFile).fields})
