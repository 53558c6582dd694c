"""The office's keys, each in its own file, readable by the hub alone.

``root`` signs which of the others are to be trusted and belongs offline; the hub runs without it.  ``order`` and
``receipt`` sign what gates are sent, ``pass`` signs gate passes, ``seal`` opens what only the office may read,
``transport`` opens batches that were carried here by hand.
A key file holds 32 bytes in hex on one line, so that it can be copied to paper.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from station.seal import seal_key_id
from station.wire.document import key_id
from station.wire.keyring import KeyRecord, Purpose, encode_keys
from station.wire.order import EVERY_STATION, Order, OrderKind
from sync.hub.errors import HubFault

#: Gates stop believing a hub whose keys nobody renews; three years outlast any plan we know of.
VALID_MS = 3 * 365 * 24 * 3600 * 1000
#: A gate's clock may be behind the hub's when the keys arrive.
EARLY_MS = 24 * 3600 * 1000
_SIGNING = (Purpose.RECEIPT, Purpose.ORDER, Purpose.PASS)
_OPENING = (Purpose.SEAL, Purpose.TRANSPORT)


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """The folder of the key files."""

    path: Path

    @property
    def root(self) -> Path:
        """Where the root key lies until somebody takes it away."""
        return self.path / "root.key"

    def of(self, purpose: Purpose) -> Path:
        """The file of the key for *purpose*."""
        return self.path / f"{purpose}.key"

    def signing_key(self, purpose: Purpose) -> Ed25519PrivateKey:
        """The Ed25519 key for *purpose*.

        :raises HubFault: if it is not there.
        """
        return load_key(self.of(purpose))

    def opening_key(self, purpose: Purpose) -> X25519PrivateKey:
        """The X25519 key for *purpose*.

        :raises HubFault: if it is not there.
        """
        return X25519PrivateKey.from_private_bytes(_read_secret(self.of(purpose)))


def create_keys(folder: KeyFolder) -> Ed25519PrivateKey:
    """Make every key and write it into *folder*; the root key.

    :raises HubFault: if one is there already.
    """
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    for purpose in _SIGNING:
        write_secret(folder.of(purpose), Ed25519PrivateKey.generate().private_bytes_raw())
    for purpose in _OPENING:
        write_secret(folder.of(purpose), X25519PrivateKey.generate().private_bytes_raw())
    root = Ed25519PrivateKey.generate()
    write_secret(folder.root, root.private_bytes_raw())
    return root


def keys_order(folder: KeyFolder, issuer: str, now_ms: int, since_ms: int) -> Order:
    """Order number 1 of kind ``keys``: every key of *folder* but the root, valid from *since_ms*."""
    records = []
    for purpose in _SIGNING:
        public = folder.signing_key(purpose).public_key()
        records.append((key_id(public), purpose, public.public_bytes_raw()))
    for purpose in _OPENING:
        opening = folder.opening_key(purpose).public_key()
        records.append((seal_key_id(opening).hex(), purpose, opening.public_bytes_raw()))
    content = encode_keys(
        [KeyRecord(name, purpose, public, (), since_ms, now_ms + VALID_MS) for name, purpose, public in records]
    )
    return Order(OrderKind.KEYS, 1, (EVERY_STATION,), issuer, now_ms, content)


def load_key(path: Path) -> Ed25519PrivateKey:
    """The Ed25519 key in the file at *path*.

    :raises HubFault: if there is none.
    """
    return Ed25519PrivateKey.from_private_bytes(_read_secret(path))


def write_secret(path: Path, secret: bytes) -> None:
    """Write 32 bytes that nobody else may read.

    :raises HubFault: if the file is there already; no key is ever overwritten.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise HubFault(f"{path}: is there already; a key is never overwritten") from None
    with open(handle, "w", encoding="ascii") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(handle)


def _read_secret(path: Path) -> bytes:
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise HubFault(f"{path}: no key can be read ({error})") from None
    if len(secret) != 32:
        raise HubFault(f"{path}: {len(secret)} bytes, expected 32 in hex")
    return secret
