"""A desk that does nothing but write: prints each seq once the journal has returned from it.

    python journal_writer.py JOURNAL COUNT [--tidy]

Killed at any moment, everything that was printed must be in the file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.clock import Clock
from station.journal.draft import Draft
from station.journal.errors import JournalFailed
from station.journal.identity import Identity
from station.journal.writer import Journal

KEY = Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32)


def draft(number: int) -> Draft:
    facts = {"visit": str(number), "outcome": "admit", "direction": "in", "pad": "x" * 600}
    return Draft("visit.decided", facts, "wang", {"masked": f"李{number}"})


def main(path: Path, count: int, tidy: bool) -> None:
    journal = Journal(path, Identity("east", KEY, "machine"), Clock().moment)
    sys.stdout.write(f"ready {journal.epoch} {journal.seq}\n")
    sys.stdout.flush()
    for number in range(count):
        try:
            appended = journal.append(draft(number))
        except JournalFailed as error:
            sys.stdout.write(f"failed {number} {error}\n")
        else:
            sys.stdout.write(f"{appended.seq}\n")
        sys.stdout.flush()
        if tidy and number % 7 == 6:
            journal.tidy()
            sys.stdout.write("tidied\n")
            sys.stdout.flush()
    # As after a power cut: no checkpoint, no farewell.
    sys.stdout.flush()
    import os

    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), "--tidy" in sys.argv)
