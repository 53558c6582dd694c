"""Who somebody in the lane is, as far as the gate knows.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from station.facts import PassVerdict, PersonClass, Status
from station.ledger.history import NO_LIMITS, Limits, Shown
from station.proofs import Proof


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is, as far as the gate knows.

    ``key`` tells two people apart and is not kept.  ``masked`` may face the queue; the other texts stand on the
    operator's strip.  ``notes`` are codes such as ``pass_expired`` that are shown but decide nothing.
    """

    key: str
    klass: PersonClass = PersonClass.UNKNOWN
    masked: str = ""
    name: str = ""
    place: str = ""
    last4: str = ""
    resident: str = ""
    pass_id: str = ""
    pass_verdict: PassVerdict = PassVerdict.NONE
    status: Status = Status.NONE
    place_closed: bool = False
    source: str = "scan"  # scan | search | registration
    notes: tuple[str, ...] = ()
    host_isolated: bool = False
    risk_origin: bool = False
    proof: Proof | None = None
    limits: Limits = NO_LIMITS

    @property
    def shown(self) -> Shown:
        """What the ledger is asked about them."""
        by_code = self.source == "scan"
        return Shown(
            self.klass, self.resident, self.pass_id, self.masked, self.last4, self.pass_verdict, self.limits, by_code
        )
