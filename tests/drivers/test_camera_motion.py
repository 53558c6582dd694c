from __future__ import annotations

import numpy as np
import pytest

from drivers.camera.decode import Rotation
from drivers.camera.image import Pixels
from drivers.camera.motion import EVERY_NS, FULL_EVERY, LINGER_NS, Look, Motion

TENTH_NS = 100_000_000
RNG = np.random.default_rng(7)
SCENE = RNG.integers(60, 180, (9, 16), dtype=np.uint8).repeat(80, 0).repeat(80, 1)


def noisy(scene: Pixels, sigma: float) -> Pixels:
    return np.clip(scene + RNG.normal(0, sigma, scene.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("sigma", [0, 4, 15])
def test_a_still_gate_is_looked_at_seldom_and_closely_more_seldom(sigma: float) -> None:
    motion = Motion()
    images = [noisy(SCENE, sigma) for _ in range(8)]
    looks = [motion.judge(images[number % 8], number * TENTH_NS, in_view=False) for number in range(200)]
    after = looks[LINGER_NS // TENTH_NS :]
    often = len(after) * TENTH_NS // EVERY_NS
    assert abs(len(after) - after.count(Look.NONE) - often) <= 1
    assert abs(after.count(Look.FULL) - often // FULL_EVERY) <= 1


def test_a_small_code_that_comes_in_is_looked_at_at_once_and_for_a_while() -> None:
    motion = Motion()
    start = 10 * EVERY_NS
    for number in range(20):
        motion.judge(SCENE, start + number * TENTH_NS, in_view=False)
    with_code = SCENE.copy()
    with_code[300:360, 500:560] = 255
    with_code[310:350, 510:550] = 0
    at_ns = start + 20 * TENTH_NS
    assert [motion.judge(with_code, at_ns + n * TENTH_NS, in_view=False) for n in range(22)] == [Look.FULL] * 22
    assert motion.judge(with_code, at_ns + LINGER_NS + 1, in_view=False) is Look.NONE


def test_every_image_is_looked_at_while_a_code_is_in_view() -> None:
    motion = Motion()
    assert all(motion.judge(SCENE, n * TENTH_NS, in_view=True) is Look.FULL for n in range(100))


def test_whoever_stands_still_is_given_a_round_of_all_second_looks() -> None:
    assert Rotation().round * TENTH_NS <= LINGER_NS
