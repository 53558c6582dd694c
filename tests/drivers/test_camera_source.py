from __future__ import annotations

import itertools
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.camera.capture import unpacked
from drivers.camera.image import Image, Pixels, SourceEnd, SourceLost
from drivers.camera.live import Live
from drivers.camera.source import open_source, without_password
from drivers.camera.still import Stills
from tests.drivers.camera_program import wait_for

GREY = np.full((48, 64), 90, np.uint8)


class Numbered:
    """A camera whose images are numbered, a hundred a second, until *last*."""

    def __init__(self, last: int = 10**9, damaged: int = 0) -> None:
        self.number = 0
        self.retrieved = 0
        self.released = threading.Event()
        self._last = last
        self._damaged = damaged
        self._tick = threading.Event()

    def grab(self) -> bool:
        self._tick.wait(0.01)
        self.number += 1
        return self.number <= self._last

    def retrieve(self) -> Pixels | None:
        self.retrieved += 1
        return None if self.number <= self._damaged else np.full((1, 1), self.number % 256, np.uint8)

    def release(self) -> None:
        self.released.set()


def image(source: Live) -> Image:
    return next(image for image in iter(lambda: source.next(0.5), object()) if isinstance(image, Image))


def ask_on(source: Live) -> None:
    for _ in range(100):
        source.next(0.05)


def test_only_the_newest_image_is_given_and_the_others_are_never_unpacked() -> None:
    camera = Numbered()
    source = Live("numbered", lambda: camera, "check", fps=100)
    image(source)
    before = camera.number
    wait_for(lambda: camera.number > before + 20)
    asked_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    newest = image(source)
    assert newest.pixels[0, 0] > before + 20
    assert newest.observed_ns > asked_ns - 30_000_000
    assert camera.retrieved <= 3
    assert source.close()
    assert camera.released.is_set()


def test_no_more_images_are_looked_at_than_asked_for() -> None:
    source = Live("numbered", Numbered, "check", fps=20)
    image(source)
    times = [image(source).observed_ns for _ in range(7)]
    assert (times[-1] - times[0]) / 6 > 40_000_000
    assert source.close()


def test_damaged_images_are_not_given() -> None:
    source = Live("numbered", lambda: Numbered(damaged=5), "check", fps=100)
    assert image(source).pixels[0, 0] > 5
    assert source.close()


def test_a_camera_that_is_gone_is_lost_with_what_to_check() -> None:
    source = Live("numbered", lambda: Numbered(last=2), "is it plugged in?", fps=100)
    with pytest.raises(SourceLost, match=r"numbered stopped giving images; is it plugged in\?"):
        ask_on(source)
    assert source.close()


@pytest.mark.parametrize("images_before", [0, 2])
def test_a_call_that_never_returns_is_noticed_from_outside(images_before: int) -> None:
    wedge = threading.Event()

    class Wedged(Numbered):
        def grab(self) -> bool:
            if self.number >= images_before:
                wedge.wait()
                return False
            return super().grab()

    source = Live("wedged", Wedged, "check", fps=100, first_s=0.2, stale_s=0.2)
    with pytest.raises(SourceLost, match="wedged gave no image for"):
        ask_on(source)
    assert source.close() is False
    wedge.set()
    wait_for(source.close)


def test_opening_that_never_returns_is_noticed_too() -> None:
    wedge = threading.Event()

    def hang() -> Numbered:
        wedge.wait()
        return Numbered(last=0)

    source = Live("wedged", hang, "check", fps=100, first_s=0.1)
    with pytest.raises(SourceLost):
        ask_on(source)
    wedge.set()
    wait_for(source.close)


def test_v4l2_bytes_are_unpacked_to_grey() -> None:
    jpeg = cv2.imencode(".jpg", GREY)[1]
    for row in (jpeg.reshape(1, -1), jpeg.reshape(-1, 1)):
        grey = unpacked(row)
        assert grey is not None
        assert np.array_equal(grey, GREY)
    assert unpacked(np.zeros((1, 500), np.uint8)) is None
    yuyv = np.dstack([GREY, np.full_like(GREY, 128)])
    grey = unpacked(yuyv)
    assert grey is not None
    assert np.array_equal(grey, GREY)
    bgr = np.dstack([GREY] * 3)
    assert unpacked(bgr) is bgr


def test_photographs_come_in_order_and_end(tmp_path: Path) -> None:
    for name, level in (("b.png", 2), ("a.PNG", 1), ("c.bmp", 3)):
        cv2.imwrite(str(tmp_path / name), np.full((4, 4), level, np.uint8))
    source = open_source(str(tmp_path))
    assert source.stills
    images = list(itertools.islice(iter(lambda: source.next(0), None), 3))
    assert [int(image.pixels[0, 0]) for image in images if image] == [1, 2, 3]
    with pytest.raises(SourceEnd):
        source.next(0)


def test_photographs_as_a_camera_come_at_its_rate_and_again(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), GREY)
    source = open_source(str(tmp_path), fps=50, loop=True)
    assert not source.stills
    images = [image for image in (source.next(0.01) for _ in range(20)) if image]
    assert 5 <= len(images) < 20


def test_a_folder_of_broken_images_is_not_read_for_ever(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"broken")
    with pytest.raises(SourceLost, match="is it damaged"):
        Stills("folder", [tmp_path / "a.png"], None, loop=True).next(0)


@pytest.mark.parametrize("spec", ["nowhere", "picamera2:x", "nowhere.mp4", "ftp://127.0.0.1/"])
def test_what_names_no_source_is_refused(spec: str) -> None:
    with pytest.raises(SourceLost, match=r"^camera: ") as refused:
        open_source(spec)
    assert isinstance(refused.value, OSError)
    assert refused.value.code == "camera.lost"


def test_a_password_is_never_shown() -> None:
    assert without_password("http://me:secret@10.0.0.9:81/video?x=1") == "http://10.0.0.9:81/video?x=1"
    assert without_password("/dev/video0") == "/dev/video0"
