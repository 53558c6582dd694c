"""What a scanner types, as the kernel tells it: bytes of struct input_event."""

from __future__ import annotations

from drivers.input_device import EVENT
from drivers.keystrokes import EV_KEY, EV_SYN, KEYS, Key

SHIFT, ENTER, CTRL, ALT = 42, 28, 29, 56
EV_MSC, MSC_SCAN = 4, 4
_CODES = {
    character: (code, bool(shift))
    for code, pair in sorted(KEYS.items(), reverse=True)
    for shift, character in enumerate(pair)
}


def pressed(*codes: int) -> list[Key]:
    """Each key down and up again, as a scanner does it: scan code, key, report."""
    return [
        key
        for code in codes
        for value in (1, 0)
        for key in (Key(EV_MSC, MSC_SCAN, code), Key(EV_KEY, code, value), Key(EV_SYN, 0, 0))
    ]


def typed(text: str, end: int | None = ENTER) -> list[Key]:
    """*text* with shift where it is needed, and Enter."""
    keys = []
    for character in text:
        code, shifted = _CODES[character]
        keys += [Key(EV_KEY, SHIFT, 1)] if shifted else []
        keys += pressed(code)
        keys += [Key(EV_KEY, SHIFT, 0)] if shifted else []
    return [*keys, *(pressed(end) if end is not None else [])]


def recorded(keys: list[Key]) -> bytes:
    """The bytes of *keys*, a millisecond after each other."""
    return b"".join(EVENT.pack(1_600_000_000, 1_000 * at, key.type, key.code, key.value) for at, key in enumerate(keys))
