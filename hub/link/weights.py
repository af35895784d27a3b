"""What counts for how much when records of the ledger are linked, and when is it enough?

The data of `mappings/linking_ledger.yaml`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from hub.data_file import FaultWithin, Strict, load_model

# `again` rests on the signs: what a record may at best have for it is the sum of what speaks for it.
For = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Against = Annotated[float, Field(lt=0, allow_inf_nan=False)]
Bits = Annotated[float, Field(allow_inf_nan=False)]


class Decide(Strict):
    """In bits: when a step joins, leaves it to a person, or refuses. The file says what each means."""

    accept: For
    margin: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    person: Against
    matter: Against


class Steps(Strict):
    """What is asked for in each step."""

    acceptance: Decide
    opinion: Decide
    document: Decide
    letter: Decide


class IdentityBits(Strict):
    """What identity numbers say; the fields are what `hub.link.persons` sees of them."""

    equal: For
    other_equal: For
    first_15: For
    mask_fits: For
    differs: Against
    differs_under_one_name: Against


class NameBits(Strict):
    """What names say; the fields are what `hub.link.persons` sees of them, and shop: a shop here, a person there."""

    equal: For
    owner: For
    mask_fits: For
    shop: Bits
    one_character_off: Bits
    differs: Against


class WordBits(Strict):
    """What a code, a case number or a sum says."""

    equal: For
    differs: Against


class UnitBits(WordBits):
    """What a township says. unread: the police name a sender in words that are no township's."""

    unread: Against


class NumberBits(Strict):
    """What a document's number says. series_alike: a share, from which two series of numbers may be one misspelt."""

    equal: For
    borne_equal: For
    loosely_equal: For
    mentioned: For
    differs: Against
    series_alike: float = Field(gt=0, le=1)

    @model_validator(mode="after")
    def _the_surer_the_more(self) -> NumberBits:
        if not self.borne_equal >= self.equal >= self.loosely_equal:
            raise FaultWithin(("equal",), "stands between loosely_equal and borne_equal, or is the same")
        return self


class ActBits(Strict):
    """What it says that the act which must come before was seen, or was not."""

    seen: For
    missing: Against


class LagBand(Strict):
    """Days from one act to the next, up to and including `days` (None: any more), and what such a lag is worth."""

    days: int | None = None
    bits: Bits


LagBands = tuple[LagBand, ...]


class Lags(Strict):
    """receipt: from sending to arrival; letter: between an act and the paper about it."""

    receipt: LagBands
    letter: LagBands

    @model_validator(mode="after")
    def _every_lag_has_one_band(self) -> Lags:
        for name, bands in (("receipt", self.receipt), ("letter", self.letter)):
            if not bands or bands[-1].days is not None:
                raise FaultWithin((name,), "the last band has no `days`: it holds whatever is longer")
            ends = [band.days for band in bands[:-1]]
            for place, end in enumerate(ends):
                if end is None:
                    raise FaultWithin((name, place), "only the last band has no `days`")
                before = ends[place - 1] if place else None
                if before is not None and end <= before:
                    raise FaultWithin((name, place, "days"), f"days must rise, and {before} stands before")
        return self


class Weights(Strict):
    """The whole of `linking_ledger.yaml`: what an observation is worth in bits, and what is asked for."""

    decide: Steps
    identity: IdentityBits
    name: NameBits
    police_case_no: WordBits
    unified_case_no: WordBits
    number: NumberBits
    unit: UnitBits
    cause: WordBits
    amount: WordBits
    act: ActBits
    already_answered: Against
    lags: Lags

    @property
    def version(self) -> str:
        """A short hash over every figure; a comment that changes leaves it as it is."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]


def load_weights(path: Path) -> Weights:
    """Read `linking_ledger.yaml`; raises `ConfigurationFault` naming every fault with its line."""
    return load_model(path, Weights)


def lag_bits(days: int, bands: LagBands) -> float:
    """What a lag of so many days is worth."""
    return next(band.bits for band in bands if band.days is None or days <= band.days)
