"""How do tests get a real OpenSSH server to speak SFTP with?"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SSHD = "/usr/sbin/sshd"
_PRIVILEGE_SEPARATION = Path("/run/sshd")
_START_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class SftpServer:
    """A running server; `folder` is what it serves, `url` an address for it that `parse_endpoint` reads."""

    host: str
    port: int
    user: str
    folder: Path
    private_key: Path
    known_hosts: Path
    host_key: Path

    @property
    def url(self) -> str:
        """The address, credentials included."""
        return self.address()

    def address(self, private_key: Path | None = None, known_hosts: Path | None = None, port: int | None = None) -> str:
        """The address with other credentials or another port."""
        keys = f"private_key={quote(str(private_key or self.private_key))}"
        hosts = f"known_hosts={quote(str(known_hosts or self.known_hosts))}"
        return f"sftp://{self.user}@{self.host}:{port or self.port}{quote(str(self.folder))}?{keys}&{hosts}"


def make_key(path: Path, kind: str = "ed25519") -> Path:
    """A fresh key pair without passphrase; returns the private half."""
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(path)], check=True)
    return path


def known_hosts_line(host: str, port: int, host_key: Path) -> str:
    """What a known_hosts file says of a server."""
    kind, blob = host_key.with_name(host_key.name + ".pub").read_text(encoding="ascii").split()[:2]
    return f"[{host}]:{port} {kind} {blob}\n"


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def openssh_server(folder: Path, keys: Path | None = None, sessions: int = 10) -> Iterator[SftpServer]:
    """Debian's sshd with its own configuration, host key and port on loopback; ends with the block.

    keys: where its keys and configuration go (a new temporary folder where not given). sessions: how many channels it
    allows a connection. It runs as whoever runs the
    test; as root it needs its privilege separation folder, which is made.
    """
    if not Path(SSHD).exists():
        raise FileNotFoundError(f"{SSHD}: install Debian's package openssh-server")
    home = keys or Path(tempfile.mkdtemp(prefix="sshd-"))
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    if os.geteuid() == 0:
        _PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
    host_key, private_key, known_hosts = home / "host_key", home / "client_key", home / "known_hosts"
    for key in (host_key, private_key):
        if not key.exists():
            make_key(key)
    authorized = home / "authorized_keys"
    shutil.copy(private_key.with_name("client_key.pub"), authorized)
    port = free_port()
    known_hosts.write_text(known_hosts_line("127.0.0.1", port, host_key), encoding="ascii")
    configuration = home / "sshd_config"
    configuration.write_text(
        "\n".join(
            (
                f"Port {port}",
                "ListenAddress 127.0.0.1",
                f"HostKey {host_key}",
                f"AuthorizedKeysFile {authorized}",
                "PidFile none",
                "StrictModes no",
                "UsePAM no",
                "PasswordAuthentication no",
                "KbdInteractiveAuthentication no",
                "PermitRootLogin prohibit-password",
                "MaxStartups 100",
                f"MaxSessions {sessions}",
                "Subsystem sftp internal-sftp",
                "ForceCommand internal-sftp",
                "",
            )
        ),
        encoding="utf-8",
    )
    # The server goes when its test session goes, even where that was killed.
    leash = ["setpriv", "--pdeathsig", "TERM"]
    process = subprocess.Popen([*leash, SSHD, "-D", "-e", "-f", str(configuration)], stderr=subprocess.PIPE)
    try:
        _await_banner(process, port)
        user = pwd.getpwuid(os.geteuid()).pw_name
        yield SftpServer("127.0.0.1", port, user, folder, private_key, known_hosts, host_key)
    finally:
        process.terminate()
        process.wait(10)
        if process.stderr is not None:
            process.stderr.close()
        if keys is None:
            shutil.rmtree(home)


def _await_banner(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = process.stderr.read().decode(errors="replace") if process.stderr else ""
            raise RuntimeError(f"sshd did not start: {said}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
                if line.recv(4) == b"SSH-":
                    return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("sshd did not answer")
