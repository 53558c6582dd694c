"""SMART Health Cards: ``shc:/`` and two digits for each character of a JWS.

JWS with ES256 over a payload compressed with raw deflate (SMART Health Cards Framework 1.x, RFC 7515).  Trust
is by issuer: the exact ``iss`` URL and the key's thumbprint.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from station.credential import cbor, compression, fhir, json_text, public_keys, validity
from station.credential.card_revocations import RID, CardRevocations
from station.credential.result import Credential, Format, Now, Reason, Refused, Verdict, malformed
from station.credential.trust import KeyRecord, Purpose, TrustStore

PREFIX = "shc:/"
#: Two digits for each character of the largest card that fits one code, and as much again.
MAX_TEXT = 8_192
#: A card that needs several codes: at most this many characters of it in each, and this many codes.
MAX_CHUNK, MAX_CHUNKS = 1_191, 36
#: The year 9999 in ms: an issuer who counts in milliseconds ends far behind it.
MAX_TIME_MS = 253_402_300_799_000
CARD_TYPE = "https://smarthealth.cards#health-card"
_SINGLE = re.compile(r"shc:/(?:1/1/)?([0-9]+)")
_CHUNK = re.compile(r"shc:/([0-9]{1,2})/([0-9]{1,2})/([0-9]+)")
_JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
#: Codes run from "-" (45) to "z" (122): two digits are the code less 45.
_FIRST, _LAST = 45, 122
SIGNATURE_BYTES = 64


def join(texts: Sequence[str]) -> str:
    """The single code that the codes *texts* of one card stand for, in any order.

    Cards of several codes are no longer made (since December 2022) but are still to be read.

    :raises Refused: INCOMPLETE/CHUNK_MISSING if one is missing; MALFORMED/HEADER for an index out of range, twice
        or of another count; MALFORMED/TOO_LONG for a code longer than the Framework allows.
    """
    parts: dict[int, str] = {}
    totals = set()
    for text in texts:
        match = _CHUNK.fullmatch(text)
        if match is None:
            raise malformed(Reason.HEADER)
        index, total = int(match[1]), int(match[2])
        totals.add(total)
        if not 1 <= index <= total <= MAX_CHUNKS or index in parts or len(totals) > 1:
            raise malformed(Reason.HEADER)
        if len(match[3]) > 2 * MAX_CHUNK:
            raise malformed(Reason.TOO_LONG)
        parts[index] = match[3]
    if not parts or len(parts) != totals.pop():
        raise Refused(Verdict.INCOMPLETE, Reason.CHUNK_MISSING)
    return PREFIX + "".join(parts[index] for index in sorted(parts))


def jws_of(text: str) -> str:
    """The JWS in the single code *text*.

    :raises Refused: UNRECOGNISED without the prefix; INCOMPLETE for one code of several; MALFORMED with TOO_LONG or
        ALPHABET (an odd count, or a number that stands for no character).
    """
    if not text.startswith(PREFIX):
        raise Refused(Verdict.UNRECOGNISED, Reason.NOT_OURS)
    if len(text) > MAX_TEXT:
        raise malformed(Reason.TOO_LONG)
    match = _SINGLE.fullmatch(text)
    if match is None:
        join([text])  # says what is wrong with it as one code of several
        raise malformed(Reason.HEADER)
    digits = match[1]
    if len(digits) % 2:
        raise malformed(Reason.ALPHABET)
    codes = [int(digits[at : at + 2]) + _FIRST for at in range(0, len(digits), 2)]
    if max(codes) > _LAST:
        raise malformed(Reason.ALPHABET)
    return "".join(map(chr, codes))


def verify(text: str, trust: TrustStore, now: Now) -> Credential:
    """What the single code *text* is worth at *now*.  Never raises for any text."""
    try:
        jws = jws_of(text)
    except Refused as why:
        return Credential(Format.SHC, why.verdict, why.reason)
    return verify_jws(jws, trust, now)


def verify_jws(jws: str, trust: TrustStore, now: Now) -> Credential:
    """What a card's JWS is worth at *now*.  Never raises for any text."""
    known: dict[str, Any] = {}
    try:
        kid, claims, signature, signed = _open(jws)
        known["key_id"] = kid
        issuer = claims["iss"]
        keys = validity.signers(
            _candidates(trust, issuer, kid),
            lambda key: public_keys.verify(key.public_key, "ES256", signature, signed),
        )
        known["issuer"] = issuer
        read_claims(claims, kid, trust, now, known)
        validity.check_key(keys, validity.clock(now))
    except Refused as why:
        return Credential(Format.SHC, why.verdict, why.reason, **known)
    return Credential(Format.SHC, Verdict.VALID, Reason.OK, **known)


