"""A file is whole or as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from station.atomic import sweep, whole_file


def test_a_file_is_whole_or_absent(tmp_path: Path) -> None:
    path = tmp_path / "receipt-1.doc"
    path.write_bytes(b"old")

    def fail() -> None:
        with whole_file(path) as file:
            file.write(b"half of the n")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_power_cut_left_is_swept_and_what_is_being_written_stays(tmp_path: Path) -> None:
    old, new, whole = tmp_path / ".order.doc.7.part", tmp_path / ".order.doc.8.part", tmp_path / "order.doc"
    for path in (old, new, whole):
        path.touch()
    os.utime(old, (1000, 1000))
    os.utime(whole, (1000, 1000))
    sweep(tmp_path, 2000)
    assert sorted(tmp_path.iterdir()) == sorted([new, whole])
