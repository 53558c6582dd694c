"""Rounds: disinfection (日常, 随时, 终末), barriers of closed side roads, sanitiser, waste masks.  Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from station import kinds
from station.journal.draft import Draft
from station.lane.action import Action
from station.lane.lane import Lane
from station.lane.person import Person
from station.notebook.notebook import Note, Notebook
from station.notebook.round_times import clock, day_of, minute_of
from station.screen.elements import Badge, Key, Level, Word

#: 消杀 § of the plans; the others are looked at and put in order.
DISINFECTION = ("daily", "anytime", "final")
ROUNDS = (*DISINFECTION, "barriers", "sanitiser", "waste")
PLACES = ("gate", "waiting", "duty_room", "stairs", "vehicle")
#: With its strength; chlorine in mg/L.
AGENTS = ("chlorine_500", "chlorine_1000", "alcohol_75", "quat")


def done(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """A round was made."""
    facts = {name: action.get(name) for name in ("what", "place", "agent") if action.get(name)}
    lane.record(Draft(kinds.ROUND_DONE, facts, lane.actor))
    lane.say("round_noted", now_ms)


def last(notebook: Notebook, *wanted: str) -> Note | None:
    """The newest round of these."""
    return next((note for note in reversed(notebook.of(kinds.ROUND_DONE)) if note.facts["what"] in wanted), None)


def is_due(lane: Lane, now_ms: int) -> bool:
    """Whether today's disinfection should have been made and is not recorded."""
    zone = ZoneInfo(lane.timezone)
    if lane.rounds.disinfect is None or minute_of(now_ms, zone) < lane.rounds.disinfect:
        return False
    newest = last(lane.notebook, *DISINFECTION)
    return newest is None or day_of(newest.at_ms, zone) != day_of(now_ms, zone)


def badges(lane: Lane, now_ms: int) -> tuple[Badge, ...]:
    """The mark in the header while a round is due."""
    return (Badge(Word("disinfection_due"), Level.NOTE),) if is_due(lane, now_ms) else ()


def key(lane: Lane, now_ms: int) -> Key:
    """巡查: every round with when it was last made."""
    listed = tuple(_round(lane, what, now_ms) for what in ROUNDS)
    look = "warn" if is_due(lane, now_ms) else "action"
    return Key("round", Word("rounds_key"), look, "", LOG, choices=listed)


#: What the page keeps open whoever passes meanwhile (docs/screens.md).
LOG = (("log", "1"),)


def _round(lane: Lane, what: str, now_ms: int) -> Key:
    about = (("what", what),)
    newest = last(lane.notebook, what)
    word = Word(f"round_{what}")
    if newest is not None:
        word = Word(f"round_{what}_at", (("time", clock(newest.at_ms, now_ms, ZoneInfo(lane.timezone))),))
    if what not in DISINFECTION:
        return Key("round", word, "action", "", about)
    places = tuple(
        Key(
            "round",
            Word(f"place_{place}"),
            "action",
            "",
            (*LOG, *about, ("place", place)),
            choices=_agents(what, place),
        )
        for place in PLACES
    )
    return Key("round", word, "action", "", (*LOG, *about), choices=places)


def _agents(what: str, place: str) -> tuple[Key, ...]:
    about = (("what", what), ("place", place))
    return tuple(Key("round", Word(f"agent_{agent}"), "action", "", (*about, ("agent", agent))) for agent in AGENTS)
