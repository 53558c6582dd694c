"""Key presses of a scanner that plays a keyboard, turned back into what it read.  Pure.

A scanner types the code in the layout it was told, which is that of a US keyboard as delivered, and ends with Enter.
Key codes are taken before any layout or input method sees them, so a pinyin input method changes nothing.

A code is whole or it is not told: a key that stands for no ASCII character, Ctrl or Alt held down, events that the
kernel dropped, too many characters, or a pause in the middle spoil the line up to its Enter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Types and codes of include/uapi/linux/input-event-codes.h.
EV_SYN, EV_KEY = 0x00, 0x01
SYN_DROPPED = 0x03
RELEASED, PRESSED = 0, 1
_SHIFTS: Final = frozenset({42, 54})
#: Ctrl, Alt and Super, left and right: what is typed under them is a command and no character.
_MODIFIERS: Final = frozenset({29, 97, 56, 100, 125, 126})
_ENDS: Final = frozenset({28, 96, 15})  # Enter, the keypad's Enter, Tab
#: CapsLock, NumLock, ScrollLock: some scanners tap them around a code to learn how the host's stand.
_LOCKS: Final = frozenset({58, 69, 70})

#: The most a code holds: a QR code of version 40 has 2,953 bytes.
MAX_CHARACTERS = 2_953
#: A scanner types a character in 1 to 20 ms; a pause of this length in a code is a lost Enter or a person's finger.
PAUSE_NS = 1_000_000_000


def _table() -> dict[int, tuple[str, str]]:
    rows = {
        2: ("1234567890-=", "!@#$%^&*()_+"),
        16: ("qwertyuiop[]", "QWERTYUIOP{}"),
        30: ("asdfghjkl;'`", 'ASDFGHJKL:"~'),
        43: ("\\zxcvbnm,./", "|ZXCVBNM<>?"),
        57: (" ", " "),
        # The keypad: 7 8 9 - 4 5 6 + 1 2 3 0 . and its asterisk and stroke.
        71: ("789-456+1230.", "789-456+1230."),
        55: ("*", "*"),
        98: ("/", "/"),
    }
    return {
        first + place: pair
        for first, (plain, shifted) in rows.items()
        for place, pair in enumerate(zip(plain, shifted, strict=True))
    }


#: Key code → character without and with shift, as on a US keyboard.
KEYS: Final = _table()


@dataclass(frozen=True, slots=True)
class Key:
    """One event of an input device, with the time in nanoseconds at which it was read."""

    type: int
    code: int
    value: int


class Keystrokes:
    """Puts the characters of one device together; it holds at most :data:`MAX_CHARACTERS` of them."""

    def __init__(self) -> None:
        self._typed: list[str] = []
        self._held: set[int] = set()
        self._spoilt = False
        self._last_ns = 0
        self.unreadable = 0

    def feed(self, key: Key, now_ns: int) -> bytes | None:
        """Take one event; the whole code with the event that ends it."""
        if key.type == EV_SYN and key.code == SYN_DROPPED:
            # Which keys are down is not known any more; the kernel's advice is to ask, ours is to scan again.
            self._held.clear()
            self._spoilt = True
            return None
        if key.type != EV_KEY:
            return None
        if key.code in _SHIFTS or key.code in _MODIFIERS:
            (self._held.discard if key.value == RELEASED else self._held.add)(key.code)
            return None
        if key.value != PRESSED or key.code in _LOCKS:
            return None
        self._forget_after_a_pause(now_ns)
        self._last_ns = now_ns
        if key.code in _ENDS:
            return self._end()
        character = KEYS.get(key.code)
        if character is None or self._held & _MODIFIERS or len(self._typed) >= MAX_CHARACTERS:
            self._spoilt = True
        elif not self._spoilt:
            self._typed.append(character[bool(self._held & _SHIFTS)])
        return None

    def _forget_after_a_pause(self, now_ns: int) -> None:
        if (self._typed or self._spoilt) and now_ns - self._last_ns > PAUSE_NS:
            self.unreadable += 1
            self._typed.clear()
            self._spoilt = False

    def _end(self) -> bytes | None:
        code, spoilt = "".join(self._typed), self._spoilt
        self._typed.clear()
        self._spoilt = False
        self.unreadable += spoilt
        return None if spoilt or not code else code.encode("ascii")
