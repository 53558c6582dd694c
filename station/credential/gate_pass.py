"""Our own pass: ``VG1:`` and Base45 of an untagged COSE_Sign1 with Ed25519 over CWT claims.

Promises:

1. A pass that was changed in any one character is never valid.
2. A signature made with the same key for anything else is not one for a pass (external_aad ``VG1``).
3. One pass has one text: Base45 is strict, the claims and the envelope are deterministic.
4. Algorithm and key id count only in the protected header; alone they may be there, and nothing unprotected.
5. Without a known time a pass with a good signature is neither valid nor expired.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from station.credential import base45, cbor, cose, pass_claims
from station.credential.result import (
    Credential,
    Format,
    GatePass,
    Now,
    Reason,
    Refused,
    Verdict,
    Warn,
    malformed,
)
from station.credential.revocations import Revocations
from station.credential.trust import KID_BYTES, OWN_BUNDLE, KeyRecord, Purpose, TrustStore, kid_of

PREFIX = "VG1:"
AAD = b"VG1"
#: A full pass with long names is below 400 characters; twice that is still one code.
MAX_TEXT = 800
#: The clocks of an office and a gate differ by no more than this (ms), or the gate's shows "clock not set".
SKEW_MS = 120_000
SIGNATURE_BYTES = 64


def issue(claims: GatePass, private_key: Ed25519PrivateKey, kid: bytes | None = None) -> str:
    """The text of a pass.

    :param kid: the key's id if the caller has it at hand; otherwise it is worked out.
    :raises Refused: MALFORMED/CLAIMS if the claims break a limit of :mod:`station.credential.pass_claims`.
    """
    if kid is None:
        kid = kid_of(private_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    payload = pass_claims.encode(claims)
    sealed = cose.sign({cose.ALG: cose.EDDSA, cose.KID: kid}, payload, AAD, private_key.sign)
    return PREFIX + base45.encode(sealed)


def read(text: str) -> GatePass:
    """The claims of a pass, whoever signed it: for an office that looks at its own, never for a gate.

    :raises Refused: if *text* is not in the form of a pass.
    """
    return pass_claims.decode(_open(text).payload)


def verify(text: str, keys: TrustStore, now: Now, revoked: Revocations) -> Credential:
    """What *text*, which begins with ``VG1:``, is worth at *now*.  Never raises for any text.

    The order of the checks is part of the meaning: nothing is said about a pass before its signature is good,
    and a revoked pass is revoked whatever the time.
    """
    key_id: str | None = None
    gate_pass: GatePass | None = None
    try:
        message = _open(text)
        kid = message.protected[cose.KID]
        key_id = kid.hex()
        signers = _signers(message, keys.keys(Purpose.PASS, kid))
        gate_pass = pass_claims.decode(message.payload)
        _check(gate_pass, signers, now, revoked)
    except Refused as why:
        verdict, reason = why.verdict, why.reason
    else:
        verdict, reason = Verdict.VALID, Reason.OK
    warnings = _warnings(keys, now, revoked)
    if gate_pass is None:
        return Credential(Format.VG1, verdict, reason, key_id=key_id, warnings=warnings)
    return Credential(
        Format.VG1,
        verdict,
        reason,
        holder=gate_pass.name,
        key_id=key_id,
        gate_pass=gate_pass,
        issuer=str(gate_pass.site),
        expires_ms=gate_pass.expires_s * 1000,
        id_last4=gate_pass.id_last4,
        warnings=warnings,
    )


def _open(text: str) -> cose.Sign1:
    if len(text) > MAX_TEXT:
        raise malformed(Reason.TOO_LONG)
    if not text.startswith(PREFIX):
        raise Refused(Verdict.UNRECOGNISED, Reason.NOT_OURS)
    data = base45.decode(text[len(PREFIX) :])
    message = cose.parse(data)
    kid = message.protected.get(cose.KID)
    if message.unprotected or set(message.protected) != {cose.ALG, cose.KID}:
        raise malformed(Reason.HEADER)
    if not isinstance(kid, bytes) or len(kid) != KID_BYTES or len(message.signature) != SIGNATURE_BYTES:
        raise malformed(Reason.HEADER)
    if cbor.whole_number(message.protected[cose.ALG]) != cose.EDDSA:
        raise malformed(Reason.ALGORITHM)
    if message.protected_bytes != cbor.dump(message.protected):
        raise malformed(Reason.NOT_DETERMINISTIC)
    if data != cbor.dump([message.protected_bytes, {}, message.payload, message.signature]):
        raise malformed(Reason.NOT_DETERMINISTIC)
    return message


def _signers(message: cose.Sign1, candidates: tuple[KeyRecord, ...]) -> list[KeyRecord]:
    """The keys among *candidates* that made the signature: several may share an id."""
    if not candidates:
        raise Refused(Verdict.UNKNOWN_KEY, Reason.KEY_UNKNOWN)
    signed = cose.to_be_signed(message.protected_bytes, message.payload, AAD)
    made = [key for key in candidates if _made(key.public_key, message.signature, signed)]
    if not made:
        raise Refused(Verdict.BAD_SIGNATURE, Reason.SIGNATURE)
    return made


def _made(public_key: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _check(gate_pass: GatePass, signers: list[KeyRecord], now: Now, revoked: Revocations) -> None:
    in_scope = [key for key in signers if key.speaks_for(str(gate_pass.site))]
    if not in_scope:
        raise Refused(Verdict.KEY_NOT_VALID, Reason.KEY_SCOPE)
    if gate_pass.pass_id in revoked:
        raise Refused(Verdict.REVOKED, Reason.REVOKED)
    if now.at_ms is None:
        raise Refused(Verdict.CLOCK_UNKNOWN, Reason.NO_CLOCK)
    reasons = [_outside(key, gate_pass, now.at_ms) for key in in_scope]
    if None not in reasons and reasons[0] is not None:
        raise Refused(Verdict.KEY_NOT_VALID, reasons[0])
    if now.at_ms < gate_pass.not_before_s * 1000 - SKEW_MS:
        raise Refused(Verdict.NOT_YET_VALID, Reason.NOT_YET)
    if now.at_ms >= gate_pass.expires_s * 1000 + SKEW_MS:
        raise Refused(Verdict.EXPIRED, Reason.EXPIRED)


def _outside(key: KeyRecord, gate_pass: GatePass, at_ms: int) -> Reason | None:
    """Why *key* does not count now, or for a pass that begins then; ``None`` if it does.

    A pass that begins before its key did was dated back: the office had another key at that time.
    """
    begin, end = key.not_before_ms, key.not_after_ms
    if begin is not None and min(at_ms, gate_pass.not_before_s * 1000) < begin - SKEW_MS:
        return Reason.KEY_NOT_YET
    if end is not None and at_ms >= end + SKEW_MS:
        return Reason.KEY_ENDED
    return None


def _warnings(keys: TrustStore, now: Now, revoked: Revocations) -> tuple[Warn, ...]:
    if now.at_ms is None:
        return ()
    found = []
    if revoked.stale(now.at_ms):
        found.append(Warn.REVOCATIONS_STALE)
    if OWN_BUNDLE in keys.stale_bundles(now):
        found.append(Warn.TRUST_STALE)
    return tuple(found)
