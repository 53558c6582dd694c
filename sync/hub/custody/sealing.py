"""The community's seal key, kept so that whoever takes the hub's disk reads nothing.

The key opens what gates sealed: names in full, ID numbers, phones, addresses, signatures.  On the disk it lies twice,
each time closed: by a passphrase (argon2id, then ChaCha20-Poly1305), and by a recovery key (HPKE) that exists on paper
alone.  It is opened for one session of the office and kept in memory only.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from station.wire.canonical import is_hex
from sync.hub.errors import HubFault

_VERSION = 1
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_DOMAIN = b"station/seal-key/1"
#: RFC 9106's second recommendation: 64 MiB, three passes, four lanes; about 0.2 s on the office's machine.
_MEMORY_KIB, _PASSES, _LANES = 65_536, 3, 4
SALT_SIZE, NONCE_SIZE = 16, 12
_TAG_SIZE = 16
_KEY_SIZE = 32
#: X25519's encapsulated key, 32 bytes, before the closed key and its tag.
_RECOVERY_SIZE = _KEY_SIZE + _KEY_SIZE + _TAG_SIZE
#: Shorter ones are found by trying, even at 0.2 s each.
SHORTEST = 12


@dataclass(frozen=True, slots=True)
class ClosedKey:
    """A seal key as it lies on the disk.  ``public`` is the key that gates seal to."""

    public: bytes
    salt: bytes
    nonce: bytes
    by_passphrase: bytes
    recovery_public: bytes
    by_recovery: bytes


def close_key(
    private: X25519PrivateKey, passphrase: str, recovery: X25519PublicKey, salt: bytes, nonce: bytes
) -> ClosedKey:
    """*private* closed for *passphrase* and for the holder of *recovery*; *salt* and *nonce* are fresh random bytes.

    :raises HubFault: if the passphrase is too short.
    """
    secret, public = private.private_bytes_raw(), private.public_key().public_bytes_raw()
    box = ChaCha20Poly1305(_stretch(passphrase, salt)).encrypt(nonce, secret, _DOMAIN + public)
    closed = _SUITE.encrypt(secret, recovery, _DOMAIN)
    return ClosedKey(public, salt, nonce, box, recovery.public_bytes_raw(), closed)


def open_key(closed: ClosedKey, passphrase: str) -> X25519PrivateKey:
    """The seal key.

    :raises HubFault: if *passphrase* does not open it.
    """
    try:
        box = ChaCha20Poly1305(_stretch(passphrase, closed.salt))
        secret = box.decrypt(closed.nonce, closed.by_passphrase, _DOMAIN + closed.public)
    except InvalidTag:
        raise HubFault("passphrase: does not open the seal key") from None
    return X25519PrivateKey.from_private_bytes(secret)


def recover_key(closed: ClosedKey, recovery: X25519PrivateKey) -> X25519PrivateKey:
    """The seal key, with the key from paper.

    :raises HubFault: if it is another paper's.
    """
    try:
        secret = _SUITE.decrypt(closed.by_recovery, recovery, _DOMAIN)
    except (InvalidTag, ValueError):
        raise HubFault("recovery key: not the one that belongs to this seal key") from None
    return X25519PrivateKey.from_private_bytes(secret)


def encode_closed(closed: ClosedKey) -> bytes:
    """The file's content."""
    body = {name: getattr(closed, name).hex() for name in _SIZES}
    return json.dumps({"v": _VERSION, **body}, indent=1).encode() + b"\n"


def parse_closed(source: bytes, place: str) -> ClosedKey:
    """The closed key in a file; *place* is what an error calls it.

    :raises HubFault: if it is none.
    """
    try:
        body: Any = json.loads(source)
    except (ValueError, RecursionError):
        raise HubFault(f"{place}: not JSON; restore it from a backup") from None
    if not isinstance(body, dict) or set(body) != {"v", *_SIZES} or body["v"] != _VERSION:
        raise HubFault(f"{place}: expected v 1 and {', '.join(_SIZES)}")
    for name, size in _SIZES.items():
        if not is_hex(body[name], size):
            raise HubFault(f"{place}: {name}: expected {2 * size} hex digits")
    return ClosedKey(**{name: bytes.fromhex(body[name]) for name in _SIZES})


_SIZES = {
    "public": _KEY_SIZE,
    "salt": SALT_SIZE,
    "nonce": NONCE_SIZE,
    "by_passphrase": _KEY_SIZE + _TAG_SIZE,
    "recovery_public": _KEY_SIZE,
    "by_recovery": _RECOVERY_SIZE,
}


def _stretch(passphrase: str, salt: bytes) -> bytes:
    # As typed on any keyboard: spaces at the ends and between words, and full-width letters, do not count.
    words = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", passphrase)).strip()
    if len(words) < SHORTEST:
        raise HubFault(f"passphrase: at least {SHORTEST} characters")
    return hash_secret_raw(words.encode(), salt, _PASSES, _MEMORY_KIB, _LANES, _KEY_SIZE, Type.ID)
