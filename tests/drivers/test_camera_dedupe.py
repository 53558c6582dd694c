from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drivers.camera.dedupe import GAP_NS, Dedupe, Presented

TENTH_NS = 100_000_000
A, B = (b"a", "qr"), (b"b", "qr")


def scans(dedupe: Dedupe, views: list[list[tuple[bytes, str]]], step_ns: int = TENTH_NS) -> list[Presented]:
    return [new for number, view in enumerate(views) for new in dedupe.see(view, number * step_ns)]


def test_a_code_held_for_a_minute_is_one_scan() -> None:
    assert scans(Dedupe(), [[A]] * 600) == [Presented(b"a", "qr", 1)]


def test_a_code_missed_in_some_images_is_still_one_scan() -> None:
    assert len(scans(Dedupe(), [[A]] + [[]] * 13 + [[A]] + [[]] * 13 + [[A]])) == 1


def test_a_code_taken_away_and_shown_again_is_a_new_scan() -> None:
    assert len(scans(Dedupe(), [[A]] * 10 + [[]] * 15 + [[A]] * 10)) == 2


def test_the_gap_counts_although_no_image_was_looked_at_in_it() -> None:
    dedupe = Dedupe()
    dedupe.see([A], 0)
    assert dedupe.see([A], GAP_NS - 1) == ()
    assert len(dedupe.see([A], 2 * GAP_NS)) == 1


def test_two_codes_in_turn_are_one_scan_each() -> None:
    assert [new.payload for new in scans(Dedupe(), [[A], [B]] * 20)] == [b"a", b"b"]


def test_two_codes_in_one_image_say_that_there_are_two() -> None:
    assert scans(Dedupe(), [[A, B]] * 5) == [Presented(b"a", "qr", 2), Presented(b"b", "qr", 2)]


def test_the_same_code_twice_in_one_image_is_one_code() -> None:
    assert scans(Dedupe(), [[A, A]]) == [Presented(b"a", "qr", 1)]


def test_a_second_code_beside_the_first_is_counted_with_it() -> None:
    assert scans(Dedupe(), [[A], [A], [A, B]]) == [Presented(b"a", "qr", 1), Presented(b"b", "qr", 2)]


def test_memory_is_bounded_and_the_longest_unseen_goes_first() -> None:
    dedupe = Dedupe(most=3)
    for number in range(1000):
        dedupe.see([(b"%d" % number, "qr")], number)
    assert dedupe.in_view == 3
    assert dedupe.see([(b"998", "qr")], 1000) == ()
    assert len(dedupe.see([(b"1", "qr")], 1001)) == 1


@given(st.lists(st.booleans(), max_size=80), st.integers(1, 40))
def test_scans_are_the_appearances_after_a_gap(shown: list[bool], images_in_gap: int) -> None:
    step_ns = GAP_NS // images_in_gap + 1
    expected, last = 0, None
    for number, in_view in enumerate(shown):
        if in_view:
            expected += last is None or (number - last) * step_ns >= GAP_NS
            last = number
    assert len(scans(Dedupe(), [[A] if in_view else [] for in_view in shown], step_ns)) == expected
