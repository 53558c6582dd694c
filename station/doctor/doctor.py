"""``station doctor``: look at everything a gate needs, and say what to do about what is not right.

Every check is a function that gives findings and never raises for what it finds; what it looks at comes in with
:class:`Machine`, so that a folder can stand for a machine.  A finding is a code with gaps; the words for it, in
Chinese and English, are in the ``_words`` modules beside the checks, and docs/doctor.md lists every code.

Nothing is changed: no pin is driven, no port that a driver holds is opened, and to a port that is free only the
questions of its own family are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from station.clock import system_clock_state
from station.config.config import Config
from station.doctor.device_words import DEVICE_WORDS
from station.doctor.machine_words import MACHINE_WORDS
from station.doctor.station_words import STATION_WORDS
from station.doctor.words import Words
from station.wire.entry import ClockState


class Level(StrEnum):
    """How bad a finding is.  Only ``bad`` makes the command fail."""

    OK = "ok"
    NOTE = "note"  # as it was set up, or it cannot be seen from here
    WARN = "warn"  # the gate works, and somebody should know
    BAD = "bad"  # something will not work


#: Everything that can be said, by code.
WORDS: Final[Mapping[str, Words]] = DEVICE_WORDS | MACHINE_WORDS | STATION_WORDS

MARKS: Mapping[Level, str] = {Level.OK: "✓", Level.NOTE: "·", Level.WARN: "!", Level.BAD: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about *subject* (a device's name, a path, an address; nothing where there is only one)."""

    code: str
    level: Level
    subject: str = ""
    gaps: Mapping[str, str] = field(default_factory=dict)

    def words(self) -> Words:
        """What it means and what to do, in both languages."""
        words = WORDS[self.code]
        gaps = {"subject": self.subject, **self.gaps}
        return Words(*(text.format_map(gaps) for text in words))

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` writes."""
        return {"code": self.code, "level": self.level.value, "subject": self.subject, **self.words()._asdict()}


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine to look at."""

    today: date
    config_file: Path
    sys: Path = Path("/sys")
    dev: Path = Path("/dev")
    proc: Path = Path("/proc")
    units: Path = Path("/etc/systemd/system")
    fonts: Path = Path("/usr/share/fonts")
    uid: int = 0
    clock_state: Callable[[], ClockState] = system_clock_state


Check = Callable[[Config, Machine], Iterable[Finding]]


def examine(config: Config, machine: Machine, checks: Iterable[Check]) -> list[Finding]:
    """What all *checks* find, in their order."""
    return [finding for check in checks for finding in check(config, machine)]


def failed(findings: Iterable[Finding]) -> bool:
    """Whether something will not work."""
    return any(finding.level is Level.BAD for finding in findings)


def to_json(findings: Iterable[Finding]) -> dict[str, Any]:
    """What ``--json`` writes: every finding, and how many of each level."""
    listed = list(findings)
    counted = {level.value: sum(finding.level is level for finding in listed) for level in Level}
    return {**counted, "findings": [finding.to_json() for finding in listed]}


def lines(findings: Iterable[Finding], language: str) -> list[str]:
    """What is printed; *language* is ``zh``, ``en`` or ``both``."""
    printed = []
    for finding in findings:
        words = finding.words()
        zh, en = language in ("zh", "both"), language in ("en", "both")
        mark, blank = MARKS[finding.level], " "
        said = [words.zh] * zh + [words.en] * en
        # A command is the same in both languages.
        todo = dict.fromkeys(text for text in [words.todo_zh] * zh + [words.todo_en] * en if text)
        printed += [f"{mark if place == 0 else blank} {text}" for place, text in enumerate(said)]
        printed += [f"  → {text}" for text in todo]
    return printed
