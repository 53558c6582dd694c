"""The short form of tests/deep/test_camera_fuzz.py."""

from __future__ import annotations

import pytest

from tests.drivers.hostile_images import Outcome, check, play


@pytest.mark.timeout(300)  # 6 s on a machine of its own; much more beside other tests on two cores
def test_three_hundred_hostile_images_are_survived_and_nothing_false_is_read() -> None:
    outcome = play(300, seed=1)
    check(outcome, growth_kb=64 * 1024)
    assert outcome.images == 300


def test_a_false_payload_a_hang_a_leak_and_blindness_would_be_seen() -> None:
    for wrong in (
        Outcome(images=10, known=9, false=[("noise", 3)]),
        Outcome(images=10, known=9, longest_s=60),
        Outcome(images=10, known=9, grown_kb=2048),
        Outcome(images=10, known=1),
    ):
        with pytest.raises(AssertionError):
            check(wrong, growth_kb=1024)
    check(Outcome(images=10, known=9), growth_kb=1024)
