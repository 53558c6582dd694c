"""The gate's own normal in the lane: what it says of a visit, and what it learns from one that is over.  Pure.

Promises:

1. Beside the lines of the policy it can only ask for another reading or a contact check; it never clears anybody.
2. It learns from a visit that is over and from no other, and never from somebody who stood out or was high.
3. What it learned from an entry stands in that entry under ``learned``, so the state is a fold over the journal.

A contact thermometer, and whatever is typed in, has no normal: it decides by the policy's lines alone.  An offset of a
device (station/calibration.py) is taken out before anything is compared, so that a new one does not look like a fever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from drivers.events import Mode, Site
from station.lane.taken import Taken, is_cold
from station.lane.visit import Visit
from station.policy.policy import Lines
from station.screening.baseline import Baseline, Baselines, Key, Normal, Point
from station.screening.standing import NO_OPINION, Standing, Verdict, floor_centi, standing

#: After an hour without anybody of that kind nobody need be told any more.
MOVED_SHOWN_MS = 3_600_000


@dataclass(slots=True)
class Screening:
    """All normals of a gate, beside the policy's lines."""

    baselines: Baselines = field(default_factory=Baselines)

    @classmethod
    def of(cls, learned: Iterable[Mapping[str, Any]]) -> Screening:
        """What a gate knows after everything in *learned*, oldest first (:func:`learned_of`)."""
        return cls(Baselines.rebuilt([_fed(one) for one in learned]))

    def learn(self, learned: Iterable[Mapping[str, Any]]) -> None:
        """Learn from an entry that is on the disk."""
        for one in learned:
            self.baselines.feed(*_fed(one))

    def moved(self, now_ms: int) -> bool:
        """Whether most of the last people of some kind stood out within the hour: then look at the thermometer."""
        return any(
            baseline.moved and not key.rested and max(_times(baseline), default=0) > now_ms - MOVED_SHOWN_MS
            for key, baseline in self.baselines.by_key.items()
        )

    def judged(self, visit: Visit, lines: Lines) -> Visit:
        """*visit* with what each reading of its round is compared with, and how the round stands to that.

        Of several people it is the one that stands out most, at ``stands`` of the round.
        """
        round_, opinions = [], []
        for given in visit.round:
            now, taken = self._compared(visit, given, lines)
            round_.append(taken)
            opinions.append(_standing(visit, taken, now, lines))
        whose = max(range(len(opinions)), key=lambda place: _rank(opinions[place]), default=0)
        return replace(visit, round=tuple(round_), standing=opinions[whose] if opinions else NO_OPINION, stands=whose)

    def normal_of(self, visit: Visit, taken: Taken) -> Normal | None:
        """What *taken* of *visit* is compared with; None where there is nothing."""
        if not _has_normal(taken):
            return None
        return self.baselines.normal(_key(visit, taken), taken.seen_ms, taken.ambient_centi)

    def _compared(self, visit: Visit, given: Taken, lines: Lines) -> tuple[Normal | None, Taken]:
        cold_before = any(is_cold(other, lines) for other in _of_same(visit, given))
        taken = replace(given, rested=cold_before)
        now = self.normal_of(visit, taken)
        line_centi = self._cold_line(visit, taken, now, lines)
        centre_centi = None if now is None else now.centre_centi
        return now, replace(taken, cold_below_centi=line_centi, normal_centi=centre_centi)

    def _cold_line(self, visit: Visit, taken: Taken, now: Normal | None, lines: Lines) -> int:
        if taken.mode is Mode.ADJUSTED or not _has_normal(taken):
            return lines.cold_centi
        if now is None and taken.rested:
            # Who rested and has no normal of their own kind yet is still no colder than everybody else.
            now = self.normal_of(visit, replace(taken, rested=False))
        floor = floor_centi(now, lines.cold_centi, adjusted=False)
        return lines.cold_skin_centi if floor is None else floor + taken.offset_centi


