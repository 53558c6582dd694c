"""What every part of the screen is made of: words, badges, keys.  Pure.

Words are codes here; station/web/translations has them in every language.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a badge looks."""

    OK = "ok"
    NOTE = "note"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Word:
    """A code with what fills its gaps: ``Word("unsent", (("n", "12"),))`` → «未上传 12»."""

    code: str
    gaps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Badge:
    """One small mark in the header."""

    word: Word
    level: Level
    since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """One large button.  ``act`` and ``arguments`` are what a press sends; ``key`` is its key on the numpad.

    A key with ``choices`` opens them instead of sending anything: the reasons of an exception, the colours of a
    code, who signs in.  An ``act`` that begins with "page:" is the page's own (docs/screens.md).
    """

    act: str
    word: Word
    look: str = "neutral"  # neutral | action | warn | stop
    key: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    confirm: bool = False  # held for one second, or pressed twice
    choices: tuple[Key, ...] = ()
