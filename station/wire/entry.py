"""An entry of the journal: three byte strings, kept and sent exactly as first written.

* ``header``: canonical JSON, in clear, never forgotten; it commits to the other two.
* ``personal``: what the gate itself still shows; forgotten with its salt after the retention time.
* ``sealed``: what only the office can open; forgotten at the same time.

``hash`` chains the headers, so the chain still verifies after the other two are gone.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from station.wire.canonical import canonical, is_hex, is_version, parse
from station.wire.errors import SignatureError, WireError

VERSION = 1
SALT_SIZE = 32
HASH_SIZE = 32
SIGNATURE_SIZE = 64
#: A header is about 700 bytes; a party of 60 with all its readings stays below 16 KiB.
MAX_HEADER = 65_536
#: A drawn signature is the largest thing that is ever sealed.
MAX_PART = 262_144

_PERSONAL, _SEALED = b"station/personal/1", b"station/sealed/1"
_ENTRY, _HEAD, _EPOCH = b"station/entry/1", b"station/head/1", b"station/epoch/1"
#: Of SHA-256, in bytes; and each byte with the two pads of HMAC.
_BLOCK = 64
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


#: ``east-gate``, and ``office:UNIT`` for the chain of an office's own acts.
_STATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9:_-]{0,63}")


class ClockState(StrEnum):
    """How far the wall time of an entry can be trusted."""

    SYNCED = "synced"
    RTC = "rtc"
    RESTORED = "restored"  # from the last time on disk: a lower bound
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Header:
    """What an entry says in clear.

    ``facts`` is everything the decision used and nothing that names a person; ``personal_c`` and ``sealed_c``
    are the commitments to the other two parts, in hex, or None.
    """

    station: str
    epoch: int
    seq: int
    kind: str
    at_ms: int
    clock: ClockState
    boot_id: str
    boottime_ns: int
    actor: str
    facts: dict[str, Any]
    personal_c: str | None = None
    sealed_c: str | None = None
    v: int = VERSION


_NAMES = tuple(field.name for field in fields(Header))


@dataclass(frozen=True, slots=True)
class Entry:
    """The bytes of one entry, and the signature over the chain up to it."""

    header: bytes
    sig: bytes
    personal: bytes | None = None
    salt: bytes | None = None
    sealed: bytes | None = None


def encode_header(header: Header) -> bytes:
    """The bytes of *header*.

    :raises WireError: if a value cannot be written, or the whole is longer than :data:`MAX_HEADER`.
    """
    encoded = canonical({name: getattr(header, name) for name in _NAMES})
    if len(encoded) > MAX_HEADER:
        raise WireError(f"header: {len(encoded)} bytes, at most {MAX_HEADER}")
    return encoded


_TEXT = ("station", "kind", "boot_id", "actor")
_LEAST = {"epoch": 0, "seq": 1, "at_ms": 0, "boottime_ns": 0}


def parse_header(source: bytes) -> Header:
    """The header in *source*.

    :raises WireError: unless it is exactly a header of this version.
    """
    if len(source) > MAX_HEADER:
        raise WireError(f"header: {len(source)} bytes, at most {MAX_HEADER}")
    body = parse(source)
    if not is_version(body, VERSION):
        raise WireError(f"v: {body.get('v')!r}, this program reads version {VERSION}")
    if body.keys() != set(_NAMES):
        raise WireError(f"header: unknown or missing {sorted(body.keys() ^ set(_NAMES))}")
    for name in _TEXT:
        if not isinstance(body[name], str) or not body[name]:
            raise WireError(f"{name}: expected text")
    for name, least in _LEAST.items():
        if type(body[name]) is not int or body[name] < least:
            raise WireError(f"{name}: expected an integer of at least {least}")
    if not is_station(body["station"]):
        raise WireError("station: is no station's id")
    if body["clock"] not in tuple(ClockState):
        raise WireError(f"clock: unknown {body['clock']!r}")
    if not isinstance(body["facts"], dict):
        raise WireError("facts: expected an object")
    for name in ("personal_c", "sealed_c"):
        if body[name] is not None and not is_hash(body[name]):
            raise WireError(f"{name}: expected 64 hex digits or null")
    return Header(**{**body, "clock": ClockState(body["clock"])})


def is_hash(value: object) -> bool:
    """Whether *value* is a SHA-256 in lower-case hex."""
    return is_hex(value, HASH_SIZE)


def is_station(value: object) -> bool:
    """Whether *value* can name a station or an office.

    Never ``*``, which addresses every station, and never with the ``/`` that separates the parts of a sealed
    part's info.
    """
    return isinstance(value, str) and _STATION.fullmatch(value) is not None


def commit_personal(personal: bytes, salt: bytes) -> str:
    """The commitment to *personal*, which says nothing about it once the salt is forgotten."""
    # HMAC-SHA-256 (RFC 2104) written out: the two hashes take half the time that hmac.new does with its objects.
    key = (salt if len(salt) <= _BLOCK else hashlib.sha256(salt).digest()).ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(key.translate(_INNER) + _PERSONAL + personal).digest()
    return hashlib.sha256(key.translate(_OUTER) + inner).hexdigest()


def commit_sealed(sealed: bytes) -> str:
    """The commitment to *sealed*."""
    return hashlib.sha256(_SEALED + sealed).hexdigest()


class Commits(Protocol):
    """What commits to the other parts: a header, however it was read."""

    @property
    def personal_c(self) -> str | None:
        """The commitment to ``personal``."""

    @property
    def sealed_c(self) -> str | None:
        """The commitment to ``sealed``."""


def check_parts(entry: Entry, header: Commits) -> None:
    """Make sure that the parts of *entry* that are there are the ones its *header* commits to.

    A part may be missing (forgotten, or sent later); one that is there must match.

    :raises WireError: naming the part that does not.
    """
    for name, part in (("personal", entry.personal), ("sealed", entry.sealed)):
        if part is not None and len(part) > MAX_PART:
            raise WireError(f"{name}: {len(part)} bytes, at most {MAX_PART}")
    if (entry.personal is None) != (entry.salt is None):
        raise WireError("personal: comes with its salt or not at all")
    if (
        entry.personal is not None
        and entry.salt is not None
        and (len(entry.salt) != SALT_SIZE or commit_personal(entry.personal, entry.salt) != header.personal_c)
    ):
        raise WireError("personal: does not match personal_c")
    if entry.sealed is not None and commit_sealed(entry.sealed) != header.sealed_c:
        raise WireError("sealed: does not match sealed_c")


def entry_hash(prev: bytes, header: bytes) -> bytes:
    """The head of the chain after *header*, where *prev* was the head before."""
    return hashlib.sha256(_ENTRY + prev + hashlib.sha256(header).digest()).digest()


def epoch_start(
    station: str, epoch: int, public_key: bytes, previous_epoch: int | None, previous_head: bytes | None
) -> bytes:
    """What stands before the first entry of *epoch*: it ties the epoch to its key and to the epoch before."""
    founding = {
        "station": station,
        "epoch": epoch,
        "public_key": public_key.hex(),
        "previous_epoch": previous_epoch,
        "previous_head": None if previous_head is None else previous_head.hex(),
    }
    return hashlib.sha256(_EPOCH + canonical(founding)).digest()


def sign_head(key: Ed25519PrivateKey, head: bytes) -> bytes:
    """The station's signature over everything up to *head*."""
    return key.sign(_HEAD + head)


def verify_head(key: Ed25519PublicKey, head: bytes, sig: bytes) -> None:
    """Make sure that *sig* is the station's over *head*.

    :raises SignatureError: if it is not.
    """
    try:
        key.verify(sig, _HEAD + head)
    except InvalidSignature:
        raise SignatureError("sig: not the station's signature over this head") from None
