"""Lists of foreign signers as their publishers write them, turned into key records.

- a folder of certificates (DER or PEM), for the European signers and for ICAO's country authorities;
- a ``did.json`` of the WHO's network (did:web:tng-cdn.who.int…) or of New Zealand;
- a ``jwks.json`` of one issuer of SMART Health Cards.

A single entry that cannot be read is left out and counted, because real lists hold a few such entries.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from station.credential import certificates, der, public_keys
from station.credential.certificates import Certificate
from station.credential.result import Refused
from station.credential.trust import KeyRecord, Purpose

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
#: In the id of a key of the WHO's network: ``…:trustlist:<domain>:<participant>:<usage>#<kid>``.
_WHO_DID = re.compile(r"did:web:[^#]*:trustlist:[^:#]+:(?P<who>[A-Z]{2,3}):(?P<usage>[A-Z]+)")
#: Authorities sign signers, not certificates of persons: their keys must not open any.
_AUTHORITIES = frozenset({"SCA", "CSCA", "AUTHENTICATION", "UPLOAD", "UP", "TLS"})


@dataclass(frozen=True, slots=True)
class KeyList:
    """The keys of one list, and how many of its entries could not be read."""

    keys: tuple[KeyRecord, ...]
    unread: int


def from_certificates(files: Iterable[bytes], purpose: Purpose = Purpose.HC1) -> KeyList:
    """Certificates, one or several (PEM) in a file.

    For HC1 the key id is that of the certificate; for VDS-NC (country authorities) its subject key id.
    """
    keys, unread = [], 0
    for data in files:
        for encoded in _certificates(data):
            try:
                certificate = certificates.parse(encoded)
            except der.DerError:
                unread += 1
                continue
            record = record_of(certificate, purpose)
            if public_keys.load(record.public_key) is None:
                unread += 1
                continue
            keys.append(record)
    return KeyList(tuple(keys), unread)


def record_of(certificate: Certificate, purpose: Purpose) -> KeyRecord:
    """The key record of one certificate."""
    kid = certificate.kid if purpose is not Purpose.VDS_NC else certificate.subject_key_id or certificate.kid
    return KeyRecord(
        kid,
        purpose,
        certificate.public_key,
        frozenset({certificate.country}),
        certificate.not_before_ms,
        certificate.not_after_ms,
        certificate.usages,
    )


def from_did(document: Mapping[str, Any]) -> KeyList:
    """The keys of a DID document: HC1 signers for the WHO's network, otherwise signers of New Zealand passes."""
    methods = document.get("verificationMethod")
    keys: list[KeyRecord] = []
    unread = 0
    asserted = document.get("assertionMethod")
    for method in methods if isinstance(methods, list) else []:
        if not isinstance(method, dict) or not isinstance(method.get("id"), str) or "#" not in method["id"]:
            unread += 1
            continue
        did, fragment = method["id"].split("#", 1)
        who = _WHO_DID.match(did)
        if who is not None and who["usage"] in _AUTHORITIES:
            continue
        record = _who_key(method, fragment, who["who"]) if who else _pass_key(method, did, fragment, asserted)
        if record is None:
            unread += 1
        else:
            keys.append(record)
    return KeyList(tuple(keys), unread)


def from_jwks(issuer: str, document: Mapping[str, Any]) -> KeyList:
    """The keys of one issuer of SMART Health Cards: EC P-256 for ES256, with the thumbprint as their id."""
    keys, unread = [], 0
    listed = document.get("keys")
    for jwk in listed if isinstance(listed, list) else []:
        if not isinstance(jwk, dict):
            unread += 1
            continue
        public_key = public_keys.from_jwk(jwk)
        wanted = (jwk.get("kty"), jwk.get("crv"), jwk.get("alg", "ES256"), jwk.get("use", "sig"))
        kid = jwk.get("kid")
        if public_key is None or wanted != ("EC", "P-256", "ES256", "sig") or kid != thumbprint(jwk):
            unread += 1
            continue
        keys.append(KeyRecord(str(kid).encode("ascii"), Purpose.SHC, public_key, frozenset({issuer}), None, None))
    return KeyList(tuple(keys), unread)


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The RFC 7638 thumbprint (SHA-256, base64url) of an EC key."""
    members = {name: jwk.get(name) for name in ("crv", "kty", "x", "y")}
    text = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode("ascii")


def _certificates(data: bytes) -> list[bytes]:
    blocks = _PEM.findall(data)
    if not blocks:
        return [data]
    found = []
    for block in blocks:
        try:
            found.append(public_keys.from_base64(block.decode("ascii")))
        except (ValueError, binascii.Error):
            found.append(b"")
    return found


def _who_key(method: Mapping[str, Any], fragment: str, who: str) -> KeyRecord | None:
    jwk = method.get("publicKeyJwk")
    if not isinstance(jwk, dict):
        return None
    kid = _kid(jwk.get("kid"), unquote(fragment))
    chain = jwk.get("x5c")
    not_before = not_after = None
    usages: frozenset[str] = frozenset()
    public_key = public_keys.from_jwk(jwk)
    if isinstance(chain, list) and chain and isinstance(chain[0], str):
        try:
            encoded = public_keys.from_base64(chain[0])
            certificate = certificates.parse(encoded)
        except (ValueError, Refused):
            certificate = None
        if certificate is not None:
            kid = kid or certificate.kid
            public_key = public_key or certificate.public_key
            not_before, not_after = certificate.not_before_ms, certificate.not_after_ms
            usages = certificate.usages
    if kid is None or public_key is None or public_keys.load(public_key) is None:
        return None
    return KeyRecord(kid, Purpose.HC1, public_key, frozenset({who}), not_before, not_after, usages)


def _kid(*written: Any) -> bytes | None:
    """The 8 bytes of a key id written in base64, ordinary or for URLs."""
    for text in written:
        if isinstance(text, str):
            try:
                kid = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
            except (ValueError, binascii.Error):
                continue
            if len(kid) == certificates.KID_BYTES:
                return kid
    return None


def _pass_key(method: Mapping[str, Any], did: str, fragment: str, asserted: Any) -> KeyRecord | None:
    jwk = method.get("publicKeyJwk")
    if not isinstance(jwk, dict) or not isinstance(asserted, list) or method["id"] not in asserted:
        return None
    public_key = public_keys.from_jwk(jwk)
    if public_key is None or (jwk.get("kty"), jwk.get("crv")) != ("EC", "P-256"):
        return None
    return KeyRecord(fragment.encode("utf-8"), Purpose.NZCP, public_key, frozenset({did}), None, None)
