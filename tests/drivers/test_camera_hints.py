from __future__ import annotations

import cv2
import numpy as np
import pytest

from drivers.camera.decode import Glance, glance
from drivers.camera.eye import Eye
from drivers.camera.hint import Hint, hint_in, text
from drivers.camera.hints import GAP_NS, IMAGES, Hints, judged
from drivers.camera.image import Image, Pixels
from drivers.events import MAX_DETAIL
from drivers.simulator.picture import code

TENTH_NS = 100_000_000
AT = ((200.0, 100.0), (500.0, 100.0), (500.0, 400.0), (200.0, 400.0))


def held(side: int = 300, low: float = 20, high: float = 230, blur: float = 0.0, corner: int = 200) -> Pixels:
    """A grey wall with a sharp code of *side* pixels at (*corner*, 100), its ink *low* and its paper *high*."""
    modules = code("x" * 60)[4:-4, 4:-4]
    wall = np.full((480, 640), 110, np.float32)
    wall[70 : 130 + side, corner - 30 : corner + 30 + side] = high
    wall[100 : 100 + side, corner : corner + side] = (
        cv2.resize(modules.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA) / 255 * (high - low) + low
    )
    return np.asarray(cv2.GaussianBlur(wall, (0, 0), blur) if blur else wall).astype(np.uint8)


@pytest.mark.parametrize(
    ("picture", "corners", "hint"),
    [
        (held(), AT, Hint.UNREADABLE),
        (held(low=2, high=60), AT, Hint.DARK),
        (held(low=170, high=255), AT, Hint.BRIGHT),
        (held(blur=5), AT, Hint.BLURRED),
        (held(side=90), ((200.0, 100.0), (290.0, 100.0), (290.0, 190.0), (200.0, 190.0)), Hint.FAR),
        (np.full((480, 640), 255, np.uint8), AT, Hint.BRIGHT),
        (np.zeros((480, 640), np.uint8), AT, Hint.DARK),
    ],
)
def test_what_is_the_matter(picture: Pixels, corners: tuple[tuple[float, float], ...], hint: Hint) -> None:
    assert judged(picture, corners) is hint


def test_nothing_is_said_before_the_code_was_seen_in_several_images() -> None:
    hints = Hints()
    said = []
    for number in range(IMAGES):
        said.append(hints.hint)
        hints.see(held(blur=5), False, (AT,), number * TENTH_NS)
    assert said == [None] * IMAGES
    assert hints.hint is Hint.BLURRED


def test_nothing_is_said_of_a_gate_where_nobody_holds_a_code() -> None:
    hints = Hints()
    for number in range(100):
        hints.see(held(blur=5), False, (), number * TENTH_NS)
    assert hints.hint is None


def test_what_is_read_or_taken_away_is_no_longer_spoken_of() -> None:
    for end in ("read", "away", "nobody looks"):
        hints = Hints()
        for number in range(IMAGES):
            hints.see(held(blur=5), False, (AT,), number * TENTH_NS)
        later_ns = IMAGES * TENTH_NS + GAP_NS
        if end == "read":
            hints.see(held(), True, (), IMAGES * TENTH_NS)
        elif end == "away":
            hints.see(held(), False, (), later_ns)
        else:
            hints.pass_over(later_ns)
        assert hints.hint is None, end


def test_one_other_judgement_does_not_change_what_is_said() -> None:
    hints = Hints()
    for number in range(2 * IMAGES):
        hints.see(held(low=2, high=60) if number == IMAGES else held(blur=5), False, (AT,), number * TENTH_NS)
    assert hints.hint is Hint.BLURRED


def test_the_detail_of_a_heartbeat_holds_the_hint_and_nothing_else_is_taken_for_one() -> None:
    for hint in Hint:
        assert hint_in(text(hint)) is hint
        assert len(text(hint)) <= MAX_DETAIL
    assert hint_in("") is hint_in("step_back: go") is hint_in("no image for 3 s") is None


def test_a_damaged_code_before_a_running_camera_is_spoken_of() -> None:
    picture = held()
    # Half of the bytes gone, the three corners whole: no error correction mends that.
    picture[190:310, 300:400] = (
        np.random.default_rng(1).integers(0, 2, (12, 10), np.uint8).repeat(10, 0).repeat(10, 1) * 255
    )
    assert glance(picture).symbols == ()
    assert glance(picture).unread
    eye = Eye()
    for number in range(IMAGES + 2):
        assert eye.look(Image(picture, number * TENTH_NS)) == ()
    assert eye.hint is Hint.UNREADABLE
    for number in range(40):
        eye.look(Image(np.full((480, 640), 110, np.uint8), (number + 20) * TENTH_NS))
    assert eye.hint is None
    assert glance(np.full((480, 640), 110, np.uint8)) == Glance((), ())
