"""On which port of this machine does a server listen?"""

from __future__ import annotations

import socket


def listen(port: int | None, previous: int | None = None) -> socket.socket:
    """A listening socket on loopback: on `port` where it is given, else on `previous` if that is free, else on any.

    OSError where a given port is taken.
    """
    if port is not None:
        return _bind(port)
    if previous is not None:
        try:
            return _bind(previous)
        except OSError:
            pass  # Someone else has it by now; the endpoints file tells the new one.
    return _bind(0)


def port_of(listener: socket.socket) -> int:
    """The port that a socket listens on."""
    return int(listener.getsockname()[1])


def _bind(port: int) -> socket.socket:
    # The protocol is named because asyncio switches Nagle's algorithm off only then; with it answers take 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
