"""Where is an agency reached, and with which credentials?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from hub.errors import ConfigurationFault

_QUERY_KEYS = {
    "sftp": {"private_key", "known_hosts"},
    "http": {"client_id", "client_secret", "token_path"},
    "https": {"client_id", "client_secret", "token_path", "ca"},
    "file": set[str](),
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An agency's address. `kind` is the transport that speaks to it: `sftp`, `api` or `folder`.

    path: the agency's place: a folder (`sftp`, `folder`) or what stands before every resource (`api`).
    tls: for an API, whether it is https. ca: certificates to trust instead of the usual ones.
    """

    agency: str
    kind: str
    path: str
    host: str = ""
    port: int = 0
    user: str = ""
    private_key: Path | None = None
    known_hosts: Path | None = None
    tls: bool = False
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    token_path: str = "/oauth2/token"  # noqa: S105  (a path, no secret)
    ca: Path | None = None

    @property
    def base_url(self) -> str:
        """Scheme, host and port of an API, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"


def parse_endpoint(agency: str, url: str) -> Endpoint:
    """Read an address of one of these forms; percent-encoding is undone, a `+` stays a plus.

    - `sftp://user@host:port/base/dir?private_key=PATH&known_hosts=PATH`
    - `http(s)://host:port/base?client_id=ID&client_secret=SECRET[&ca=PATH][&token_path=/oauth2/token]`
    - `file:///abs/dir`

    Raises ConfigurationFault, which names the agency and the part at fault and never a value that may be secret.

    >>> parse_endpoint("police", "sftp://hub@sftp.example.invalid/x?private_key=k&known_hosts=h").port
    22
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 0
    except ValueError:
        # The parser's own message quotes the address, which may hold a secret.
        raise ConfigurationFault(f"{agency}: the address cannot be read (host or port)") from None
    if parts.scheme not in _QUERY_KEYS:
        raise ConfigurationFault(f"{agency}: the address must begin with sftp://, https://, http:// or file://")
    if parts.fragment:
        raise ConfigurationFault(f"{agency}: the address has a part after '#'; write %23 for the sign itself")
    query = _query(agency, parts)
    path = unquote(parts.path)
    if "\0" in path or ".." in path.split("/"):
        raise ConfigurationFault(f"{agency}: the path of the address leaves its place")
    if parts.scheme == "file":
        return _folder(agency, parts, path)
    if not parts.hostname:
        raise ConfigurationFault(f"{agency}: the address names no host")
    if parts.scheme == "sftp":
        return _sftp(agency, parts, path, port, query)
    return _api(agency, parts, path, port, query)


def _folder(agency: str, parts: SplitResult, path: str) -> Endpoint:
    if parts.netloc not in {"", "localhost"} or not path.startswith("/"):
        raise ConfigurationFault(f"{agency}: a folder is written file:///absolute/path")
    return Endpoint(agency, "folder", path)


def _sftp(agency: str, parts: SplitResult, path: str, port: int, query: Mapping[str, str]) -> Endpoint:
    if parts.password is not None:
        raise ConfigurationFault(f"{agency}: the address holds a password; SFTP goes by key (private_key)")
    if not parts.username:
        raise ConfigurationFault(f"{agency}: the address names no user")
    return Endpoint(
        agency,
        "sftp",
        path.rstrip("/") or "/",
        host=parts.hostname or "",
        port=port or 22,
        user=unquote(parts.username),
        private_key=Path(_needed(agency, query, "private_key")),
        known_hosts=Path(_needed(agency, query, "known_hosts")),
    )


def _api(agency: str, parts: SplitResult, path: str, port: int, query: Mapping[str, str]) -> Endpoint:
    if parts.username is not None:
        raise ConfigurationFault(f"{agency}: credentials stand in client_id and client_secret, not before the host")
    tls = parts.scheme == "https"
    token_path = query.get("token_path", "/oauth2/token")
    if not token_path.startswith("/"):
        raise ConfigurationFault(f"{agency}: token_path must begin with /")
    return Endpoint(
        agency,
        "api",
        path.rstrip("/"),
        host=parts.hostname or "",
        port=port or (443 if tls else 80),
        tls=tls,
        client_id=_needed(agency, query, "client_id"),
        client_secret=_needed(agency, query, "client_secret"),
        token_path=token_path,
        ca=Path(query["ca"]) if "ca" in query else None,
    )


def _query(agency: str, parts: SplitResult) -> dict[str, str]:
    """Keys and values of the address; not `parse_qs`, which would turn the + of a secret into a blank."""
    found: dict[str, str] = {}
    for pair in filter(None, parts.query.split("&")):
        name, _, value = pair.partition("=")
        if name not in _QUERY_KEYS[parts.scheme]:
            raise ConfigurationFault(f"{agency}: the address has a part that {parts.scheme} does not know")
        if name in found:
            raise ConfigurationFault(f"{agency}: {name} stands twice in the address")
        found[name] = unquote(value)
    return found


def _needed(agency: str, query: Mapping[str, str], name: str) -> str:
    if not query.get(name):
        raise ConfigurationFault(f"{agency}: the address lacks {name}")
    return query[name]
