"""The facts of the office's acts in words; what only machines compare (digests, keys) is left to the record itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sync.hub.words import load_words, say

#: Digests, keys and places in a chain; whoever checks the record reads them there.
_FOR_MACHINES = frozenset(
    {"sha256", "public_key", "previous_epoch", "previous_head", "row", "counts", "first", "record"}
)
#: Facts whose values are codes; others may be what somebody chose, and are shown as they are.
_CODED = frozenset({"kind", "audience", "role", "step", "steps", "reason", "place"})
#: Facts whose values are ids of gates or units.
_PLACES = frozenset({"station", "unit", "lacking"})
#: A line of the page.
_MAX_VALUE, _MOST_VALUES = 40, 8


def details_of(facts: Mapping[str, Any], language: str, called: Callable[[str], str]) -> str:
    """*facts* as one line; *called* is what people call a gate or a unit."""
    words = load_words()

    def word(key: str, otherwise: str) -> str:
        return say(words, language, key, {}) if key in words else otherwise

    said = []
    for name, value in facts.items():
        if name in _FOR_MACHINES or value is None or value is False or value == []:
            continue
        label = word(f"fact_{name}", name)
        if value is True:
            said.append(label)
            continue
        values = value if isinstance(value, list) else [value]
        shown = [
            called(str(each))[:_MAX_VALUE]
            if name in _PLACES
            else word(f"value_{each}" if name in _CODED else "", str(each)[:_MAX_VALUE])
            for each in values[:_MOST_VALUES]
        ]
        more = f" +{len(values) - _MOST_VALUES}" if len(values) > _MOST_VALUES else ""
        said.append(f"{label} {' '.join(shown)}{more}")
    return " · ".join(said)
