from __future__ import annotations

from pathlib import Path

import pytest

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
