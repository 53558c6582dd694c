"""What reports say, in the languages of the screen."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from station.web.words import Catalogue, parse

WORDS = Path(__file__).parent / "words"


@cache
def words(language: str) -> Catalogue:
    """The reports' words in *language*."""
    return parse(language, tomllib.loads((WORDS / f"{language}.toml").read_text(encoding="utf-8")))
