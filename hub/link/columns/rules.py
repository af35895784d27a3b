"""What counts for how much when lists are linked, and when is it enough? The data of `mappings/linking.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from hub.data_file import FaultWithin, Strict, load_model

FEATURES: Mapping[str, tuple[str, ...]] = {
    "number": ("equal", "serial_equal", "year_left_out", "slip", "other_series", "of_another", "differs"),
    "identity": ("equal", "first_15", "slip", "mask_fits", "birth_equal", "differs"),
    "name": (
        "equal",
        "begins",
        "sounds",
        "alike",
        "alike_short",
        "kin",
        "owner",
        "shop",
        "mask_fits",
        "other_kind",
        "differs",
    ),
    "unit": ("equal", "differs"),
    "cause": ("equal", "differs"),
    "amount": ("equal", "near", "differs"),
}
"""feature -> what may be seen of it, in the order of their codes."""
PERSON = ("identity", "name")
STAGES = ("police_after_township", "procuratorate_after_police", "procuratorate_after_township")
KEYS = ("number", "serial", "identity", "first_15", "tail", "name", "surname", "birth", "amount", "unit", "cause", "month")  # fmt: skip


class Observation(Strict):
    """How often something is seen of pairs of one matter, and how often of others; what is said of it."""

    matches: float = Field(gt=0, le=1)
    others: float | Literal["counted"]
    expected: float | None = Field(default=None, gt=0, lt=1)
    words: str

    @model_validator(mode="after")
    def _counted_from_something(self) -> Observation:
        if (self.others == "counted") != (self.expected is not None):
            raise FaultWithin(("expected",), "stands beside `others: counted`, and only there")
        if self.others != "counted" and not 0 < self.others <= 1:
            raise FaultWithin(("others",), "is a share above 0, up to 1, or the word counted")
        return self

    @property
    def bits(self) -> float:
        """What the observation says before anything is counted."""
        others = self.expected if self.others == "counted" else self.others
        return log2(self.matches / float(others or 1.0))


class Band(Strict):
    """Days up to and including `days`, and the share of true pairs that lie there."""

    days: int
    matches: float = Field(gt=0, lt=1)


class Decide(Strict):
    """In bits: when a pair is accepted, left to a person, or refused. The file says what each means."""

    accept: float = Field(gt=0)
    margin: float = Field(gt=0)
    person: float = Field(ge=0)
    matter: float = Field(le=0)
    clear: float = Field(ge=0)


class Blocks(Strict):
    """The keys of which rows must share one to be compared."""

    most_pairs_of_a_key: int = Field(gt=0)
    narrow: tuple[tuple[str, ...], ...]
    wide: tuple[tuple[str, ...], ...]


class LinkRules(Strict):
    """The whole of `linking.yaml`."""

    least_candidates: int = Field(ge=1)
    decide: Decide
    features: dict[str, dict[str, Observation]]
    lags: dict[str, tuple[Band, ...]]
    least_span: int = Field(gt=0)
    blocks: Blocks

    @model_validator(mode="after")
    def _complete(self) -> LinkRules:
        for name, seen in FEATURES.items():
            if tuple(self.features.get(name, ())) != seen:
                raise FaultWithin(("features", name), f"must say exactly {', '.join(seen)}, in this order")
        if extra := set(self.features) - set(FEATURES):
            raise FaultWithin(("features", min(extra)), "is no feature that is compared")
        if set(self.lags) != set(STAGES):
            raise FaultWithin(("lags",), f"must say exactly {', '.join(STAGES)}")
        for stage, bands in self.lags.items():
            days = [band.days for band in bands]
            if days != sorted(set(days)) or abs(sum(band.matches for band in bands) - 1) > 1e-6:
                raise FaultWithin(("lags", stage), "days must rise and the shares sum to 1")
        for width in ("narrow", "wide"):
            for place, keys in enumerate(getattr(self.blocks, width)):
                if not keys or set(keys) - set(KEYS):
                    raise FaultWithin(("blocks", width, place), f"must be some of {', '.join(KEYS)}")
        return self


def load_link_rules(path: Path) -> LinkRules:
    """Read `linking.yaml`; raises `ConfigurationFault` naming every fault with its line."""
    return load_model(path, LinkRules)
