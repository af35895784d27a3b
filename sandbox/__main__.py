"""How are the agencies started from a shell? `python -m sandbox serve SOURCE --place PLACE`"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from sandbox.agencies import Sandbox
from sandbox.layout import instant


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; one line on the standard output when everything can be reached.

    Exit codes: 0 stopped as asked; 2 wrong use, a port that is taken, or another sandbox at the place.
    """
    options = _parser().parse_args(arguments)
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        with Sandbox(
            options.source,
            options.place,
            options.until,
            options.seed,
            options.pace,
            not options.no_answers,
            sftp_port=options.sftp_port,
            http_port=options.http_port,
        ) as sandbox:
            endpoints = sandbox.place / "endpoints.json"
            sys.stdout.write(f"sandbox ready: {len(sandbox.endpoints)} agencies, {endpoints}\n")
            sys.stdout.flush()
            stopping.wait()
    except (OSError, ValueError, RuntimeError) as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="The agencies, simulated for real.")
    serve = parser.add_subparsers(dest="command", required=True).add_parser("serve", help="run the agencies")
    serve.add_argument("source", type=Path, metavar="SOURCE", help="a folder laid out like the samples; only read")
    serve.add_argument("--place", type=Path, required=True, help="where the agencies keep their files and keys")
    serve.add_argument("--until", type=instant, metavar="T", help="what arrives after this instant is not there yet")
    serve.add_argument("--seed", type=int, default=1, help="what the agencies answer is drawn from it (default 1)")
    serve.add_argument("--pace", type=float, default=1.0, metavar="S", help="seconds in a unit of delay (default 1)")
    serve.add_argument("--sftp-port", type=int, metavar="N", help="the police's port (default: a free one)")
    serve.add_argument("--http-port", type=int, metavar="N", help="the procuratorate's port (default: a free one)")
    serve.add_argument("--no-answers", action="store_true", help="the agencies acknowledge nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())
