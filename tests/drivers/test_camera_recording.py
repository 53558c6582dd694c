"""Recordings and folders shown as a camera would."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from drivers.events import Health
from drivers.simulator.picture import code_picture, empty_scene
from tests.drivers.camera_program import running, wait_for

RNG = np.random.default_rng(6)


def test_a_recording_runs_at_its_own_speed_and_a_code_shown_again_is_a_second_scan(tmp_path: Path) -> None:
    gate, held = empty_scene(RNG), code_picture("walk", RNG)
    film = cv2.VideoWriter(str(tmp_path / "walk.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (640, 480))
    for image, count in ((gate, 2), (held, 5), (gate, 18), (held, 3)):
        for _ in range(count):
            film.write(image)
    film.release()
    with running("--source", str(tmp_path / "walk.avi"), "--print") as program:
        assert program.end() == (0, "")
        first, second = program.scans
        assert first.payload == second.payload == b"walk"
        assert 2e9 < second.observed_ns - first.observed_ns < 5e9
        assert len(program.beats) >= 2


def test_numbered_pictures_are_a_recording(tmp_path: Path) -> None:
    for number in range(5):
        cv2.imwrite(str(tmp_path / f"img_{number:04d}.png"), code_picture("numbered", RNG))
    with running("--source", str(tmp_path / "img_%04d.png"), "--print", "--fps", "100") as program:
        assert program.end() == (0, "")
        assert [scan.payload for scan in program.scans] == [b"numbered"]


def test_an_endless_folder_beats_every_second(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "1.png"), empty_scene(RNG))
    with running("--source", str(tmp_path), "--print", "--fps", "5", "--loop") as program:
        wait_for(lambda: len(program.beats) >= 3)
        times = [beat.observed_ns for beat in program.beats]
        assert all(0.9e9 < later - earlier < 2e9 for earlier, later in pairwise(times))
        assert {beat.health for beat in program.beats} == {Health.OK}
        assert program.scans == []
