"""From a code or a name in the roster to a :class:`~station.lane.person.Person` that the rules can judge.

Nothing of the code's text is kept: a stranger's code becomes a key that tells two codes apart in this process only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from station.credential.result import Credential, Format, GatePass, Verdict
from station.facts import PassVerdict, PersonClass, Status
from station.lane.person import Person
from station.ledger.history import Limits
from station.proofs import FORMATS, key_of, notes_of, proof_of
from station.roster.passes import KnownPass
from station.roster.resident import Resident
from station.seal import mask_name

#: What a pass is for, by the number on it, and who that makes its holder to the rules (docs/credentials.md).
PURPOSE_CLASS = {1: PersonClass.RESIDENT, 2: PersonClass.WORKER, 3: PersonClass.OFFICIAL, 4: PersonClass.VISITOR}

_VERDICT = {
    Verdict.VALID: PassVerdict.VALID,
    Verdict.EXPIRED: PassVerdict.EXPIRED,
    Verdict.NOT_YET_VALID: PassVerdict.NOT_YET,
    Verdict.REVOKED: PassVerdict.REVOKED,
    Verdict.CLOCK_UNKNOWN: PassVerdict.CLOCK_UNKNOWN,
    Verdict.UNKNOWN_KEY: PassVerdict.UNKNOWN_KEY,
    Verdict.KEY_NOT_VALID: PassVerdict.UNKNOWN_KEY,
    Verdict.BAD_SIGNATURE: PassVerdict.FORGED,
}
#: Of these nothing that stands in the code is shown or believed: nobody we trust has signed it.
_UNSIGNED = {PassVerdict.UNKNOWN_KEY: "unknown_key", PassVerdict.FORGED: "pass_forged"}
#: What the operator reads of a pass that decides nothing because its holder lives here.
_NOTE = {
    PassVerdict.VALID: "pass_valid",
    PassVerdict.EXPIRED: "pass_expired",
    PassVerdict.NOT_YET: "pass_not_yet",
    PassVerdict.REVOKED: "pass_revoked",
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

    def place_closed(self, place: str, compound: str) -> bool:
        """Whether that place is closed; an empty *compound* is this gate's own."""

    def household_isolated(self, household: str) -> bool:
        """Whether nobody may visit that household."""


def of_resident(resident: Resident, residents: Residents, source: str, notes: tuple[str, ...] = ()) -> Person:
    """Somebody from the roster."""
    status = residents.status_of(resident)
    return Person(
        key=f"r:{resident.id}",
        klass=_klass(resident.klass),
        masked=mask_name(resident.name),
        name=resident.name,
        place=resident.place,
        last4=resident.last4,
        resident=resident.id,
        status=status,
        place_closed=residents.place_closed(resident.place, resident.compound),
        source=source,
        notes=(*notes, "self_monitoring") if status is Status.SELF_MONITORING else notes,
    )


def visiting(visitor: Person, host: Resident, residents: Residents) -> Person:
    """*visitor*, who wants to see *host*: nobody visits a household in isolation or a closed place."""
    isolated = residents.household_isolated(host.household) or residents.status_of(host) is Status.ISOLATION
    return replace(
        visitor,
        klass=PersonClass.VISITOR if visitor.klass is PersonClass.UNKNOWN else visitor.klass,
        place=visitor.place or host.place,
        host_isolated=isolated,
        place_closed=visitor.place_closed or residents.place_closed(host.place, host.compound),
    )


def of_code(payload: bytes, credential: Credential, residents: Residents, tell_apart: Callable[[bytes], str]) -> Person:
    """Whoever showed *payload*, which was recognised as *credential*.

    *tell_apart* gives a short text that differs for different payloads and cannot be turned back.  A health certificate
    is judged by :func:`of_certificate`.
    """
    if credential.format is Format.VG1:
        return _of_pass(payload, credential, residents, tell_apart)
    if credential.verdict is Verdict.LOOKUP and credential.lookup_id is not None:
        resident = residents.by_code(credential.lookup_id)
        if resident is not None:
            return of_resident(resident, residents, "scan")
        return _stranger(payload, tell_apart, "unknown_person")
    return _stranger(payload, tell_apart, "unrecognised_code")


def of_certificate(
    payload: bytes, credential: Credential, at_ms: int | None, test_lasts_ms: int, tell_apart: Callable[[bytes], str]
) -> Person:
    """Whoever showed a health certificate of another system: a name to compare, and what it proves at *at_ms*."""
    proof = proof_of(credential, at_ms, test_lasts_ms)
    return Person(
        key=key_of(payload, credential, tell_apart),
        masked=mask_name(credential.holder or ""),
        name=credential.holder or "",
        notes=notes_of(credential, proof),
        proof=proof,
    )


def is_certificate(credential: Credential) -> bool:
    """Whether *credential* is a health certificate of another system."""
    return credential.format in FORMATS


def salted(salt: bytes) -> Callable[[bytes], str]:
    """A *tell_apart* that forgets with the process: a keyed hash under a salt drawn at start."""
    return lambda payload: "x:" + hashlib.blake2b(payload, key=salt, digest_size=8).hexdigest()


def _of_pass(
    payload: bytes, credential: Credential, residents: Residents, tell_apart: Callable[[bytes], str]
) -> Person:
    verdict, claims = _VERDICT.get(credential.verdict), credential.gate_pass
    if verdict is not None and verdict in _UNSIGNED:
        return Person(tell_apart(payload), pass_verdict=verdict, notes=(_UNSIGNED[verdict],))
    if verdict is None or claims is None:
        return _stranger(payload, tell_apart, "pass_unreadable")  # torn or smudged: nobody is called a forger for that
    resident = residents.holder(claims.name, claims.household) if claims.name and claims.household else None
    if resident is None:
        return _holder(claims, verdict, residents)
    person = of_resident(resident, residents, "scan", (_NOTE[verdict],))
    return _with_pass(person, claims, verdict)


def _holder(claims: GatePass, verdict: PassVerdict, residents: Residents) -> Person:
    compound, _, place = (claims.household or "").rpartition("/")
    return Person(
        key=f"p:{claims.pass_id.hex()}",
        klass=PURPOSE_CLASS.get(claims.purpose or 0, PersonClass.VISITOR),
        masked=mask_name(claims.name or ""),
        name=claims.name or "",
        place=claims.household or "",
        last4=claims.id_last4 or "",
        pass_id=claims.pass_id.hex(),
        pass_verdict=verdict,
        place_closed=residents.place_closed(place, compound),
        notes=(_NOTE[verdict],),
        limits=_limits(claims),
    )


def _with_pass(person: Person, claims: GatePass, verdict: PassVerdict) -> Person:
    last4 = person.last4 or claims.id_last4 or ""
    return replace(person, last4=last4, pass_id=claims.pass_id.hex(), pass_verdict=verdict, limits=_limits(claims))


def with_known(person: Person, known: KnownPass) -> Person:
    """*person*, who has a pass that holds, says the office's list, and does not have it with them."""
    return replace(
        person,
        pass_id=known.id.hex(),
        pass_verdict=PassVerdict.VALID,
        notes=(*person.notes, "pass_on_list"),
        limits=Limits(known.minutes_out, known.outings_a_day, known.leave, known.enter),
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
