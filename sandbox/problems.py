"""How does the procuratorate's API say no? `application/problem+json` (RFC 9457), always."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

TITLES = {
    400: ("bad-request", "The request cannot be read"),
    401: ("unauthorized", "No token, or it has expired"),
    404: ("not-found", "No such document"),
    405: ("method-not-allowed", "This method is not offered here"),
    409: ("conflict", "This Idempotency-Key was used with another body"),
    422: ("unprocessable", "The request cannot be taken"),
    429: ("too-many-requests", "Too many requests"),
    500: ("internal-error", "The server failed"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request.

    pointer: a JSON pointer into the body (`/parties/0/name`), or `/<name>` of a parameter or header.
    """

    pointer: str
    detail: str


class Refusal(Exception):
    """A request that is answered with a problem; raised anywhere below a route."""

    def __init__(
        self, status: int, detail: str, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
    ):
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = dict(headers or {})


def unauthorized(error: str, detail: str) -> Refusal:
    """No valid token, or wrong credentials; says so in `WWW-Authenticate` (RFC 6750)."""
    challenge = f'Bearer realm="procuratorate", error="{error}"'
    return Refusal(401, detail, headers={"WWW-Authenticate": challenge})


def unprocessable(*faults: Fault) -> Refusal:
    """A request that can be read and not taken, with every fault that was found."""
    return Refusal(422, "; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults), faults)


def problem(refusal: Refusal) -> Response:
    """The answer that a refusal becomes."""
    name, title = TITLES.get(refusal.status, ("error", "The request failed"))
    body: dict[str, object] = {
        "type": f"/problems/{name}",
        "title": title,
        "status": refusal.status,
        "detail": refusal.detail,
    }
    if refusal.faults:
        body["errors"] = [{"pointer": fault.pointer, "detail": fault.detail} for fault in refusal.faults]
    return JSONResponse(body, refusal.status, refusal.headers, media_type="application/problem+json")


async def answer_error(request: Request, error: Exception) -> Response:
    """Starlette's hook for every error: ours, its own (unknown paths, methods), and what nobody foresaw."""
    if isinstance(error, Refusal):
        return problem(error)
    if isinstance(error, HTTPException):
        return problem(Refusal(error.status_code, str(error.detail), headers=error.headers))
    return problem(Refusal(500, type(error).__name__))  # The text of the error stays inside.
