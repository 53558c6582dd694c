"""Write so that only the office can read, and mask what the gate shows.  Pure but for HPKE's own randomness.

HPKE (RFC 9180) base mode with X25519, HKDF-SHA256 and ChaCha20Poly1305.  The ``info`` names the entry, so a
sealed part cannot be moved to another entry.  A sealed part begins with the eight bytes of its key's id.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from station.errors import StationError

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_DOMAIN = b"station/sealed/1"
KEY_ID_SIZE = 8


class SealError(StationError, ValueError):
    """A sealed part that this key does not open."""

    code = "seal"


def seal_key_id(public: X25519PublicKey) -> bytes:
    """Eight bytes that name *public*."""
    return hashlib.sha256(public.public_bytes_raw()).digest()[:KEY_ID_SIZE]


def seal(plaintext: bytes, public: X25519PublicKey, station: str, epoch: int, seq: int) -> bytes:
    """*plaintext* for the holder of *public*, bound to the entry (station, epoch, seq)."""
    return seal_key_id(public) + _SUITE.encrypt(plaintext, public, _info(station, epoch, seq))


def unseal(sealed: bytes, private: X25519PrivateKey, station: str, epoch: int, seq: int) -> bytes:
    """What was sealed in the entry (station, epoch, seq).

    :raises SealError: if it was sealed for another key, in another entry, or has been altered.
    """
    if sealed[:KEY_ID_SIZE] != seal_key_id(private.public_key()):
        raise SealError(f"sealed: for key {sealed[:KEY_ID_SIZE].hex()}, not this one")
    try:
        return _SUITE.decrypt(sealed[KEY_ID_SIZE:], private, _info(station, epoch, seq))
    except (InvalidTag, ValueError):
        raise SealError(f"sealed: altered, or not of entry {station}/{epoch}/{seq}") from None


def mask_name(name: str) -> str:
    """The surname and a star for each further character, at most two: 李建国 → 李**, Ann Lee → A**."""
    name = name.strip()
    return name[:1] + "*" * min(2, max(0, len(name) - 1))


def _info(station: str, epoch: int, seq: int) -> bytes:
    return _DOMAIN + f"/{station}/{epoch}/{seq}".encode()
