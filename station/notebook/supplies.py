"""Supplies 物资: what is left, how much a day takes, and so for how many days it lasts.  Pure."""

from __future__ import annotations

from itertools import pairwise

from station import kinds
from station.journal.draft import Draft
from station.lane.action import Action, ActionError
from station.lane.lane import Lane
from station.lane.person import Person
from station.notebook.notebook import Note, Notebook
from station.notebook.rounds import LOG
from station.screen.elements import Badge, Key, Level, Word

ITEMS = ("masks", "sanitiser", "disinfectant", "test_sticks", "gloves")
#: The list comes back after each number: five things are counted one after the other.
LIST = (("log", "supplies"),)
#: More of anything at one gate is a slip of the finger.
MOST = 99_999
#: What a day takes is reckoned from counts of so many days, where nobody has typed it.
LOOK_BACK_MS = 7 * 86_400_000
_DAY_MS = 86_400_000


def counted(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """Somebody has counted what is left, or says what a day takes.

    :raises ActionError: if it is no number, or neither is given.
    """
    item, facts = action.get("item"), {}
    for name in ("left", "per_day"):
        typed = action.get(name)
        if typed and not (typed.isdecimal() and int(typed) <= MOST):
            raise ActionError("bad_number", f"supplies: {name} {typed!r} is no number up to {MOST}")
        if typed:
            facts[name] = int(typed)
    if not facts:
        raise ActionError("missing_argument", "supplies: neither left nor per_day")
    left, rate = facts.get("left", left_of(lane.notebook, item)), facts.get("per_day") or per_day(lane.notebook, item)
    days = {} if left is None or not rate else {"days": left // rate}
    lane.record(Draft(kinds.SUPPLIES_COUNTED, {"item": item, **facts, **days}, lane.actor))
    lane.say("supplies_noted", now_ms)


def left_of(notebook: Notebook, item: str) -> int | None:
    """How much of *item* was left when it was last counted."""
    return next(
        (note.facts["left"] for note in reversed(_of(notebook, item)) if "left" in note.facts),
        None,
    )


def per_day(notebook: Notebook, item: str) -> int | None:
    """What a day takes: as typed last, else from what the counts of a week say was used; None where nobody knows."""
    notes = _of(notebook, item)
    typed = next((note.facts["per_day"] for note in reversed(notes) if "per_day" in note.facts), 0)
    if typed:
        return int(typed)
    counts = [(note.at_ms, note.facts["left"]) for note in notes if "left" in note.facts]
    counts = [one for one in counts if one[0] >= counts[-1][0] - LOOK_BACK_MS]
    used = sum(max(0, before - after) for (_, before), (_, after) in pairwise(counts))
    took_ms = counts[-1][0] - counts[0][0] if counts else 0
    # Under a day says nothing about a day.
    return -(-used * _DAY_MS // took_ms) if used and took_ms >= _DAY_MS else None


def days_left(notebook: Notebook, item: str) -> int | None:
    """For how many whole days *item* lasts, None where nobody knows."""
    left, rate = left_of(notebook, item), per_day(notebook, item)
    return None if left is None or not rate else left // rate


def fewest_days(notebook: Notebook) -> int | None:
    """For how many days the item lasts that ends first."""
    return min((days for days in (days_left(notebook, item) for item in ITEMS) if days is not None), default=None)


def badges(lane: Lane) -> tuple[Badge, ...]:
    """物资·可用N天, while something lasts for fewer days than the office wants."""
    days = fewest_days(lane.notebook)
    if days is None or days >= lane.rounds.supplies_days:
        return ()
    return (Badge(Word("supplies", (("n", str(days)),)), Level.WARN),)


def key(lane: Lane) -> Key:
    """物资: every item with what is left and for how long."""
    return Key(
        "supplies",
        Word("supplies_key"),
        "warn" if badges(lane) else "action",
        "",
        LIST,
        choices=tuple(_item(lane, item) for item in ITEMS),
    )


def _item(lane: Lane, item: str) -> Key:
    left, days = left_of(lane.notebook, item), days_left(lane.notebook, item)
    word = Word(f"item_{item}")
    if days is not None:
        word = Word(f"item_{item}_days", (("n", str(left)), ("days", str(days))))
    elif left is not None:
        word = Word(f"item_{item}_left", (("n", str(left)),))
    look = "warn" if days is not None and days < lane.rounds.supplies_days else "action"
    pads = tuple(
        Key("page:number", Word(name), "action", "", (("act", "supplies"), ("item", item), ("field", field)))
        for name, field in (("supplies_left", "left"), ("supplies_per_day", "per_day"))
    )
    return Key("supplies", word, look, "", (*LOG, ("item", item)), choices=pads)


def _of(notebook: Notebook, item: str) -> list[Note]:
    return [note for note in notebook.of(kinds.SUPPLIES_COUNTED) if note.facts["item"] == item]
