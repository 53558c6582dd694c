"""Words that somebody typed at the gate: which of them the gate may keep, and which only the office may read.  Pure.

Whoever types a reason may type a name, a telephone number or an address.  A gate that is stolen yields none of these,
so such words are sealed to the office like a full name.  Two sorts can hold none and stay with the entry's personal
part: what a key of ours chose, and a few digits (a room, the end of a number).  A gate whose office has no key keeps
only these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: What keys of ours send where a step asks for a word (station/screen.py shows them).
CHOSEN = frozenset(
    {
        *("指定发热门诊", "就近医院"),
        *("120", "社区", "村医"),
        *("wrong person", "pressed by mistake", "device error"),
    }
)
#: A room or the last four of a number.  Seven digits are a telephone number of a small town.
_FEW_DIGITS = re.compile(r"[0-9]{1,5}[0-9X]")


def kept(words: Mapping[str, str]) -> dict[str, str]:
    """Those of *words* that cannot name anybody."""
    return {name: text for name, text in words.items() if _is_harmless(text)}


def sealed(words: Mapping[str, str]) -> dict[str, str]:
    """Those of *words* that may, for the office alone."""
    return {name: text for name, text in words.items() if text and not _is_harmless(text)}


def _is_harmless(text: str) -> bool:
    return text in CHOSEN or _FEW_DIGITS.fullmatch(text) is not None
