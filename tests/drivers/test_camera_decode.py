from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno

from drivers.camera.decode import Rotation, decode, grey, look_again, zbar, zbar_present, zxing
from drivers.camera.image import Pixels
from drivers.camera.passes import PASSES, fitted
from drivers.simulator.picture import PLAIN, Conditions, code, code_picture, empty_scene

ROOT = Path(__file__).parents[2]


def plain(payload: bytes | str, scale: int = 6, error: str = "m") -> Pixels:
    return np.kron(code(payload, error), np.ones((scale, scale), np.uint8))


LIVE = [each for each in PASSES if each.live]
HELD = b"VG1:" + b"0123456789ABCDEF" * 3
HARD = {
    "out of focus in the dusk": Conditions(share=0.3, blur=1.7, noise=3, light=0.5),
    "a noisy night": Conditions(share=0.3, blur=0.8, noise=25, light=0.6),
    "far away": Conditions(share=0.22, blur=0.9, noise=6, light=0.6),
}


def hard(conditions: Conditions, seed: int) -> Pixels:
    return grey(code_picture(HELD, np.random.default_rng(seed), (640, 480), conditions))


def test_three_kilobytes_of_bytes_pass_unchanged() -> None:
    payload = np.random.default_rng(1).bytes(2953)
    picture = code_picture(payload, np.random.default_rng(2), (1280, 960), PLAIN, error="l")
    assert [symbol.payload for symbol in decode(grey(picture))] == [payload]


@pytest.mark.parametrize(
    "payload",
    [
        b"\x00",
        b"a\x00b",
        "é".encode("latin-1"),
        "通行证".encode("gb18030"),
        "通行證".encode("big5"),
        "จ".encode(),
        b"\xff\xfe1",
    ],
)
def test_bytes_are_those_of_the_code_whatever_their_encoding(payload: bytes) -> None:
    assert [symbol.payload for symbol in decode(plain(payload))] == [payload]


def test_two_codes_in_one_picture() -> None:
    picture = grey(code_picture("left", np.random.default_rng(3), second="right"))
    assert {symbol.payload for symbol in decode(picture)} == {b"left", b"right"}


def test_the_quad_is_where_the_code_is_whichever_look_found_it() -> None:
    canvas = np.full((600, 900), 255, np.uint8)
    modules = plain("where", scale=8)[32:-32, 32:-32]
    side = modules.shape[0]
    canvas[200 : 200 + side, 500 : 500 + side] = modules
    expected = {(500, 200), (500 + side, 200), (500, 200 + side), (500 + side, 200 + side)}
    found = 0
    for each in PASSES:
        for symbol in look_again(fitted(canvas), each, max(canvas.shape), (450, 150, 800, 480)).symbols:
            found += 1
            for corner in expected:
                assert min(np.hypot(x - corner[0], y - corner[1]) for x, y in symbol.quad) < 12, each.name
    assert found >= 6


@pytest.mark.parametrize("conditions", HARD.values(), ids=HARD)
def test_second_looks_read_what_the_first_does_not(conditions: Conditions) -> None:
    missed = [picture for picture in (hard(conditions, seed) for seed in range(6)) if not zxing(picture)]
    assert len(missed) >= 4, "too easy to show anything"
    read = [symbol.payload for picture in missed for symbol in decode(picture)]
    assert read == [HELD] * len(missed)


@pytest.mark.parametrize("conditions", HARD.values(), ids=HARD)
def test_a_running_camera_takes_the_second_looks_in_turn_and_stays_with_the_good_one(conditions: Conditions) -> None:
    picture = next(picture for picture in (hard(conditions, seed) for seed in range(6)) if not zxing(picture))
    rotation = Rotation()
    reads = [bool(rotation.decode(picture)) for _ in range(len(LIVE) + 3)]
    first = reads.index(True)
    assert first < len(LIVE)
    assert all(reads[first:])
    assert rotation.decode(picture, again=False) == ()


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_read_where_there_is_no_code(seed: int) -> None:
    rng = np.random.default_rng(seed)
    noise = rng.integers(0, 256, (240, 320), dtype=np.uint8)
    blocks = (rng.integers(0, 2, (60, 80)) * 255).astype(np.uint8).repeat(6, 0).repeat(6, 1)
    assert decode(noise) == decode(blocks) == decode(grey(empty_scene(rng))) == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (20, 20), (21, 21), (22, 3000)])
def test_images_of_odd_shapes_are_harmless(shape: tuple[int, int]) -> None:
    assert decode(np.zeros(shape, np.uint8)) == ()
    assert Rotation().decode(np.full(shape, 255, np.uint8)) == ()


@pytest.mark.skipif(not zbar_present(), reason="libzbar0 is not installed")
def test_of_zbar_only_ascii_is_believed() -> None:
    assert [symbol.payload for symbol in zbar(plain("plain"))] == [b"plain"]
    assert zbar(plain("é".encode("latin-1"))) == ()


@pytest.mark.skipif(not zbar_present(), reason="libzbar0 is not installed")
def test_a_lone_part_of_a_structured_append_does_not_break_zbar() -> None:
    part = segno.make_sequence("x" * 200, version=3)[0]
    modules = np.array([[0 if dark else 255 for dark in row] for row in part.matrix_iter(scale=6, border=4)], np.uint8)
    assert zbar(modules) == ()


def test_micro_codes_are_left_alone() -> None:
    modules = segno.make_micro("12345").matrix_iter(scale=8, border=4)
    assert decode(np.array([[0 if dark else 255 for dark in row] for row in modules], np.uint8)) == ()


def test_without_zbar_there_is_a_word_in_the_log_and_codes_are_read(tmp_path: Path) -> None:
    (tmp_path / "pyzbar").mkdir()
    (tmp_path / "pyzbar" / "__init__.py").touch()
    (tmp_path / "pyzbar" / "pyzbar.py").write_text("raise ImportError('Unable to find zbar shared library')")
    photographs = tmp_path / "photographs"
    photographs.mkdir()
    cv2.imwrite(str(photographs / "1.png"), empty_scene(np.random.default_rng(1), (160, 120)))
    cv2.imwrite(str(photographs / "2.png"), plain("still read"))
    done = subprocess.run(
        [sys.executable, "-m", "drivers.camera", "--source", str(photographs), "--print"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
    )
    assert done.returncode == 0
    assert "still read" in done.stdout
    assert done.stderr.count("zbar is not installed") == 1
