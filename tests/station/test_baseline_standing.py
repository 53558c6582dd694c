from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.screening.baseline import WIDEST_CENTI, Normal
from station.screening.standing import FLOOR_CENTI, MOST_READINGS, Budget, Standing, Verdict, floor_centi, standing

NOW = Normal(3450, 45)
readings = st.lists(st.integers(2800, 4200), min_size=1, max_size=MOST_READINGS)
normals = st.builds(Normal, st.integers(3000, 3700), st.integers(20, WIDEST_CENTI - 1))


def test_without_a_normal_nothing_is_said() -> None:
    assert standing(None, [3900], Budget()) == Standing()
    assert standing(NOW, [], Budget()) == Standing()


def test_one_reading_never_leads_to_a_check() -> None:
    assert standing(NOW, [4200], Budget(), last=True).verdict is Verdict.AGAIN


@pytest.mark.parametrize(
    ("taken", "verdict"),
    [
        ([3500], Verdict.ORDINARY),
        ([3520], Verdict.AGAIN),  # 0.7 °C over, the highest tenth begins at 0.58
        ([3520, 3460], Verdict.ORDINARY),
        ([3520, 3545], Verdict.AGAIN),  # not sure yet
        ([3600, 3600], Verdict.CHECK),  # 1.5 °C twice
        ([3545, 3545, 3545], Verdict.AGAIN),
        ([3545, 3545, 3545, 3545], Verdict.CHECK),  # four readings, two spreads over
        ([3530, 3530, 3530, 3530], Verdict.ORDINARY),
    ],
)
def test_readings_are_taken_together(taken: list[int], verdict: Verdict) -> None:
    assert standing(NOW, taken, Budget()).verdict is verdict


def test_who_cannot_be_measured_again_is_judged_by_what_there_is() -> None:
    assert standing(NOW, [3545, 3545], Budget()).verdict is Verdict.AGAIN
    assert standing(NOW, [3545, 3545], Budget(), last=True).verdict is Verdict.CHECK


def test_the_distance_is_that_of_all_readings_and_the_first_counts_half() -> None:
    assert standing(NOW, [3540], Budget()).above_centi == 90
    assert standing(NOW, [3540, 3480], Budget()).above_centi == 50


def test_a_device_that_shows_the_body_has_the_policys_margin() -> None:
    now = Normal(3630, 25)
    assert standing(now, [3680], Budget(), adjusted=True).verdict is Verdict.ORDINARY
    assert standing(now, [3720], Budget(), adjusted=True).verdict is Verdict.AGAIN
    assert standing(now, [3720, 3640], Budget(), adjusted=True).verdict is Verdict.ORDINARY
    assert standing(Normal(3530, 25), [3680, 3670], Budget(), adjusted=True).verdict is Verdict.CHECK


@pytest.mark.parametrize("now", [Normal(3450, WIDEST_CENTI), Normal(3450, 45, moved=True)])
def test_a_normal_that_tells_nothing_changes_nothing_and_still_knows_who_stood_out(now: Normal) -> None:
    assert standing(now, [3800], Budget()) == Standing(Verdict.UNKNOWN, 350, True)
    assert standing(now, [3450], Budget()) == Standing(Verdict.UNKNOWN, 0, False)


def test_too_cold_is_the_policys_line_for_the_body_and_the_gates_for_bare_skin() -> None:
    assert floor_centi(NOW, 3500, adjusted=True) == 3500
    assert floor_centi(NOW, 3500, adjusted=False) == 3450 - FLOOR_CENTI
    assert floor_centi(None, 3500, adjusted=False) is None


@given(normals, readings)
def test_a_higher_reading_is_never_judged_milder(now: Normal, taken: list[int]) -> None:
    order = [Verdict.ORDINARY, Verdict.AGAIN, Verdict.CHECK]
    lower = order.index(standing(now, taken, Budget()).verdict)
    higher = order.index(standing(now, [*taken[:-1], taken[-1] + 30], Budget()).verdict)
    assert higher >= lower


@given(normals, readings)
def test_a_smaller_budget_stops_no_more_people(now: Normal, taken: list[int]) -> None:
    order = [Verdict.ORDINARY, Verdict.AGAIN, Verdict.CHECK]
    wide, small = standing(now, taken, Budget(100, 25, 5)), standing(now, taken, Budget(50, 5, 2))
    assert order.index(small.verdict) <= order.index(wide.verdict)


@given(normals, readings, st.integers(-300, 300))
def test_another_offset_of_the_camera_is_the_same_opinion(now: Normal, taken: list[int], off: int) -> None:
    moved = Normal(now.centre_centi + off, now.spread_centi)
    assert standing(moved, [value + off for value in taken], Budget()) == standing(now, taken, Budget())


@pytest.mark.parametrize("shares", [(100, 20, 0), (20, 100, 5), (500, 20, 5), (100, 5, 20)])
def test_a_budget_that_means_nothing_is_refused(shares: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="budget"):
        Budget(*shares)
