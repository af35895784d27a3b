"""What does Airflow's REST API answer at a moment that a real one shows only now and then?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, Mapping[str, Any]]


@dataclass(slots=True)
class Server:
    """A server whose moments are chosen: a request has its next answer each time, and its last one for ever.

    asked: each request, with its query and its authorization.
    """

    url: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, list[str]], str]] = field(default_factory=list)

    def next(self, request: str, query: str, authorization: str) -> Answer:
        """What this request, such as `GET /path`, is answered now."""
        self.asked.append((request, parse_qs(query), authorization))
        answers = self.answers[request]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def times(self, request: str) -> int:
        """How often it was asked this."""
        return sum(1 for asked, *_ in self.asked if asked == request)


@contextmanager
def serving() -> Iterator[Server]:
    """Such a server on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            where = urlsplit(self.path)
            request = f"{self.command} {where.path}"
            status, body = server.next(request, where.query, self.headers.get("Authorization") or "")
            said = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = do_PATCH = answer  # noqa: N815  (the names are the library's)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass  # or it is printed

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        server = Server(f"http://127.0.0.1:{listening.server_port}")
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()
