"""What every foreign certificate is asked alike: who signed it, and does it hold now."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from station.credential.result import Now, Reason, Refused, Verdict
from station.credential.trust import KeyRecord

#: Several signers may share an id, by chance or by design; more than this many is a broken list.
MAX_CANDIDATES = 16


def signers(candidates: Iterable[KeyRecord], made: Callable[[KeyRecord], bool]) -> list[KeyRecord]:
    """Those of *candidates* that made the signature.

    :raises Refused: UNKNOWN_KEY if there are no candidates, BAD_SIGNATURE if none of them made it.
    """
    tried = list(candidates)[:MAX_CANDIDATES]
    if not tried:
        raise Refused(Verdict.UNKNOWN_KEY, Reason.KEY_UNKNOWN)
    found = [key for key in tried if made(key)]
    if not found:
        raise Refused(Verdict.BAD_SIGNATURE, Reason.SIGNATURE)
    return found


def check_key(keys: Iterable[KeyRecord], at_ms: int) -> None:
    """Refuse if none of *keys* is within its validity (both ends included) at *at_ms*."""
    reasons = [_outside(key, at_ms) for key in keys]
    if None not in reasons and reasons[0] is not None:
        raise Refused(Verdict.KEY_NOT_VALID, reasons[0])


def _outside(key: KeyRecord, at_ms: int) -> Reason | None:
    if key.not_before_ms is not None and at_ms < key.not_before_ms:
        return Reason.KEY_NOT_YET
    # The end of a certificate is a whole second, and that second belongs to it (RFC 5280 §4.1.2.5).
    if key.not_after_ms is not None and at_ms >= key.not_after_ms + 1000:
        return Reason.KEY_ENDED
    return None


def clock(now: Now) -> int:
    """The time in milliseconds.

    :raises Refused: CLOCK_UNKNOWN if nobody knows it.
    """
    if now.at_ms is None:
        raise Refused(Verdict.CLOCK_UNKNOWN, Reason.NO_CLOCK)
    return now.at_ms


def check_span(begin_ms: int | None, end_ms: int | None, at_ms: int, *, end_counts: bool) -> None:
    """Refuse outside of *begin_ms* … *end_ms*; *end_counts* says whether the end itself is still inside."""
    if begin_ms is not None and at_ms < begin_ms:
        raise Refused(Verdict.NOT_YET_VALID, Reason.NOT_YET)
    if end_ms is not None and (at_ms > end_ms if end_counts else at_ms >= end_ms):
        raise Refused(Verdict.EXPIRED, Reason.EXPIRED)
