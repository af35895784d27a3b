"""Does what arrived reach its reader whole, not before enough of it is there, and is a slow line told from a silent one?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from paramiko.buffered_pipe import PipeTimeout

from connectors.sftp_arrivals import Arrivals

MANY = 1 << 24


def later(*steps: tuple[float, Callable[[], None]]) -> threading.Thread:
    """Each step after so many seconds."""

    def run() -> None:
        for seconds, step in steps:
            time.sleep(seconds)
            step()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_what_came_is_read_in_order_and_once() -> None:
    arrivals = Arrivals()
    for piece in (b"a", b"bc", b"d"):
        arrivals.feed(piece)
    assert len(arrivals) == 4
    assert arrivals.read_ready()
    assert arrivals.read(MANY) == b"abcd"
    assert len(arrivals) == 0
    assert not arrivals.read_ready()
    assert arrivals.empty() == b""


def test_the_reader_waits_until_as_much_is_there_as_it_wants() -> None:
    arrivals = Arrivals()
    arrivals.wanted = 3
    arrivals.feed(b"a")
    thread = later((0.05, lambda: arrivals.feed(b"b")), (0.05, lambda: arrivals.feed(b"cd")))
    assert arrivals.read(MANY, 5) == b"abcd"
    thread.join()


def test_a_line_on_which_nothing_comes_is_given_up() -> None:
    arrivals = Arrivals()
    with pytest.raises(PipeTimeout):
        arrivals.read(MANY, 0.05)


def test_a_line_that_is_only_slow_is_not_given_up() -> None:
    arrivals = Arrivals()
    arrivals.wanted = 4
    thread = later(*[(0.2, lambda: arrivals.feed(b"x"))] * 4)
    assert arrivals.read(MANY, 0.5) == b"xxxx"
    thread.join()


def test_a_channel_that_closes_gives_what_is_left_and_then_nothing() -> None:
    arrivals = Arrivals()
    arrivals.wanted = 10
    arrivals.feed(b"half")
    thread = later((0.05, arrivals.close))
    assert arrivals.read(MANY, 5) == b"half"
    assert arrivals.read(MANY, 5) == b""
    thread.join()
