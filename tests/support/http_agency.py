"""How do tests get a real HTTP server that keeps the procuratorate's interface notice, and breaks it when told?"""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

Handler = Callable[[Request], Awaitable[Response]]

CLIENT_ID = "hub"
CLIENT_SECRET = "a+b c&d=e"  # every sign that an address must not trip over
RECEIVED_AT = "2026-11-01T08:00:00+08:00"
_START_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What the next request to a path gets instead of its answer. `cut` breaks the connection off.

    after_taking: the request has its effect first, only the answer is lost.
    """

    status: int = 500
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b"{}"
    path: str = "/api/v1"
    cut: bool = False
    delay: float = 0.0
    after_taking: bool = False


@dataclass(slots=True)
class HttpAgency:
    """The server's state, open to the test: what it serves, what it was asked, what it received.

    received: Idempotency-Key -> the body it came with. faults: used up one by one, oldest first.
    """

    port: int = 0
    tls: bool = False
    documents: list[dict[str, object]] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    asked: list[str] = field(default_factory=list)
    received: dict[str, bytes] = field(default_factory=dict)
    effects: list[bytes] = field(default_factory=list)
    token_seconds: int = 600
    tokens: dict[str, float] = field(default_factory=dict)
    tokens_issued: int = 0
    cursors: dict[str, int] = field(default_factory=dict)
    cursor_gone_status: int = 422

    @property
    def url(self) -> str:
        """An address that `parse_endpoint` reads."""
        return self.address()

    def address(self, client_secret: str = CLIENT_SECRET, ca: Path | None = None) -> str:
        """The address with another secret, or with certificates to trust."""
        trust = f"&ca={quote(str(ca))}" if ca else ""
        scheme, host = ("https", "localhost") if self.tls else ("http", "127.0.0.1")
        return f"{scheme}://{host}:{self.port}?client_id={CLIENT_ID}&client_secret={quote(client_secret)}{trust}"

    def add_document(self, number: int, **members: object) -> dict[str, object]:
        """Serve one more document; later numbers are newer."""
        stamp = f"2026-09-{1 + number // 1440:02}T{number % 1440 // 60:02}:{number % 60:02}:00+08:00"
        document: dict[str, object] = {
            "doc_id": f"JD2026{number:05}",
            "doc_type": "copy_receipt",
            "doc_no": f"繁检移收〔2026〕{number}号",
            "persons": [{"name": "示例甲", "id_no": None}],
            "township": "140924100",
            "decided_at": stamp,
            "served_at": None,
            "copies": [],
            "sealed": False,
            "updated_at": stamp,
            **members,
        }
        self.documents.append(document)
        return document

    def asked_for(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(line.split(" ")[1].partition("?")[0] == path for line in self.asked)

    async def token(self, request: Request) -> Response:
        """POST /oauth2/token."""
        form = await request.form()
        right = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        if dict(form) != right:
            return _problem(401, "invalid_client", f"no client {form.get('client_secret')}")
        token = secrets.token_hex(8)
        self.tokens[token] = time.monotonic() + self.token_seconds
        self.tokens_issued += 1
        return _json({"access_token": token, "token_type": "Bearer", "expires_in": self.token_seconds})

    async def list_documents(self, request: Request) -> Response:
        """GET /api/v1/documents."""
        query = request.query_params
        limit = int(query.get("limit", "50"))
        if not 1 <= limit <= 200:
            return _problem(422, "Unprocessable", "limit", [("/limit", "1 to 200")])
        start = 0
        if "cursor" in query:
            if query["cursor"] not in self.cursors:
                return _problem(self.cursor_gone_status, "Unprocessable", "the cursor has expired")
            start = self.cursors[query["cursor"]]
        since = query.get("updated_since", "")
        found = [one for one in self.documents if str(one["updated_at"]) >= since]
        found.sort(key=lambda one: (str(one["updated_at"]), str(one["doc_id"])))
        cursor = None
        if start + limit < len(found):
            cursor = secrets.token_urlsafe(8)
            self.cursors[cursor] = start + limit
        return _json({"items": found[start : start + limit], "next_cursor": cursor})

    async def receive(self, request: Request) -> Response:
        """POST /api/v1/referral-copies and /api/v1/alerts."""
        key, body = request.headers["idempotency-key"], await request.body()
        known = self.received.get(key)
        if known is not None and known != body:
            return _problem(409, "Conflict", "this key was used with another body")
        if known is None:
            self.received[key] = body
            self.effects.append(body)
        receipt = {"receipt_no": f"R-{key}", "received_at": RECEIVED_AT, "sha256": sha256(body).hexdigest()}
        return _json(receipt, 201 if known is None else 200)


def _json(content: object, status: int = 200) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status, media_type="application/json")


def _problem(status: int, title: str, detail: str, errors: list[tuple[str, str]] | None = None) -> Response:
    content: dict[str, object] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if errors:
        content["errors"] = [{"pointer": pointer, "detail": text} for pointer, text in errors]
    return Response(json.dumps(content, ensure_ascii=False), status, media_type="application/problem+json")


def _application(agency: HttpAgency) -> Starlette:
    def guarded(handler: Handler, *, by_token: bool = True) -> Handler:
        async def answer(request: Request) -> Response:
            agency.asked.append(f"{request.method} {request.url.path}?{request.url.query}")
            fault = next((one for one in agency.faults if request.url.path.startswith(one.path)), None)
            if fault is not None:
                agency.faults.remove(fault)
                if fault.after_taking:
                    await handler(request)
                await asyncio.sleep(fault.delay)
                if fault.cut:
                    return _Cut()
                return Response(fault.body, fault.status, dict(fault.headers), "application/problem+json")
            if by_token:
                token = request.headers.get("authorization", "").removeprefix("Bearer ")
                if agency.tokens.get(token, 0.0) < time.monotonic():
                    return _problem(401, "Unauthorized", "no token, or it has expired")
            return await handler(request)

        return answer

    return Starlette(
        routes=[
            Route("/oauth2/token", guarded(agency.token, by_token=False), methods=["POST"]),
            Route("/api/v1/documents", guarded(agency.list_documents)),
            Route("/api/v1/referral-copies", guarded(agency.receive), methods=["POST"]),
            Route("/api/v1/alerts", guarded(agency.receive), methods=["POST"]),
        ]
    )


class _Cut(Response):
    """Promises more than it sends: uvicorn breaks the connection off in the middle of the body."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b'{"items": [', "more_body": False})


@contextmanager
def http_agency(certificate: Path | None = None, key: Path | None = None) -> Iterator[HttpAgency]:
    """The server on a free port of loopback, over TLS where a certificate and its key are given."""
    agency = HttpAgency(tls=certificate is not None)
    server = uvicorn.Server(
        uvicorn.Config(
            _application(agency),
            host="127.0.0.1",
            port=0,
            log_level="critical",
            lifespan="off",
            timeout_graceful_shutdown=1,
            ssl_certfile=str(certificate) if certificate else None,
            ssl_keyfile=str(key) if key else None,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + _START_SECONDS
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    agency.port = int(server.servers[0].sockets[0].getsockname()[1])
    try:
        yield agency
    finally:
        server.should_exit = True
        thread.join(_START_SECONDS)
