"""What an order about passes holds: every pass the office has issued and not taken back.  Pure.

Always a full snapshot; head ``{"list":"passes","rows":N,"v":1}``, each line a pass.  It lets the gate find the
pass of somebody who left it at home; a revoked one is absent here and on the list of revocations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from station.credential.result import GatePass
from station.roster.errors import ContentError
from station.roster.lines import MAX_ROWS, Check, check, decode, encode, is_count, is_time
from station.roster.resident import is_name
from station.roster.row import is_hex, is_id

NAME = "passes"
#: Minutes and outings fit in two bytes, as in the pass itself.
MAX_SMALL = 0xFFFF


@dataclass(frozen=True, slots=True)
class KnownPass:
    """A pass by its 8-byte id: whose, from and until when, which way, and its limits (None: no such limit).

    ``resident`` is the holder's id in the roster; ``holder`` the name of somebody who is not in it.
    """

    id: bytes
    from_ms: int
    until_ms: int
    resident: str = ""
    holder: str = field(default="", repr=False)
    leave: bool = True
    enter: bool = True
    minutes_out: int | None = None
    outings_a_day: int | None = None


def known(claims: GatePass) -> KnownPass:
    """What a gate must know of an issued pass that says *claims*."""
    return KnownPass(
        claims.pass_id,
        claims.not_before_s * 1000,
        claims.expires_s * 1000,
        holder=claims.name or "",
        leave=claims.leave,
        enter=claims.enter,
        minutes_out=claims.max_minutes_out,
        outings_a_day=claims.entries_allowed,
    )


def encode_passes(passes: Iterable[KnownPass]) -> bytes:
    """The content with these *passes*.

    :raises ContentError: if the gate would not take one of them.
    """
    rows = [
        {
            "id": known.id.hex(),
            "from_ms": known.from_ms,
            "until_ms": known.until_ms,
            "resident": known.resident,
            "holder": known.holder,
            "ways": ("out" if known.leave else "") + ("in" if known.enter else ""),
            "minutes_out": known.minutes_out,
            "outings_a_day": known.outings_a_day,
        }
        for known in sorted(passes, key=lambda known: known.id)
    ]
    content = encode({"list": NAME, "rows": len(rows)}, rows)
    decode_passes(content)
    return content


def decode_passes(content: bytes) -> tuple[KnownPass, ...]:
    """The passes in *content*.

    :raises ContentError: at the first thing that is wrong.
    """
    head, lines = decode(content, NAME)
    if set(head) != {"rows"} or not is_count(head["rows"], 0, MAX_ROWS):
        raise ContentError("passes line 1: expected rows and nothing else")
    passes = tuple(_known(row, f"passes line {number}") for number, row in lines)
    if len({known.id for known in passes}) != len(passes):
        raise ContentError("passes: an id comes twice")
    if len(passes) != head["rows"]:
        raise ContentError(f"passes: {len(passes)} rows, the head promises {head['rows']}")
    return passes


def _known(row: dict[str, Any], at: str) -> KnownPass:
    # Random bytes may look like a number by chance, so the id is not held against the net for numbers.
    identity = row.pop("id", None)
    if not isinstance(identity, str) or not is_hex(identity, 16):
        raise ContentError(f"{at}: id: expected 16 hex digits")
    check(row, _FIELDS, ("from_ms", "until_ms", "ways"), at)
    if row["from_ms"] >= row["until_ms"]:
        raise ContentError(f"{at}: until_ms: not after from_ms")
    ways = row.pop("ways")
    return KnownPass(bytes.fromhex(identity), leave=ways != "in", enter=ways != "out", **row)


def _is_small(value: object) -> bool:
    return is_count(value, 0, MAX_SMALL)


_FIELDS: dict[str, Check] = {
    "from_ms": is_time,
    "until_ms": is_time,
    "resident": is_id,
    "holder": lambda value: isinstance(value, str) and is_name(value),
    "ways": lambda value: value in ("out", "in", "outin"),
    "minutes_out": _is_small,
    "outings_a_day": _is_small,
}
