"""What does the hub need in order to be let in: keys, known hosts, client secret?"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

USER = "hub"


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of one place. The folder is the agencies' and the hub's administrator's alone (mode 700)."""

    folder: Path
    client_secret: str = field(repr=False)
    cursor_key: bytes = field(repr=False)

    @property
    def host_key(self) -> Path:
        """The police server's own key."""
        return self.folder / "police_host_key"

    @property
    def client_key(self) -> Path:
        """The private key that the hub logs in with."""
        return self.folder / "hub_client_key"

    @property
    def known_hosts(self) -> Path:
        """The police server's public key, as an SSH client keeps it."""
        return self.folder / "known_hosts"

    def write_known_hosts(self, port: int) -> None:
        """Note the server's public key under the port that it listens on now."""
        public = asyncssh.read_private_key(self.host_key).export_public_key().decode().split()
        write_private(self.known_hosts, f"[127.0.0.1]:{port} {public[0]} {public[1]}\n".encode())


def keep_keys(place: Path) -> Keys:
    """The place's keys: made at the first start, the same ever after."""
    folder = place / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("police_host_key", "hub_client_key"):
        if not (folder / name).exists():
            write_private(folder / name, asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    for name in ("client_secret", "cursor_key"):
        if not (folder / name).exists():
            write_private(folder / name, secrets.token_urlsafe(32).encode())
    return Keys(folder, (folder / "client_secret").read_text(), (folder / "cursor_key").read_bytes())


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole, for its owner's eyes only (mode 600)."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(draft, path)
