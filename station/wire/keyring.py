"""The content of a ``keys`` order: which keys the office uses for what, where and when.

Signed by the office's root key, which gates pin and which is kept offline.  Changing a key is issuing the next
document; a key that is not in it any more is not trusted any more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station.wire.canonical import canonical, is_hex, is_version, parse
from station.wire.document import KEY_ID_SIZE, KeyLookup
from station.wire.errors import WireError

VERSION = 1
#: Ed25519 and X25519 alike.
KEY_SIZE = 32


class Purpose(StrEnum):
    """What a key may be used for, and nothing else."""

    RECEIPT = "receipt"
    ORDER = "order"
    PASS = "pass"  # a gate pass, not a password
    SEAL = "seal"
    TRANSPORT = "transport"  # closes batches that travel by hand


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key: Ed25519, or X25519 for sealing and transport.

    ``scope`` holds unit or station ids; empty means everywhere.
    """

    id: str
    purpose: Purpose
    public: bytes
    scope: tuple[str, ...]
    not_before_ms: int
    not_after_ms: int

    def holds(self, now_ms: int | None, least_ms: int) -> bool:
        """Whether it may be used now.

        *now_ms* is None while nobody knows the time.  Then the gate goes on with every key that had not ended by
        *least_ms*, the time of a document that the root key signed: a gate without a clock that took no orders would
        not hear of a closed building or of a key that was dropped either, while who misuses an ended key must have
        stolen it.  A clock that is behind *least_ms* is wrong and counts as that time, so that fresh keys hold at once.
        """
        if now_ms is None:
            return least_ms <= self.not_after_ms
        return self.not_before_ms <= max(now_ms, least_ms) <= self.not_after_ms


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys of one ``keys`` order."""

    records: tuple[KeyRecord, ...] = ()

    def of(self, purpose: Purpose) -> tuple[KeyRecord, ...]:
        """The records for *purpose*, in the order of the document."""
        return tuple(record for record in self.records if record.purpose == purpose)

    def lookup(self, purpose: Purpose, station: str = "", now_ms: int | None = None, least_ms: int = 0) -> KeyLookup:
        """How :func:`~station.wire.document.open_document` finds the keys for *purpose* that may speak to *station*.

        Without a station these are the keys that may speak to every one; *now_ms* and *least_ms* are as
        :meth:`KeyRecord.holds` has them, and without them a key holds for ever.
        """
        records = [
            record
            for record in self.of(purpose)
            if (not record.scope or station in record.scope) and record.holds(now_ms, least_ms)
        ]
        return lambda id_: [Ed25519PublicKey.from_public_bytes(r.public) for r in records if r.id == id_]


def encode_keys(records: Sequence[KeyRecord]) -> bytes:
    """The content of a ``keys`` order."""
    keys: list[dict[str, Any]] = [
        {
            "id": record.id,
            "purpose": record.purpose,
            "public": record.public.hex(),
            "scope": list(record.scope),
            "not_before_ms": record.not_before_ms,
            "not_after_ms": record.not_after_ms,
        }
        for record in records
    ]
    return canonical({"v": VERSION, "keys": keys})


def parse_keys(content: bytes) -> KeyRing:
    """The keys in *content*.

    :raises WireError: naming the first record and field that is wrong.
    """
    body = parse(content)
    if not is_version(body, VERSION) or set(body) != {"v", "keys"} or not isinstance(body["keys"], list):
        raise WireError("keys: unknown version or field")
    return KeyRing(tuple(_record(item, f"keys[{index}]") for index, item in enumerate(body["keys"])))


def _record(item: Any, place: str) -> KeyRecord:
    names = {"id", "purpose", "public", "scope", "not_before_ms", "not_after_ms"}
    if not isinstance(item, dict) or set(item) != names:
        raise WireError(f"{place}: expected {', '.join(sorted(names))}")
    if item["purpose"] not in tuple(Purpose):
        raise WireError(f"{place}.purpose: unknown {item['purpose']!r}")
    if not is_hex(item["public"], KEY_SIZE):
        raise WireError(f"{place}.public: expected {2 * KEY_SIZE} hex digits")
    public = bytes.fromhex(item["public"])
    if item["id"] != hashlib.sha256(public).digest()[:KEY_ID_SIZE].hex():
        raise WireError(f"{place}.id: is not the beginning of the public key's SHA-256")
    scope = item["scope"]
    if not isinstance(scope, list) or not all(isinstance(unit, str) for unit in scope):
        raise WireError(f"{place}.scope: expected a list of ids")
    begins, ends = item["not_before_ms"], item["not_after_ms"]
    if type(begins) is not int or type(ends) is not int or not 0 <= begins <= ends:
        raise WireError(f"{place}: not_before_ms or not_after_ms is wrong")
    return KeyRecord(item["id"], Purpose(item["purpose"]), public, tuple(scope), begins, ends)
