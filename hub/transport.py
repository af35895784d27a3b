"""What the hub asks of whoever carries bytes to and from an agency; connectors/ implements it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from hub.errors import DeliveryRefused
from hub.model import Outgoing, Parcel, Receipt


class Transport(Protocol):
    """One agency's channel, open. Used by one task at a time; `close` is safe to call twice.

    Every method raises `AgencyUnreachable` when the other side does not answer.
    """

    def fetch(self, taken: Mapping[str, str]) -> Iterator[Parcel]:
        """Yield what is there and not yet taken, oldest first.

        taken: path -> fingerprint of what the ledger already holds; the fingerprint of a parcel is
        its meta entry `fingerprint`, chosen by the transport. Files that are unfinished (no manifest
        where one is due, still growing, temporary names) are left for the next run. Content that
        disagrees with its manifest is yielded with the meta entry `refused` = `hash_mismatch`.
        """
        ...

    def deliver(self, outgoing: Outgoing) -> Receipt | None:
        """Hand over once, however often it is called with the same delivery_id and content.

        A receipt where the channel answers at once (API), None where it comes later (files).
        Raises `DeliveryRefused` when the receiver says no for good.
        """
        ...

    def deliver_all(self, outgoings: Iterable[Outgoing]) -> Iterator[Receipt | DeliveryRefused | None]:
        """Hand over each as `deliver` does, as many of them on their way at once as the channel carries.

        Yields what became of each, in order: what `deliver` returns, or the refusal that it raises. What was
        yielded is out; of the next ones some may be when it raises, and are taken for the same when sent again. Of those
        on their way together a later one may be there first, except under the same name.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
