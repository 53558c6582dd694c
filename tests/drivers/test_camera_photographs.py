"""Photographs that nobody here took."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.decode import images_below, is_right, truth_of
from drivers.camera.decode import decode
from drivers.camera.passes import fitted
from drivers.camera.still import read_grey


def count(folder: Path, only: str) -> tuple[int, int, int]:
    """Images, read rightly, read wrongly."""
    images = right = wrong = 0
    for path in (path for path in images_below(folder) if path.relative_to(folder).as_posix().startswith(only)):
        grey, truth = read_grey(path), truth_of(path)
        payloads = [symbol.payload for symbol in decode(fitted(grey))] if grey is not None else []
        good = [truth is None or is_right(payload, truth) for payload in payloads]
        images, right, wrong = images + 1, right + any(good), wrong + (bool(good) and not any(good))
    return images, right, wrong


@pytest.mark.parametrize(
    ("folder", "only", "images", "at_least"), [("zxing-cpp", "qrcode-", 137, 133), ("jsqr", "", 254, 246)]
)
def test_photographs_are_read(testdata: Path, folder: str, only: str, images: int, at_least: int) -> None:
    seen, right, wrong = count(testdata / "qr" / folder, only)
    assert seen == images
    assert right >= at_least
    assert wrong == 0


def test_nothing_is_read_in_photographs_without_a_code(testdata: Path) -> None:
    assert count(testdata / "qr" / "zxing-cpp", "falsepositives-")[1] == 0
