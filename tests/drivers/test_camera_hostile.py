"""The short form of tests/deep/test_camera_fuzz.py."""

from __future__ import annotations

import resource
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.camera.still import read_grey
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


def test_a_small_file_that_promises_gigabytes_gets_no_memory(tmp_path: Path) -> None:
    whole = cv2.imencode(".png", np.full((74, 74), 200, np.uint8))[1].tobytes()
    at = whole.index(b"IDAT") - 4
    bomb = whole[:at] + (2_000_000_000).to_bytes(4, "big") + whole[at + 4 :]
    (tmp_path / "whole.png").write_bytes(whole)
    (tmp_path / "bomb.png").write_bytes(bomb)
    (tmp_path / "cut.png").write_bytes(whole[:-3])
    assert read_grey(tmp_path / "whole.png") is not None
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert read_grey(tmp_path / "bomb.png") is read_grey(tmp_path / "cut.png") is None
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 64 * 1024
