"""How does the procuratorate answer over HTTP? The interface of its `openapi.yaml`, on loopback."""

from __future__ import annotations

import asyncio
import math
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.documents import Bookmark, Shelf, read_cursor, write_cursor
from sandbox.faults import Faults
from sandbox.keys import USER, Keys
from sandbox.messages import Alert, ReferralCopy, check_message, read_instant
from sandbox.problems import Fault, Refusal, answer_error, problem, unprocessable
from sandbox.received import Register
from sandbox.tokens import Tokens


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """What an administrator may set.

    token_seconds, cursor_seconds: how long each is good. requests, window_seconds: how many requests
    are answered in each window before 429; None is no limit.
    """

    token_seconds: int = 600
    cursor_seconds: int = 3600
    requests: int | None = None
    window_seconds: float = 1.0


class Api:
    """The resources of the interface, each a method; faults are raised as `Refusal`."""

    def __init__(
        self, home: Path, keys: Keys, shelf: Shelf, settings: ApiSettings, clock: Callable[[], datetime]
    ) -> None:
        self._shelf = shelf
        self._cursor_key = keys.cursor_key
        self._settings = settings
        self._clock = clock
        self._tokens = Tokens(USER, keys.client_secret, settings.token_seconds, clock)
        self._register = Register(home / "received", clock)

    def app(self) -> Starlette:
        """The routes, with every error as a problem."""
        return Starlette(
            routes=[
                Route("/oauth2/token", self.issue_token, methods=["POST"]),
                Route("/api/v1/documents", self.list_documents, methods=["GET"]),
                Route("/api/v1/documents/{id}", self.get_document, methods=["GET"]),
                Route("/api/v1/referral-copies", self.receive_referral_copy, methods=["POST"]),
                Route("/api/v1/alerts", self.receive_alert, methods=["POST"]),
            ],
            exception_handlers=dict.fromkeys((Refusal, HTTPException, Exception), answer_error),
        )

    async def issue_token(self, request: Request) -> Response:
        """POST /oauth2/token"""
        return JSONResponse(self._tokens.issue(await request.body()), headers={"Cache-Control": "no-store"})

    async def list_documents(self, request: Request) -> Response:
        """GET /api/v1/documents; a cursor carries its filter on, so `updated_since` beside it must be the same."""
        self._tokens.check(request.headers.get("authorization"), "documents.read")
        query = request.query_params
        faults = []
        limit, since, bookmark = 50, None, None
        if "limit" in query:
            given = query["limit"]
            limit = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
            if not 1 <= limit <= 200:
                faults.append(Fault("/limit", "a whole number from 1 to 200"))
        if "updated_since" in query:
            try:
                since = read_instant(query["updated_since"])
            except ValueError as error:
                faults.append(Fault("/updated_since", str(error)))
        if faults:
            raise unprocessable(*faults)
        now = self._clock()
        if "cursor" in query:
            bookmark = read_cursor(query["cursor"], self._cursor_key, now)
            if since is not None and since != bookmark.since:
                raise unprocessable(Fault("/updated_since", "not the one that the cursor was given for"))
            since = bookmark.since
        items, position = self._shelf.page(bookmark.position if bookmark else None, since, limit)
        good_until = now + timedelta(seconds=self._settings.cursor_seconds)
        cursor = write_cursor(Bookmark(position, since, good_until), self._cursor_key) if position else None
        return JSONResponse({"items": items, "next_cursor": cursor})

    async def get_document(self, request: Request) -> Response:
        """GET /api/v1/documents/{id}"""
        self._tokens.check(request.headers.get("authorization"), "documents.read")
        document = self._shelf.get(request.path_params["id"])
        if document is None:
            raise Refusal(404, "no document has this id")
        return JSONResponse(document)

    async def receive_referral_copy(self, request: Request) -> Response:
        """POST /api/v1/referral-copies"""
        return await self._receive(request, "copies.write", "referral-copies", ReferralCopy)

    async def receive_alert(self, request: Request) -> Response:
        """POST /api/v1/alerts"""
        return await self._receive(request, "alerts.write", "alerts", Alert)

    async def _receive(self, request: Request, scope: str, resource: str, shape: type[BaseModel]) -> Response:
        self._tokens.check(request.headers.get("authorization"), scope)
        key = request.headers.get("idempotency-key", "")
        if not 8 <= len(key) <= 128:
            raise unprocessable(Fault("/Idempotency-Key", "a header of 8 to 128 characters"))
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            raise unprocessable(Fault("/Content-Type", "application/json is what is taken here"))
        body = await request.body()
        # From here to the answer nothing is awaited: two requests with one key cannot come between each other.
        known = self._register.known(key, body)
        if known is not None:
            return JSONResponse(known.as_json(), 200)
        check_message(body, shape)
        return JSONResponse(self._register.enter(resource, key, body).as_json(), 201)


class Line:
    """What stands between the client and the API: the limit of requests, and the faults that are switched on."""

    def __init__(self, app: ASGIApp, settings: ApiSettings, faults: Faults) -> None:
        self._app = app
        self._settings = settings
        self._faults = faults
        self._window = (0, 0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._faults.pause:
            await asyncio.sleep(self._faults.pause)
        wait = self._must_wait()
        app = self._app if wait is None else _too_many(wait)
        drop_point = self._faults.drop_point()
        if drop_point is None:
            await app(scope, receive, send)
        else:
            await app(scope, receive, _Torn(send, drop_point, self._faults).send)

    def _must_wait(self) -> int | None:
        """Seconds until the next window, where this one is used up."""
        if self._settings.requests is None:
            return None
        number, rest = divmod(time.monotonic(), self._settings.window_seconds)
        used = self._window[1] + 1 if self._window[0] == int(number) else 1
        self._window = (int(number), used)
        return None if used <= self._settings.requests else max(1, math.ceil(self._settings.window_seconds - rest))


def _too_many(seconds: int) -> ASGIApp:
    return problem(Refusal(429, f"try again in {seconds} s", headers={"Retry-After": str(seconds)}))


class _Torn:
    """An answer that breaks off: uvicorn closes a connection whose answer stays shorter than announced."""

    def __init__(self, send: Send, drop_point: int, faults: Faults) -> None:
        self._send = send
        self._left = drop_point
        self._faults = faults
        self._torn = False

    async def send(self, message: Message) -> None:
        if self._torn:
            return
        body = message.get("body", b"")
        if message["type"] == "http.response.body" and len(body) > self._left:
            self._torn = True
            self._faults.dropped()
            message = {**message, "body": body[: self._left], "more_body": True}
        self._left -= len(body)
        await self._send(message)


class ApiServer:
    """The API in a thread of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self, listener: socket.socket) -> None:
        """Serve on a listening socket, which is the server's from now on; returns when it answers."""
        config = uvicorn.Config(
            self._app,
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="sandbox-api", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 30
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the API server did not start")
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop listening, let go of connections, end the thread. Safe to call twice."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(timeout=30)
        self._server = self._thread = None
