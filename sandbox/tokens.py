"""Who may ask the procuratorate's API, and for how long?"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from sandbox.problems import unauthorized

SCOPES = ("documents.read", "copies.write", "alerts.write")


class Tokens:
    """Bearer tokens for the one client, by client credentials (RFC 6749, 4.4).

    A token lives `seconds` by `clock`, and no longer than the server: after a restart clients ask anew.
    """

    def __init__(self, client_id: str, client_secret: str, seconds: int, clock: Callable[[], datetime]) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._seconds = seconds
        self._clock = clock
        self._issued: dict[str, tuple[datetime, frozenset[str]]] = {}

    def issue(self, form: bytes) -> dict[str, object]:
        """Answer a token request (a urlencoded form). Refusal 401 for whatever is wrong with it."""
        try:
            fields = {name: values[0] for name, values in parse_qs(form.decode("utf-8"), strict_parsing=True).items()}
        except ValueError:
            raise unauthorized("invalid_request", "the form cannot be read") from None
        if fields.get("grant_type") != "client_credentials":
            raise unauthorized("unsupported_grant_type", "grant_type must be client_credentials")
        same_id = hmac.compare_digest(fields.get("client_id", "").encode(), self._client_id.encode())
        same_secret = hmac.compare_digest(fields.get("client_secret", "").encode(), self._client_secret.encode())
        if not (same_id and same_secret):
            raise unauthorized("invalid_client", "unknown client, or wrong secret")
        scopes = frozenset(fields.get("scope", " ".join(SCOPES)).split())
        if not scopes or not scopes <= set(SCOPES):
            raise unauthorized("invalid_scope", f"known scopes: {' '.join(SCOPES)}")
        now = self._clock()
        self._issued = {token: grant for token, grant in self._issued.items() if grant[0] > now}
        token = secrets.token_urlsafe(24)
        self._issued[token] = (now + timedelta(seconds=self._seconds), scopes)
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self._seconds,
            "scope": " ".join(scope for scope in SCOPES if scope in scopes),
        }

    def check(self, authorization: str | None, scope: str) -> None:
        """Let a request pass that bears a living token of this scope; Refusal 401 otherwise."""
        kind, _, token = (authorization or "").partition(" ")
        if kind.lower() != "bearer":
            raise unauthorized("invalid_request", "a bearer token is needed")
        ends_at, scopes = self._issued.get(token.strip(), (None, frozenset[str]()))
        if ends_at is None or ends_at <= self._clock():
            raise unauthorized("invalid_token", "the token is unknown or has expired")
        if scope not in scopes:
            raise unauthorized("insufficient_scope", f"the token lacks the scope {scope}")
