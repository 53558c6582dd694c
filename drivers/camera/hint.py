"""What a heartbeat's detail says about a code that is held up and cannot be read.  Pure, and loads no images.

A screen that knows a code shows its own words for it; whoever reads the detail itself reads English.
"""

from __future__ import annotations

from enum import StrEnum


class Hint(StrEnum):
    """The codes: they stand at the beginning of a heartbeat's detail."""

    FAR = "code_far"
    DARK = "code_dark"
    BRIGHT = "code_bright"
    BLURRED = "code_blurred"
    UNREADABLE = "code_unreadable"


_TEXT = {
    Hint.FAR: "a code is seen that is too small to be read: hold it closer",
    Hint.DARK: "a code is seen that is too dark to be read: make the screen brighter",
    Hint.BRIGHT: "a code is seen that is too bright to be read: make the screen darker, or turn it out of the light",
    Hint.BLURRED: "a code is seen that is not sharp: hold it still; wipe the lens",
    Hint.UNREADABLE: "a code is seen that cannot be read: hold it flat and whole",
}
_CODES = frozenset(Hint)


def text(hint: Hint) -> str:
    """*hint* as the detail of a heartbeat."""
    return f"{hint}: {_TEXT[hint]}"


def hint_in(detail: str) -> Hint | None:
    """The hint in a heartbeat's *detail*, if it is one; total."""
    head = detail.partition(":")[0]
    return Hint(head) if head in _CODES else None
