"""A Credential for people and scripts: the JSON of ``station credential verify``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from station.credential.families import recognise
from station.credential.result import Credential, Now
from station.credential.trust import TrustStore


def describe(credential: Credential, spent_ms: float) -> dict[str, Any]:
    """``{"format", "verdict", "reason", "holder", "key_id", "ms"}``; *spent_ms* is the time the check took."""
    return {
        "format": credential.format.value,
        "verdict": credential.verdict.value,
        "reason": credential.reason.value,
        "holder": credential.holder,
        "key_id": credential.key_id,
        "ms": spent_ms,
    }


def verify_command(payload: bytes, trust: TrustStore, now: Now, clock_ns: Callable[[], int]) -> dict[str, Any]:
    """What ``station credential verify`` writes for one *payload*; *clock_ns* counts nanoseconds from anywhere."""
    begun = clock_ns()
    credential = recognise(payload, trust, now)
    return describe(credential, (clock_ns() - begun) / 1e6)
