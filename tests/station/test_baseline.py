from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.screening.baseline import (
    FEWEST,
    KEPT,
    WIDEST_CENTI,
    Baseline,
    Baselines,
    Key,
    Normal,
    Point,
    normal,
)

MINUTE_MS = 60_000
DAY_MS = 1440 * MINUTE_MS


def of(values: list[int], ambient: int | None = None) -> Baseline:
    baseline = Baseline()
    for number, value in enumerate(values):
        baseline = baseline.fed(Point(value, number * MINUTE_MS, ambient), False)
    return baseline


def crowd(count: int, centre: float = 3450, spread: float = 45, seed: int = 1) -> list[int]:
    lots = random.Random(seed)
    return [round(lots.gauss(centre, spread)) for _ in range(count)]


def known(baseline: Baseline, at_ms: int = 0, ambient: int | None = None) -> Normal:
    found = normal(baseline, at_ms, ambient)
    assert found is not None
    return found


def test_too_few_readings_are_no_opinion() -> None:
    assert normal(of(crowd(FEWEST - 1)), 0) is None
    assert known(of(crowd(FEWEST))).telling


def test_centre_and_spread_are_those_of_the_people() -> None:
    now = known(of(crowd(KEPT)))
    assert abs(now.centre_centi - 3450) <= 15
    assert abs(now.spread_centi - 45) <= 6


def test_three_fevers_and_three_frozen_foreheads_in_forty_bend_nothing() -> None:
    plain = crowd(40)
    bent = plain[:10] + [3650] * 3 + plain[10:30] + [3000] * 3 + plain[30:]
    before, after = known(of(plain)), known(of(bent))
    assert abs(before.centre_centi - after.centre_centi) <= 15
    assert after.spread_centi - before.spread_centi <= 15


@pytest.mark.parametrize("people", [10, 20, 30])
def test_a_frosty_evening_is_learned_from_ten_people(people: int) -> None:
    # 36.3 by day, 35.3 at night; the device does not tell the air.
    evening = known(of(crowd(200, 3630, 20) + crowd(people, 3530, 15, seed=2)))
    assert abs(evening.centre_centi - 3530) <= 40


def test_a_change_of_air_moves_the_normal_before_anybody_was_measured_in_it() -> None:
    lots = random.Random(3)
    baseline = Baseline()
    for number in range(200):
        air = lots.randrange(0, 1000)
        skin = 3400 + 0.15 * air + lots.gauss(0, 30)
        baseline = baseline.fed(Point(round(skin), number * MINUTE_MS, air), False)
    warm, cold = known(baseline, 0, 900), known(baseline, 0, -400)
    assert abs(warm.centre_centi - 3535) <= 15
    assert abs(cold.centre_centi - 3340) <= 25
    assert cold.spread_centi > warm.spread_centi  # nobody was measured in such air


def test_a_device_that_forgets_its_ambient_now_and_then_is_no_trouble() -> None:
    baseline = Baseline()
    for number, value in enumerate(crowd(60)):
        baseline = baseline.fed(Point(value, number * MINUTE_MS, None if number % 3 else 2000), False)
    assert abs(known(baseline, 0, 2000).centre_centi - known(baseline, 0).centre_centi) <= 10


def test_a_quiet_week_keeps_the_centre_and_widens_it_within_a_bound() -> None:
    baseline = of(crowd(100))
    evening, later = known(baseline, 100 * MINUTE_MS), known(baseline, 60 * DAY_MS)
    much_later = known(baseline, 600 * DAY_MS)
    assert evening.centre_centi == later.centre_centi == much_later.centre_centi
    assert evening.spread_centi < later.spread_centi == much_later.spread_centi < WIDEST_CENTI


def test_a_clock_that_was_set_back_changes_nothing() -> None:
    baseline = of(crowd(50))
    assert known(baseline, -DAY_MS) == known(baseline, 49 * MINUTE_MS)


def test_scattered_readings_are_no_opinion() -> None:
    assert not known(of(crowd(200, 3317, 145))).telling


def test_who_stood_out_is_not_learned() -> None:
    before = of(crowd(100))
    after = before
    for number in range(10):
        after = after.fed(Point(3700, (100 + number) * MINUTE_MS), True)
    assert after.points == before.points
    assert not after.moved


def test_a_wave_of_every_second_person_is_not_learned() -> None:
    baseline = of(crowd(100))
    for number, value in enumerate(crowd(400, seed=5)):
        fever = number % 2 == 0
        baseline = baseline.fed(Point(value + 150 * fever, (100 + number) * MINUTE_MS), fever)
        assert not baseline.moved
    assert abs(known(baseline).centre_centi - 3450) <= 15


def test_a_moved_gate_says_nothing_and_then_learns_where_it_is() -> None:
    baseline = of(crowd(100))
    for number, value in enumerate(crowd(11, 3650, seed=6)):
        assert not baseline.moved
        baseline = baseline.fed(Point(value, (100 + number) * MINUTE_MS), True)
    assert baseline.moved
    assert not known(baseline).telling
    for number, value in enumerate(crowd(40, 3650, seed=7)):
        baseline = baseline.fed(Point(value, (111 + number) * MINUTE_MS), False)
    assert known(baseline).telling
    assert abs(known(baseline).centre_centi - 3650) <= 20


def test_each_direction_device_site_and_mode_has_its_own() -> None:
    gate = Baselines()
    coming, going = Key("gun", "forehead", "surface", "in"), Key("gun", "forehead", "surface", "out")
    for number in range(FEWEST):
        gate.feed(coming, Point(3530, number), False)
        gate.feed(going, Point(3630, number), False)
    into, out = gate.normal(coming, 0), gate.normal(going, 0)
    assert into is not None
    assert out is not None
    assert (into.centre_centi, out.centre_centi) == (3530, 3630)
    assert gate.normal(Key("gun", "wrist", "surface", "in"), 0) is None
    assert gate.normal(Key("gun", "forehead", "surface", "in", rested=True), 0) is None


def test_a_restart_reads_back_fourteen_days_from_the_last_reading() -> None:
    key = Key("gun", "forehead", "surface", "in")
    fed = [(key, Point(3450 + number, number * DAY_MS), number % 7 == 3) for number in range(40)]
    gate = Baselines.rebuilt(fed)
    kept = gate.by_key[key]
    assert {point.at_ms // DAY_MS for point in (*kept.points, *kept.held)} == set(range(25, 40))
    assert Baselines.rebuilt(fed[25:]) == gate
    assert Baselines.rebuilt([]).by_key == {}


points = st.builds(Point, st.integers(2000, 4500), st.integers(0, 2**45), st.none() | st.integers(-4000, 5000))


@settings(max_examples=40, deadline=None)
@given(st.lists(points, min_size=FEWEST, max_size=60), st.none() | st.integers(-4000, 5000))
def test_any_readings_have_a_normal_among_them(fed: list[Point], ambient: int | None) -> None:
    now = known(Baseline(tuple(fed)), 0, ambient)
    assert now.spread_centi > 0
    if ambient is None:
        assert min(p.centi_celsius for p in fed) <= now.centre_centi <= max(p.centi_celsius for p in fed)


def test_it_never_grows_past_its_bound() -> None:
    baseline = of(crowd(KEPT + 50))
    for number in range(200):
        baseline = baseline.fed(Point(3700, number), number % 2 == 0)
    assert len(baseline.points) == KEPT
    assert len(baseline.held) <= 20
