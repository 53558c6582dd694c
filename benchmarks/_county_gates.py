"""A county's gates: each a folder with a real journal that holds days of backlog."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks._gates import START_MS
from benchmarks._passages import a_passage, inward
from station.clock import Moment
from station.journal.identity import Identity
from station.journal.writer import Journal
from station.wire.canonical import canonical
from station.wire.entry import (
    SALT_SIZE,
    ClockState,
    Header,
    commit_personal,
    encode_header,
    entry_hash,
    sign_head,
)

#: Passages a day, and from one to the next.
A_DAY, EVERY_MS = 607, 100_000
MACHINE = "county"
#: From one passage to the next since the boot.
BOOTTIME_STEP_NS = 100_000_000_000


@dataclass(frozen=True)
class Gate:
    """One gate's folder and name."""

    number: int
    folder: Path

    @property
    def station(self) -> str:
        """Its id."""
        return f"gate-{self.number:03d}"

    @property
    def key(self) -> Ed25519PrivateKey:
        """Its key."""
        return Ed25519PrivateKey.from_private_bytes(bytes([7]) * 30 + self.number.to_bytes(2, "big"))

    @property
    def journal(self) -> Path:
        """Its journal."""
        return self.folder / "journal.db"

    @property
    def filled(self) -> Path:
        """There once its journal is written."""
        return self.folder / "filled.everyday"

    def open(self) -> Journal:
        """The journal, as a desk opens it."""
        return Journal(self.journal, Identity(self.station, self.key, MACHINE), _moment)


def _moment() -> Moment:
    return Moment(time.time_ns() // 1_000_000, ClockState.SYNCED, "boot", time.monotonic_ns())


@dataclass(frozen=True)
class Form:
    """A passage as it is written every day at the same time: all of its header but the four values that differ.

    Writing each of a million headers anew would take longer than sending them.
    """

    kind: str
    personal: bytes
    pieces: tuple[bytes, ...]

    def header(self, at_ms: int, number: int, personal_c: str, seq: int) -> bytes:
        """The header of the passage *number*."""
        values = (str(at_ms), str(number * BOOTTIME_STEP_NS), personal_c, str(seq))
        return b"".join(bit for pair in zip(self.pieces, (*map(str.encode, values), b""), strict=True) for bit in pair)


def _form(gate: Gate, epoch: int, of_day: int) -> Form:
    draft = a_passage(of_day, START_MS + of_day * EVERY_MS)
    personal = canonical(dict(draft.personal or {}))
    # Numbers and a commitment that stand nowhere else in a header.
    at_ms, boottime_ns, personal_c, seq = 1_111_111_111_111, 222_222_222_222_222, "3" * 64, 4_444_444_444
    header = Header(
        gate.station,
        epoch,
        seq,
        draft.kind,
        at_ms,
        ClockState.SYNCED,
        "boot",
        boottime_ns,
        draft.actor,
        dict(draft.facts),
        personal_c,
    )
    rest, pieces = encode_header(header), []
    for mark in (at_ms, boottime_ns, personal_c, seq):
        piece, found, rest = rest.partition(str(mark).encode())
        assert found
        pieces.append(piece)
    return Form(draft.kind, personal, (*pieces, rest))


def inward_a_day() -> int:
    """How many people each gate lets in every day."""
    return sum(inward(a_passage(of_day, 0)) for of_day in range(A_DAY))


def fill(gate: Gate, days: int) -> None:
    """Give *gate* a journal with so many days of passages, unless it has one.

    The desk opens it; the passages are then written in one transaction instead of one each, as a backlog is only read
    here.
    """
    if gate.filled.exists():
        # From a run before: its fevers are a few entries more, and what its agent knew is no longer so.
        for folder in (gate.folder / "orders", gate.folder / "sync"):
            shutil.rmtree(folder, ignore_errors=True)
        return
    gate.folder.mkdir(parents=True, exist_ok=True)
    for path in gate.folder.glob("journal.db*"):
        path.unlink()
    journal = gate.open()
    epoch, seq = journal.epoch, journal.seq
    journal.close()
    key, rng = gate.key, random.Random(gate.number)
    db = sqlite3.connect(gate.journal, isolation_level=None)
    (head,) = db.execute("SELECT hash FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
    forms = [_form(gate, epoch, number) for number in range(A_DAY)]
    db.execute("BEGIN IMMEDIATE")
    for number in range(days * A_DAY):
        day, of_day = divmod(number, A_DAY)
        form = forms[of_day]
        salt, seq = rng.randbytes(SALT_SIZE), seq + 1
        at_ms = START_MS + day * 86_400_000 + of_day * EVERY_MS
        encoded = form.header(at_ms, number, commit_personal(form.personal, salt), seq)
        head = entry_hash(head, encoded)
        row = (epoch, seq, form.kind, at_ms, encoded, head, sign_head(key, head), form.personal, salt, None)
        db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    db.execute("COMMIT")
    db.close()
    gate.filled.touch()
