"""The office's keys, each in its own file, readable by the hub alone.

``root`` signs which of the others are to be trusted and belongs offline; the hub runs without it.  ``order`` and
``receipt`` sign what gates are sent, ``pass`` signs gate passes, ``transport`` opens batches that were carried here by
hand.  Such a file holds 32 bytes in hex on one line, so that it can be copied to paper.  ``seal``, which opens what
only the office may read, lies there closed (sync/hub/custody/sealing.py).  A key that was replaced keeps its file, with
its id in the name: what it closed is still to be opened.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from station.atomic import write_whole
from station.wire.document import KEY_ID_SIZE
from station.wire.keyring import KeyRecord, Purpose, encode_keys
from station.wire.order import EVERY_STATION, Order, OrderKind
from sync.hub.custody.sealing import NONCE_SIZE, SALT_SIZE, ClosedKey, close_key, encode_closed, parse_closed
from sync.hub.errors import HubFault

#: Gates stop believing a hub whose keys nobody renews; three years outlast any plan we know of.
VALID_MS = 3 * 365 * 24 * 3600 * 1000
#: A gate's clock may be behind the hub's when the keys arrive.
EARLY_MS = 24 * 3600 * 1000
_SIGNING = (Purpose.RECEIPT, Purpose.ORDER, Purpose.PASS)


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """The folder of the key files."""

    path: Path

    @property
    def root(self) -> Path:
        """Where the root key lies until somebody takes it away."""
        return self.path / "root.key"

    @property
    def root_pub(self) -> Path:
        """The root key's public half, which stays: it is what gates are shown."""
        return self.path / "root.pub"

    @property
    def has_root_public(self) -> bool:
        """Whether the root public key is known here."""
        return self.root_pub.exists() or self.root.exists()

    def root_public(self, typed: str = "") -> bytes:
        """The root public key; *typed* in hex where neither half lies here.

        :raises HubFault: if it is none.
        """
        if self.root_pub.exists():
            return read_secret(self.root_pub)
        if self.root.exists():
            return load_key(self.root).public_key().public_bytes_raw()
        try:
            raw = bytes.fromhex(typed)
        except ValueError:
            raw = b""
        if len(raw) != 32:
            raise HubFault("root key: its public half is not here; give the 64 hex digits that «init» printed")
        return raw

    def keep_root_public(self, public: bytes) -> None:
        """Remember *public*, once it was found to be ours."""
        if not self.root_pub.exists():
            write_whole(self.root_pub, f"{public.hex()}\n".encode(), mode=0o600)

    def of(self, purpose: Purpose) -> Path:
        """The file of the key for *purpose*."""
        return self.path / f"{purpose}.key"

    def signing_key(self, purpose: Purpose) -> Ed25519PrivateKey:
        """The Ed25519 key for *purpose*.

        :raises HubFault: if it is not there.
        """
        return load_key(self.of(purpose))

    def transport_keys(self) -> list[X25519PrivateKey]:
        """The transport key, and those before it.

        :raises HubFault: if there is none.
        """
        before = sorted(self.path.glob(f"{Purpose.TRANSPORT}-*.key"))
        return [X25519PrivateKey.from_private_bytes(read_secret(p)) for p in (self.of(Purpose.TRANSPORT), *before)]

    @property
    def seal(self) -> Path:
        """The file of the closed seal key."""
        return self.path / "seal.json"

    def seal_files(self) -> list[Path]:
        """The files of :meth:`closed_keys`, in the same order."""
        return [self.seal, *sorted(self.path.glob("seal-*.json"))]

    def closed_keys(self) -> list[ClosedKey]:
        """The seal key as it lies there closed, and those before it.

        :raises HubFault: if there is none.
        """
        found = []
        for path in self.seal_files():
            try:
                found.append(parse_closed(path.read_bytes(), str(path)))
            except OSError as error:
                raise HubFault(f"{path}: no key can be read ({error})") from None
        return found


@dataclass(frozen=True, slots=True)
class Made:
    """What a new set of keys leaves in people's hands, once; the last two lie nowhere on the disk."""

    root: Ed25519PrivateKey
    passphrase: str
    recovery: X25519PrivateKey


def create_keys(folder: KeyFolder, passphrase: str) -> Made:
    """Make every key and write it into *folder*; *passphrase* closes the seal key.

    :raises HubFault: if one is there already.
    """
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    for purpose in _SIGNING:
        write_secret(folder.of(purpose), Ed25519PrivateKey.generate().private_bytes_raw())
    write_secret(folder.of(Purpose.TRANSPORT), X25519PrivateKey.generate().private_bytes_raw())
    root, recovery = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
    write_secret(folder.root, root.private_bytes_raw())
    folder.keep_root_public(root.public_key().public_bytes_raw())
    keep_closed(folder.seal, closed_for(X25519PrivateKey.generate(), passphrase, recovery.public_key()))
    return Made(root, passphrase, recovery)


def closed_for(private: X25519PrivateKey, passphrase: str, recovery: X25519PublicKey) -> ClosedKey:
    """*private* closed with fresh randomness."""
    return close_key(private, passphrase, recovery, secrets.token_bytes(SALT_SIZE), secrets.token_bytes(NONCE_SIZE))


def keep_closed(path: Path, closed: ClosedKey) -> None:
    """Write *closed* whole, readable by the hub alone; it may replace the same key under another passphrase."""
    write_whole(path, encode_closed(closed), mode=0o600)


def records_of(folder: KeyFolder, since_ms: int, until_ms: int) -> list[KeyRecord]:
    """Every key of *folder* but the root, valid from *since_ms* to *until_ms*."""
    public = {purpose: folder.signing_key(purpose).public_key().public_bytes_raw() for purpose in _SIGNING}
    public[Purpose.SEAL] = folder.closed_keys()[0].public
    public[Purpose.TRANSPORT] = folder.transport_keys()[0].public_key().public_bytes_raw()
    return [record_of(purpose, raw, since_ms, until_ms) for purpose, raw in public.items()]


def record_of(purpose: Purpose, public: bytes, since_ms: int, until_ms: int) -> KeyRecord:
    """The line of a ``keys`` order about one key."""
    return KeyRecord(hashlib.sha256(public).digest()[:KEY_ID_SIZE].hex(), purpose, public, (), since_ms, until_ms)


def keys_order(folder: KeyFolder, issuer: str, now_ms: int, since_ms: int) -> Order:
    """Order number 1 of kind ``keys``: every key of *folder* but the root, valid from *since_ms*."""
    content = encode_keys(records_of(folder, since_ms, now_ms + VALID_MS))
    return Order(OrderKind.KEYS, 1, (EVERY_STATION,), issuer, now_ms, content)


def load_key(path: Path) -> Ed25519PrivateKey:
    """The Ed25519 key in the file at *path*.

    :raises HubFault: if there is none.
    """
    return Ed25519PrivateKey.from_private_bytes(read_secret(path))


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


def read_secret(path: Path) -> bytes:
    """The 32 bytes in a key file.

    :raises HubFault: if there are none.
    """
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise HubFault(f"{path}: no key can be read ({error})") from None
    if len(secret) != 32:
        raise HubFault(f"{path}: {len(secret)} bytes, expected 32 in hex")
    return secret
