"""What does another process do with the ledger? Run as a module by the tests, so that it can be killed."""

from __future__ import annotations

import sys
import time

from hub.ledger.facts import append_fact
from hub.ledger.parcels import append_parcel
from hub.ledger.row_form import written
from hub.ledger.store import Ledger, open_ledger
from hub.privacy import Cipher
from tests.hub.ledger.statements import MORNING, a_parcel, some_rows

ROWS = 10


def write_one(ledger: Ledger, name: str, number: int) -> None:
    """One parcel of `ROWS` rows and one fact, in one transaction."""
    parcel = a_parcel(f"police/outbox/{name}_{number}.csv", f"{name} {number}".encode())
    with ledger.write() as tx:
        append_parcel(tx, parcel, map(written, some_rows(parcel, ROWS)), MORNING)
        append_fact(tx, "report.received", f"{name} {number}", MORNING, {})


def main(action: str, url: str, key: str, *rest: str) -> None:
    """Do what the test asks for."""
    ledger = open_ledger(url, Cipher(bytes.fromhex(key)))
    if action == "upgrade":
        ledger.upgrade()
    elif action == "write":  # NAME COUNT: and the one parcel that everybody brings
        name, count = rest
        for number in range(int(count)):
            write_one(ledger, name, number)
            write_one(ledger, "everybody", number)
    elif action == "forever":  # says each number once it is safely there
        number = 0
        while True:
            write_one(ledger, "forever", number)
            print(number, flush=True)
            number += 1
    elif action == "stop half way":
        parcel = a_parcel("police/outbox/half.csv", b"half")
        with ledger.write() as tx:
            append_parcel(tx, parcel, map(written, some_rows(parcel, 500)), MORNING)
            print("half way", flush=True)
            time.sleep(600)
    ledger.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
