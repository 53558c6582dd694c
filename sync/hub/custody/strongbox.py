"""A file that whoever writes it cannot read again: for backups, whose key is on paper.

Layout: the magic :data:`MAGIC`, a big-endian u16 length and the HPKE (RFC 9180, base mode, X25519, HKDF-SHA256,
ChaCha20Poly1305) of a fresh 32-byte key to the recipient; then pieces of :data:`PIECE` bytes of content, each
ChaCha20Poly1305 under that key.  The nonce of a piece is its number in eleven bytes and one byte that is 1 for the last
piece, so that pieces can be neither exchanged nor left out, nor the end cut off.
"""

from __future__ import annotations

import os
import struct
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from sync.hub.errors import HubFault

MAGIC = b"HUBBOX1\n"
#: What is in memory at once, on both sides.
PIECE = 1024 * 1024
_TAG_SIZE = 16
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_INFO = b"hub/backup/1"
_SIZE = struct.Struct(">H")


class Writer:
    """Writes content for *recipient* into *file*; :meth:`finish` makes it whole."""

    def __init__(self, file: IO[bytes], recipient: X25519PublicKey) -> None:
        self._file = file
        key = os.urandom(32)
        wrapped = _SUITE.encrypt(key, recipient, _INFO)
        file.write(MAGIC + _SIZE.pack(len(wrapped)) + wrapped)
        self._cipher = ChaCha20Poly1305(key)
        self._waiting = bytearray()
        self._number = 0

    def write(self, content: bytes) -> None:
        """Add *content*."""
        self._waiting += content
        # The last piece is told from others, so one is always kept back.
        while len(self._waiting) > PIECE:
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def finish(self) -> None:
        """Nothing more comes."""
        self._put(bytes(self._waiting), last=True)

    def _put(self, piece: bytes, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last), piece, None))
        self._number += 1


class Reader:
    """Reads what was written for the holder of *key*.

    :raises HubFault: if it was written for somebody else; also from :meth:`read` if it was altered or cut short.
    """

    def __init__(self, file: IO[bytes], key: X25519PrivateKey) -> None:
        self._file = file
        if file.read(len(MAGIC)) != MAGIC:
            raise HubFault("backup: this file is no backup of a hub")
        size = file.read(_SIZE.size)
        wrapped = file.read(_SIZE.unpack(size)[0] if len(size) == _SIZE.size else 0)
        try:
            self._cipher = ChaCha20Poly1305(_SUITE.decrypt(wrapped, key, _INFO))
        except (InvalidTag, ValueError):
            raise HubFault("backup: made for another key") from None
        self._next = file.read(PIECE + _TAG_SIZE)
        self._waiting = bytearray()
        self._number = 0
        self._over = False

    def read(self, size: int) -> bytes:
        """The next *size* bytes; fewer only at the end."""
        while len(self._waiting) < size and not self._over:
            self._open_piece()
        found = bytes(self._waiting[:size])
        del self._waiting[:size]
        return found

    def _open_piece(self) -> None:
        piece, self._next = self._next, self._file.read(PIECE + _TAG_SIZE)
        self._over = not self._next
        try:
            self._waiting += self._cipher.decrypt(_nonce(self._number, self._over), piece, None)
        except (InvalidTag, ValueError):
            raise HubFault(f"backup: damaged or cut short near byte {self._number * PIECE}") from None
        self._number += 1


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
