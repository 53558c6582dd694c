"""Where the camera's events go, and how it is stopped."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import cv2
import numpy as np

from drivers.datagram import decode
from drivers.events import Scan
from drivers.simulator.picture import code_picture
from tests.drivers.camera_program import running

RNG = np.random.default_rng(6)


def test_scans_reach_the_inbox_and_sigterm_ends_it_well(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "1.png"), code_picture("inbox", RNG))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
        inbox.bind(str(tmp_path / "inbox"))
        inbox.settimeout(20)
        arguments = ["--source", str(tmp_path), "--inbox", str(tmp_path / "inbox"), "--fps", "20", "--loop"]
        with running(*arguments) as program:
            seen = [decode(inbox.recv(20_000)) for _ in range(3)]
            assert [event.payload for event in seen if isinstance(event, Scan)] == [b"inbox"]
            program.process.send_signal(signal.SIGTERM)
            assert program.end() == (0, "")


def test_without_a_desk_the_scan_ends_the_driver_loudly(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "1.png"), code_picture("lost", RNG))
    with running("--source", str(tmp_path), "--inbox", str(tmp_path / "nobody")) as program:
        code, said = program.end()
        assert code == 4
        assert len(said.splitlines()) == 1
        assert "is the desk running?" in said
