"""The door for CBOR from strangers: bounded, without surprises.

cbor2 knows dates, big numbers, regular expressions, shared references and more behind tags.  Nothing of
that comes in here: a tag is an error unless the format names it, and then it comes out as a plain ``CBORTag``.
Map keys are integers or text only, because ``True == 1 == 1.0`` in Python and a map keyed by ``true`` must not
pass for one keyed by 1.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import cbor2

from station.credential.result import Reason, malformed

#: An inflated health certificate is below 4 kB; sixteen times that is still read in a few milliseconds.
MAX_BYTES = 65_536
#: A certificate nests claims → -260 → 1 → entries → fields: 6 levels; twice that and a little.
MAX_DEPTH = 16


class _TagDoor(Mapping[int, Callable[[Any, bool], Any]]):
    """Answers for every tag there is, so that none of cbor2's own meanings is ever used."""

    def __init__(self, allowed: frozenset[int]) -> None:
        self._allowed = allowed

    def __getitem__(self, tag: int) -> Callable[[Any, bool], Any]:
        if tag in self._allowed:
            return lambda value, _immutable: cbor2.CBORTag(tag, value)
        return _refuse_tag

    def __iter__(self) -> Iterator[int]:
        return iter(self._allowed)

    def __len__(self) -> int:
        return len(self._allowed)


def _refuse_tag(_value: Any, _immutable: bool) -> Any:
    raise ValueError("a tag that this format does not know")


def _plain_keys(found: Mapping[Any, Any], _immutable: bool) -> Mapping[Any, Any]:
    if any(type(key) not in (int, str) for key in found):
        raise ValueError("a map key that is neither an integer nor text")
    return found


def load(
    data: bytes, *, tags: frozenset[int] = frozenset(), indefinite: bool = False, max_depth: int = MAX_DEPTH
) -> Any:
    """The one CBOR item that *data* is, to its last byte.

    :param tags: the tags that the format allows; they come out as ``cbor2.CBORTag``.
    :param indefinite: whether lengths may be left open.
    :raises Refused: MALFORMED/CBOR for anything else: too long, too deep, cut short, followed by something, a map
        key twice or of another type, a tag or an open length that is not allowed; TOO_LONG over ``MAX_BYTES``.
    """
    if len(data) > MAX_BYTES:
        raise malformed(Reason.TOO_LONG)
    # cbor2 passes over what follows an item.  So the item is read as the first of a pair, and the second has to be
    # the digest of the data: data that holds something more would have to hold its own digest.
    digest = hashlib.sha256(data).digest()
    try:
        item, end = cbor2.loads(
            b"\x82" + data + b"\x58\x20" + digest,
            object_hook=_plain_keys,
            semantic_decoders=_TagDoor(tags),
            max_depth=max_depth + 1,
            allow_indefinite=indefinite,
            allow_duplicate_keys=False,
        )
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, MemoryError):
        raise malformed(Reason.CBOR) from None
    if end != digest:
        raise malformed(Reason.CBOR)
    return item


def dump(item: Any) -> bytes:
    """The deterministic bytes of *item* (RFC 8949 §4.2.1: shortest lengths, sorted keys, nothing left open)."""
    return cbor2.dumps(item, canonical=True)


def whole_number(value: Any) -> int | None:
    """*value* if it is an integer and not ``True`` or ``False``; otherwise ``None``."""
    return value if type(value) is int else None


def seconds_to_ms(value: Any) -> int | None:
    """A NumericDate (integer or finite float, in seconds) as whole milliseconds; ``None`` for anything else."""
    if type(value) is float:
        return math.floor(value * 1000) if math.isfinite(value * 1000) else None
    return value * 1000 if type(value) is int else None
