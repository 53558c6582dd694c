"""The ribbon camera's own program, and a maker's driver that hangs inside a call: ours must end all the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from drivers.camera import ribbon
from drivers.camera.capture import open_ribbon
from drivers.camera.image import SourceLost
from drivers.events import Health
from drivers.simulator.picture import code_picture
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


def ribbon_python(folder: Path, module: str) -> str:
    """Stands in for Debian's Python: it finds *module* as picamera2, though it is told to be isolated."""
    (folder / "picamera2.py").write_text(module)
    program = folder / "python3"
    program.write_text(f'#!/bin/sh\nshift\nPYTHONPATH={folder}:{ROOT} exec {sys.executable} "$@"\n')
    program.chmod(0o755)
    return str(program)


def test_a_wedged_driver_does_not_keep_the_program_alive(tmp_path: Path) -> None:
    python = ribbon_python(tmp_path, PICAMERA2)
    with running("--source", "picamera2:1", "--ribbon-python", python, "--print") as program:
        code, said = program.end()
        assert code == 3
        assert said.startswith("camera: picamera2:1 gave no image for ")
        assert len(said.splitlines()) == 1
        assert [scan.payload for scan in program.scans] == [b"ribbon"]
        assert [beat.health for beat in program.beats[-2:]] == [Health.SILENT, Health.LOST]


@pytest.mark.parametrize(
    ("module", "why"),
    [
        ("raise ImportError('no such thing')", "picamera2 is not installed; install python3-picamera2"),
        (
            "def Picamera2(number): raise IndexError('list index\\nout of range')",
            "list index out of range; is the ribbon",
        ),
        ("def Picamera2(number): raise RuntimeError", "RuntimeError; is the ribbon seated at both ends?"),
    ],
)
def test_a_camera_that_cannot_be_opened_says_why(tmp_path: Path, module: str, why: str) -> None:
    with pytest.raises(SourceLost, match=rf"camera: picamera2:0: {re.escape(why)}"):
        open_ribbon(0, ribbon_python(tmp_path, module))


def test_images_come_through_whole_and_in_grey(tmp_path: Path) -> None:
    camera = open_ribbon(1, ribbon_python(tmp_path, PICAMERA2))
    try:
        assert camera.grab()
        first = camera.retrieve()
        assert camera.grab()
        assert camera.grab()
        second = camera.retrieve()
    finally:
        camera.release()
    assert first is not None
    assert first.shape == (720, 1280)
    assert np.array_equal(first, second)
    assert np.array_equal(first, code_picture("ribbon", np.random.default_rng(1), (1280, 720))[:, :, 1])


@pytest.mark.parametrize(
    ("then", "opens"),
    [
        ("exit 0", True),
        ("printf '+'; exit 0", True),
        ("printf '+'; head -c 1 >/dev/null; printf '+'; head -c 1 >/dev/null; printf '+half an image'; exit 0", True),
        ("printf '+'; head -c 1 >/dev/null; printf -- '-unplugged\\n'; exit 1", False),
    ],
)
def test_a_program_that_ends_in_the_middle_is_a_camera_that_is_gone(tmp_path: Path, then: str, opens: bool) -> None:
    program = tmp_path / "python3"
    program.write_text(f"#!/bin/sh\n{then}\n")
    program.chmod(0o755)
    camera = open_ribbon(0, str(program))
    try:
        if opens:
            assert not (camera.grab() and camera.retrieve() is not None)
        else:
            with pytest.raises(SourceLost, match="unplugged"):
                camera.grab()
    finally:
        camera.release()


def test_without_that_python_the_camera_is_missing() -> None:
    with pytest.raises(SourceLost, match="/nowhere/python3 cannot be started: No such file"):
        open_ribbon(0, "/nowhere/python3")


def test_the_program_needs_nothing_of_this_project() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", ribbon.__file__, "0", "64", "48"], capture_output=True, check=False, cwd="/"
    )
    assert (done.returncode, done.stdout) == (1, b"-picamera2 is not installed; install python3-picamera2\n")
