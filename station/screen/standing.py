"""What the gate's screen says of a reading that stands out, was checked, or was taken in bad air.  Pure."""

from __future__ import annotations

from station.facts import Air
from station.lane.taken import Taken
from station.lane.visit import Visit
from station.screen.elements import Key, Word
from station.screening.standing import Verdict

#: What to try before the next reading; in cold air who stands out mostly sat in a heated car.
_TOO_WARM = {Air.COLD: "hint_window", Air.WARM: "hint_shade"}
_AIR = {Air.COLD: "cold_air", Air.WARM: "warm_air"}

#: The keys while a contact thermometer is asked for: its figure first.
CONTACT_KEY = Key("page:by_hand", Word("enter_contact"), "warn", "1")


def why_again(visit: Visit, reason: str) -> tuple[Word, ...]:
    """The short lines under «measure again», where the rules say *reason*."""
    air = air_of(visit)
    match reason:
        case "contact_check":
            return _above(visit), Word("contact_how")
        case "above_baseline":
            return _above(visit), Word(_TOO_WARM.get(air, "hint_hat"))
        case "above_line":
            return Word(reason), Word(_TOO_WARM.get(air, "hint_hat"))
        case "too_cold":
            return Word(reason), Word("hint_closer" if air in (Air.FIT, Air.WARM) else "hint_warm_up")
    return Word(reason), Word("retake")


def why_let_through(visit: Visit) -> tuple[Word, ...]:
    """What is said beside the reason of an admission, of somebody who had stood out before."""
    if visit.standing_before not in (Verdict.AGAIN, Verdict.CHECK):
        return ()
    by_hand = any(taken.by_hand for taken in visit.round)
    return (Word("contact_normal" if by_hand else "retaken_normal"),)


def air_mark(visit: Visit) -> tuple[Word, ...]:
    """低温环境 or 高温环境 where the newest reading was taken outside of the air it is made for."""
    mark = _AIR.get(air_of(visit))
    return () if mark is None else (Word(mark),)


def air_of(visit: Visit) -> Air:
    """The air of the newest reading that a device took."""
    taken: list[Taken] = [taken for taken in visit.readings if not taken.by_hand]
    return taken[-1].air if taken else Air.UNKNOWN


def _above(visit: Visit) -> Word:
    above = visit.standing.above_centi
    if above is None or above <= 0:
        return Word("stands_out")
    tenths = (above + 5) // 10
    return Word("above_baseline", (("n", f"{tenths // 10}.{tenths % 10}"),))
