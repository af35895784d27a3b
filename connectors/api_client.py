"""How is one request made to an agency's API: token, patience, trust?"""

from __future__ import annotations

import json
import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import requests
from requests.auth import AuthBase
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from connectors.endpoint import Endpoint
from connectors.problem import explain
from hub.errors import AgencyUnreachable, ConfigurationFault

_LATER = {408, 425, 429}
_SECONDS = re.compile("[0-9]{1,9}")  # other digits of Unicode are no number, and hundreds of them no pause
_LARGEST_ANSWER = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to bear with a server, in seconds; `attempts` counts the first one."""

    connect: float = 5.0
    read: float = 30.0
    attempts: int = 4
    first_pause: float = 0.5
    longest_pause: float = 30.0  # all pauses of one request together


@dataclass(frozen=True, slots=True)
class Answer:
    """A response that was read to its end; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class _Bearer(AuthBase):
    """Sets the token, or nothing; either way requests does not look into a .netrc."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class ApiClient:
    """Requests to one API under OAuth2 client credentials; the token is kept until shortly before it expires."""

    def __init__(self, endpoint: Endpoint, pause: Callable[[float], None], patience: Patience) -> None:
        self._endpoint = endpoint
        self._agency = endpoint.agency
        self._pause = pause
        self._patience = patience
        self._session: requests.Session | None = None
        self._token = ""
        self._token_good_until = 0.0

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to a request that is safe to repeat; statuses 2xx and those 4xx that are about the request itself.

        Outages, 5xx and 429 are tried again, with growing pauses or those that the server asks for, as far as patience
        goes; then AgencyUnreachable. ConfigurationFault: credentials, certificate or path are wrong.
        """
        answer = self._patiently(method, path, query, content, headers, self._authorised())
        if answer.status == 401:
            self._token = ""  # revoked or expired early: one new token, no more
            answer = self._patiently(method, path, query, content, headers, self._authorised())
        if answer.status in {401, 403}:
            raise ConfigurationFault(
                f"{self._agency}: the API refuses this client: {explain(answer.status, answer.body, b'')}"
            )
        if answer.status in {404, 405} or 300 <= answer.status < 400:
            raise ConfigurationFault(f"{self._agency}: {method} {path} is not served (answer {answer.status})")
        return answer

    def close(self) -> None:
        """Let go of connections and of the token."""
        session, self._session, self._token = self._session, None, ""
        if session is not None:
            session.close()

    def _authorised(self) -> str:
        if not self._token or time.monotonic() >= self._token_good_until:
            asked_at = time.monotonic()
            form = {
                "grant_type": "client_credentials",
                "client_id": self._endpoint.client_id,
                "client_secret": self._endpoint.client_secret,
            }
            answer = self._patiently("POST", self._endpoint.token_path, None, form, None, "")
            if answer.status != 200:
                # The body of the refusal is not shown: it may quote what was sent.
                raise ConfigurationFault(
                    f"{self._agency}: client_id or client_secret is refused (answer {answer.status})"
                )
            try:
                granted = json.loads(answer.body)
                self._token, lifetime = str(granted["access_token"]), float(granted["expires_in"])
            except (ValueError, KeyError, TypeError):
                raise AgencyUnreachable(self._agency, "the answer to the token request cannot be read") from None
            self._token_good_until = asked_at + lifetime - min(30.0, lifetime / 10)
        return self._token

    def _patiently(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        content: bytes | Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        token: str,
    ) -> Answer:
        retrying = Retrying(
            retry=retry_if_exception_type(AgencyUnreachable),
            stop=self._enough,
            wait=self._wait,
            sleep=self._pause,
            reraise=True,
        )
        return retrying(self._once, method, path, query, content, headers, token)

    def _wait(self, state: RetryCallState) -> float:
        """The pause that the server asked for, else one that doubles."""
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, AgencyUnreachable) else None
        doubled = self._patience.first_pause * float(2 ** (state.attempt_number - 1))
        return doubled if asked is None else asked

    def _enough(self, state: RetryCallState) -> bool:
        if stop_after_attempt(self._patience.attempts)(state):
            return True
        return state.idle_for + self._wait(state) > self._patience.longest_pause

    def _once(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        content: bytes | Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        token: str,
    ) -> Answer:
        url = self._endpoint.base_url + self._endpoint.path + "/" + path.lstrip("/")
        try:
            with self._opened().request(
                method,
                url,
                params=query,
                data=content,
                headers=headers,
                auth=_Bearer(token),
                timeout=(self._patience.connect, self._patience.read),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = self._body(response)
        except requests.exceptions.SSLError as error:
            if _certificate_at_fault(error):
                raise ConfigurationFault(f"{self._agency}: the server's certificate is not trusted (ca)") from error
            raise AgencyUnreachable(self._agency, "the TLS connection failed") from error
        except requests.exceptions.Timeout as error:
            raise AgencyUnreachable(self._agency, f"{method} {path}: no answer in time") from error
        except requests.exceptions.RequestException as error:
            raise AgencyUnreachable(self._agency, f"{method} {path}: {type(error).__name__}") from error
        answer = Answer(response.status_code, {name.lower(): value for name, value in response.headers.items()}, body)
        if answer.status in _LATER or answer.status >= 500:
            raise AgencyUnreachable(
                self._agency,
                f"{method} {path}: answer {answer.status}",
                _retry_after(answer.headers.get("retry-after", "")),
            )
        return answer

    def _body(self, response: requests.Response) -> bytes:
        body = bytearray()
        for piece in response.iter_content(65536):
            body += piece
            if len(body) > _LARGEST_ANSWER:
                raise AgencyUnreachable(self._agency, "the answer has no end")
        return bytes(body)

    def _opened(self) -> requests.Session:
        if self._session is None:
            session = requests.Session()
            # Proxies and certificates are the address's business, not that of whatever shell started the process.
            session.trust_env = False
            session.headers["Accept"] = "application/json, application/problem+json"
            if self._endpoint.ca is not None:
                try:
                    ssl.create_default_context(cafile=self._endpoint.ca)
                except OSError as error:  # an SSLError is one too
                    raise ConfigurationFault(f"{self._agency}: ca cannot be read: {error.strerror}") from error
                session.verify = str(self._endpoint.ca)
            self._session = session
        return self._session


def _retry_after(text: str) -> float | None:
    """The pause that a Retry-After header asks for: seconds, or until an HTTP date (RFC 9110 10.2.3)."""
    if _SECONDS.fullmatch(text.strip()):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:  # the zone was left out, or is -0000: HTTP knows none but UTC
        until = until.replace(tzinfo=timezone.utc)
    return max(0.0, (until - datetime.now(timezone.utc)).total_seconds())


def _certificate_at_fault(error: BaseException) -> bool:
    """Whether verification failed somewhere below: urllib3 and requests wrap the cause in their own errors."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return True
        inner = getattr(seen, "reason", None) or next(
            (arg for arg in seen.args if isinstance(arg, BaseException)), None
        )
        seen = inner if isinstance(inner, BaseException) else seen.__cause__
    return False