def learned_of(visit: Visit, stood_out: bool) -> list[dict[str, Any]]:
    """What is learned from *visit* now that it is over; *stood_out* as its last reading was judged.

    The first reading of each kind, since later ones were only taken because it was high; what led to a reading that
    was too cold stood out, and those after it are of a kind of their own.  Before there is a normal nobody can say that
    a cold forehead is not the ordinary one here, so that one is learned: a gate whose camera reads low gets to know it.
    A device that shows the body has an absolute line: what lies under it is never part of a normal.  Several people
    are learned only where none of them had to be measured again.
    """
    if visit.people > 1:
        well = () if visit.earlier or stood_out else visit.round
        return [_row(visit, taken, False) for taken in well if _has_normal(taken) and not _was_cold(taken)]
    rows: list[dict[str, Any]] = []
    firsts: dict[Key, Taken] = {}
    for taken in visit.readings:
        if not _has_normal(taken):
            continue
        firsts.setdefault(_key(visit, taken), taken)
        if _was_cold(taken):
            kept = firsts.values() if taken.mode is Mode.SURFACE else ()
            rows += [_row(visit, one, one is not taken or taken.normal_centi is not None) for one in kept]
            firsts = {}
    return rows + [_row(visit, one, stood_out) for one in firsts.values()]


def _rank(opinion: Standing) -> tuple[int, int]:
    return opinion.verdict.gravity, opinion.above_centi or 0


def _standing(visit: Visit, taken: Taken, now: Normal | None, lines: Lines) -> Standing:
    """How *taken* stands to the normal *now*."""
    if now is None or is_cold(taken, lines):
        return NO_OPINION
    readings = [*_before(visit, taken, lines), _own_centi(taken)]
    found = standing(now, readings, lines.budget, taken.mode is Mode.ADJUSTED)
    if visit.standing_before is Verdict.CHECK and _of_same(visit, taken):
        # Only the contact thermometer that was asked for answers this; one more reading of skin does not.
        return replace(found, verdict=Verdict.CHECK, stood_out=True)
    return found


def _of_same(visit: Visit, taken: Taken) -> tuple[Taken, ...]:
    """The earlier readings of whoever *taken* is of."""
    if visit.people == 1:
        return visit.prior + visit.earlier
    return tuple(other for other in visit.earlier if other.seat == taken.seat)


def _before(visit: Visit, taken: Taken, lines: Lines) -> list[int]:
    """The readings of the same person and kind that count beside *taken*: those since the last cold one."""
    comparable: list[int] = []
    for other in _of_same(visit, taken):
        if is_cold(other, lines):
            comparable = []
        elif _has_normal(other) and _key(visit, other) == _key(visit, taken):
            comparable.append(_own_centi(other))
    return comparable


def _times(baseline: Baseline) -> list[int]:
    return [point.at_ms for point in (*baseline.points[-1:], *baseline.held[-1:])]


def _has_normal(taken: Taken) -> bool:
    return not taken.by_hand and taken.site is not Site.CONTACT


def _was_cold(taken: Taken) -> bool:
    return taken.cold_below_centi is not None and taken.centi_celsius < taken.cold_below_centi


def _own_centi(taken: Taken) -> int:
    return taken.centi_celsius - taken.offset_centi


def _key(visit: Visit, taken: Taken) -> Key:
    return Key(taken.device, taken.site, taken.mode, visit.direction, taken.rested)


def _row(visit: Visit, taken: Taken, stood_out: bool) -> dict[str, Any]:
    return {
        "device": taken.device,
        "site": taken.site,
        "mode": taken.mode,
        "direction": visit.direction,
        "rested": taken.rested,
        "centi_celsius": _own_centi(taken),
        "at_ms": taken.seen_ms,
        "ambient_centi": taken.ambient_centi,
        "stood_out": stood_out,
    }


def _fed(row: Mapping[str, Any]) -> tuple[Key, Point, bool]:
    key = Key(row["device"], row["site"], row["mode"], row["direction"], bool(row["rested"]))
    return key, Point(row["centi_celsius"], row["at_ms"], row["ambient_centi"]), bool(row["stood_out"])
