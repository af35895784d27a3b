"""What did the procuratorate receive, under which key, and has it come before?"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sandbox.layout import SHANGHAI
from sandbox.problems import Refusal

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The procuratorate's word for what it received; `sha256` is that of the body as it came."""

    receipt_no: str
    received_at: str
    sha256: str

    def as_json(self) -> dict[str, str]:
        """The members of the interface's `Receipt`."""
        return {"receipt_no": self.receipt_no, "received_at": self.received_at, "sha256": self.sha256}


class Register:
    """Everything received, a file each, so that a server started again still knows the keys.

    One key is one hand-over, whichever of the two resources it came to. Used from one thread.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._folder = folder
        self._clock = clock
        self._receipts: dict[str, Receipt] = {}
        for path in sorted(folder.rglob("*.json"), key=lambda path: path.name):
            entry = json.loads(path.read_text(encoding="utf-8"))
            receipt = Receipt(**entry["receipt"])
            known = self._receipts.get(entry["idempotency_key"])
            if known is None or known.received_at < receipt.received_at:
                self._receipts[entry["idempotency_key"]] = receipt

    def known(self, key: str, body: bytes) -> Receipt | None:
        """The first receipt of a key that came within 30 days with this body; Refusal 409 if it had another."""
        receipt = self._receipts.get(key)
        if receipt is None or datetime.fromisoformat(receipt.received_at) + KEPT < self._clock():
            return None
        if receipt.sha256 != hashlib.sha256(body).hexdigest():
            raise Refusal(409, f"first received at {receipt.received_at} as {receipt.receipt_no}")
        return receipt

    def enter(self, resource: str, key: str, body: bytes) -> Receipt:
        """Keep a body under its key, on disk before the receipt is given."""
        now = self._clock().astimezone(SHANGHAI)
        receipt_no = f"FSJC{now:%Y%m%d}-{hashlib.sha256(key.encode()).hexdigest()[:12].upper()}"
        receipt = Receipt(receipt_no, now.isoformat(timespec="seconds"), hashlib.sha256(body).hexdigest())
        entry = {"idempotency_key": key, "receipt": receipt.as_json(), "body": body.decode("utf-8")}
        target = self._folder / resource / f"{receipt_no}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(".draft")
        draft.write_text(json.dumps(entry, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(draft, target)
        self._receipts[key] = receipt
        return receipt
