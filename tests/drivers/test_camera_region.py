from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from drivers.camera.decode import grey, zxing
from drivers.camera.region import LEAST, busiest
from drivers.simulator.picture import Conditions, code_picture, empty_scene

DARK = Conditions(share=0.3, turn_degrees=8, tilt=0.03, blur=1, noise=25, light=0.4)
#: The same scene and the same hand: what is drawn by chance does not depend on lens and light.
CLEAR = replace(DARK, blur=0, noise=0, light=1)


@pytest.mark.parametrize("seed", range(6))
def test_a_code_in_the_dark_lies_within_the_part_and_the_part_is_small(seed: int) -> None:
    picture, clear = (
        grey(code_picture("x" * 300, np.random.default_rng(seed), (1280, 720), conditions))
        for conditions in (DARK, CLEAR)
    )
    (symbol,) = zxing(clear)
    box = busiest(picture)
    assert box is not None
    left, top, right, bottom = box
    assert all(left <= x <= right and top <= y <= bottom for x, y in symbol.quad)
    assert (right - left) * (bottom - top) < 0.45 * picture.size


def test_nothing_stands_out_of_an_even_wall() -> None:
    assert busiest(np.full((480, 640), 99, np.uint8)) is None


@pytest.mark.parametrize("shape", [(21, 21), (21, 4000), (4000, 21), (63, 17), (719, 1281)])
def test_a_part_lies_within_images_of_any_shape(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).integers(0, 255, shape, dtype=np.uint8)
    box = busiest(picture)
    if box is not None:
        assert 0 <= box[0] < box[2] <= shape[1]
        assert 0 <= box[1] < box[3] <= shape[0]
        assert min(box[2] - box[0], box[3] - box[1]) >= LEAST


def test_the_same_scene_gives_the_same_part() -> None:
    scene = grey(empty_scene(np.random.default_rng(4), (640, 480)))
    assert busiest(scene) == busiest(scene.copy())
