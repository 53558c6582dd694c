"""From a code or a name in the roster to a :class:`~station.visit.Person` that the rules can judge.

Nothing of the code's text is kept: a stranger's code becomes a key that tells two codes apart in this process only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Protocol

from station.credential.result import Credential, Format, GatePass, Verdict
from station.facts import PassVerdict, PersonClass, Status
from station.history import Limits
from station.roster.resident import Resident
from station.seal import mask_name
from station.visit import Person

#: What a pass is for, by the number on it, and who that makes its holder to the rules (docs/credentials.md).
PURPOSE_CLASS = {1: PersonClass.RESIDENT, 2: PersonClass.WORKER, 3: PersonClass.OFFICIAL, 4: PersonClass.VISITOR}

_VERDICT = {
    Verdict.VALID: PassVerdict.VALID,
    Verdict.EXPIRED: PassVerdict.EXPIRED,
    Verdict.NOT_YET_VALID: PassVerdict.NOT_YET,
    Verdict.REVOKED: PassVerdict.REVOKED,
    Verdict.CLOCK_UNKNOWN: PassVerdict.CLOCK_UNKNOWN,
}
#: What the operator reads of a pass that decides nothing because its holder lives here.
_NOTE = {
    PassVerdict.VALID: "pass_valid",
    PassVerdict.EXPIRED: "pass_expired",
    PassVerdict.NOT_YET: "pass_not_yet",
    PassVerdict.REVOKED: "pass_revoked",
    PassVerdict.FORGED: "pass_forged",
    PassVerdict.CLOCK_UNKNOWN: "clock_unknown",
}


class Residents(Protocol):
    """What of the register is asked here."""

    def resident(self, id: str) -> Resident | None:
        """The resident called *id*."""

    def by_code(self, code: bytes) -> Resident | None:
        """Whose household tag carries *code*."""

    def holder(self, name: str, household: str) -> Resident | None:
        """The one resident of that name in that household, None if there is none or more than one."""

    def status_of(self, resident: Resident) -> Status:
        """What the community's list says of them."""

    def place_closed(self, place: str) -> bool:
        """Whether that place is closed."""


def of_resident(resident: Resident, residents: Residents, source: str, notes: tuple[str, ...] = ()) -> Person:
    """Somebody from the roster."""
    return Person(
        key=f"r:{resident.id}",
        klass=_klass(resident.klass),
        masked=mask_name(resident.name),
        name=resident.name,
        place=resident.place,
        last4=resident.last4,
        resident=resident.id,
        status=residents.status_of(resident),
        place_closed=residents.place_closed(resident.place),
        source=source,
        notes=notes,
    )


def of_code(payload: bytes, credential: Credential, residents: Residents, tell_apart: Callable[[bytes], str]) -> Person:
    """Whoever showed *payload*, which was recognised as *credential*.

    *tell_apart* gives a short text that differs for different payloads and cannot be turned back.
    """
    if credential.format is Format.VG1:
        return _of_pass(payload, credential, residents, tell_apart)
    if credential.verdict is Verdict.LOOKUP and credential.lookup_id is not None:
        resident = residents.by_code(credential.lookup_id)
        if resident is not None:
            return of_resident(resident, residents, "scan")
        return _stranger(payload, tell_apart, "unknown_person")
    return _stranger(payload, tell_apart, "unrecognised_code")


def salted(salt: bytes) -> Callable[[bytes], str]:
    """A *tell_apart* that forgets with the process: a keyed hash under a salt drawn at start."""
    return lambda payload: "x:" + hashlib.blake2b(payload, key=salt, digest_size=8).hexdigest()


def _of_pass(
    payload: bytes, credential: Credential, residents: Residents, tell_apart: Callable[[bytes], str]
) -> Person:
    verdict = _VERDICT.get(credential.verdict, PassVerdict.FORGED)
    claims = credential.gate_pass
    if verdict is PassVerdict.FORGED or claims is None:
        # Whatever stands in a code that nobody we trust has signed is not shown and not believed.
        return Person(tell_apart(payload), pass_verdict=PassVerdict.FORGED, notes=("pass_forged",))
    resident = residents.holder(claims.name, claims.household) if claims.name and claims.household else None
    if resident is None:
        return _holder(claims, verdict)
    person = of_resident(resident, residents, "scan", (_NOTE[verdict],))
    return _with_pass(person, claims, verdict)


def _holder(claims: GatePass, verdict: PassVerdict) -> Person:
    return Person(
        key=f"p:{claims.pass_id.hex()}",
        klass=PURPOSE_CLASS.get(claims.purpose or 0, PersonClass.VISITOR),
        masked=mask_name(claims.name or ""),
        name=claims.name or "",
        place=claims.household or "",
        last4=claims.id_last4 or "",
        pass_id=claims.pass_id.hex(),
        pass_verdict=verdict,
        notes=(_NOTE[verdict],),
        limits=_limits(claims),
    )


def _with_pass(person: Person, claims: GatePass, verdict: PassVerdict) -> Person:
    return Person(
        key=person.key,
        klass=person.klass,
        masked=person.masked,
        name=person.name,
        place=person.place,
        last4=person.last4 or claims.id_last4 or "",
        resident=person.resident,
        pass_id=claims.pass_id.hex(),
        pass_verdict=verdict,
        status=person.status,
        place_closed=person.place_closed,
        source=person.source,
        notes=person.notes,
        limits=_limits(claims),
    )


def _limits(claims: GatePass) -> Limits:
    return Limits(claims.max_minutes_out, claims.entries_allowed, claims.leave, claims.enter)


def _stranger(payload: bytes, tell_apart: Callable[[bytes], str], note: str) -> Person:
    return Person(tell_apart(payload), notes=(note,))


def _klass(name: str) -> PersonClass:
    try:
        return PersonClass(name)
    except ValueError:
        return PersonClass.UNKNOWN
