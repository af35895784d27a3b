"""Cycles are looked for again afterwards, whatever happened, and stay unlooked-for where they were before."""

from __future__ import annotations

import gc

import pytest

from hub.cycles import cycles_left_alone


def test_afterwards_python_looks_for_cycles_again_also_after_an_error() -> None:
    assert gc.isenabled()
    with cycles_left_alone():
        assert not gc.isenabled()
        with cycles_left_alone():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError), cycles_left_alone():
        raise KeyError("x")
    assert gc.isenabled()
