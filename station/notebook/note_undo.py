"""撤销 on the sheets of the duty log: the newest note of a sheet, pressed by mistake, is voided by an entry.  Pure.

Promises:

1. Nothing is deleted: the note stays in the journal, and an ``entry.voided`` names it; nothing that counts counts it.
2. One sheet's notes are taken back from the newest on, so that no step is left without what it is a step of.
3. Only for :data:`UNDO_MS`; what is older is corrected by a new note, which a ledger shows.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from station import kinds
from station.lane import drafts
from station.lane.action import Act, Action, ActionError
from station.lane.lane import Lane
from station.lane.person import Person
from station.notebook.notebook import Note
from station.notebook.round_times import clock
from station.screen.elements import Key, Word

#: Long enough to finish a round and see that the wrong key was pressed; the next shift finds the log as it was left.
UNDO_MS = 10 * 60_000

#: What stands on one sheet and belongs together.
SHEETS: tuple[tuple[str, ...], ...] = (
    (kinds.ROUND_DONE,),
    (kinds.SUPPLIES_COUNTED,),
    (kinds.INCIDENT_NOTED, kinds.INCIDENT_STEP),
    (kinds.INSPECTION_OPENED, kinds.INSPECTION_FINDING, kinds.INSPECTION_PUT_RIGHT, kinds.INSPECTION_CLOSED),
    (kinds.ISOLATION_MEASURED, kinds.ISOLATION_CASE),
    (kinds.TRAVEL_ANNOUNCED,),
)


def key(lane: Lane, now_ms: int, kind: str) -> tuple[Key, ...]:
    """The key that takes back the newest note of the sheet of *kind*; none where there is nothing to take back."""
    note = _newest(lane, now_ms, kind)
    if note is None:
        return ()
    time = ("time", clock(note.at_ms, now_ms, ZoneInfo(lane.timezone)))
    masked = str(note.personal.get("masked", ""))
    word = Word("undo_note_of", (("name", masked), time)) if masked else Word("undo_note", (time,))
    return (Key(Act.UNDO_NOTE, word, "neutral", "", (("note", note.id),), confirm=True),)


def undone(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """Take back the note that the key names, and the doctor's case that the same press opened.

    :raises ActionError: if it is not the newest of its sheet any more, or too old.
    """
    named = lane.notebook.called(action.get("note"))
    if named is None or _newest(lane, now_ms, named.kind) != named:
        raise ActionError("nothing_to_undo", f"undo_note: {action.get('note')!r} is not the newest of its sheet")
    for note in (named, *_with(lane, named)):
        lane.record(drafts.voided(note.epoch, note.seq, "", "operator", lane.actor))
    lane.say("note_undone", now_ms)


def _newest(lane: Lane, now_ms: int, kind: str) -> Note | None:
    if lane.drill:
        return None  # what is played is in no notebook, and what is real is not played with
    sheet = next((one for one in SHEETS if kind in one), ())
    notes = lane.notebook.of(*sheet, since_ms=now_ms - UNDO_MS)
    return notes[-1] if notes else None


def _with(lane: Lane, note: Note) -> tuple[Note, ...]:
    """What the same press wrote just before *note*: the reading that made somebody a case for the doctor."""
    if note.kind != kinds.ISOLATION_CASE or note.facts["step"] != "opened":
        return ()
    before = lane.notebook.of(kinds.ISOLATION_MEASURED)
    same = [one for one in before if one.personal.get("subject") == note.personal.get("subject")]
    return tuple(one for one in same[-1:] if one.at_ms <= note.at_ms and (one.epoch, one.seq) < (note.epoch, note.seq))
