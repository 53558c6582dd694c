"""Who somebody is, by what the register and the keys in force say of them."""

from __future__ import annotations

from collections.abc import Callable

from station.credential.families import recognise
from station.credential.result import Now
from station.credential.trust import TrustStore
from station.lane.person import Person
from station.lane.whois import is_certificate, of_certificate, of_code, of_resident, with_known
from station.office.register import Register


class People:
    """Who showed a code, was found in the roster or owns a vehicle.

    *trust* gives the keys and lists in force; *tell_apart* makes a key of what nobody knows.
    """

    def __init__(self, register: Register, tell_apart: Callable[[bytes], str], trust: Callable[[], TrustStore]) -> None:
        self._register = register
        self._tell_apart = tell_apart
        self._trust = trust

    def who(self, payload: bytes, at_ms: int | None) -> Person:
        """Who showed *payload*, at a time that is None while nobody knows it."""
        credential = recognise(payload, self._trust(), Now(at_ms))
        if is_certificate(credential):
            return of_certificate(payload, credential, at_ms, self._trust().test_lasts_ms, self._tell_apart)
        return of_code(payload, credential, self._register, self._tell_apart)

    def resident(self, id: str, at_ms: int | None = None) -> Person | None:
        """The resident called *id*, as the operator found them, with the pass that they may have left at home.

        Without a time no pass is looked for: which of them holds cannot be said.
        """
        resident = self._register.resident(id)
        if resident is None:
            return None
        person = of_resident(resident, self._register, "search")
        if at_ms is None:
            return person
        known = (one for one in self._register.passes_of(id) if one.from_ms <= at_ms < one.until_ms)
        held = next((one for one in known if one.id not in self._trust().revocations), None)
        return person if held is None else with_known(person, held)

    def owner(self, plate: str) -> Person | None:
        """Whose vehicle that is, where it is one resident's alone."""
        known = self._register.vehicle(plate)
        if known is None or len(known.owners) != 1:
            return None
        return of_resident(known.owners[0], self._register, "plate")
