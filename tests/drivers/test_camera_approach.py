"""``bench approach``: what it shows the decoders, what it counts and how it writes."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno

from benchmarks.approach import ERROR, SCENES, SIZE, Scene, approach, first_images, main, payload, run, shares, summary
from drivers.camera.decode import decode
from drivers.simulator.picture import Conditions

KEYS = {"decoded", "of", "median_first_image"}


def text(seed: int) -> bytes:
    return payload(np.random.default_rng((seed, 2)))


def test_the_code_is_as_dense_as_a_certificate() -> None:
    made = segno.make_qr(text(0).decode(), error=ERROR, boost_error=False)
    assert (made.designator, made.mode) == ("19-Q", "alphanumeric")
    assert text(0) != text(1)


def test_the_code_grows_with_each_image() -> None:
    grown = shares(7)
    assert len(grown) == 7
    assert all(small < large for small, large in itertools.pairwise(grown))


@pytest.mark.parametrize("name", SCENES)
def test_an_approach_ends_with_a_code_that_can_be_read_and_is_the_same_each_time(name: str) -> None:
    far, near = approach(SCENES[name], text(1), 1, images=2)
    assert far.shape == near.shape == SIZE[::-1]
    assert np.array_equal(far, next(approach(SCENES[name], text(1), 1, images=2)))
    assert [symbol.payload for symbol in decode(near)] == [text(1)]


def test_at_night_the_code_is_too_far_away_at_first() -> None:
    assert decode(next(approach(SCENES["night"], text(1), 1))) == ()


def test_wave_and_lamp_change_the_picture() -> None:
    day = next(approach(SCENES["day"], text(1), 1, images=2))
    for name in ("glare", "fast wave"):
        assert cv2.absdiff(day, next(approach(SCENES[name], text(1), 1, images=2))).max() > 60


def test_by_day_both_read_the_code_when_it_is_near_and_the_product_also_when_it_is_far() -> None:
    assert first_images(SCENES["day"], 1, images=2) == {"product": 1, "zxing-cpp": 2}


def test_an_approach_without_any_code_counts_one_more_than_its_images() -> None:
    dark = Scene(Conditions(light=0))
    assert first_images(dark, 1, images=2) == {"product": 3, "zxing-cpp": 3}
    assert summary([2, 31, 8], images=30) == {"decoded": 2, "of": 3, "median_first_image": 8}


def test_the_result_has_both_pipelines_for_each_scene() -> None:
    scenes = run({"day": SCENES["day"]}, approaches=1, images=2)["scenes"]
    assert scenes.keys() == {"day"}
    assert scenes["day"].keys() == {"product", "zxing-cpp"}
    assert all(each.keys() == KEYS for each in scenes["day"].values())


def test_the_result_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    assert main(["--approaches", "1", "--images", "1", "--json", str(tmp_path / "out.json")]) == 0
    assert json.loads((tmp_path / "out.json").read_text())["scenes"].keys() == SCENES.keys()
    assert main(["--approaches", "1", "--images", "1", "--json", str(tmp_path / "nowhere" / "out.json")]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.parametrize("arguments", [["--approaches", "0"], ["--images", "0"], ["--approach", "1"]])
def test_options_that_make_no_sense_are_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2
