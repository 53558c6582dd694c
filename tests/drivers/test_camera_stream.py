"""The driver before a network camera: the whole way from a picture to an event, in two processes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from drivers.events import Health
from drivers.simulator.camera import FPS, MjpegCamera
from drivers.simulator.picture import code_picture, empty_scene
from tests.drivers.camera_program import running, wait_for

RNG = np.random.default_rng(9)


@pytest.fixture
def camera() -> Iterator[MjpegCamera]:
    with MjpegCamera(empty=empty_scene(RNG)) as camera:
        yield camera


def let_pass(camera: MjpegCamera, seconds: float) -> None:
    """Until the camera has sent the images of so many *seconds*."""
    until = camera.sent + seconds * FPS
    wait_for(lambda: camera.sent >= until)


def test_a_code_held_is_one_scan_and_shown_again_two_and_a_neighbour_is_counted(camera: MjpegCamera) -> None:
    with running("--source", camera.url, "--print") as program:
        wait_for(lambda: program.beats)
        camera.show(code_picture("held", RNG))
        let_pass(camera, 3)
        assert [scan.payload for scan in program.scans] == [b"held"]
        camera.clear()
        let_pass(camera, 1.8)
        camera.show(code_picture("held", RNG))
        wait_for(lambda: len(program.scans) == 2)
        camera.show(code_picture("held", RNG, second="neighbour"))
        wait_for(lambda: len(program.scans) == 3)
        assert [(scan.payload, scan.in_image) for scan in program.scans] == [
            (b"held", 1),
            (b"held", 1),
            (b"neighbour", 2),
        ]
        assert {beat.health for beat in program.beats} == {Health.OK}
        camera.unplug()
        code, said = program.end()
        assert code == 3
        assert said == f"camera: {camera.url} stopped giving images; is the network camera on and its cable in?\n"
        assert program.beats[-1].health is Health.LOST
        assert program.beats[-1].detail == said.rstrip("\n")
