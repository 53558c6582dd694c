from __future__ import annotations

import cv2
import numpy as np
import pytest

from drivers.camera.bent import BENDS, TRIED, Bend, flattened, sensible
from drivers.camera.decode import BENDS_AT_ONCE, Rotation, decode, glance, zxing
from drivers.camera.image import Pixels
from drivers.simulator.picture import code

TEXT = b"HC1:" + b"6BFOXN%TS3DH" * 4


def on_cloth(bulge: float, scale: int = 8) -> Pixels:
    """A code whose lower edge bulges by *bulge* of its side, within a grey surrounding."""
    flat = np.kron(code(TEXT), np.ones((scale, scale), np.uint8))
    flat = cv2.copyMakeBorder(flat, 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=(120,))
    side = flat.shape[0]
    rows, columns = np.mgrid[:side, :side].astype(np.float32)
    u, v = columns / side, rows / side
    moved = rows - bulge * side * v * 4 * u * (1 - u)
    return np.asarray(cv2.remap(flat, columns, moved.astype(np.float32), cv2.INTER_LINEAR), np.uint8)


def test_the_mildest_bends_come_first_and_the_first_is_none() -> None:
    assert len(BENDS) == len(set(BENDS)) == TRIED
    assert BENDS[0] == Bend(0, 0, 0, 0)
    assert [bend.strength for bend in BENDS] == sorted(bend.strength for bend in BENDS)


def test_a_code_on_cloth_is_seen_not_read_and_then_laid_flat() -> None:
    # Found by trying: the smallest bulge at which zxing-cpp sees the symbol and cannot read it.
    bulge = next(each for each in np.arange(0.02, 0.12, 0.005) if not zxing(on_cloth(float(each))))
    picture = on_cloth(float(bulge))
    seen = glance(picture)
    assert seen.symbols == ()
    assert len(seen.unread) == 1
    assert [symbol.payload for symbol in decode(picture, passes=())] == [TEXT]


def test_a_running_camera_tries_all_bends_within_two_seconds() -> None:
    bulge = next(each for each in np.arange(0.02, 0.12, 0.005) if not zxing(on_cloth(float(each))))
    rotation = Rotation(passes=())
    reads = [[symbol.payload for symbol in rotation.decode(on_cloth(float(bulge)))] for _ in range(20)]
    assert [TEXT] in reads
    assert TRIED / BENDS_AT_ONCE <= 20


def test_without_a_bend_the_square_is_the_symbol() -> None:
    picture = on_cloth(0)
    (symbol,) = zxing(picture)
    assert [each.payload for each in zxing(flattened(picture, symbol.quad, BENDS[0]))] == [TEXT]


@pytest.mark.parametrize(
    "corners",
    [
        ((0, 0), (1, 0), (1, 1), (0, 1)),  # too small
        ((0, 0), (90, 90), (90, 0), (0, 90)),  # crossed
        ((0, 0), (90, 0), (0, 90)),
        ((0, 0), (90_000, 0), (90_000, 90_000), (0, 90_000)),
        ((0, 0), (50, 50), (100, 100), (150, 150)),
    ],
)
def test_corners_that_are_no_symbol_are_left_alone(corners: tuple[tuple[float, float], ...]) -> None:
    assert not sensible(corners, (480, 640))


def test_a_symbol_tilted_and_partly_outside_is_sensible() -> None:
    assert sensible(((-5, 10), (300, 20), (280, 310), (4, 290)), (480, 640))
