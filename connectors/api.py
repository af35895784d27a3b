"""How are documents fetched from, and handed to, an agency's HTTP API?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from hashlib import sha256
from itertools import count, takewhile

from connectors.api_client import Answer, ApiClient, Patience
from connectors.endpoint import Endpoint
from connectors.problem import explain
from hub.channel import Channel
from hub.errors import AgencyUnreachable, ConfigurationFault, DeliveryRefused
from hub.model import Outgoing, Parcel, Receipt
from hub.moment import OUR_YEARS

_CURSOR_GONE = {410, 422}
_MOST_IDLE = 100  # pages one after another that bring nothing: pages may overlap, and filters leave some empty
# How far back each pull looks. A document may be seen later than its `updated_at` says: it was entered in a long
# transaction, on a server whose clock is behind, or by the night's batch. A day's documents are one page or two.
_LOOKED_BACK = timedelta(days=1)


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
        (absent: from the beginning). It is asked from a day before, so documents come again; a page that is held
        already, or that has no items on a continued pull, is not yielded. When a cursor expires on the way, the
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
        asked_at = self._now()
        since = _looked_back(held.get("updated_since", ""), asked_at)
        cursor: str | None = None
        seen: set[str] = set()
        idle = 0
        whole = True
        for number in count(1):
            answer = self._page(since, cursor)
            if cursor is not None and answer.status in _CURSOR_GONE:
                raise _CursorExpiredError
            items, cursor = self._opened(answer)
            fingerprint = _fingerprint(items)
            # Past what is no document nothing is held for sure, so the next pull begins before it.
            until = _until(items, asked_at) if whole else ""
            whole = whole and all(isinstance(item, dict) for item in items)
            parcel = self._parcel(answer, f"{_in_a_path(since)}/{number:04}", len(items), fingerprint, until)
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

    def _opened(self, answer: Answer) -> tuple[list[object], str | None]:
        if answer.status != 200:
            raise ConfigurationFault(f"{self._agency}: {explain(answer.status, answer.body, b'')}")
        body = self._json(answer)
        items, cursor = body.get("items"), body.get("next_cursor")
        if not isinstance(items, list) or not (cursor is None or isinstance(cursor, str)):
            raise AgencyUnreachable(self._agency, "the answer is no page of items")
        return items, cursor or None

    def _json(self, answer: Answer) -> dict[str, object]:
        try:
            body = json.loads(answer.body)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise AgencyUnreachable(self._agency, f"the answer {answer.status} is no JSON object")
        return body

    def _parcel(self, answer: Answer, place: str, items: int, fingerprint: str, until: str) -> Parcel:
        fetched_at = self._now()
        meta = [("fingerprint", fingerprint), ("items", str(items))]
        if until:
            meta.append(("updated_until", until))
        meta.extend((name, answer.headers[name]) for name in ("etag", "x-request-id") if name in answer.headers)
        resource = self._channel.resource.rstrip("/").rpartition("/")[2]
        return Parcel(
            agency=self._agency,
            path=f"{self._channel.source_prefix}/{resource}/{place}.json",
            content=answer.body,
            sha256=sha256(answer.body).hexdigest(),
            arrived_at=answered_at(answer.headers.get("date", "")) or fetched_at,
            fetched_at=fetched_at,
            meta=tuple(meta),
        )


def _looked_back(until: str, asked_at: datetime) -> str:
    """From where on to ask, where everything up to `until` was held already; empty where nothing was."""
    return (min(_instant(until), asked_at) - _LOOKED_BACK).isoformat(timespec="seconds") if until else ""


def _until(items: list[object], asked_at: datetime) -> str:
    """The newest `updated_at` of a page before what is no document in it; empty where there is none.

    One that is dated ahead of the clock at the asking does not count: what came next would be dated before it, and
    missed.
    """
    documents = takewhile(lambda item: isinstance(item, dict), items)
    stamps = [str(one.get("updated_at")) for one in documents if isinstance(one, dict)]
    return max((text for text in stamps if _is_instant(text) and _instant(text) <= asked_at), key=_instant, default="")


def _in_a_path(since: str) -> str:
    return since.replace(":", "").replace("-", "") or "start"


def _fingerprint(items: list[object]) -> str:
    """What tells a page from an earlier one: its documents. The cursor beside them is another at each asking."""
    return sha256(json.dumps(items, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if instant.tzinfo is None or instant.year not in OUR_YEARS:
        raise ValueError("an instant without offset, or of no year of our time")
    return instant


def _is_instant(text: str) -> bool:
    try:
        return bool(_instant(text))
    except ValueError:
        return False


def answered_at(date: str) -> datetime | None:
    """What a Date header says, where it is an instant of our time."""
    try:
        instant = parsedate_to_datetime(date).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
    return instant if instant.year in OUR_YEARS else None
