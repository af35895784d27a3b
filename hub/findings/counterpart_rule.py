"""When is a pair of open matters worth telling as perhaps one? The data of `mappings/counterparts.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from hub.data_file import Strict, load_model
from hub.link.weights import Against, Bits, For, WordBits


class Window(Strict):
    """Days from the sending of a referral to its receipt: so many before it, and so many after, are possible."""

    before: Annotated[int, Field(ge=0)]
    after: Annotated[int, Field(ge=0)]


class AtWorst(Strict):
    """What speaks against a pair counts for no more than this, whatever the linker makes of it."""

    identity: Against
    name: Against
    number: Against
    township: Against
    cause: Against
    amount: Against
    days: Against


class CounterpartRule(Strict):
    """The whole of `counterparts.yaml`; bits are the linker's. The file says what each means."""

    asked: For
    margin: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    most: Annotated[int, Field(ge=1)]
    days: Window
    at_worst: AtWorst
    one_character_off: Bits
    receipt: WordBits


def load_counterpart_rule(path: Path) -> CounterpartRule:
    """Read `counterparts.yaml`; raises `ConfigurationFault` naming every fault with its line."""
    return load_model(path, CounterpartRule)
