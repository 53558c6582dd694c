"""COSE_Sign1 (RFC 9052 §4.2): take apart, check, sign.  What may stand in the headers is each format's own rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cbor2

from station.credential import cbor
from station.credential.result import Reason, malformed

ALG, KID = 1, 4
EDDSA, ES256, PS256 = -8, -7, -37
TAG_SIGN1, TAG_CWT = 18, 61


@dataclass(frozen=True, slots=True)
class Sign1:
    """The four parts; ``protected_bytes`` are the bytes that were signed, never a re-encoding."""

    protected_bytes: bytes
    protected: dict[Any, Any]
    unprotected: dict[Any, Any]
    payload: bytes
    signature: bytes


def parse(data: bytes, *, tags: tuple[int, ...] = (), indefinite: bool = False) -> Sign1:
    """The COSE_Sign1 in *data*, wrapped in any part of *tags* (outermost first).

    :raises Refused: MALFORMED/CBOR or MALFORMED/COSE.
    """
    item = cbor.load(data, tags=frozenset(tags), indefinite=indefinite)
    for tag in tags:
        if isinstance(item, cbor2.CBORTag) and item.tag == tag:
            item = item.value
    if not isinstance(item, list) or len(item) != 4:
        raise malformed(Reason.COSE)
    protected_bytes, unprotected, payload, signature = item
    if not isinstance(unprotected, dict):
        raise malformed(Reason.COSE)
    if not (isinstance(protected_bytes, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)):
        raise malformed(Reason.COSE)
    protected = cbor.load(protected_bytes, indefinite=indefinite) if protected_bytes else {}
    if not isinstance(protected, dict):
        raise malformed(Reason.COSE)
    return Sign1(protected_bytes, protected, unprotected, payload, signature)


def to_be_signed(protected_bytes: bytes, payload: bytes, external_aad: bytes = b"") -> bytes:
    """The Sig_structure of RFC 9052 §4.4."""
    return cbor2.dumps(["Signature1", protected_bytes, external_aad, payload])


def sign(protected: dict[int, Any], payload: bytes, external_aad: bytes, signer: Callable[[bytes], bytes]) -> bytes:
    """An untagged COSE_Sign1 with an empty unprotected header; *signer* gives the signature of some bytes."""
    protected_bytes = cbor.dump(protected)
    signature = signer(to_be_signed(protected_bytes, payload, external_aad))
    return cbor.dump([protected_bytes, {}, payload, signature])
