"""A network camera that keeps its connection and sends nothing more."""

from __future__ import annotations

import signal
import time

from drivers.events import Health
from drivers.simulator.camera import MjpegCamera
from tests.drivers.camera_program import running, wait_for


def test_a_camera_that_hangs_is_called_silent_and_then_lost() -> None:
    with MjpegCamera() as camera, running("--source", camera.url, "--print") as program:
        wait_for(lambda: program.beats)
        camera.stall()
        code, said = program.end()
        assert code == 3
        assert len(said.splitlines()) == 1
        assert [beat.health for beat in program.beats[-2:]] == [Health.SILENT, Health.LOST]


def test_a_camera_that_hangs_does_not_hold_up_the_end() -> None:
    with MjpegCamera() as camera, running("--source", camera.url, "--print") as program:
        wait_for(lambda: program.beats)
        camera.stall()
        asked_s = time.monotonic()
        program.process.send_signal(signal.SIGTERM)
        assert program.end() == (0, "")
        assert time.monotonic() - asked_s < 2
