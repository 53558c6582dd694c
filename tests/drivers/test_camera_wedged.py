"""A driver of the camera maker that hangs inside a call: the program must end all the same."""

from __future__ import annotations

from pathlib import Path

from drivers.events import Health
from tests.drivers.camera_program import ROOT, running

#: Stands in for the library of the Pi's ribbon camera: shows a code once, then never returns from a call again.
PICAMERA2 = """
import threading
import numpy as np
from drivers.simulator.picture import code_picture

class Request:
    def make_array(self, name):
        picture = code_picture("ribbon", np.random.default_rng(1), (1280, 720))
        grey = picture[:, :, 1]
        return np.pad(np.vstack([grey, grey[:360]]), ((0, 0), (0, 64)))  # YUV420: padded rows, colours below
    def release(self):
        pass

class Picamera2:
    def __init__(self, number):
        assert number == 1
        self.left = 3
    def create_video_configuration(self, main):
        return main
    def configure(self, configuration):
        assert configuration == {"format": "YUV420", "size": (1280, 720)}
    def start(self):
        pass
    def close(self):
        pass
    def capture_request(self):
        self.left -= 1
        if self.left < 0:
            threading.Event().wait()
        return Request()
"""


def test_a_wedged_driver_does_not_keep_the_program_alive(tmp_path: Path) -> None:
    (tmp_path / "picamera2.py").write_text(PICAMERA2)
    with running("--source", "picamera2:1", "--print", PYTHONPATH=f"{tmp_path}:{ROOT}") as program:
        code, said = program.end()
        assert code == 1
        assert said.startswith("camera: picamera2:1 gave no image for ")
        assert len(said.splitlines()) == 1
        assert [scan.payload for scan in program.scans] == [b"ribbon"]
        assert [beat.health for beat in program.beats[-2:]] == [Health.SILENT, Health.LOST]
