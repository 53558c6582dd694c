"""zbar in its own process: it may die, hang, lie or be missing, and the camera goes on."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.camera.decode import zbar, zbar_present
from drivers.camera.image import Pixels
from drivers.camera.zbar_process import LONGEST_WAIT_S, WELL, ZbarProcess
from drivers.camera.zbar_worker import ABSENT, COUNT, MOST_SYMBOLS, POINT, READY, SYMBOL
from drivers.simulator.picture import code
from tests.drivers.camera_program import ROOT, running, wait_for

#: A worker that says hello, takes one image and then does what is put in its place.
STAND_IN = """
import struct, sys, threading
sys.stdout.buffer.write({hello!r}); sys.stdout.buffer.flush()
while head := sys.stdin.buffer.read(8):
    height, width = struct.unpack("<II", head)
    pixels = sys.stdin.buffer.read(height * width)
    {then}
    sys.stdout.buffer.flush()
"""
DIES = "import os; os.abort()"
HANGS = "threading.Event().wait()"


def plain(payload: bytes | str, scale: int = 6) -> Pixels:
    return np.kron(code(payload), np.ones((scale, scale), np.uint8))


def stand_in(then: str, hello: bytes = READY) -> list[str]:
    return [sys.executable, "-c", STAND_IN.format(hello=hello, then=then)]


def says(answer: bytes) -> list[str]:
    return stand_in(f"sys.stdout.buffer.write({answer!r})")


class Clock:
    """Real time and what is added to it."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead_s


@pytest.mark.skipif(not zbar_present(), reason="libzbar0 is not installed")
def test_it_reads_what_zbar_reads_and_ascii_alone() -> None:
    with ZbarProcess() as process:
        process.settle()
        assert process.ready
        for picture in (
            plain("plain"),
            plain("x" * 200, 4),
            plain("é".encode("latin-1")),
            np.zeros((64, 80), np.uint8),
        ):
            assert process(picture) == zbar(picture)
        assert [symbol.payload for symbol in process(plain("plain").T)] == [b"plain"]
        large = np.full((1400, 1400), 255, np.uint8)
        assert process(large) == ()


@pytest.mark.skipif(not zbar_present(), reason="libzbar0 is not installed")
def test_a_worker_that_was_killed_is_started_again_and_reads() -> None:
    clock = Clock()
    with ZbarProcess(clock=clock, image_s=10) as process:
        process.settle()
        assert process.pid is not None
        os.kill(process.pid, signal.SIGSEGV)
        assert process(plain("gone")) == ()
        assert process.pid is None
        assert process(plain("too early")) == ()
        clock.ahead_s += 1.5
        process(plain("starting"))
        process.settle()
        assert [symbol.payload for symbol in process(plain("back"))] == [b"back"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (stand_in(DIES), r"zbar died \(exit code -6\)"),
        (stand_in(HANGS), "zbar gave no answer within 0.2 s"),
        (says(COUNT.pack(MOST_SYMBOLS + 1)), "zbar spoke of 33 codes"),
        (says(COUNT.pack(1) + SYMBOL.pack(0, 60_000)), "zbar spoke of a code of 0 corners and 60000 bytes"),
        (says(COUNT.pack(1) + SYMBOL.pack(0, 2) + "é".encode()), "zbar spoke of a code that is none"),
        (says(COUNT.pack(1) + SYMBOL.pack(1, 1) + POINT.pack(float("nan"), 0) + b"x"), "zbar spoke of a code that is"),
        (says(COUNT.pack(2) + SYMBOL.pack(0, 1) + b"x"), "zbar gave no answer within 0.2 s"),
    ],
)
def test_what_is_no_answer_ends_the_worker(command: list[str], said: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), ZbarProcess(command, image_s=0.2) as process:
        process.settle()
        pid = process.pid
        began_s = time.monotonic()
        assert process(plain("anything")) == ()
        assert time.monotonic() - began_s < 5
        assert process.pid is None
        with pytest.raises(ProcessLookupError):
            os.kill(pid or 0, 0)
    assert len(caplog.messages) == 1
    assert caplog.records[0].getMessage().startswith("camera: ")
    assert re.search(said, caplog.messages[0])


def test_it_is_started_again_ever_more_seldom(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    with ZbarProcess(stand_in(DIES), first_wait_s=1.0, clock=clock, image_s=10) as process:
        for _ in range(9):
            process.settle()
            assert process(plain("deadly")) == ()
            clock.ahead_s += LONGEST_WAIT_S
            process(plain("deadly"))
    waits = [message.rsplit(" ", 2)[1] for message in caplog.messages if "started again in" in message]
    assert waits[:7] == ["1", "2", "4", "8", "16", "32", "60"]


def test_after_many_good_answers_a_death_is_a_first_one(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    small = np.zeros((30, 30), np.uint8)
    with ZbarProcess(says(COUNT.pack(0)), clock=clock, image_s=10) as process:
        for _ in range(2):
            process.settle()
            for _ in range(WELL):
                assert process(small) == ()
            os.kill(process.pid or 0, signal.SIGKILL)
            assert process(small) == ()
            clock.ahead_s += 1.5
            process(small)
    assert [message for message in caplog.messages if "started again in 2 s" in message] == []
    assert sum("started again in 1 s" in message for message in caplog.messages) == 2


def test_a_machine_without_zbar_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    command = stand_in("pass", hello=ABSENT + b"Unable to find zbar shared library\n")
    with ZbarProcess(command) as process:
        process.settle()
        assert process.absent
        assert process(plain("nothing")) == process(plain("more")) == ()
    assert caplog.messages == [
        "camera: zbar is not installed (Unable to find zbar shared library); going on with zxing-cpp alone"
    ]


def test_a_program_that_cannot_be_started_is_no_reason_to_stop(caplog: pytest.LogCaptureFixture) -> None:
    with ZbarProcess(["/nowhere/python"]) as process:
        assert process(plain("nothing")) == ()
    assert "cannot be started: No such file" in caplog.text


def test_the_driver_goes_on_when_its_zbar_is_killed_and_takes_it_along_when_it_ends(tmp_path: Path) -> None:
    for number in range(40):
        cv2.imwrite(str(tmp_path / f"{number:04}.png"), plain(f"code {number}"))
    with running("--source", str(tmp_path), "--fps", "10", "--loop", "--print") as program:
        program.wait_for(lambda: len(program.scans) >= 2)
        worker = _child(program.process.pid)
        assert b"drivers.camera.zbar_worker" in Path(f"/proc/{worker}/cmdline").read_bytes()
        os.kill(worker, signal.SIGKILL)
        seen = len(program.scans)
        program.wait_for(lambda: len(program.scans) >= seen + 5)
        program.process.send_signal(signal.SIGTERM)
        assert program.end()[0] == 0
        wait_for(lambda: not Path(f"/proc/{worker}").exists())


def _child(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    wait_for(lambda: children.read_text().split())
    return int(children.read_text().split()[0])


def test_the_worker_loads_neither_opencv_nor_numpy() -> None:
    code_ = "import sys, drivers.camera.zbar_worker as w; print({'cv2', 'numpy', 'zxingcpp'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code_], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"
