"""The code on a household's card or key tag: it names a roster entry and proves nothing.

``VR1:`` and 16 characters in four groups: 8 random bytes and a CRC-16 in Crockford's base 32, which a person
can also read out and type.  The CRC finds every single wrong character and every swap of two neighbours
(a burst of at most 10 bits).  A copy of the card works like the card: whoever stands there is compared
with the entry by eye.
"""

from __future__ import annotations

import binascii
import re

from station.credential.result import Credential, Format, Reason, Refused, Verdict, malformed, refused

PREFIX = "VR1:"
ID_BYTES = 8
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {character: value for value, character in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
#: 16 characters with a separator after each would be 32.
MAX_TEXT = 40
_CODE = re.compile(r"[0-9A-Z]{16}")


def encode(roster_id: bytes) -> str:
    """The text of a card for the 8 random bytes *roster_id*.

    :raises ValueError: if they are not 8.
    """
    if len(roster_id) != ID_BYTES:
        raise ValueError(f"roster_id: {len(roster_id)} bytes, expected {ID_BYTES}")
    bits = int.from_bytes(roster_id + _check(roster_id), "big")
    code = "".join(ALPHABET[bits >> shift & 31] for shift in range(75, -1, -5))
    return PREFIX + "-".join(code[at : at + 4] for at in range(0, 16, 4))


def decode(text: str) -> bytes:
    """The 8 bytes in *text*; case, spaces and dashes do not matter, O is 0, I and L are 1.

    :raises Refused: MALFORMED with ALPHABET or CHECK.
    """
    code = text[len(PREFIX) :].upper().replace("-", "").replace(" ", "")
    if len(text) > MAX_TEXT or not _CODE.fullmatch(code) or "U" in code:
        raise malformed(Reason.ALPHABET)
    bits = 0
    for character in code:
        bits = bits << 5 | _VALUE[character]
    data = bits.to_bytes(ID_BYTES + 2, "big")
    if data[ID_BYTES:] != _check(data[:ID_BYTES]):
        raise malformed(Reason.CHECK)
    return data[:ID_BYTES]


def verify(text: str) -> Credential:
    """A Credential with ``lookup_id`` and the verdict LOOKUP, or MALFORMED.  Never raises."""
    try:
        return Credential(Format.ROSTER, Verdict.LOOKUP, Reason.NAMES_SOMEONE, lookup_id=decode(text))
    except Refused as why:
        return refused(Format.ROSTER, why)


def _check(roster_id: bytes) -> bytes:
    return binascii.crc_hqx(roster_id, 0xFFFF).to_bytes(2, "big")
