"""What the screens say: one catalogue per language, keyed by code.

The code names what is meant, never a sentence; the sentences stand in ``translations/LANGUAGE.toml``, grouped in
tables for the reader alone.  Saying a word never fails: an unknown code is shown in brackets, and a gap that
nothing fills keeps its name, so that a half-translated station still runs and the fault can be seen.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from station.errors import StationError
from station.screen.elements import Word

#: The first is shown where nobody has chosen.
LANGUAGES = ("zh-Hans", "en")

TRANSLATIONS = Path(__file__).parent / "translations"

_GAP = re.compile(r"\{(\w+)\}")


class CatalogueError(StationError, ValueError):
    """A catalogue that cannot be used; the message names the language, the code and what is wrong with it."""

    code = "catalogue"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of one language by code."""

    language: str
    words: Mapping[str, str]

    def knows(self, code: str) -> bool:
        """Whether there is a word for *code*."""
        return code in self.words

    def say(self, word: Word | str, **gaps: object) -> str:
        """*word* in this language, its gaps filled; plain text, not HTML."""
        if isinstance(word, str):
            word = Word(word, tuple((name, str(value)) for name, value in gaps.items()))
        text = self.words.get(word.code)
        if text is None:
            return f"[{word.code}]"
        values = dict(word.gaps)
        return _GAP.sub(lambda gap: values.get(gap[1], gap[0]), text)


def gaps(text: str) -> frozenset[str]:
    """The names of the gaps in *text*: ``"{n} unsent"`` → ``{"n"}``."""
    return frozenset(_GAP.findall(text))


def parse(language: str, document: Mapping[str, Any]) -> Catalogue:
    """The catalogue in a parsed TOML *document*: tables of ``code = "text"``.

    :raises CatalogueError: when a code stands in two tables or its text is no text.
    """
    words: dict[str, str] = {}
    for table, entries in document.items():
        if not isinstance(entries, dict):
            raise CatalogueError(f"{language}: {table}: expected a table of words, got {entries!r}")
        for code, text in entries.items():
            if not isinstance(text, str) or not text.strip():
                raise CatalogueError(f"{language}: {table}.{code}: expected a text, got {text!r}")
            if code in words:
                raise CatalogueError(f"{language}: {table}.{code}: this code stands in another table too")
            words[code] = text
    return Catalogue(language, words)


def load(language: str) -> Catalogue:
    """The catalogue of *language* that is shipped with the station.

    :raises CatalogueError: when the file is missing or cannot be used.
    """
    path = TRANSLATIONS / f"{language}.toml"
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path}: {error}; is the installation complete?") from error
    return parse(language, document)
