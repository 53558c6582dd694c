"""Who is on duty, and how far their shift is opened.  Pure."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace

from station.policy.policy import Lines

#: More open cases than a gate ever had; those that were read last are kept.
MAX_CASES_READ = 64


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who is on duty since when; ``opened_ms`` once their shift is opened.

    ``own_centi`` is their own last temperature and
    ``own_verdict`` whether it is high, cold or normal, ``self_test`` what they saw of lamps and buzzer: empty, running,
    ok or faulty.  ``read`` are the open cases that whoever takes over has looked at.
    """

    id: str = ""
    name: str = ""
    since_ms: int = 0
    opened_ms: int | None = None
    own_centi: int | None = None
    own_verdict: str = ""
    self_test: str = ""
    read: tuple[str, ...] = ()

    @property
    def is_opening(self) -> bool:
        """Whether somebody has signed in whose shift is not open yet."""
        return bool(self.id) and self.opened_ms is None

    @property
    def may_open(self) -> bool:
        """Whether the self-test and a normal temperature of their own are there."""
        return self.self_test in ("ok", "faulty") and self.own_centi is not None and self.own_verdict == "normal"

    def reading(self, case: str, cases: Container[str]) -> OnDuty:
        """They have looked at *case*; what was read and is not among the open *cases* any more is not handed over."""
        read = (*(one for one in self.read if one in cases and one != case), case)
        return replace(self, read=read[-MAX_CASES_READ:])

    def measured(self, centi: int, lines: Lines) -> OnDuty:
        """They were measured at *centi* hundredths of a degree."""
        verdict = "high" if centi >= lines.high_centi else "cold" if centi < lines.cold_centi else "normal"
        return replace(self, own_centi=centi, own_verdict=verdict)
