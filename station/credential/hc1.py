"""European Digital COVID Certificates and the WHO's certificates in the same container: ``HC1:``.

``HC1:`` Base45 zlib COSE_Sign1 CWT (Electronic Health Certificate Specification, "hcert_spec", and the WHO's
Global Digital Health Certification Network, which took it over).  Tags 18 and 61 may be there or not, headers
may be protected or not (protected wins), times may be fractions, lengths may be open; the end itself (exp)
still counts.
"""

from __future__ import annotations

from typing import Any

import cbor2

from station.credential import base45, cbor, compression, cose, dcc, public_keys, validity
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

PREFIX = "HC1:"
#: A QR code of the largest version holds 4,296 characters.
MAX_TEXT = 4_296
ISS, EXP, NBF, IAT, HCERT = 1, 4, 5, 6, -260
#: Under the claim -260: 1 is the European certificate, 5 a link (Verifiable Health Link) and no content.
DCC, LINK = 1, 5
MAX_KID = 64
_ALGORITHMS = {cose.ES256: "ES256", cose.PS256: "PS256"}
#: Some issuers put the tag of a time (0), of seconds (1) or of a date (1004) around what needs none.
TAGS = frozenset({0, 1, 1004})


def open_text(text: str) -> bytes:
    """The COSE bytes in *text*.

    :raises Refused: MALFORMED with TOO_LONG, BASE45 or COMPRESSION; UNRECOGNISED without the prefix.
    """
    if len(text) > MAX_TEXT:
        raise malformed(Reason.TOO_LONG)
    if not text.startswith(PREFIX):
        raise Refused(Verdict.UNRECOGNISED, Reason.NOT_OURS)
    return compression.inflate(base45.decode(text[len(PREFIX) :]), compression.ZLIB)


def parse(data: bytes) -> tuple[cose.Sign1, bytes]:
    """The message in the COSE bytes and the key id it names (protected before unprotected).

    :raises Refused: MALFORMED with CBOR, COSE or HEADER.
    """
    message = cose.parse(data, tags=(cose.TAG_CWT, cose.TAG_SIGN1), indefinite=True)
    kid = message.protected.get(cose.KID, message.unprotected.get(cose.KID))
    if not isinstance(kid, bytes) or len(kid) > MAX_KID:
        raise malformed(Reason.HEADER)
    return message, kid


def claims_of(message: cose.Sign1) -> dict[Any, Any]:
    """The claims, whoever signed them.

    :raises Refused: MALFORMED with CBOR or CLAIMS.
    """
    claims = cbor.load(message.payload, tags=TAGS, indefinite=True)
    if not isinstance(claims, dict) or not isinstance(claims.get(HCERT), dict):
        raise malformed(Reason.CLAIMS)
    return claims


def signers_of(message: cose.Sign1, candidates: tuple[KeyRecord, ...]) -> list[KeyRecord]:
    """Those of *candidates* that signed *message*.

    :raises Refused: MALFORMED/ALGORITHM, UNKNOWN_KEY or BAD_SIGNATURE.
    """
    stated = message.protected.get(cose.ALG, message.unprotected.get(cose.ALG))
    algorithm = _ALGORITHMS.get(stated) if type(stated) is int else None
    if algorithm is None:
        raise malformed(Reason.ALGORITHM)
    signed = cose.to_be_signed(message.protected_bytes, message.payload)
    return validity.signers(
        candidates, lambda key: public_keys.verify(key.public_key, algorithm, message.signature, signed)
    )


def check_times(claims: dict[Any, Any], at_ms: int) -> None:
    """Refuse outside of the claims' own times: before iat or nbf, after exp.

    :raises Refused: MALFORMED/CLAIMS if exp is missing or a time is none; NOT_YET_VALID; EXPIRED.
    """
    times = {claim: _ms(claims[claim]) for claim in (EXP, NBF, IAT) if claim in claims}
    if EXP not in times or None in times.values():
        raise malformed(Reason.CLAIMS)
    for begin in (IAT, NBF):
        validity.check_span(times.get(begin), None, at_ms, end_counts=True)
    validity.check_span(None, times[EXP], at_ms, end_counts=True)


def _ms(value: Any) -> int | None:
    tagged = isinstance(value, cbor2.CBORTag) and value.tag == 1
    return cbor.seconds_to_ms(value.value if tagged else value)


def check_usage(kinds: frozenset[str], keys: list[KeyRecord]) -> list[KeyRecord]:
    """Those of *keys* that may sign all *kinds* of entry.

    :raises Refused: KEY_NOT_VALID/KEY_USAGE if there are none.
    """
    allowed = [key for key in keys if not key.usages or kinds <= key.usages]
    if not allowed:
        raise Refused(Verdict.KEY_NOT_VALID, Reason.KEY_USAGE)
    return allowed


def verify(text: str, trust: TrustStore, now: Now) -> Credential:
    """What *text* is worth at *now*.  Never raises for any text; nothing is said of it before its signature is good."""
    known: dict[str, Any] = {}
    try:
        message, kid = parse(open_text(text))
        known["key_id"] = kid.hex()
        keys = signers_of(message, trust.keys(Purpose.HC1, kid))
        claims = claims_of(message)
        if isinstance(claims.get(ISS), str):
            known["issuer"] = display_name(claims[ISS])
        known["expires_ms"] = _ms(claims.get(EXP))
        _read(claims[HCERT], claims, keys, trust, now, known)
    except Refused as why:
        return Credential(Format.HC1, why.verdict, why.reason, **known)
    return Credential(Format.HC1, Verdict.VALID, Reason.OK, **known)


def _read(
    content: dict[Any, Any],
    claims: dict[Any, Any],
    keys: list[KeyRecord],
    trust: TrustStore,
    now: Now,
    known: dict[str, Any],
) -> None:
    """Add to *known* what the content says, and refuse as the claims, the keys and the clock demand."""
    if DCC not in content:
        _read_other(content, claims, keys, now, known)
        return
    found = dcc.entries(content[DCC])
    known["holder"] = dcc.holder(content[DCC])
    if trust.one_group and sum(map(len, found.values())) != 1:
        raise malformed(Reason.CONTENT)
    allowed = check_usage(frozenset(found), keys)
    at_ms = validity.clock(now)
    known["health"] = dcc.health(found, at_ms, trust.test_lasts_ms)
    check_times(claims, at_ms)
    validity.check_key(allowed, at_ms)


def _read_other(
    content: dict[Any, Any], claims: dict[Any, Any], keys: list[KeyRecord], now: Now, known: dict[str, Any]
) -> None:
    """Other content of the WHO's network: signed and dated, but nothing of it is understood as health."""
    if LINK in content:
        raise Refused(Verdict.UNRECOGNISED, Reason.ONLINE_ONLY)
    values = [value for value in content.values() if isinstance(value, dict)]
    if not values:
        raise malformed(Reason.CONTENT)
    known["holder"] = display_name(values[0].get("name"), values[0].get("n"))
    known["health"] = Health()
    at_ms = validity.clock(now)
    check_times(claims, at_ms)
    validity.check_key(keys, at_ms)
