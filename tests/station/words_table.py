"""Writes the list of words into docs/screens.md: ``python -m tests.station.words_table``."""

from __future__ import annotations

import tomllib
from pathlib import Path

from station.web.words import LANGUAGES, TRANSLATIONS

PAGE = Path(__file__).parents[2] / "docs" / "screens.md"
BEGIN, END = "<!-- words: written by tests/station/words_table.py -->\n", "<!-- end of words -->\n"


def table() -> str:
    """All words, one table per group, as Markdown."""
    catalogues = [
        tomllib.loads((TRANSLATIONS / f"{language}.toml").read_text(encoding="utf-8")) for language in LANGUAGES
    ]
    lines = []
    for group, words in catalogues[0].items():
        lines += [f"\n### {group}\n", f"| code | {' | '.join(LANGUAGES)} |", "|---|" + "---|" * len(LANGUAGES)]
        lines += [f"| `{code}` | {' | '.join(words[group][code] for words in catalogues)} |" for code in words]
    return "\n".join(lines) + "\n\n"


def rewritten(page: str) -> str:
    """*page* with the list of words in its place."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + table() + END + after


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
