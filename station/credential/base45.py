"""Base45 of RFC 9285, read strictly: every text has at most one meaning and every bytes exactly one text."""

from __future__ import annotations

from station.credential.result import Reason, malformed

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_PAIRS = [a + b for b in ALPHABET for a in ALPHABET]


def encode(data: bytes) -> str:
    """The Base45 text of *data*; it never ends in a space, so a scanner that trims loses nothing."""
    parts = []
    for at in range(0, len(data) - 1, 2):
        high, low = divmod(data[at] << 8 | data[at + 1], 45 * 45)
        parts.append(_PAIRS[low] + ALPHABET[high])
    if len(data) % 2:
        parts.append(_PAIRS[data[-1]])
    return "".join(parts)


def decode(text: str) -> bytes:
    """The bytes of *text*.

    :raises Refused: MALFORMED/BASE45 for a character outside the alphabet, a length of 3n+1, or a group whose
        value is over 65535 (of three) or 255 (of two).
    """
    try:
        values = [_VALUE[character] for character in text]
    except KeyError:
        raise malformed(Reason.BASE45) from None
    if len(values) % 3 == 1:
        raise malformed(Reason.BASE45)
    out = bytearray()
    whole = len(values) // 3 * 3
    for at in range(0, whole, 3):
        value = values[at] + 45 * values[at + 1] + 2025 * values[at + 2]
        if value > 0xFFFF:
            raise malformed(Reason.BASE45)
        out += value.to_bytes(2, "big")
    if whole < len(values):
        value = values[whole] + 45 * values[whole + 1]
        if value > 0xFF:
            raise malformed(Reason.BASE45)
        out.append(value)
    return bytes(out)
