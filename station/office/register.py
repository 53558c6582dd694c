"""What the office needs of the register: who is in it, and orders put in force."""

from __future__ import annotations

from typing import Protocol

from station.lane.whois import Residents
from station.notebook.isolation import Isolated
from station.notebook.journeys import Journey
from station.register.records import Vehicle
from station.roster.isolation import ClosedRow
from station.roster.notices import Notice
from station.roster.passes import KnownPass
from station.wire.order import Order


class Register(Residents, Protocol):
    """What of the register the office changes."""

    def applied(self, kind: str) -> tuple[int, str] | None:
        """Number and content hash of the order of *kind* in force."""

    def apply(self, order: Order, now_ms: int) -> None:
        """Put *order* in force, whole or not at all."""

    def vehicle(self, plate: str) -> Vehicle | None:
        """The vehicle with that number plate."""

    def passes_of(self, resident: str) -> list[KnownPass]:
        """The passes that the office has issued to somebody, the one that lasts longest first."""

    def closed_places(self) -> list[ClosedRow]:
        """What is closed."""

    def living_in(self, area: str, compound: str) -> list[str]:
        """The ids of the residents of a closed place."""

    def travelling(self) -> tuple[Journey, ...]:
        """Who has told the office of a journey."""

    def isolated(self) -> tuple[Isolated, ...]:
        """Everybody in isolation, masked."""

    def notices(self, at_ms: int) -> list[Notice]:
        """What the idle screen shows at that time."""
