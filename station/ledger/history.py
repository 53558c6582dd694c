"""What the ledger says of somebody who stands at the gate.  Pure.

Nobody who lives here is turned away coming home for what the ledger says.  A pass is called borrowed without asking
only where this gate's own history is certain: it is the compound's only gate, or the last passage was so short ago
that no other gate can lie between.  Otherwise the screen says what is not known (他门状态未知).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from station.facts import Direction, PassVerdict, PersonClass, Whereabouts
from station.ledger.ledger import DAY_MS, MEDICAL, Ledger, Move, keys_of, lives_here

#: Nobody goes in here, out at another gate and stands here again sooner than this [own].
WALK_MS = 180_000
#: Notes of a passage that nobody recorded.
BACKFILLED = frozenset({"exit_backfilled", "entry_backfilled"})
SHANGHAI_MS = 8 * 3_600_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a pass allows: minutes outside, outings (of others: entries) a day, and which ways."""

    minutes_out: int | None = None
    outings: int | None = None
    leave: bool = True
    enter: bool = True


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class House:
    """How this gate counts: whether it is the compound's only one, how short an outing need not count, and which day
    of the calendar a time falls on."""

    only_gate: bool = False
    short_trip_ms: int = 600_000
    day_of: Callable[[int], int] = field(default=lambda at_ms: (at_ms + SHANGHAI_MS) // DAY_MS, compare=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """Whom the ledger is asked about, and what they showed."""

    klass: PersonClass
    resident: str = ""
    pass_id: str = ""
    masked: str = ""
    last4: str = ""
    verdict: PassVerdict = PassVerdict.NONE
    limits: Limits = NO_LIMITS
    by_code: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """What the ledger adds to a visit.

    ``verdict`` is the pass's after the ledger, ``doubt`` what the operator is asked before this person is let
    through, ``notes`` stand on the screen.
    """

    whereabouts: Whereabouts = Whereabouts.UNKNOWN
    verdict: PassVerdict = PassVerdict.NONE
    overdue_minutes: int = 0
    outings_today: int = 0
    notes: tuple[str, ...] = ()
    doubt: str = ""


def recall(shown: Shown, direction: Direction, ledger: Ledger, house: House, now_ms: int, clock_known: bool) -> History:
    """What the ledger knows of somebody who shows *shown* and goes in *direction*."""
    moves = ledger.of(keys_of(shown.resident, shown.pass_id, shown.masked, shown.last4), now_ms)
    home = lives_here(shown.klass)
    entering = direction is Direction.IN
    last = moves[-1] if moves else None
    again = last is not None and last.direction is direction
    # Who lives here is not asked for having come back so soon: only others are refused on that.
    soon = last is not None and not home and 0 <= now_ms - last.at_ms < WALK_MS
    certain = house.only_gate or soon
    outings = _outings(moves, house, now_ms, home) if clock_known else 0
    verdict = _verdict(shown, entering, home, again and certain, outings)
    late = _late_minutes(last, now_ms) if entering and clock_known else 0
    notes = [] if late == 0 else ["overdue"]
    if last is not None and entering and last.trip == MEDICAL:
        notes.append("medical_trip")
    if again:
        missed = "exit_backfilled" if entering else "entry_backfilled"
        notes.append(missed if certain else "other_gate_unknown")
    if verdict is not shown.verdict:
        notes.insert(0, f"pass_{verdict}")
    doubt = ""
    if again and shown.by_code and verdict is not PassVerdict.BORROWED:
        if home and certain:
            doubt = "recorded_inside" if entering else "recorded_outside"
        elif not home and entering and not certain and shown.pass_id:
            doubt = "maybe_other_gate"
    return History(_whereabouts(last, again, certain), verdict, late, outings, tuple(notes), doubt)


def _whereabouts(last: Move | None, again: bool, certain: bool) -> Whereabouts:
    if last is None:
        return Whereabouts.UNKNOWN
    if again and not certain:
        return Whereabouts.UNCERTAIN
    return Whereabouts.INSIDE if last.direction is Direction.IN else Whereabouts.OUTSIDE


def _verdict(shown: Shown, entering: bool, home: bool, copied: bool, outings: int) -> PassVerdict:
    """The pass's verdict after the ledger; only a valid one can become worse, and only where it is a right.

    Coming home needs no right, and nor does an outsider who leaves.
    """
    limits = shown.limits
    if shown.verdict is not PassVerdict.VALID or entering == home:
        return shown.verdict
    if not (limits.leave if home else limits.enter):
        return PassVerdict.WRONG_WAY
    if copied and not home:
        return PassVerdict.BORROWED
    return PassVerdict.SPENT if limits.outings is not None and outings >= limits.outings else PassVerdict.VALID


def _outings(moves: Sequence[Move], house: House, now_ms: int, home: bool) -> int:
    """How many outings (of others: entries) of today count; a short one to the bins does not."""
    goes = Direction.OUT if home else Direction.IN
    today = house.day_of(now_ms)
    count = 0
    for at, move in enumerate(moves):
        if move.direction is not goes or house.day_of(move.at_ms) != today or move.trip == MEDICAL:
            continue
        back = next((after for after in moves[at + 1 :] if after.direction is not goes), None)
        short = home and back is not None and 0 <= back.at_ms - move.at_ms < house.short_trip_ms
        count += not short
    return count


def _late_minutes(last: Move | None, now_ms: int) -> int:
    if last is None or last.direction is Direction.IN or last.due_ms is None:
        return 0
    return max(0, (now_ms - last.due_ms) // 60_000)
