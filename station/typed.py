"""Words that somebody typed at the gate: which of them the gate may keep, and which only the office may read.  Pure.

Whoever types a reason may type a name, a telephone number or an address.  A gate that is stolen yields none of these,
so such words are sealed to the office like a full name.  A few digits (a room, the end of a number) can hold none and
stay with the entry's personal part; what a key of ours chose is a code, and no words at all.  A gate whose office has
no key keeps only these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: A room or the last four of a number.  Seven digits are a telephone number of a small town.
_FEW_DIGITS = re.compile(r"[0-9]{1,5}[0-9X]")


def kept(words: Mapping[str, str]) -> dict[str, str]:
    """Those of *words* that cannot name anybody."""
    return {name: text for name, text in words.items() if _is_harmless(text)}


def sealed(words: Mapping[str, str]) -> dict[str, str]:
    """Those of *words* that may, for the office alone."""
    return {name: text for name, text in words.items() if text and not _is_harmless(text)}


def _is_harmless(text: str) -> bool:
    return _FEW_DIGITS.fullmatch(text) is not None
