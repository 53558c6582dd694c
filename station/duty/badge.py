"""The code on the badge of somebody on duty: random, so it says nothing of who they are.  Pure.

``VB1:`` and the letters of a household's card (station/credential/roster_code.py).  The rota holds the SHA-256 of its 8
random bytes, so that whoever reads the rota cannot print anybody's badge.
"""

from __future__ import annotations

import hashlib

from station.credential import roster_code
from station.credential.result import Refused

PREFIX = "VB1:"
_DOMAIN = b"station/badge/1"


def encode(tag: bytes) -> str:
    """The text of a badge for the 8 random bytes *tag*.

    :raises ValueError: if they are not 8.
    """
    return PREFIX + roster_code.encode(tag).removeprefix(roster_code.PREFIX)


def fingerprint(tag: bytes) -> str:
    """What the rota holds of the badge with *tag*."""
    return hashlib.sha256(_DOMAIN + tag).hexdigest()


def is_badge(payload: bytes) -> bool:
    """Whether a scanned *payload* is meant for us."""
    return payload[: len(PREFIX)].upper() == PREFIX.encode()


def read(payload: bytes) -> str:
    """The fingerprint of a scanned badge, or ``""`` for one that cannot be read."""
    try:
        text = payload.decode("ascii")
        return fingerprint(roster_code.decode(roster_code.PREFIX + text[len(PREFIX) :]))
    except (UnicodeDecodeError, Refused):
        return ""
