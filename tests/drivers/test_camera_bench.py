"""``bench decode``: what it counts and how it writes."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.decode import main, text_of
from drivers.simulator.picture import code_picture, empty_scene

KEYS = {"images", "decoded", "wrong", "mean_ms", "median_ms", "p95_ms", "payloads"}


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """Five images: right text, right bytes, a wrong text, no truth, and nothing to be read."""
    rng = np.random.default_rng(8)
    folder = tmp_path / "photographs"
    (folder / "below").mkdir(parents=True)
    cv2.imwrite(str(folder / "text.png"), code_picture("两行\r\ntwo lines", rng))
    (folder / "text.txt").write_text("两行\ntwo lines\n")
    cv2.imwrite(str(folder / "bytes.jpg"), code_picture(b"\xff\x00", rng))
    (folder / "bytes.bin").write_bytes(b"\xff\x00")
    cv2.imwrite(str(folder / "wrong.webp"), code_picture("one thing", rng))
    (folder / "wrong.txt").write_text("another")
    cv2.imwrite(str(folder / "below" / "unknown.bmp"), code_picture("anything", rng))
    (folder / "below" / "output.json").write_text("null")
    cv2.imwrite(str(folder / "empty.png"), empty_scene(rng))
    return folder


def test_the_benchmark_counts_by_the_truth_beside_the_images(photographs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert main(["--images", str(photographs), "--json", str(out)]) == 0
    pipelines = json.loads(out.read_text())["pipelines"]
    assert {"product", "zxing-cpp", "opencv"} <= pipelines.keys() <= {"product", "zxing-cpp", "pyzbar", "opencv"}
    assert all(each.keys() == KEYS for each in pipelines.values())
    product = pipelines["product"]
    assert (product["images"], product["decoded"], product["wrong"]) == (5, 3, 1)
    assert product["payloads"] == {
        "below/unknown.bmp": ["anything"],
        "bytes.jpg": ["\xff\x00"],
        "empty.png": [],
        "text.png": ["两行\r\ntwo lines"],
        "wrong.webp": ["one thing"],
    }
    assert 0 < product["median_ms"] <= product["p95_ms"]
    assert list(tmp_path.glob(".out*")) == []


def test_without_any_truth_wrong_is_not_known(photographs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert main(["--images", str(photographs / "below"), "--json", str(out)]) == 0
    assert json.loads(out.read_text())["pipelines"]["product"]["wrong"] is None


def test_the_result_is_written_whole_or_not_at_all(photographs: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    assert main(["--images", str(photographs / "below"), "--json", str(tmp_path / "taken")]) == 1
    assert main(["--images", str(photographs / "below"), "--json", str(tmp_path / "nowhere" / "out.json")]) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"photographs", "taken"}


def test_a_folder_without_images_and_unknown_options_are_errors(tmp_path: Path) -> None:
    assert main(["--images", str(tmp_path)]) == 1
    for arguments in ([], ["--images", str(tmp_path / "nowhere")], ["--images", str(tmp_path), "--image", "x"]):
        with pytest.raises(SystemExit) as refused:
            main(arguments)
        assert refused.value.code == 2


def test_payloads_are_shown_as_the_text_they_most_likely_are() -> None:
    assert text_of("é".encode()) == "é"
    assert text_of("ダブル".encode("shift_jis")) == "ダブル"
    assert text_of(b"\xff\x00") == "\xff\x00"
