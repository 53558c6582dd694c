"""Checks the PIN of somebody on duty, in the thread of whoever pressed: it takes a third of a second on a small board.

Passage never waits for it: the lane gets the press only afterwards, with ``proven`` in the place of the PIN.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from station.duty.post import PROVES
from station.duty.rota import Rota
from station.lane.action import Action, ActionError

#: Wrong tries before somebody has to wait, and how long: four digits take a week to guess so.
MAX_WRONG, WAIT_S = 5, 60.0
#: One check at a time, of 64 MB; who cannot begin within this is told to press again.
BUSY_S = 2.0


@dataclass(frozen=True, slots=True)
class _Wrong:
    times: int
    last_s: float


class Pins:
    """The PINs of the *rota* in force; *seconds* is a clock that only runs."""

    def __init__(self, rota: Callable[[], Rota], seconds: Callable[[], float]) -> None:
        self._rota = rota
        self._seconds = seconds
        self._lock = threading.Lock()
        self._wrong: dict[str, _Wrong] = {}

    def proved(self, action: Action) -> Action:
        """*action* with ``proven`` where its PIN was right, and without the PIN.

        :raises ActionError: ``pin_wrong``, ``pin_wait`` after too many of these, or ``busy``.
        """
        pin, operator = action.get("pin"), self._rota().operators.get(action.get("operator"))
        if action.act not in PROVES or not pin:
            return action
        plain = tuple((name, value) for name, value in action.arguments if name != "pin")
        if operator is None or not operator.pin:
            return replace(action, arguments=plain)
        if not self._lock.acquire(timeout=BUSY_S):
            raise ActionError("busy", "another PIN is being checked; press again")
        try:
            self._check(operator.id, operator.pin, pin)
        finally:
            self._lock.release()
        return replace(action, arguments=(*plain, ("proven", "pin")))

    def _check(self, id: str, encoded: str, pin: str) -> None:
        wrong = self._wrong.get(id, _Wrong(0, 0.0))
        if wrong.times >= MAX_WRONG and self._seconds() - wrong.last_s < WAIT_S:
            raise ActionError("pin_wait", f"pin: {wrong.times} wrong tries; wait a minute")
        # Some MB that a gate without PINs never needs.
        from argon2 import PasswordHasher
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            PasswordHasher().verify(encoded, pin)
        except (VerificationError, InvalidHashError):
            self._wrong = {key: one for key, one in self._wrong.items() if key in self._rota().operators} | {
                id: _Wrong(wrong.times + 1, self._seconds())
            }
            raise ActionError("pin_wrong", "pin: not the one of the rota") from None
        self._wrong.pop(id, None)
