"""The words on the hub's pages, zh-Hans and English side by side in ``templates/words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

#: The first is spoken where nobody asked for another.
LANGUAGES = ("zh", "en")

Words = Mapping[str, Mapping[str, str]]


def load_words() -> Words:
    """Every word in every language: ``words["in_out"]["zh"]``."""
    path = Path(__file__).parent / "templates" / "words.toml"
    words: Words = tomllib.loads(path.read_text(encoding="utf-8"))
    return words


def say(words: Words, language: str, key: str, gaps: Mapping[str, object]) -> str:
    """The word *key*, its gaps filled.  A code that came from a gate and is not known here is shown as it is."""
    if key not in words:
        return key
    return words[key][language].format(**gaps)
