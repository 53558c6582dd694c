"""ICAO's Visible Digital Seals for non-constrained environments (VDS-NC): a signed JSON in a code.

``{"data": {"hdr", "msg"}, "sig": {"alg", "cer", "sigvl"}}`` (Technical Report 1.1, 2021).  The signature is over
the canonical (sorted, compact) JSON of ``data``; the signer's certificate is in the code itself and counts only
if a country authority that we trust has signed it.  There is no end in the data: the signer's validity is the
limit.
"""

from __future__ import annotations

import json
from typing import Any

from station.credential import certificates, der, json_text, public_keys, validity
from station.credential.certificates import Certificate
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
from station.credential.trust_lists import record_of

_ALGORITHMS = frozenset({"ES256", "ES384", "ES512"})
VACCINATION = "icao.vacc"
#: The purpose of a health seal's signer: the same authority also certifies signers of passports.
SEAL_PURPOSE = "2.23.136.1.1.14.2"


def looks_like(text: str) -> bool:
    """Whether *text* may be one: a JSON object (or a list of one) with both parts."""
    return text.lstrip("[ ").startswith("{") and '"sigvl"' in text and '"data"' in text


def verify(text: str, trust: TrustStore, now: Now) -> Credential:
    """What *text* is worth at *now*.  Never raises for any text."""
    known: dict[str, Any] = {}
    try:
        data, sig = _parts(text)
        certificate = _certificate(sig)
        known["key_id"] = certificate.kid.hex()
        signature = json_text.base64url(str(sig.get("sigvl")).rstrip("="))
        signed = _canonical(data)
        signers = _trusted(certificate, trust, now)
        validity.signers(signers, lambda key: public_keys.verify(key.public_key, sig["alg"], signature, signed))
        _read(data, known)
        validity.check_key(signers, validity.clock(now))
    except Refused as why:
        return Credential(Format.VDS_NC, why.verdict, why.reason, **known)
    return Credential(Format.VDS_NC, Verdict.VALID, Reason.OK, **known)


def _parts(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    document = json_text.load(text.strip().encode("utf-8", "replace"))
    if isinstance(document, list) and len(document) == 1:  # Japan's
        document = document[0]
    data = document.get("data") if isinstance(document, dict) else None
    sig = document.get("sig") if isinstance(document, dict) else None
    if not isinstance(data, dict) or not isinstance(sig, dict):
        raise malformed(Reason.JSON)
    if not isinstance(data.get("hdr"), dict) or not isinstance(data.get("msg"), dict):
        raise malformed(Reason.CONTENT)
    if not isinstance(sig.get("alg"), str) or sig["alg"] not in _ALGORITHMS:
        raise malformed(Reason.ALGORITHM)
    return data, sig


def _certificate(sig: dict[str, Any]) -> Certificate:
    try:
        signer = json_text.base64url(str(sig.get("cer")).rstrip("="))
        certificates.check_form(signer)
        return certificates.parse(signer)
    except der.DerError:
        raise malformed(Reason.CERTIFICATE) from None


def _canonical(data: dict[str, Any]) -> bytes:
    try:
        return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise malformed(Reason.JSON) from None


def _trusted(certificate: Certificate, trust: TrustStore, now: Now) -> list[KeyRecord]:
    """The signer's key: as it stands in the list itself, or as a trusted country authority has certified it.

    :raises Refused: UNKNOWN_KEY, BAD_SIGNATURE, KEY_NOT_VALID.
    """
    listed = trust.of_purpose(Purpose.VDS_NC)
    itself = [key for key in listed if key.public_key == certificate.public_key]
    if itself:
        return itself  # with the validity of the list: anyone can write another into a certificate
    named = trust.keys(Purpose.VDS_NC, certificate.authority_key_id) if certificate.authority_key_id else ()
    country = [key for key in named or listed if key.speaks_for(certificate.country)]
    authorities = validity.signers(country, lambda key: _signed_by(certificate, key))
    if SEAL_PURPOSE not in certificate.purposes:
        raise Refused(Verdict.KEY_NOT_VALID, Reason.KEY_USAGE)
    if now.at_ms is not None:
        validity.check_key(authorities, now.at_ms)
    return [record_of(certificate, Purpose.VDS_NC)]


def _signed_by(certificate: Certificate, authority: KeyRecord) -> bool:
    return public_keys.verify_certificate(
        authority.public_key, certificate.signature_algorithm, certificate.signature, certificate.signed
    )


def _read(data: dict[str, Any], known: dict[str, Any]) -> None:
    header, message = data["hdr"], data["msg"]
    known["issuer"] = display_name(header.get("is"))
    person = message.get("pid")
    if isinstance(person, dict):
        known["holder"] = display_name(person.get("n"))
    known["health"] = Health(vaccinated=header.get("t") == VACCINATION and _doses(message.get("ve")) >= 2)


def _doses(events: Any) -> int:
    """How many doses with a date are listed; the seal does not say how many make a series."""
    rows = [row for row in events if isinstance(row, dict)] if isinstance(events, list) else []
    doses = [dose for row in rows if isinstance(row.get("vd"), list) for dose in row["vd"] if isinstance(dose, dict)]
    return sum(isinstance(dose.get("dvc"), str) for dose in doses)
