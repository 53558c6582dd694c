"""Every question that the register answers, each on a connection of its own for as long as it takes."""

from __future__ import annotations

from collections.abc import Iterator

from station.facts import Status
from station.notebook.isolation import Isolated
from station.notebook.journeys import Journey
from station.register import announced, documents, people, standing
from station.register.pool import Readers
from station.register.records import Household, Paper, Vehicle
from station.register.search import search
from station.register.stage import everybody
from station.roster.isolation import ClosedRow, RiskRow, StatusRow
from station.roster.notices import Notice
from station.roster.passes import KnownPass
from station.roster.resident import Resident
from station.web.desk_port import Found, FoundVehicle


class Answers:
    """The reading half of a register.

    :raises RegisterFailed: from every method, if the file cannot be read.
    """

    _readers: Readers

    def applied(self, kind: str) -> tuple[int, str] | None:
        """Number and content hash of the order of *kind* in force."""
        with self._readers.lend() as db:
            return documents.applied(db, kind)

    def count(self) -> int:
        """How many residents there are."""
        with self._readers.lend() as db:
            return int(db.execute("SELECT count(*) FROM resident").fetchone()[0])

    def residents(self) -> Iterator[Resident]:
        """Everybody, as the roster lists them."""
        with self._readers.lend() as db:
            for _, person in everybody(db):
                yield person

    def resident(self, id: str) -> Resident | None:
        """The resident called *id*."""
        with self._readers.lend() as db:
            return people.by_id(db, id)

    def by_code(self, code: bytes) -> Resident | None:
        """Whose household tag carries *code*; of several the first whom the roster lists."""
        with self._readers.lend() as db:
            return people.by_code(db, code)

    def holder(self, name: str, household: str) -> Resident | None:
        """The one resident of that name in that household, None if there is none or more than one."""
        with self._readers.lend() as db:
            return people.holder(db, name, household)

    def search(self, query: str, limit: int = 20) -> list[Found]:
        """At most *limit* residents for what was typed, best first."""
        with self._readers.lend() as db:
            found = people.of_rows(db, search(db, query, limit))
            return [
                Found(person.id, person.name, _where(person), person.last4, word)
                for person, word in zip(found, standing.words_for(db, found), strict=True)
            ]

    def household(self, key: str) -> Household | None:
        """Who lives in the household called *key*."""
        with self._readers.lend() as db:
            return people.household(db, key)

    def vehicle(self, plate: str) -> Vehicle | None:
        """The vehicle with that number plate, however it is written."""
        with self._readers.lend() as db:
            return people.vehicle(db, plate)

    def plates(self, tail: str, limit: int = 12) -> list[FoundVehicle]:
        """At most *limit* vehicles whose plate ends in *tail*, with where their people live."""
        with self._readers.lend() as db:
            return [
                FoundVehicle(one.plate, _where(one.owners[0]), tuple(owner.name for owner in one.owners))
                for one in people.vehicles(db, tail, limit)
            ]

    def brought_by(self, id: str) -> str | None:
        """The SHA-256 of the document that brought the resident called *id*."""
        with self._readers.lend() as db:
            return people.brought_by(db, id)

    def status_of(self, resident: Resident) -> Status:
        """Isolation, self-monitoring or none: their own or their household's."""
        with self._readers.lend() as db:
            return standing.status_of(db, resident)

    def standing(self, resident: Resident) -> list[StatusRow]:
        """Everything the list says of *resident*, with its dates, a journey too; the heaviest first."""
        with self._readers.lend() as db:
            return standing.rows_of(db, resident)

    def travelling(self) -> tuple[Journey, ...]:
        """Who has told the office of a journey, by themselves or with their household."""
        with self._readers.lend() as db:
            return standing.travelling(db)

    def isolated(self) -> tuple[Isolated, ...]:
        """Everybody in isolation, by themselves or with their household, masked; a household that nobody knows once."""
        with self._readers.lend() as db:
            return standing.isolated(db)

    def household_isolated(self, household: str) -> bool:
        """Whether nobody may visit *household*: it, or anybody in it, is in isolation."""
        with self._readers.lend() as db:
            return standing.household_isolated(db, household)

    def place_closed(self, place: str, compound: str = "") -> bool:
        """Whether *place* lies in a closed room, unit, building, lane or compound."""
        with self._readers.lend() as db:
            return standing.place_closed(db, place, compound)

    def closed_places(self) -> list[ClosedRow]:
        """What is closed, by its name."""
        with self._readers.lend() as db:
            return standing.closed_places(db)

    def living_in(self, area: str, compound: str) -> list[str]:
        """The ids of who lives in *area*; an empty *compound* is every one."""
        with self._readers.lend() as db:
            return standing.living_in(db, area, compound)

    def unknown_subjects(self) -> int:
        """How many rows of the isolation list name nobody in the roster."""
        with self._readers.lend() as db:
            return standing.unknown_subjects(db)

    def risk_areas(self) -> list[RiskRow]:
        """The dated list of risk areas, by name."""
        with self._readers.lend() as db:
            return standing.risk_areas(db)

    def risk_area(self, name: str) -> RiskRow | None:
        """The area called *name* on that list."""
        with self._readers.lend() as db:
            return standing.risk_area(db, name)

    def known_pass(self, id: bytes) -> KnownPass | None:
        """The pass with these 8 bytes."""
        with self._readers.lend() as db:
            return announced.known_pass(db, id)

    def passes_of(self, resident: str) -> list[KnownPass]:
        """The passes of the resident of that id, the one that lasts longest first."""
        with self._readers.lend() as db:
            return announced.passes_of(db, resident)

    def notices(self, at_ms: int) -> list[Notice]:
        """What the idle screen shows at *at_ms*, in its order."""
        with self._readers.lend() as db:
            return announced.notices(db, at_ms)

    def paper(self, kind: str) -> Paper | None:
        """The order of *kind* that is kept as it came."""
        with self._readers.lend() as db:
            return announced.paper(db, kind)


def _where(person: Resident) -> str:
    return f"{person.compound} {person.place}".strip()
