from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.backoff import FIRST_S, LONGEST_S, bound_s, delay_s


def test_the_bound_doubles_up_to_a_minute_and_stays() -> None:
    assert [bound_s(tries) for tries in range(9)] == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]
    assert bound_s(10**9) == LONGEST_S


@given(st.integers(0, 10**6), st.floats(0, 1, exclude_max=True))
def test_any_moment_up_to_the_bound(tries: int, lot: float) -> None:
    assert 0 <= delay_s(tries, lot) <= bound_s(tries)


def test_two_gates_do_not_come_back_at_the_same_moment() -> None:
    assert delay_s(5, 0.1) != delay_s(5, 0.9)
    assert delay_s(0, 0.0) == 0.0
    assert delay_s(0, 1.0) == FIRST_S


def test_what_the_hub_asked_for_is_kept_to_and_spread() -> None:
    assert delay_s(0, 0.0, 7) == 7
    assert 7 < delay_s(0, 0.5, 7) < 8
    assert delay_s(9, 0.5, 0) == 0


def test_nobody_can_silence_a_gate_for_a_year() -> None:
    assert delay_s(0, 0.0, 31_536_000) == LONGEST_S
    assert delay_s(0, 0.0, -5) == 0
