"""The list of passes that no longer hold: numbered, dated, sorted, searched in place.

One revoked pass is its 8-byte id.  The list is one piece of bytes, so that 100,000 of them are 781 kB and a
membership test is a binary search of 17 steps.  No Bloom filter: a resident is never denied by chance.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from station.errors import StationError

ID_BYTES = 8
#: A community revokes a few dozen passes a day; a million is 8 MB, what a small gate still holds in memory.
MAX_IDS = 1_000_000


class RevocationsError(StationError, ValueError):
    """A revocation list that cannot be used; the message names the field."""

    code = "revocations"


@dataclass(frozen=True, slots=True)
class Revocations:
    """A sorted list of big-endian 64-bit ids, with its number and how long it counts as fresh."""

    number: int
    issued_at_ms: int
    stale_after_ms: int
    ids: bytes = b""

    def __post_init__(self) -> None:
        if len(self.ids) % ID_BYTES or len(self.ids) > MAX_IDS * ID_BYTES:
            raise RevocationsError(f"revocations: {len(self.ids)} bytes of ids, expected 8 for each of ≤ {MAX_IDS}")
        previous = b""
        for at in range(0, len(self.ids), ID_BYTES):
            current = self.ids[at : at + ID_BYTES]
            if current <= previous:
                raise RevocationsError(f"revocations: id number {at // ID_BYTES} is out of order or there twice")
            previous = current

    def __contains__(self, pass_id: object) -> bool:
        if not isinstance(pass_id, bytes) or len(pass_id) != ID_BYTES:
            return False
        low, high = 0, len(self.ids) // ID_BYTES
        while low < high:
            middle = (low + high) // 2
            if self.ids[middle * ID_BYTES : (middle + 1) * ID_BYTES] < pass_id:
                low = middle + 1
            else:
                high = middle
        return self.ids[low * ID_BYTES : (low + 1) * ID_BYTES] == pass_id

    def __len__(self) -> int:
        return len(self.ids) // ID_BYTES

    def stale(self, at_ms: int) -> bool:
        """Whether the list is too old at *at_ms* to be relied on without a word."""
        return at_ms >= self.stale_after_ms


#: Before the office has sent any list: number 0, stale from the beginning, so that the screen says so.
NONE_YET = Revocations(0, 0, 0)


def of(number: int, issued_at_ms: int, stale_after_ms: int, pass_ids: Iterable[bytes]) -> Revocations:
    """The list of *pass_ids* in any order.

    :raises RevocationsError: if one of them is not 8 bytes.
    """
    unique = sorted(set(pass_ids))
    if any(len(pass_id) != ID_BYTES for pass_id in unique):
        raise RevocationsError("revocations: an id is not 8 bytes")
    return Revocations(number, issued_at_ms, stale_after_ms, b"".join(unique))


def parse(document: Mapping[str, Any]) -> Revocations:
    """The list in the JSON object ``{"number", "issued_at_ms", "stale_after_ms", "ids": base64}`` of an order.

    :raises RevocationsError: naming the field that is missing, surplus or wrong.
    """
    fields = ("number", "issued_at_ms", "stale_after_ms", "ids")
    if set(document) != set(fields):
        raise RevocationsError(f"revocations: expected exactly {', '.join(fields)}; got {', '.join(sorted(document))}")
    numbers = []
    for name in fields[:3]:
        value = document[name]
        if type(value) is not int or value < 0:
            raise RevocationsError(f"revocations.{name}: expected a whole number, got {value!r}")
        numbers.append(value)
    try:
        ids = base64.b64decode(document["ids"], validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise RevocationsError("revocations.ids: not base64") from None
    return Revocations(numbers[0], numbers[1], numbers[2], ids)


def document(revocations: Revocations) -> dict[str, Any]:
    """The JSON object that :func:`parse` reads."""
    return {
        "number": revocations.number,
        "issued_at_ms": revocations.issued_at_ms,
        "stale_after_ms": revocations.stale_after_ms,
        "ids": base64.b64encode(revocations.ids).decode("ascii"),
    }
