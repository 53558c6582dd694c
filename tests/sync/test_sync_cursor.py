from __future__ import annotations

import os
from pathlib import Path

import pytest

from sync.atomic import sweep, whole_file
from sync.cursor import Cursor, load_cursor, save_cursor


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    cursor = Cursor({(1 << 32) | 5: 17}, {"policy": 3, "keys": 1})
    save_cursor(tmp_path / "cursor.json", cursor)
    assert load_cursor(tmp_path / "cursor.json") == cursor


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"\0" * 512,
        b"{",
        b"[]",
        b"null",
        b'{"v": 2, "sent": {}, "orders": {}}',
        b'{"v": 1, "sent": {"x": 1}, "orders": {}}',
        b'{"v": 1, "sent": {"1": -1}, "orders": {}}',
        b'{"v": 1, "sent": {"1": true}, "orders": {}}',
        b'{"v": 1, "sent": [], "orders": {}}',
        b'{"v": 1, "orders": {}}',
        b"[" * 70_000,
        "{\u201c".encode("utf-16"),
    ],
)
def test_a_lost_or_damaged_cursor_is_an_empty_one(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "cursor.json"
    if content is not None:
        path.write_bytes(content)
    assert load_cursor(path) == Cursor()


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
