"""The office's notices on the idle screen: one at a time, in letters that can be read from a step away.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from station.web.fit import em

#: A page stays so long: four lines are read aloud in as much.
PAGE_MS = 12_000
#: As many ems as four lines of the idle panel hold, with room for words that do not break.
PAGE_EM = 48.0

Texts = tuple[tuple[tuple[str, str], ...], ...]
"""Each notice's texts by language."""


def page(texts: Texts, language: str, turn: int) -> str:
    """The page that is on at *turn*, of all pages of all notices in *language*; empty where there is none."""
    pages = [part for notice in texts for part in _pages(_in(dict(notice), language))]
    return pages[turn % len(pages)] if pages else ""


def _in(texts: Mapping[str, str], language: str) -> str:
    """In another language rather than not at all."""
    return texts.get(language) or next(iter(texts.values()), "")


def _pages(text: str) -> Iterable[str]:
    """*text* in pieces that fit, cut between sentences, else between words, else anywhere."""
    rest = " ".join(text.split())
    while em(rest) > PAGE_EM:
        fits = next(n for n in range(len(rest), 0, -1) if em(rest[:n]) <= PAGE_EM)
        ends = [rest.rfind(sign, 0, fits) + 1 for sign in ("。", "！", "；", ". ", "，", "、", ", ", " ")]
        # Not a page of three words because of an early full stop.
        cut = next((end for end in ends if end >= fits // 2), fits)
        yield rest[:cut].strip()
        rest = rest[cut:].strip()
    if rest:
        yield rest
