"""Key files: 32 bytes in hex, readable by their owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from station.errors import StationError
from station.wire.keyring import KeyRing, Purpose


class KeyFileError(StationError, ValueError):
    """A key file that is missing or is none."""

    code = "key_file"


def load_or_make(path: Path) -> Ed25519PrivateKey:
    """The private key in *path*; made there, for this machine only, if there is none yet.

    :raises KeyFileError: if the file is no key.
    """
    if path.exists():
        return Ed25519PrivateKey.from_private_bytes(_read(path))
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key.private_bytes_raw().hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    return key


def load_private(path: Path) -> Ed25519PrivateKey:
    """The private key in *path*, which must be there.

    :raises KeyFileError: if there is no such file, or it is no key.
    """
    if not path.exists():
        raise KeyFileError(f"{path}: no such key file; the office's keys lie in its hub's folder under keys/")
    return Ed25519PrivateKey.from_private_bytes(_read(path))


def load_public(path: Path) -> Ed25519PublicKey | None:
    """The public key in *path*, None if there is no such file.

    :raises KeyFileError: if the file is no key.
    """
    return Ed25519PublicKey.from_public_bytes(_read(path)) if path.exists() else None


def machine_id() -> str:
    """What tells this machine from another with the same card in it: its serial number, or the system's own id."""
    for source in (Path("/sys/firmware/devicetree/base/serial-number"), Path("/etc/machine-id")):
        try:
            text = source.read_text().strip("\0\n ")
        except OSError:
            continue
        if text:
            return text
    return "unknown"


def seal_key(keyring: KeyRing) -> bytes | None:
    """The newest public key that private fields are sealed to, None if the office has not given one."""
    records = keyring.of(Purpose.SEAL)
    return records[-1].public if records else None


def _read(path: Path) -> bytes:
    try:
        raw = bytes.fromhex(path.read_text().strip())
    except (ValueError, UnicodeDecodeError):
        raw = b""
    if len(raw) != 32:
        raise KeyFileError(f"{path}: expected 64 hex digits; restore the file or enrol the gate again")
    return raw
