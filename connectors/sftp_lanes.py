"""How are many files left over several channels of one connection, so that the server's disk may flush some at once?

A server answers the requests of one channel in turn, and a flush to disk is the slowest of them: over four channels a
disk joins the flushes that it is asked for together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from paramiko import SSHException

from connectors.sftp_session import SftpSession
from connectors.sftp_upload import Written

Groups = Sequence[Sequence[Written]]


@dataclass(slots=True)
class _Lane:
    """What became of the groups that one channel took, in order; broke: what ended it before the last."""

    outcomes: list[OSError | None] = field(default_factory=list)
    broke: SSHException | EOFError | OSError | None = None


def store_in_lanes(sessions: Sequence[SftpSession], groups: Groups) -> Iterator[OSError | None]:
    """Store the groups as `SftpSession.store` does, each whole over one channel, and tell of them in order.

    Where a channel broke, raises what broke it at the first group of which nothing is known.
    """
    many = len(sessions)
    if many == 1:
        yield from sessions[0].store(groups)
        return
    with ThreadPoolExecutor(many) as pool:
        lanes = list(pool.map(_store, sessions, [groups[first::many] for first in range(many)]))
    for place in range(len(groups)):
        lane = lanes[place % many]
        if place // many == len(lane.outcomes):
            raise lane.broke or EOFError("the channel ended")
        yield lane.outcomes[place // many]


def _store(session: SftpSession, groups: Groups) -> _Lane:
    lane = _Lane()
    try:
        for outcome in session.store(groups):
            lane.outcomes.append(outcome)
    except (SSHException, EOFError, OSError) as error:
        lane.broke = error
    return lane
