"""How often a password may be tried.  Pure: time comes in as an argument."""

from __future__ import annotations

from collections import OrderedDict, deque

#: A person who mistypes needs three; a program that guesses gets 1,440 a day.
TRIES = 5
WINDOW_S = 300.0
#: All addresses together: hashing a password takes 64 MiB and a tenth of a second.
TRIES_OF_ALL = 30
#: From all addresses at one account: more than a few desks mistype, and nobody is locked out by one of them.
TRIES_OF_ACCOUNT = 20
#: More addresses than an office has; the one not heard of for longest is forgotten.
_ADDRESSES = 1000


class Tries:
    """Failed tries of the last :data:`WINDOW_S` seconds, by address, *of_one* for each."""

    def __init__(self, of_one: int = TRIES) -> None:
        self._of_one = of_one
        self._all: deque[float] = deque(maxlen=TRIES_OF_ALL)
        self._by_address: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_s(self, address: str, now_s: float) -> float:
        """How long *address* must wait before its next try, 0 if not at all."""
        own = self._by_address.get(address, deque())
        return max(_wait_s(own, self._of_one, now_s), _wait_s(self._all, TRIES_OF_ALL, now_s))

    def failed(self, address: str, now_s: float) -> None:
        """*address* tried in vain."""
        own = self._by_address.setdefault(address, deque(maxlen=self._of_one))
        self._by_address.move_to_end(address)
        while len(self._by_address) > _ADDRESSES:
            self._by_address.popitem(last=False)
        own.append(now_s)
        self._all.append(now_s)


def _wait_s(failures: deque[float], limit: int, now_s: float) -> float:
    if len(failures) < limit:
        return 0.0
    return max(0.0, failures[0] + WINDOW_S - now_s)
