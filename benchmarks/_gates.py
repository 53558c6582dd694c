"""Gates that exist only as their chains: real entries, signed, and the batches that carry them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks._passages import everyday, inward
from station.journal.draft import Draft
from station.wire.batch import MAX_ENTRIES, BatchHead, encode_batch
from station.wire.canonical import canonical
from station.wire.entry import (
    ClockState,
    Entry,
    Header,
    commit_personal,
    encode_header,
    entry_hash,
    epoch_start,
    sign_head,
)

EPOCH = 1 << 32
START_MS = 1_606_003_200_000
#: A gate of a busy compound: every 40 seconds somebody.
EVERY_MS = 40_000


@dataclass(frozen=True)
class Gate:
    """One gate's chain: entries, the heads after each, and what each was made from."""

    station: str
    key: Ed25519PrivateKey
    entries: list[Entry]
    heads: list[bytes]
    drafts: list[Draft]

    @property
    def public(self) -> bytes:
        """Its public key."""
        return self.key.public_key().public_bytes_raw()

    def inward(self, count: int) -> int:
        """How many people came in by the first *count* entries."""
        return sum(map(inward, self.drafts[:count]))

    def batches(self, size: int = MAX_ENTRIES, count: int | None = None) -> list[bytes]:
        """All of it, or the first *count* entries, in batches of *size*."""
        found = []
        for first in range(0, count or len(self.entries), size):
            chosen = self.entries[first : first + size]
            head = BatchHead(self.station, EPOCH, first + 1, len(chosen), self.heads[first])
            found.append(encode_batch(head, chosen))
        return found

    def rows(self) -> Iterable[tuple[tuple[Any, ...], tuple[Any, ...] | None]]:
        """What the hub keeps of each entry: a row of ``entry`` and, where there are parts, one of ``part``."""
        day = START_MS // 86_400_000
        for at, each in enumerate(self.entries):
            key = (self.station, EPOCH, at + 1)
            yield (
                (
                    *key,
                    self.drafts[at].kind,
                    START_MS + at * EVERY_MS,
                    each.header,
                    self.heads[at + 1],
                    each.sig,
                    START_MS,
                ),
                None if each.personal is None else (*key, day, each.personal, each.salt, each.sealed),
            )


def make_gate(number: int, count: int) -> Gate:
    """A gate with *count* entries."""
    station, key = f"gate-{number}", Ed25519PrivateKey.from_private_bytes(bytes([number + 1]) * 32)
    public = key.public_key().public_bytes_raw()
    made = Gate(station, key, [], [epoch_start(station, EPOCH, public, None, None)], [])
    opened = {"reason": "first", "public_key": public.hex(), "previous_epoch": None, "previous_head": None}
    for at in range(count):
        at_ms = START_MS + at * EVERY_MS
        draft = everyday(count * number + at, at_ms) if at else Draft("epoch.opened", opened)
        personal = canonical(draft.personal) if draft.personal else None
        salt = None if personal is None else hashlib.sha256(str((number, at)).encode()).digest()
        header = encode_header(
            Header(
                station,
                EPOCH,
                at + 1,
                draft.kind,
                at_ms,
                ClockState.SYNCED,
                "8f0c1c3e-3d8a-4d35-9f5e-6f2c0b6d3a11",
                at * EVERY_MS * 1_000_000,
                draft.actor,
                draft.facts,
                None if personal is None or salt is None else commit_personal(personal, salt),
            )
        )
        made.drafts.append(draft)
        made.heads.append(entry_hash(made.heads[-1], header))
        made.entries.append(Entry(header, sign_head(key, made.heads[-1]), personal, salt))
    return made
