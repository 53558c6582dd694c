"""Health certificates of other systems, as facts for the rules.  Pure.

Nothing of a certificate is kept but what :class:`Proof` has.  Two codes are told apart by what the certificate says,
never by its text or signature: of an ECDSA signature there are always two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from station.credential.result import Credential, Format, Health, Verdict
from station.credential.trust import HOUR_MS
from station.facts import HealthProof

#: The families that state something about health.
FORMATS = frozenset({Format.HC1, Format.SHC, Format.NZCP, Format.VDS_NC})

_WORTH = {
    Verdict.EXPIRED: HealthProof.EXPIRED,
    Verdict.REVOKED: HealthProof.EXPIRED,
    Verdict.BAD_SIGNATURE: HealthProof.FORGED,
}
#: What the operator reads of each.
_NOTE = {
    HealthProof.EXPIRED: "proof_expired",
    HealthProof.UNPROVEN: "proof_unproven",
    HealthProof.FORGED: "proof_forged",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """A certificate at the moment it was shown; ``test_hours`` is rounded up, ``until_ms`` the certificate's end."""

    worth: HealthProof
    vaccinated: bool = False
    recovered: bool = False
    test_hours: int | None = None
    until_ms: int | None = None


def proof_of(credential: Credential, at_ms: int | None, test_lasts_ms: int) -> Proof:
    """What *credential*, of one of :data:`FORMATS`, proves at *at_ms*.

    *test_lasts_ms* is the span that was added to a test's time (:class:`station.credential.trust.TrustStore`).
    """
    if credential.verdict is not Verdict.VALID or at_ms is None:
        return Proof(_WORTH.get(credential.verdict, HealthProof.UNPROVEN))
    health = credential.health or Health()
    return Proof(
        _worth(credential, health, at_ms),
        health.vaccinated,
        health.recovered,
        _test_hours(health.tested_negative_until_ms, at_ms, test_lasts_ms),
        credential.expires_ms,
    )


def notes_of(credential: Credential, proof: Proof) -> tuple[str, ...]:
    """Which kind of certificate it is, and why it is worth nothing if so, as codes for the screen.

    What it states of anybody's health stands on no screen.
    """
    kind = f"proof_{credential.format}"
    return (kind,) if proof.worth is HealthProof.VALID else (kind, _NOTE[proof.worth])


def key_of(payload: bytes, credential: Credential, tell_apart: Callable[[bytes], str]) -> str:
    """What tells this certificate from another."""
    if credential.holder is None:
        return tell_apart(payload)
    said = (credential.format.value, credential.issuer, credential.holder, credential.expires_ms)
    return tell_apart(repr(said).encode())


def _worth(credential: Credential, health: Health, at_ms: int) -> HealthProof:
    """A good signature under nothing that counts today proves nothing today."""
    until_ms = health.tested_negative_until_ms
    if health.vaccinated or health.recovered or (until_ms is not None and at_ms < until_ms):
        return HealthProof.VALID
    if until_ms is not None:
        return HealthProof.EXPIRED
    # It is only issued to who meets its conditions, and does not say which of them was met.
    return HealthProof.VALID if credential.format is Format.NZCP else HealthProof.UNPROVEN


def _test_hours(until_ms: int | None, at_ms: int, test_lasts_ms: int) -> int | None:
    if until_ms is None:
        return None
    return max(0, -((until_ms - test_lasts_ms - at_ms) // HOUR_MS))
