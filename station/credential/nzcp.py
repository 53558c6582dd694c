"""New Zealand COVID Passes: ``NZCP:/1/`` Base32 COSE_Sign1 CWT (nzcovidpass-spec 1.0).

ES256 only, key id and algorithm in the protected header, trust by the issuer's DID.  The spec knows no
revocation.  A pass says that its holder met New Zealand's rules (vaccinated or exempt), not which: it gives no
health fact.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from station.credential import cbor, cose, public_keys, validity
from station.credential.result import (
    Credential,
    Format,
    Health,
    Now,
    Reason,
    Refused,
    Verdict,
    display_name,
    malformed,
)
from station.credential.trust import KeyRecord, Purpose, TrustStore

PREFIX = "NZCP:/"
VERSION = "1/"
#: A pass has about 600 characters.
MAX_TEXT = 4_296
ISS, EXP, NBF, CTI, VC = 1, 4, 5, 7, "vc"
_BASE32 = re.compile(r"[A-Z2-7]+")
_TYPES = ["VerifiableCredential", "PublicCovidPass"]
_CONTEXT = "https://www.w3.org/2018/credentials/v1"
UUID_BYTES = 16


def verify(text: str, trust: TrustStore, now: Now) -> Credential:
    """What *text* is worth at *now*.  Never raises for any text."""
    known: dict[str, Any] = {}
    try:
        message = cose.parse(_decode(text), tags=(cose.TAG_SIGN1,))
        kid = _kid(message)
        known["key_id"] = kid.decode("utf-8", "replace")[:64]
        claims = cbor.load(message.payload)
        if not isinstance(claims, dict) or not isinstance(claims.get(ISS), str):
            raise malformed(Reason.CLAIMS)
        signed = cose.to_be_signed(message.protected_bytes, message.payload)
        keys = validity.signers(
            _candidates(trust, claims[ISS], kid),
            lambda key: public_keys.verify(key.public_key, "ES256", message.signature, signed),
        )
        known["issuer"] = claims[ISS]
        _read(claims, keys, now, known)
    except Refused as why:
        return Credential(Format.NZCP, why.verdict, why.reason, **known)
    return Credential(Format.NZCP, Verdict.VALID, Reason.OK, **known)


def _decode(text: str) -> bytes:
    if len(text) > MAX_TEXT:
        raise malformed(Reason.TOO_LONG)
    if not text.startswith(PREFIX):
        raise Refused(Verdict.UNRECOGNISED, Reason.NOT_OURS)
    rest = text[len(PREFIX) :]
    if not rest.startswith(VERSION):
        raise Refused(Verdict.UNRECOGNISED, Reason.NOT_OURS)
    body = rest[len(VERSION) :]
    if not _BASE32.fullmatch(body):
        raise malformed(Reason.BASE32)
    try:
        data = base64.b32decode(body + "=" * (-len(body) % 8))
    except ValueError:
        raise malformed(Reason.BASE32) from None
    if base64.b32encode(data).rstrip(b"=").decode("ascii") != body:
        raise malformed(Reason.BASE32)
    return data


def _kid(message: cose.Sign1) -> bytes:
    """The key id; the spec gives it as bytes, and some tools write text."""
    kid = message.protected.get(cose.KID)
    if isinstance(kid, str):
        kid = kid.encode("utf-8", "replace")
    if not isinstance(kid, bytes) or not kid:
        raise malformed(Reason.HEADER)
    if cbor.whole_number(message.protected.get(cose.ALG)) != cose.ES256:
        raise malformed(Reason.ALGORITHM)
    return kid


def _candidates(trust: TrustStore, issuer: str, kid: bytes) -> list[KeyRecord]:
    found = [key for key in trust.keys(Purpose.NZCP, kid) if key.speaks_for(issuer)]
    if not found and not any(key.speaks_for(issuer) for key in trust.of_purpose(Purpose.NZCP)):
        raise Refused(Verdict.UNKNOWN_KEY, Reason.ISSUER_UNKNOWN)
    return found


def _read(claims: dict[Any, Any], keys: list[KeyRecord], now: Now, known: dict[str, Any]) -> None:
    begin, end, cti = cbor.whole_number(claims.get(NBF)), cbor.whole_number(claims.get(EXP)), claims.get(CTI)
    if begin is None or end is None or not isinstance(cti, bytes) or len(cti) != UUID_BYTES:
        raise malformed(Reason.CLAIMS)
    known["expires_ms"] = end * 1000
    vc = claims.get(VC)
    if not isinstance(vc, dict) or vc.get("version") != "1.0.0" or vc.get("type") != _TYPES:
        raise malformed(Reason.CONTENT)
    context = vc.get("@context")
    if not isinstance(context, list) or not context or context[0] != _CONTEXT:
        raise malformed(Reason.CONTENT)
    subject = vc.get("credentialSubject")
    if not isinstance(subject, dict) or not isinstance(subject.get("givenName"), str) or "dob" not in subject:
        raise malformed(Reason.CONTENT)
    known["holder"] = display_name(subject["givenName"], subject.get("familyName"))
    at_ms = validity.clock(now)
    known["health"] = Health()
    validity.check_span(begin * 1000, end * 1000, at_ms, end_counts=False)
    validity.check_key(keys, at_ms)
