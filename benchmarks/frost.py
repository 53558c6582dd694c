"""Gates in frost, heat, a moved camera and a wave of fevers: invented people, played through the shipped rules.

What is asked: does the gate's own normal lose itself, does it lock the lane, does it learn fevers as normal.  Foreheads
coming in from frost follow Dzien 2020 (doi 10.1007/s00508-020-01754-2, n = 92): 33.17 ± 1.45 °C at once, 34.90 after a
minute, 35.77 after 3, 36.08 after 5, 36.6 ± 0.24 after 60.  The scatter between 1 and 5 minutes, the share of each wait
and everything else here are assumptions.

Example: python -m benchmarks.frost --json frost.json
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks._result import write_result
from benchmarks.screening_play import Gate, Played
from benchmarks.screening_table import Visitor

MINUTE_MS = 60_000
DAY_MINUTES = 1440
#: Minutes in the warm, mean and scatter of the forehead there (°C).
WARMING = ((0, 33.17, 1.45), (1, 34.90, 1.10), (3, 35.77, 0.80), (5, 36.08, 0.60), (60, 36.60, 0.24))
REST_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Passage:
    """One person in one direction, with the truth beside it."""

    visitor: Visitor
    direction: str
    febrile: bool
    part: str


def forehead(minutes: float) -> tuple[float, float]:
    """Mean and scatter after *minutes* in the warm, straight lines between the published ones."""
    for (t0, mean0, sd0), (t1, mean1, sd1) in itertools.pairwise(WARMING):
        if minutes <= t1:
            share = (minutes - t0) / (t1 - t0)
            return mean0 + share * (mean1 - mean0), sd0 + share * (sd1 - sd0)
    return WARMING[-1][1:]


def person(
    minute: float, skin: Callable[[int], float], direction: str, febrile: bool, part: str, ambient: float | None = None
) -> Passage:
    """Somebody whose forehead is *skin* of the number of the reading, every reading 0.1 °C uncertain inside *skin*."""
    readings = tuple(round(100 * skin(number)) for number in range(4))
    air = None if ambient is None else round(100 * ambient)
    return Passage(Visitor(round(minute * MINUTE_MS), readings, None, air), direction, febrile, part)


def from_frost(lots: random.Random, days: int = 3) -> Iterator[Passage]:
    """600 a day; half go out, warm since long, half come in after 0 to 60 minutes in a heated porch."""
    for number in range(days * 600):
        febrile = lots.random() < 0.03
        extra, self_centred = (lots.gauss(1.5, 0.3) if febrile else 0.0), lots.gauss(0, 1)
        out = lots.random() < 0.5
        waited = 60 if out else lots.choices((0, 1, 3, 5, 60), (35, 20, 20, 15, 10))[0]

        def skin(again: int, waited: int = waited, extra: float = extra, z: float = self_centred) -> float:
            mean, scatter = forehead(waited + REST_MINUTES * again)
            return mean + scatter * z + extra + lots.gauss(0, 0.1)

        yield person(number * DAY_MINUTES / 600, skin, "out" if out else "in", febrile, "out" if out else "in")


def through_the_year(lots: random.Random, sensor: bool) -> Iterator[Passage]:
    """Air from 0 to 35 °C and back within a day, skin following by 0.12 °C a degree; those coming in twice as much."""
    for number in range(3 * 600):
        minute = number * DAY_MINUTES / 600
        air = 17.5 - 17.5 * math.cos(2 * math.pi * minute / DAY_MINUTES)
        febrile, out = lots.random() < 0.03, lots.random() < 0.5
        own = (
            34.8 + (0.06 if out else 0.12) * (air - 22) + lots.gauss(0, 0.4) + (lots.gauss(1.5, 0.3) if febrile else 0)
        )

        def skin(_: int, own: float = own) -> float:
            return own + lots.gauss(0, 0.1)

        yield person(minute, skin, "out" if out else "in", febrile, f"day {number // 600 + 1}", air if sensor else None)


def wave(lots: random.Random, most: float, creeping: bool) -> Iterator[Passage]:
    """300 well people, then a share of febrile ones that rises to *most* in 600, then stays for 300.

    *creeping*: the fevers themselves begin at 0.2 °C and rise to 1.5 °C.
    """
    for number in range(1200):
        share = most * min(1.0, max(0.0, (number - 300) / 600))
        febrile = lots.random() < share
        rise = 1.5 if not creeping else 0.2 + 1.3 * min(1.0, max(0.0, (number - 300) / 600))
        own = 34.5 + lots.gauss(0, 0.45) + (lots.gauss(rise, 0.3) if febrile else 0)

        def skin(_: int, own: float = own) -> float:
            return own + lots.gauss(0, 0.1)

        part = "before" if number < 300 else "rising" if number < 900 else "at the top"
        yield person(number * 2, skin, "in", febrile, part)


def moved(lots: random.Random, step: float) -> Iterator[Passage]:
    """The camera reads *step* °C differently from one person to the next, as after a knock or in the sun."""
    for number in range(900):
        febrile = lots.random() < 0.03
        own = 34.5 + lots.gauss(0, 0.45) + (lots.gauss(1.5, 0.3) if febrile else 0) + (step if number >= 300 else 0)

        def skin(_: int, own: float = own) -> float:
            return own + lots.gauss(0, 0.1)

        part = "before" if number < 300 else "first 60 after" if number < 360 else "later"
        yield person(number * 2, skin, "in", febrile, part)


def frosty_night(lots: random.Random, sensor: bool) -> Iterator[Passage]:
    """Days at 36.3 ± 0.2 with 240 people, nights at 35.3 ± 0.15 with 40; a device that shows the body."""
    for number in range(4 * 280):
        day, place = divmod(number, 280)
        night = place >= 240
        minute = day * DAY_MINUTES + (420 + place * 3.5 if not night else 1260 + (place - 240) * 13)
        febrile = lots.random() < 0.03
        own = (35.3 + lots.gauss(0, 0.15)) if night else (36.3 + lots.gauss(0, 0.2))
        own += lots.gauss(1.4, 0.2) if febrile else 0

        def skin(_: int, own: float = own) -> float:
            return own + lots.gauss(0, 0.1)

        part = "nights" if night else "mornings" if place < 60 and day else "days"
        yield person(minute, skin, "in", febrile, part, (-4.0 if night else 3.0) if sensor else None)


Scene = tuple[str, str, Callable[[random.Random], Iterator[Passage]]]
SCENES: tuple[Scene, ...] = (
    ("from frost, device shows the skin", "surface", from_frost),
    ("from frost, device shows the body", "adjusted", from_frost),
    ("air 0-35 °C, with ambient", "surface", lambda lots: through_the_year(lots, True)),
    ("air 0-35 °C, no ambient", "surface", lambda lots: through_the_year(lots, False)),
    ("fevers rise to 30 %", "surface", lambda lots: wave(lots, 0.3, False)),
    ("fevers rise to 45 %", "surface", lambda lots: wave(lots, 0.45, False)),
    ("30 % febrile, creeping up", "surface", lambda lots: wave(lots, 0.3, True)),
    ("camera +1 °C at once", "surface", lambda lots: moved(lots, 1.0)),
    ("camera -3 °C at once", "surface", lambda lots: moved(lots, -3.0)),
    ("frosty nights, with ambient", "adjusted", lambda lots: frosty_night(lots, True)),
    ("frosty nights, no ambient", "adjusted", lambda lots: frosty_night(lots, False)),
)


def play(scene: Scene, seeds: int) -> list[dict[str, object]]:
    """The figures of each part of a scene, over all seeds together."""
    name, mode, people = scene
    parts: dict[str, list[tuple[Passage, Played]]] = {}
    for seed in range(seeds):
        gate = Gate(mode=mode)
        for passage in people(random.Random(seed)):
            parts.setdefault(passage.part, []).append((passage, gate.visit(passage.visitor, passage.direction)))
    return [{"scene": name, "mode": mode, "part": part, **_figures(both)} for part, both in parts.items()]


def _figures(both: list[tuple[Passage, Played]]) -> dict[str, object]:
    febrile = [did for passage, did in both if passage.febrile]
    well = [did for passage, did in both if not passage.febrile]
    centres = [did.normal.centre_centi for _, did in both if did.normal]
    return {
        "people": len(both),
        "fevers": len(febrile),
        "found": sum(did.sent for did in febrile),
        "fevers_unfinished": sum(did.unfinished for did in febrile),
        "retaken": sum(did.retaken for did in well) / len(well),
        "wrongly_referred": sum(did.sent for did in well) / len(well),
        "unfinished": sum(did.unfinished for did in well) / len(well),
        "centre": sum(centres) / len(centres) / 100 if centres else None,
        "last_centre": centres[-1] / 100 if centres else None,
        "no_opinion": sum(not (did.normal and did.normal.telling) for _, did in both) / len(both),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.frost",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--seeds", type=int, default=3, help="how often each scene is played with other people (3)")
    parser.add_argument("--json", type=Path, metavar="OUT")
    options = parser.parse_args(arguments)
    rows = []
    for scene in SCENES:
        for one in play(scene, options.seeds):
            rows.append(one)
            centre = "-" if one["centre"] is None else f"{one['centre']:.2f}"
            print(
                f"{scene[0]:34} {one['part']:15} found {one['found']:3} of {one['fevers']:3}"
                f" (+{one['fevers_unfinished']} unfinished), retaken {one['retaken']:6.1%},"
                f" wrongly {one['wrongly_referred']:6.2%}, unfinished {one['unfinished']:6.2%},"
                f" normal {centre}, no opinion {one['no_opinion']:.0%}",
                flush=True,
            )
    return write_result(options.json, {"scenes": rows})


if __name__ == "__main__":
    sys.exit(main())
