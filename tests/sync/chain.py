"""Signed chains of entries, as a gate writes them, and with every fault a gate cannot write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.clock import Moment
from station.journal.draft import Draft
from station.journal.identity import Identity
from station.journal.writer import Journal
from station.wire.batch import BatchHead, encode_batch
from station.wire.canonical import canonical
from station.wire.entry import (
    ClockState,
    Entry,
    Header,
    commit_personal,
    commit_sealed,
    encode_header,
    entry_hash,
    epoch_start,
    sign_head,
)

#: 2020-11-22 08:00 in Shanghai.
MORNING_MS = 1_606_003_200_000
EPOCH = (1 << 32) | 7
SALT = bytes(range(32))
#: Every gate here has been running for a year by then, and its wall clock never moved against that.
_BOOTED_MS = 365 * 24 * 3_600_000


def key(number: int = 1) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def visit(outcome: str = "admit", direction: str = "in", people: int = 1, readings: int = 1) -> dict[str, Any]:
    reading = {"centi_celsius": 3650, "mode": "surface", "site": "forehead"}
    return {
        "outcome": outcome,
        "reason": "normal",
        "direction": direction,
        "people": people,
        "class": "resident",
        "readings": [reading] * readings,
        "used": {"direction": direction},
    }


class Chain:
    """One epoch of one station, from its first entry on."""

    def __init__(
        self,
        station: str = "east",
        epoch: int = EPOCH,
        private: Ed25519PrivateKey | None = None,
        previous: Chain | None = None,
    ) -> None:
        self.station, self.epoch = station, epoch
        self.key = private or key()
        before = (None, None) if previous is None else (previous.epoch, previous.heads[-1])
        self.heads = [epoch_start(station, epoch, public(self.key), *before)]
        self.entries: list[Entry] = []
        self.add(
            "epoch.opened",
            {
                "reason": "first",
                "public_key": public(self.key).hex(),
                "previous_epoch": before[0],
                "previous_head": None if before[1] is None else before[1].hex(),
            },
        )

    def __len__(self) -> int:
        return len(self.entries)

    def add(
        self,
        kind: str = "visit.decided",
        facts: dict[str, Any] | None = None,
        personal: dict[str, Any] | None = None,
        sealed: bytes | None = None,
        at_ms: int = MORNING_MS,
        **other: Any,
    ) -> Chain:
        part = None if personal is None else canonical(personal)
        fields: dict[str, Any] = {
            "station": self.station,
            "epoch": self.epoch,
            "seq": len(self.entries) + 1,
            "kind": kind,
            "at_ms": at_ms,
            "clock": ClockState.SYNCED,
            "boot_id": "boot",
            "boottime_ns": min(2 * _BOOTED_MS, max(0, at_ms - MORNING_MS + _BOOTED_MS)) * 1_000_000,
            "actor": "station",
            "facts": visit() if facts is None else facts,
            "personal_c": None if part is None else commit_personal(part, SALT),
            "sealed_c": None if sealed is None else commit_sealed(sealed),
            **other,
        }
        return self.add_raw(encode_header(Header(**fields)), part, None if part is None else SALT, sealed)

    def add_raw(
        self, header: bytes, personal: bytes | None = None, salt: bytes | None = None, sealed: bytes | None = None
    ) -> Chain:
        """Any bytes as a header, chained and signed like a good one."""
        head = entry_hash(self.heads[-1], header)
        self.entries.append(Entry(header, sign_head(self.key, head), personal, salt, sealed))
        self.heads.append(head)
        return self

    def grow(self, count: int) -> Chain:
        for _ in range(count):
            self.add()
        return self

    def branch(self, after: int) -> Chain:
        """Another chain with the same entries up to *after*, as a copied card would begin."""
        other = object.__new__(Chain)
        other.station, other.epoch, other.key = self.station, self.epoch, self.key
        other.entries, other.heads = self.entries[:after], self.heads[: after + 1]
        return other

    def batch(
        self, first: int = 1, last: int | None = None, change: Callable[[Entry], Entry] = lambda e: e, **head: Any
    ) -> bytes:
        """The entries from *first* to *last* as a batch; *change* and *head* make it a wrong one."""
        chosen = [change(entry) for entry in self.entries[first - 1 : last]]
        fields: dict[str, Any] = {
            "station": self.station,
            "epoch": self.epoch,
            "first_seq": first,
            "count": len(chosen),
            "prev": self.heads[first - 1],
            **head,
        }
        return encode_batch(BatchHead(**fields), chosen)


def open_journal(path: Path, station: str = "east", machine: str = "pi", private: int = 1) -> Journal:
    """A real journal, as the desk opens it; its clock stands at 08:00 and ticks a second for each entry."""
    ticks = iter(range(10**9))

    def moment() -> Moment:
        tick = next(ticks)
        return Moment(MORNING_MS + tick * 1000, ClockState.SYNCED, "boot", tick)

    return Journal(path, Identity(station, key(private), machine), moment)


def passage(**facts: Any) -> Draft:
    return Draft("visit.decided", {"visit": "v", "rest": False, **visit(**facts)}, personal={"masked": "李**"})


def fever(case: str = "case-1") -> Draft:
    return Draft("case.opened", {"case": case, "visit": case, "cause": "fever"}, personal={"masked": "徐*"})
