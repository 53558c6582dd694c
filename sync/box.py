"""A batch that travels by hand, sealed so that only the hub can read it.  Pure but for HPKE's own randomness.

Layout: the magic :data:`MAGIC`, the first eight bytes of the SHA-256 of the hub's transport key (X25519), then HPKE
(RFC 9180, base mode, X25519, HKDF-SHA256, ChaCha20Poly1305) of the batch with the magic as its info.  Whose batch it
is stands inside, under the station's own signature.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from station.wire.batch import MAX_SIZE
from sync.errors import HubRefused

MAGIC = b"STX1"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_KEY_ID_SIZE = 8
#: A batch that does not compress at all grows by less than a thousandth; HPKE adds 48 bytes.
MAX_BOX = MAX_SIZE + MAX_SIZE // 1000 + 2048


def transport_key_id(public: X25519PublicKey) -> bytes:
    """Eight bytes that name *public*."""
    return hashlib.sha256(public.public_bytes_raw()).digest()[:_KEY_ID_SIZE]


def close_box(batch: bytes, public: X25519PublicKey) -> bytes:
    """*batch* for the holder of *public*."""
    return MAGIC + transport_key_id(public) + _SUITE.encrypt(batch, public, MAGIC)


def open_box(box: bytes, private: X25519PrivateKey) -> bytes:
    """The batch in *box*.

    :raises HubRefused: if it is no box, is for another hub, or was altered.
    """
    name, sealed = box[len(MAGIC) : len(MAGIC) + _KEY_ID_SIZE], box[len(MAGIC) + _KEY_ID_SIZE :]
    if not box.startswith(MAGIC):
        raise HubRefused("no_box", "box: not from a gate's road")
    if name != transport_key_id(private.public_key()):
        raise HubRefused("other_hub", f"box: closed for the key {name.hex()}, which is not this hub's")
    try:
        return _SUITE.decrypt(sealed, private, MAGIC)
    except (InvalidTag, ValueError):
        raise HubRefused("box", "box: altered on the way; carry it again") from None
