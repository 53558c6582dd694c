"""How far the screening figures depend on one table: other cameras, orders, halves and numbers, one change at a time.

Example: python -m benchmarks.screening_stress --csv FLIR_group1.csv FLIR_group2.csv --json stress.json
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from benchmarks._result import write_result
from benchmarks.screening import figures
from benchmarks.screening_play import RULES, product
from benchmarks.screening_table import Visitor, read
from station.screening import baseline, robust, standing
from station.screening.standing import Budget

Change: TypeAlias = Callable[[list[Visitor]], list[Visitor]]

DAY_MS = 86_400_000
OTHERS = ("T_FHRC", "T_FHLC", "T_FHBC", "T_FHTC", "T_FHC_Max", "canthiMax", "RCC", "T_RC")
NUMBERS = (
    (baseline, "KEPT"),
    (baseline, "HALF_LIFE"),
    (baseline, "NEWEST"),
    (baseline, "FAR"),
    (baseline, "_SPREAD_CENTI"),
    (baseline, "_SPREAD_READINGS"),
    (robust, "SLOPE"),
    (robust, "SLOPE_DOUBT"),
    (robust, "SLOPE_READINGS"),
    (baseline, "_DRIFT_CENTI_A_DAY"),
    (baseline, "_HELD_SHARE"),
    (standing, "FLOOR_CENTI"),
)


def camera(change: Callable[[int, Visitor], float]) -> Change:
    """Every reading changed as another camera would have."""
    return lambda people: [
        replace(one, readings=tuple(None if x is None else round(change(x, one)) for x in one.readings))
        for one in people
    ]


def scaled(gain: float, off_centi: int) -> Change:
    return camera(lambda x, _: 3500 + gain * (x - 3500) + off_centi)


def noisy(sigma_centi: float, seed: int) -> Change:
    lots = random.Random(seed)
    return camera(lambda x, _: x + lots.gauss(0, sigma_centi))


def jumping(sigma_centi: float, seed: int) -> Change:
    """Each day the camera is off by another amount."""
    lots = random.Random(seed)
    off: dict[int, float] = {}
    return camera(lambda x, one: x + off.setdefault(one.at_ms // DAY_MS, lots.gauss(0, sigma_centi)))


def drifting(people: list[Visitor]) -> list[Visitor]:
    """One degree up from the first to the last person."""
    place = {id(one): index / len(people) for index, one in enumerate(people)}
    return [
        replace(one, readings=tuple(x if x is None else x + round(100 * place[id(one)]) for x in one.readings))
        for one in people
    ]


def days_of(people: list[Visitor]) -> list[list[Visitor]]:
    return [list(group) for _, group in itertools.groupby(people, lambda one: one.at_ms // DAY_MS)]


def shuffled(seed: int) -> Change:
    """Another order of the same people within each day."""

    def change(people: list[Visitor]) -> list[Visitor]:
        lots = random.Random(seed)
        mixed = []
        for day in days_of(people):
            times = [one.at_ms for one in day]
            lots.shuffle(day)
            mixed += [replace(one, at_ms=at) for one, at in zip(day, times, strict=True)]
        return mixed

    return change


def resampled(seed: int) -> Change:
    """As many days, drawn with replacement, put one after the other."""

    def change(people: list[Visitor]) -> list[Visitor]:
        lots = random.Random(seed)
        days = days_of(people)
        drawn = [lots.choice(days) for _ in days]
        return [
            replace(one, at_ms=one.at_ms % DAY_MS + number * DAY_MS) for number, day in enumerate(drawn) for one in day
        ]

    return change


def aired(change: Callable[[Visitor], int | None]) -> Change:
    return lambda people: [replace(one, ambient_centi=change(one)) for one in people]


def changes() -> Iterator[tuple[str, Change]]:
    yield "as it is", list
    for off in (-200, -100, 50, 100):
        yield f"offset {off / 100:+.1f} °C", scaled(1.0, off)
    for gain in (0.8, 0.9, 1.1, 1.2):
        yield f"gain {gain}", scaled(gain, 0)
    for sigma, seed in itertools.product((10, 20, 30), (1, 2)):
        yield f"noise {sigma / 100} °C, seed {seed}", noisy(sigma, seed)
    for sigma, seed in itertools.product((10, 20, 30), (1, 2)):
        yield f"another offset each day, {sigma / 100} °C, seed {seed}", jumping(sigma, seed)
    yield "drift +1 °C over all", drifting
    for seed in (1, 2, 3):
        yield f"shuffled within each day, seed {seed}", shuffled(seed)
    yield "no ambient", aired(lambda _: None)
    lots = random.Random(1)
    yield (
        "ambient noise 1 °C",
        aired(lambda one: None if one.ambient_centi is None else one.ambient_centi + round(lots.gauss(0, 100))),
    )
    yield "first half", lambda people: people[: len(people) // 2]
    yield "second half", lambda people: people[len(people) // 2 :]
    yield "odd days", lambda people: [one for day in days_of(people)[::2] for one in day]
    yield "even days", lambda people: [one for day in days_of(people)[1::2] for one in day]


def row(name: str, people: list[Visitor], rules: Sequence[str] = ("product",)) -> list[dict[str, object]]:
    found = []
    for rule in rules:
        one = figures(people, RULES[rule](people))
        found.append({"change": name, "rule": rule, **one})
        print(
            f"  {name:46} {rule:15} {one['found38']:3} of {one['fevers38']:3}, {one['found375']:3} of"
            f" {one['fevers375']:3}, retaken {one['retaken']:5.1%}, wrongly {one['wrongly_referred']:5.2%}",
            flush=True,
        )
    return found


def with_number(module: object, name: str, factor: float) -> tuple[object, object]:
    old = getattr(module, name)
    new = old * factor
    setattr(module, name, round(new) if isinstance(old, int) else new)
    return old, getattr(module, name)


def numbers(people: list[Visitor]) -> Iterator[dict[str, object]]:
    """Each number of the baseline a quarter up and down."""
    for (module, name), factor in itertools.product(NUMBERS, (0.75, 1.25)):
        old, new = with_number(module, name, factor)
        try:
            yield from row(f"{name.strip('_').lower()} {new:g}", people)
        finally:
            setattr(module, name, old)
    for name, factor in itertools.product(("retake_permille", "check_permille", "certain_permille"), (0.75, 1.25)):
        budget = replace(Budget(), **{name: round(getattr(Budget(), name) * factor)})
        RULES["budget"] = partial(product, budget=budget)
        yield from row(f"{name} {getattr(budget, name)}", people, ("budget",))
        del RULES["budget"]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screening_stress", description=__doc__)
    parser.add_argument("--csv", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--column", nargs="+", default=["T_FHCC", "T_FH_Max"])
    parser.add_argument("--draws", type=int, default=10, help="bootstrap draws of days (10)")
    parser.add_argument("--json", type=Path, metavar="OUT")
    options = parser.parse_args(arguments)
    rows: dict[str, list[dict[str, object]]] = {}
    for column in options.column:
        print(column)
        people = read(options.csv, column)
        rows[column] = [found for name, change in changes() for found in row(name, change(people), tuple(RULES))]
        rows[column] += numbers(people)
        drawn = [row(f"days drawn, {seed}", resampled(seed)(people))[0] for seed in range(options.draws)]
        rows[column] += drawn
        for key in ("found38", "wrongly_referred", "retaken"):
            values = sorted(float(str(one[key])) for one in drawn)
            if values:
                print(f"  days drawn: {key} {values[0]:.3f} .. {statistics.median(values):.3f} .. {values[-1]:.3f}")
    print("other places of the face as other cameras")
    for column in OTHERS:
        rows[column] = row(column, read(options.csv, column), tuple(RULES))
    return write_result(options.json, rows)


if __name__ == "__main__":
    sys.exit(main())
