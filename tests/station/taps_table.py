"""Writes the tables of docs/registration.md: ``python -m tests.station.taps_table``.

What is asked comes from the program; the touches are what the browser test counted, and it fails if they change.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from station.facts import PersonClass
from station.registration.questions import CLASSES, NEEDS, QUESTIONS

PAGE = Path(__file__).parents[2] / "docs" / "registration.md"
NEEDS_MARKS = "<!-- needs: written by tests/station/taps_table.py -->\n", "<!-- end of needs -->\n"
TAPS_MARKS = "<!-- taps: written by tests/station/taps_table.py -->\n", "<!-- end of taps -->\n"


@dataclass(frozen=True, slots=True)
class Passage:
    """One way to be registered: how many touches it takes, and what it may take (ui/UI.md)."""

    name: str
    touches: int
    at_most: int | None
    of: str


#: Counted by tests/browser/test_browser_registration.py.
PASSAGES = (
    Passage("came before, in the list of the last", 2, 2, "来访, their name"),
    Passage("came before, ID card read", 2, 2, "来访, card, their name"),
    Passage("came before, by the last four", 7, None, "来访, 按尾号找, four digits, their name"),
    Passage("new visitor, ID card read", 8, 8, "来访, card, class, surname, household (3), reason, risk"),
    Passage(
        "new visitor, by keys, signed",
        21,
        None,
        "来访, class, last four (5), name (6 with 下一步), telephone later, household (3), reason, risk, signature (2)",
    ),
    Passage(
        "new visitor, by keys, low regime",
        15,
        None,
        "来访, class, last four (5), surname (2), household (3), reason, risk, no signature",
    ),
)


def needs_table() -> str:
    """Question by class."""
    heads = ["question", *(klass.value for klass in CLASSES)]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    lines += [
        f"| `{name}` | {' | '.join(_need(klass, name) for klass in CLASSES)} |" for name in QUESTIONS if name != "klass"
    ]
    return "\n".join(lines) + "\n"


def taps_table() -> str:
    """Touches by passage."""
    lines = ["| passage | touches | at most | which |", "|---|---|---|---|"]
    lines += [f"| {one.name} | {one.touches} | {one.at_most or '–'} | {one.of} |" for one in PASSAGES]
    return "\n".join(lines) + "\n"


def rewritten(page: str) -> str:
    """*page* with both tables in their places."""
    for (begin, end), table in ((NEEDS_MARKS, needs_table()), (TAPS_MARKS, taps_table())):
        before, _, rest = page.partition(begin)
        page = before + begin + table + end + rest.partition(end)[2]
    return page


def _need(klass: PersonClass, name: str) -> str:
    return NEEDS[klass].get(name, "–")


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
