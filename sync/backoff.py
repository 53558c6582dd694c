"""How long to wait before the next try.  Pure.

Full jitter: any moment between now and a bound that doubles, so that the gates of a whole county do not come
back at the same instant after an outage.  There is no limit on tries: a gate may be without a line for weeks.
"""

from __future__ import annotations

#: The first bound; most interruptions are over by then.
FIRST_S = 0.5
#: A fever must not wait longer than this for a line that is back, and a hub can bear one request a minute a gate.
LONGEST_S = 60.0
#: From here on the bound is LONGEST_S; stopping to count keeps the power small.
_ENOUGH = 7


def bound_s(tries: int, longest_s: float = LONGEST_S) -> float:
    """The longest wait after *tries* failures in a row, in seconds."""
    return min(longest_s, FIRST_S * 2.0 ** min(tries, _ENOUGH))


def delay_s(tries: int, lot: float, retry_after_s: float | None = None, longest_s: float = LONGEST_S) -> float:
    """The wait after *tries* failures in a row, in seconds; *lot* is drawn evenly from 0 to 1.

    *longest_s* bounds it where nobody asked for more.  What the hub asked for is kept to, up to LONGEST_S; the lot
    then spreads the gates over what follows it.
    """
    if retry_after_s is None:
        return lot * bound_s(tries, longest_s)
    asked = min(LONGEST_S, max(0.0, retry_after_s))
    return asked + lot * min(asked, bound_s(tries, longest_s))
