"""How somebody shows that it is they: by their badge, their PIN, or where they have neither, by a tap.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from station.duty.rota import Operator
from station.lane.action import Action, ActionError

#: From the badge to the press it stands for: long enough to pull off a glove.
BADGE_MS = 60_000


@dataclass(slots=True)
class Proof:
    """The badge that was shown last: whose it is, and until when it stands for their PIN."""

    badge_of: str = ""
    until_ms: int = 0

    def badge_shown(self, operator: str, now_ms: int) -> None:
        """The badge of *operator* was held before the camera."""
        self.badge_of, self.until_ms = operator, now_ms + BADGE_MS

    def stepped(self, by_ms: int) -> None:
        """The wall clock was set by *by_ms*: a badge stands for as long as before."""
        self.until_ms += by_ms

    def asks_pin(self, known: Operator, now_ms: int) -> bool:
        """Whether *known* is asked for the PIN: who has one, and did not show their badge just now."""
        return bool(known.pin) and not self._has_shown_badge(known, now_ms)

    def of(self, known: Operator, action: Action, now_ms: int) -> str:
        """How whoever pressed has shown that they are *known*: pin, badge or tap.

        :raises ActionError: ``pin_needed`` if they have not.
        """
        if action.get("proven"):
            return action.get("proven")
        if self.asks_pin(known, now_ms):
            raise ActionError("pin_needed", f"{action.act}: needs the PIN or the badge")
        return "badge" if self._has_shown_badge(known, now_ms) else "tap"

    def _has_shown_badge(self, known: Operator, now_ms: int) -> bool:
        return known.id == self.badge_of and now_ms < self.until_ms
