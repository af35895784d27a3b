"""When and what do the agencies answer to the hub's deliveries, and which do they leave unanswered?"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sandbox.acks import (
    Delivery,
    NotAParcel,
    ack_text,
    count_rows,
    folder_deliveries,
    police_parcels,
    read_parcel,
)
from sandbox.layout import STATE, laid_out

TAKEN, UNKNOWN_UNIT, MISSING_ATTACHMENT, ALREADY_KNOWN = "00", "11", "21", "31"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Script:
    """What the agencies do, drawn from the seed and the delivery id alone, so that it does not depend on any order.

    pace: real seconds in one unit of delay. never, late: shares of the deliveries that get no answer,
    or a late one. prompt_units, late_units: the delays, from and to. unknown_unit, missing_attachment:
    shares of the police's rows that are answered so.
    """

    seed: int = 1
    pace: float = 1.0
    never: float = 0.08
    late: float = 0.12
    prompt_units: tuple[float, float] = (1.0, 4.0)
    late_units: tuple[float, float] = (40.0, 90.0)
    unknown_unit: float = 0.03
    missing_attachment: float = 0.05

    def delay(self, agency: str, delivery_id: str) -> float | None:
        """Real seconds until the answer; None where none will ever come."""
        kind = self._draw(agency, delivery_id, "kind")
        if kind < self.never:
            return None
        low, high = self.late_units if kind < self.never + self.late else self.prompt_units
        return self.pace * (low + (high - low) * self._draw(agency, delivery_id, "delay"))

    def row_result(self, delivery_id: str, row: int) -> str:
        """What the police's desk finds in a row that it does not know yet."""
        drawn = self._draw("police", delivery_id, "row", str(row))
        if drawn < self.unknown_unit:
            return UNKNOWN_UNIT
        return MISSING_ATTACHMENT if drawn < self.unknown_unit + self.missing_attachment else TAKEN

    def _draw(self, *words: str) -> float:
        """A number in [0, 1) that these words and the seed always give."""
        digest = hashlib.sha256("\n".join((str(self.seed), *words)).encode()).digest()
        return int.from_bytes(digest[:7], "big") / 2**56


class Answers:
    """The clerks of every agency with an inbox; `answer_due` is one look into each."""

    def __init__(self, place: Path, homes: Mapping[str, str], script: Script) -> None:
        self._place = place
        self._homes = {code: home for code, home in homes.items() if code != "procuratorate"}
        self._script = script
        self._refused: set[tuple[str, float]] = set()

    def answer_due(self, now: datetime) -> list[str]:
        """Write every acknowledgement that is due by `now`; their paths. What has one gets no second.

        The examples that came with the agencies' files are nobody's deliveries and are left alone.
        """
        examples = laid_out(self._place)
        due = []
        for agency, home in self._homes.items():
            inbox = self._place / home / "inbox"
            if not inbox.is_dir():
                continue
            for delivery in police_parcels(inbox) if agency == "police" else folder_deliveries(inbox):
                delay = self._script.delay(agency, delivery.delivery_id)
                ack = f"{home}/ack/{delivery.delivery_id}.ack.csv"
                is_example = f"{home}/inbox/{delivery.path.name}" in examples
                if delay is None or is_example or (self._place / ack).exists():
                    continue
                if delivery.appeared_at + delay <= now.timestamp():
                    due.append((delivery.appeared_at + delay, ack, agency, delivery))
        written = []
        for _, ack, agency, delivery in sorted(due, key=lambda item: item[:2]):
            if self._answer(agency, delivery, ack, now):
                written.append(ack)
        return written

    def _answer(self, agency: str, delivery: Delivery, ack: str, now: datetime) -> bool:
        try:
            if agency == "police":
                results, encoding = self._police_results(delivery), "gb18030"
            else:
                results, encoding = [TAKEN] * count_rows(delivery.path), "utf-8-sig"
            text = ack_text(delivery.delivery_id, now, delivery.path.read_bytes(), results)
        except FileNotFoundError:  # Taken back by the hub, or the place has just gone away.
            return False
        except NotAParcel as error:
            if (ack, delivery.appeared_at) not in self._refused:
                self._refused.add((ack, delivery.appeared_at))
                log.warning("police do not take inbox parcel %s: %s", delivery.delivery_id, error)
            return False
        return _write_whole(self._place / STATE / "answering", self._place / ack, text.encode(encoding))

    def _police_results(self, delivery: Delivery) -> list[str]:
        """Row by row; a 移送书文号 that an earlier row brought and the police took is known already."""
        register = self._place / STATE / "police_taken.json"
        taken: dict[str, str] = json.loads(register.read_text(encoding="utf-8")) if register.exists() else {}
        results = []
        for number, row in enumerate(read_parcel(delivery.path), start=1):
            this = f"{delivery.delivery_id}#{number}"
            doc_no = row.get("移送书文号", "").strip()
            result = self._script.row_result(delivery.delivery_id, number)
            if "移送单位" in row and not row["移送单位"].strip():
                result = UNKNOWN_UNIT
            # The row itself may stand there already, where a stop came between the register and the answer.
            if doc_no and taken.get(doc_no, this) != this:
                result = ALREADY_KNOWN
            elif doc_no and result == TAKEN:
                taken[doc_no] = this
            results.append(result)
        text = json.dumps(taken, ensure_ascii=False, indent=0)
        _write_whole(self._place / STATE / "answering", register, text.encode())
        return results


class AnswersThread:
    """The clerks at work: a look every `tick` seconds, in a thread of its own."""

    def __init__(self, answers: Answers, clock: Callable[[], datetime], tick: float) -> None:
        self._answers = answers
        self._clock = clock
        self._tick = tick
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="sandbox-answers", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the answer in hand and end. Safe to call twice."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def _work(self) -> None:
        while not self._stopping.wait(self._tick):
            try:
                self._answers.answer_due(self._clock())
            except OSError as error:  # A place that went away while it was read; the next look sees again.
                log.warning("answers wait: %s", type(error).__name__)


def _write_whole(draft: Path, target: Path, content: bytes) -> bool:
    """Write a file so that nobody sees half of it; False where its folder is away."""
    if not target.parent.is_dir():
        return False
    draft.write_bytes(content)
    os.replace(draft, target)
    return True