def _open(jws: str) -> tuple[str, dict[str, Any], bytes, bytes]:
    """Key id, claims, signature and the bytes that were signed; nothing of it is believed yet."""
    if len(jws) > MAX_TEXT:
        raise malformed(Reason.TOO_LONG)
    if not _JWS.fullmatch(jws):
        raise malformed(Reason.JWS)
    head, body, tail = jws.split(".")
    header = json_text.load(json_text.base64url(head))
    if not isinstance(header, dict) or "crit" in header or not isinstance(header.get("kid"), str):
        raise malformed(Reason.HEADER)
    if header.get("alg") != "ES256":
        raise malformed(Reason.ALGORITHM)
    if header.get("zip") != "DEF":
        raise malformed(Reason.HEADER)
    signature = json_text.base64url(tail)
    if len(signature) != SIGNATURE_BYTES:
        raise malformed(Reason.JWS)
    payload = compression.inflate(json_text.base64url(body), compression.RAW_DEFLATE)
    claims = json_text.load(payload)
    if not isinstance(claims, dict) or not isinstance(claims.get("iss"), str):
        raise malformed(Reason.CLAIMS)
    return header["kid"], claims, signature, f"{head}.{body}".encode("ascii")


def _candidates(trust: TrustStore, issuer: str, kid: str) -> list[KeyRecord]:
    """The issuer's keys with that id; the exact text of the URL counts, a slash more is another issuer."""
    if not issuer.startswith("https://") or issuer.endswith("/"):
        raise Refused(Verdict.UNKNOWN_KEY, Reason.ISSUER_UNKNOWN)
    found = [key for key in trust.keys(Purpose.SHC, kid.encode("utf-8", "replace")) if key.speaks_for(issuer)]
    if not found and not any(key.speaks_for(issuer) for key in trust.of_purpose(Purpose.SHC)):
        raise Refused(Verdict.UNKNOWN_KEY, Reason.ISSUER_UNKNOWN)
    return found


def read_claims(claims: dict[str, Any], kid: str, trust: TrustStore, now: Now, known: dict[str, Any]) -> None:
    """Add to *known* what well-signed *claims* say, and refuse as they and the clock demand.

    :raises Refused: MALFORMED with CLAIMS or CONTENT, REVOKED, CLOCK_UNKNOWN, NOT_YET_VALID, EXPIRED.
    """
    begin_ms = cbor.seconds_to_ms(claims.get("nbf"))
    end_ms = cbor.seconds_to_ms(claims["exp"]) if "exp" in claims else None
    if begin_ms is None or not 0 <= begin_ms <= MAX_TIME_MS:
        raise malformed(Reason.CLAIMS)
    if "exp" in claims and (end_ms is None or not begin_ms < end_ms <= MAX_TIME_MS):
        raise malformed(Reason.CLAIMS)
    known["expires_ms"] = end_ms
    vc = claims.get("vc")
    types = vc.get("type") if isinstance(vc, dict) else None
    if not isinstance(vc, dict) or not isinstance(types, list) or CARD_TYPE not in types:
        raise malformed(Reason.CONTENT)
    subject = vc.get("credentialSubject")
    if not isinstance(subject, dict) or not isinstance(subject.get("fhirVersion"), str):
        raise malformed(Reason.CONTENT)
    found = fhir.resources(subject.get("fhirBundle"))
    known["holder"] = fhir.holder(found)
    if "rid" in vc:
        _check_revoked(trust.cards, claims.get("iss"), kid, vc["rid"], begin_ms)
    at_ms = validity.clock(now)
    known["health"] = fhir.health(
        found, frozenset(kind for kind in types if isinstance(kind, str)), at_ms, trust.test_lasts_ms
    )
    validity.check_span(begin_ms, end_ms, at_ms, end_counts=False)


def _check_revoked(cards: CardRevocations, issuer: Any, kid: str, rid: Any, begin_ms: int) -> None:
    if not isinstance(rid, str) or not RID.fullmatch(rid):
        raise malformed(Reason.CLAIMS)
    if isinstance(issuer, str) and cards.revoked(issuer, kid, rid, begin_ms):
        raise Refused(Verdict.REVOKED, Reason.REVOKED)
