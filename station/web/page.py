"""A view as HTML: one piece per slot of the page, in one language.

Nothing here runs a clock: a piece that counts carries the instant (``data-until``, ``data-since``) and the page
counts by itself, so a piece changes only when something happened and the page can leave alone what did not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from station.screen.panel import PanelKind
from station.screen.people_board import MAX_LINES
from station.screen.view import View
from station.web import fit
from station.web.arrange import arrange, marks
from station.web.desk_port import Found, FoundVehicle
from station.web.keys import confirm_report, counts_down, log_page, sheet, way_to_log
from station.web.plates import PAGES
from station.web.preferences import Preferences
from station.web.words import LANGUAGES, Catalogue, load

TEMPLATES = Path(__file__).parent / "templates"

#: The parts of the page that are replaced when a view changes them.
SLOTS = ("header", "panel", "person", "recent", "undo", "row", "keys", "sheets", "duty", "enrol", "wipe")

#: Where outcomes have a name of their own besides the panel's.
OUTCOMES = {
    PanelKind.ADMIT: "admit",
    PanelKind.RETAKE: "retake",
    PanelKind.REFER: "refer",
    PanelKind.FEVER: "refer",
    PanelKind.DENY: "deny",
}


@cache
def templates() -> Mapping[str, Template]:
    """All templates, compiled: the first view of a gate must not wait for that."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return {name: environment.get_template(name) for name in environment.list_templates()}


class Screens:
    """Renders views; safe to use from many threads."""

    def __init__(self) -> None:
        self._templates = templates()
        self._catalogues = {language: load(language) for language in LANGUAGES}

    def catalogue(self, language: str) -> Catalogue:
        """The words of *language*."""
        return self._catalogues[language]

    def slots(self, view: View, preferences: Preferences) -> dict[str, str]:
        """The HTML of every slot."""
        words = self._words(view, preferences) | arrange(view, self._catalogues[preferences.language])
        return {name: self._templates[f"slots/{name}.html"].render(words).strip() for name in SLOTS}

    def page(self, view: View, preferences: Preferences, build: str, now_ms: int, scanner: bool = False) -> str:
        """The whole page around the slots; *build* names the version of script and style.

        With *scanner* it listens for scanners that play a keyboard.
        """
        return self._templates["gate.html"].render(
            self._words(view, preferences),
            slots=self.slots(view, preferences),
            build=build,
            now_ms=now_ms,
            light=preferences.light(now_ms, view.timezone),
            marks=marks(view),
            scanner=scanner,
        )

    def piece(self, name: str, preferences: Preferences, words: Mapping[str, object]) -> str:
        """The template *name* filled with *words*, in one language."""
        say = self._catalogues[preferences.language].say
        return self._templates[name].render({"say": say, "pairs": pairs, **words}).strip()

    def pads(self, preferences: Preferences) -> str:
        """The sheets on which something is typed, the same for every view."""
        return self.piece("pads.html", preferences, {"plate_pages": PAGES})

    def log(self, view: View, page: str, preferences: Preferences) -> str | None:
        """The sheet of the duty log called *page*; None where there is none any more."""
        way = way_to_log(view.keys, page)
        if not way:
            return None
        # The first is 值守记录 itself, which everything here is behind.
        words = self._words(view, preferences) | {"opened": way[-1], "above": way[1:-1]}
        return self._templates["log.html"].render(words).strip()

    def found(self, residents: Sequence[Found], more: int, preferences: Preferences) -> str:
        """The rows of a search; *more* have been left off."""
        catalogue = self._catalogues[preferences.language]
        return self._templates["found.html"].render(say=catalogue.say, residents=residents, more=more)

    def vehicles(self, found: Sequence[FoundVehicle], preferences: Preferences) -> str:
        """The rows of a search for a plate."""
        catalogue = self._catalogues[preferences.language]
        return self._templates["vehicles.html"].render(say=catalogue.say, vehicles=found)

    def _words(self, view: View, preferences: Preferences) -> dict[str, object]:
        catalogue = self._catalogues[preferences.language]
        zone = ZoneInfo(view.timezone)

        def at(at_ms: int) -> str:
            return datetime.fromtimestamp(at_ms / 1000, zone).strftime("%H:%M")

        def day(at_ms: int) -> str:
            return datetime.fromtimestamp(at_ms / 1000, zone).strftime("%Y-%m-%d")

        return {
            "view": view,
            "panel": view.panel,
            "preferences": preferences,
            "say": catalogue.say,
            "knows": catalogue.knows,
            "at": at,
            "day": day,
            "degrees": degrees,
            "pairs": pairs,
            "sheet": sheet,
            "log_page": log_page,
            "counts_down": counts_down,
            "confirm_report": confirm_report,
            "em": fit.em,
            "headline_size": fit.headline,
            "rule_size": fit.rule,
            "source_in": source_in,
            "people_lines": MAX_LINES,
        }


def degrees(centi: int, line_centi: int = 0) -> str:
    """A temperature to be read at a glance: one decimal, ``36.5``.

    Cut, not rounded, so that 37.28 is never shown as the 37.3 it has not reached; a line that itself has two
    decimals shows both.
    """
    whole, rest = divmod(centi, 100)
    return f"{whole}.{rest:02d}" if line_centi % 10 else f"{whole}.{rest // 10}"


def source_in(language: str, source: str) -> str:
    """Where a rule comes from, as somebody who is shown it can read it; empty where it is written in English alone.

    What stands in brackets names a plan to whoever wrote the rules, and nothing to the person at the gate.
    """
    if language == "en":
        return source
    told = re.sub(r"^\[[^\]]*\] *", "", source)
    return "" if re.search(r"[A-Za-z]{2}", told) else told


def pairs(arguments: Sequence[tuple[str, str]]) -> str:
    """Arguments as the JSON object that a press sends."""
    return json.dumps(dict(arguments), ensure_ascii=False)


def payload(view: View, html: Mapping[str, str], now_ms: int, light: str, build: str) -> dict[str, object]:
    """What one ``view`` event says; *html* holds the slots that changed."""
    return {
        "version": view.version,
        "stage": view.panel.kind,
        "outcome": OUTCOMES.get(view.panel.kind),
        "event_ns": view.panel.event_ns,
        "entry": view.panel.entry,
        "alarm": view.alarm is not None,
        "now_ms": now_ms,
        "light": light,
        "build": build,
        "marks": marks(view),
        "codes": codes(view),
        "measured": view.panel.measured,
        "waiting": [chip.waiting for chip in view.waiting],
        "cases": [case.case for case in view.cases],
        "html": dict(html),
    }


def codes(view: View) -> list[str]:
    """The codes of the words that the panel and the header show: the view without its language."""
    words = [view.panel.headline, *view.panel.reasons, *view.panel.missing, *(badge.word for badge in view.badges)]
    return [word.code for word in words]
