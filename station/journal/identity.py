"""Who signs what a station writes."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs: the station's id, its key, and the machine (a card moved to another Pi is another machine)."""

    station: str
    key: Ed25519PrivateKey
    machine: str
    seal_key: X25519PublicKey | None = None

    @property
    def public(self) -> bytes:
        """The public half of the station's key, 32 bytes."""
        return self.key.public_key().public_bytes_raw()
