"""One entry as a report reads it: what its header says, and the head of the chain after it.  Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from station.wire.entry import ClockState, Header


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry without its forgettable parts.  ``clock`` is the name of a :class:`ClockState`."""

    epoch: int
    seq: int
    kind: str
    at_ms: int
    clock: str
    boot_id: str
    boottime_ns: int
    actor: str
    facts: dict[str, Any]
    hash: bytes

    @property
    def knows_time(self) -> bool:
        """Whether ``at_ms`` can be believed without an anchor; a restored clock is only a lower bound."""
        return self.clock in (ClockState.SYNCED, ClockState.RTC)


def of_header(header: Header, hash: bytes) -> Noted:
    """The entry of a parsed *header*."""
    return Noted(
        header.epoch,
        header.seq,
        header.kind,
        header.at_ms,
        header.clock,
        header.boot_id,
        header.boottime_ns,
        header.actor,
        header.facts,
        hash,
    )


def of_bytes(header: bytes, hash: bytes) -> Noted:
    """The entry of the *header* bytes of a journal of our own.

    They were checked when they were written, so they are not checked again: a year has 200,000 of them.

    :raises ValueError: if they are no header at all (the file is damaged).
    """
    try:
        body = json.loads(header)
        return Noted(
            body["epoch"],
            body["seq"],
            body["kind"],
            body["at_ms"],
            body["clock"],
            body["boot_id"],
            body["boottime_ns"],
            body["actor"],
            body["facts"],
            hash,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a header: {error!r}") from None
