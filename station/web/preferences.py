"""How somebody wants the page: language, light, size of the letters; kept in cookies.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from station.web.words import LANGUAGES

#: Cookie and query name → allowed values; the first is where nobody has chosen.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "language": LANGUAGES,
    "theme": ("auto", "day", "night"),
    "letters": ("normal", "big"),
}

#: Light enough outside for the day's colours, the whole year round; whoever disagrees has the switch.
DAY_FROM_HOUR, DAY_UNTIL_HOUR = 7, 18


@dataclass(frozen=True, slots=True)
class Preferences:
    """The three choices."""

    language: str
    theme: str
    letters: str

    def light(self, now_ms: int, timezone: str) -> str:
        """``day`` or ``night``: as chosen, or by the clock on the wall."""
        if self.theme != "auto":
            return self.theme
        hour = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(timezone)).hour
        return "day" if DAY_FROM_HOUR <= hour < DAY_UNTIL_HOUR else "night"

    def after(self, name: str) -> str:
        """The choice of *name* that the next press of its switch means."""
        values = CHOICES[name]
        return values[(values.index(getattr(self, name)) + 1) % len(values)]


def read(cookies: Mapping[str, str]) -> Preferences:
    """The preferences in *cookies*; whatever is missing or unknown is the first choice."""
    chosen = {name: cookies.get(name, "") for name in CHOICES}
    return Preferences(
        **{name: chosen[name] if chosen[name] in CHOICES[name] else CHOICES[name][0] for name in CHOICES}
    )
