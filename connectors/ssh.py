"""With which SSH server does the hub speak, and as whom?"""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from paramiko import (
    AuthenticationException,
    BadHostKeyException,
    MissingHostKeyPolicy,
    PKey,
    SSHClient,
    SSHException,
    Transport,
)
from paramiko.pkey import UnknownKeyType

from connectors.endpoint import Endpoint
from hub.errors import ConfigurationFault

if TYPE_CHECKING:
    from paramiko.transport import _SocketLike  # of its stubs alone

Disabled = Mapping[str, Iterable[str]] | None

# paramiko tells each broken line twice: as the error that is raised here, which the hub reports in its own words, and
# with a traceback to whoever listens to its log. Without a listener Python would print it.
logging.getLogger("paramiko").addHandler(logging.NullHandler())

# paramiko says "authentication" also where the server fell silent or hung up before it answered.
_LINE_FAILED = ("timeout", "EOF")


class UnknownHostError(SSHException):
    """The server's key is not in the known hosts; nothing is ever added to them by itself."""


class _RefuseUnknown(MissingHostKeyPolicy):
    def missing_host_key(self, client: SSHClient, hostname: str, key: PKey) -> NoReturn:
        raise UnknownHostError(f"{hostname} with key {key.get_name()}")


def connect(endpoint: Endpoint, seconds: float) -> SSHClient:
    """Log in by key at a server whose host key stands in the known hosts.

    seconds: patience for each step (connection, banner, key exchange, login). Raises ConfigurationFault where a key
    is wrong on either side, OSError or SSHException where the line or the server is.
    """
    agency = endpoint.agency
    key = _private_key(endpoint)
    client = SSHClient()
    client.set_missing_host_key_policy(_RefuseUnknown())
    try:
        client.load_host_keys(str(endpoint.known_hosts))
    except OSError as error:
        raise ConfigurationFault(f"{agency}: known_hosts cannot be read: {error.strerror}") from error
    line = socket.create_connection((endpoint.host, endpoint.port), timeout=seconds)
    # paramiko leaves Nagle's algorithm on, which costs 40 ms for each small request.
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    try:
        client.connect(
            endpoint.host,
            endpoint.port,
            username=endpoint.user,
            pkey=key,
            sock=line,
            timeout=seconds,
            banner_timeout=seconds,
            auth_timeout=seconds,
            channel_timeout=seconds,
            allow_agent=False,
            look_for_keys=False,
            transport_factory=_line,
        )
    except BaseException as error:
        client.close()
        line.close()
        if isinstance(error, BadHostKeyException):
            raise ConfigurationFault(
                f"{agency}: the server's host key is not the one in known_hosts; ask the agency before changing it"
            ) from error
        if isinstance(error, UnknownHostError):
            raise ConfigurationFault(f"{agency}: known_hosts does not know {error}") from error
        if isinstance(error, AuthenticationException) and not any(sign in str(error) for sign in _LINE_FAILED):
            raise ConfigurationFault(f"{agency}: the server refuses the key of {endpoint.user}") from error
        raise
    return client


def _line(sock: _SocketLike, /, *, disabled_algorithms: Disabled, **unknown: object) -> Transport:
    """A connection that prefers the cipher which also proves the packet whole: one pass over the bytes, not two."""
    line = Transport(sock, disabled_algorithms=disabled_algorithms)
    options = line.get_security_options()
    options.ciphers = sorted(options.ciphers, key=lambda name: "gcm" not in name)
    return line


def _private_key(endpoint: Endpoint) -> PKey:
    try:
        return PKey.from_path(endpoint.private_key or Path())
    except OSError as error:
        raise ConfigurationFault(f"{endpoint.agency}: private_key cannot be read: {error.strerror}") from error
    except (SSHException, UnknownKeyType, ValueError, TypeError) as error:
        # The library's message may quote the key; the class of the error must do.
        detail = type(error).__name__
        raise ConfigurationFault(f"{endpoint.agency}: private_key is no usable key ({detail})") from None
