"""How are documents fetched from, and handed to, an agency's HTTP API?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from hashlib import sha256
from itertools import count

from connectors.api_client import Answer, ApiClient, Patience
from connectors.endpoint import Endpoint
from connectors.problem import explain
from hub.channel import Channel
from hub.errors import AgencyUnreachable, ConfigurationFault, DeliveryRefused
from hub.model import Outgoing, Parcel, Receipt
from hub.moment import OUR_YEARS

_CURSOR_GONE = {410, 422}
_MOST_IDLE = 100  # pages one after another that bring nothing: pages may overlap, and filters leave some empty
_CLOCKS_APART = timedelta(days=1)


class _CursorExpiredError(Exception):
    """A page was asked for with a cursor that the server no longer knows."""


class ApiTransport:
    """A transport over a REST collection with cursors, and resources to post to; see hub.transport.Transport."""

    def __init__(
        self,
        endpoint: Endpoint,
        channel: Channel,
        now: Callable[[], datetime],
        pause: Callable[[float], None],
        patience: Patience = Patience(),  # noqa: B008  (frozen)
    ) -> None:
        self._agency = channel.agency
        self._channel = channel
        self._now = now
        self._client = ApiClient(endpoint, pause, patience)

    def fetch(self, taken: Mapping[str, str]) -> Iterator[Parcel]:
        """Yield a parcel per page, its content the body as it came.

        taken: beside path -> fingerprint, the key `updated_since` -> the newest `updated_until` among the parcels held
        (absent: from the beginning). The interval is closed at its start, so the last document comes again; a page that
        is held already, or that has no items on a continued pull, is not yielded. When a cursor expires on the way, the
        pages are asked for again from the start, once, and those already yielded are passed over.
        """
        held = dict(taken)
        try:
            yield from self._pull(held)
        except _CursorExpiredError:
            try:
                yield from self._pull(held)
            except _CursorExpiredError:
                raise AgencyUnreachable(self._agency, "cursors expire before the last page is reached") from None

    def deliver(self, outgoing: Outgoing) -> Receipt:
        """Post a JSON body under the delivery's id as Idempotency-Key; the same again gives the first receipt again.

        Raises DeliveryRefused where the body is refused, its key was used for another, or the receipt is for other bytes;
        AgencyUnreachable where it may have been taken (any 2xx) and no receipt says so: the same again asks for it.
        """
        headers = {"Idempotency-Key": outgoing.delivery_id, "Content-Type": "application/json; charset=utf-8"}
        answer = self._client.send("POST", outgoing.path, content=outgoing.content, headers=headers)
        if not 200 <= answer.status < 300:
            raise DeliveryRefused(self._agency, explain(answer.status, answer.body, outgoing.content))
        receipt = self._json(answer)
        try:
            receipt_no, digest = str(receipt["receipt_no"]), str(receipt["sha256"])
            received_at = _instant(str(receipt["received_at"]))
        except (KeyError, ValueError):
            raise AgencyUnreachable(self._agency, "the receipt cannot be read") from None
        if digest.lower() != sha256(outgoing.content).hexdigest():
            raise DeliveryRefused(self._agency, f"receipt {receipt_no} is for other bytes than were sent")
        return Receipt(outgoing.delivery_id, received_at, "known" if answer.status == 200 else "taken", receipt_no)

    def deliver_all(self, outgoings: Iterable[Outgoing]) -> Iterator[Receipt | DeliveryRefused]:
        """Post one after another over the same connection: the next only once the last has its receipt."""
        for outgoing in outgoings:
            try:
                outcome: Receipt | DeliveryRefused = self.deliver(outgoing)
            except DeliveryRefused as refused:
                outcome = refused
            yield outcome

    def close(self) -> None:
        """Let go of connections and of the token."""
        self._client.close()

    def _pull(self, held: dict[str, str]) -> Iterator[Parcel]:
        since = held.get("updated_since", "")
        cursor: str | None = None
        seen: set[str] = set()
        idle = 0
        for number in count(1):
            answer = self._page(since, cursor)
            if cursor is not None and answer.status in _CURSOR_GONE:
                raise _CursorExpiredError
            items, cursor = self._opened(answer)
            fingerprint = _fingerprint(items)
            parcel = self._parcel(answer, since, number, items, fingerprint)
            continued = bool(since) or number > 1
            if held.get(parcel.path) != fingerprint and (items or not continued):
                held[parcel.path] = fingerprint
                yield parcel
            if cursor is None:
                return
            # Some servers make a new cursor each time; then pages come again, or empty ones without end.
            idle = idle + 1 if fingerprint in seen or not items else 0
            if cursor in seen or idle > _MOST_IDLE:
                raise AgencyUnreachable(self._agency, "the pages go round in a circle")
            seen |= {cursor, fingerprint}

    def _page(self, since: str, cursor: str | None) -> Answer:
        query = {"limit": str(self._channel.page_size)}
        if since:
            query["updated_since"] = since
        if cursor is not None:
            query["cursor"] = cursor
        return self._client.send("GET", self._channel.resource, query=query)

    def _opened(self, answer: Answer) -> tuple[list[dict[str, object]], str | None]:
        if answer.status != 200:
            raise ConfigurationFault(f"{self._agency}: {explain(answer.status, answer.body, b'')}")
        body = self._json(answer)
        items, cursor = body.get("items"), body.get("next_cursor")
        if not isinstance(items, list) or not (cursor is None or isinstance(cursor, str)):
            raise AgencyUnreachable(self._agency, "the answer is no page of items")
        return [item for item in items if isinstance(item, dict)], cursor or None

    def _json(self, answer: Answer) -> dict[str, object]:
        try:
            body = json.loads(answer.body)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise AgencyUnreachable(self._agency, f"the answer {answer.status} is no JSON object")
        return body

    def _parcel(
        self, answer: Answer, since: str, number: int, items: list[dict[str, object]], fingerprint: str
    ) -> Parcel:
        fetched_at = self._now()
        meta = [("fingerprint", fingerprint), ("items", str(len(items)))]
        stamps = [str(item.get("updated_at")) for item in items if _is_instant(item.get("updated_at"))]
        # One document dated years ahead would leave nothing newer to ask for: whatever came later would be missed.
        stamps = [stamp for stamp in stamps if _instant(stamp) <= fetched_at + _CLOCKS_APART]
        if stamps:
            meta.append(("updated_until", max(stamps, key=_instant)))
        meta.extend((name, answer.headers[name]) for name in ("etag", "x-request-id") if name in answer.headers)
        resource = self._channel.resource.rstrip("/").rpartition("/")[2]
        start = since.replace(":", "").replace("-", "") or "start"
        return Parcel(
            agency=self._agency,
            path=f"{self._channel.source_prefix}/{resource}/{start}/{number:04}.json",
            content=answer.body,
            sha256=sha256(answer.body).hexdigest(),
            arrived_at=_date(answer.headers.get("date", "")) or fetched_at,
            fetched_at=fetched_at,
            meta=tuple(meta),
        )


def _fingerprint(items: list[dict[str, object]]) -> str:
    """What tells a page from an earlier one: its documents. The cursor beside them is another at each asking."""
    return sha256(json.dumps(items, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if instant.tzinfo is None or instant.year not in OUR_YEARS:
        raise ValueError("an instant without offset, or of no year of our time")
    return instant


def _is_instant(value: object) -> bool:
    try:
        return bool(_instant(str(value)))
    except ValueError:
        return False


def _date(text: str) -> datetime | None:
    """The Date header of an answer, where it is one."""
    try:
        return parsedate_to_datetime(text).astimezone(timezone.utc)
    except ValueError:
        return None
