"""Many rows at once are the rows that were given, with nothing in place of what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from sync.hub.database.bulk import add_rows
from sync.hub.database.store import create_store
from sync.hub.database.tables import part

KEY = ("east", 1)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(*KEY, 1, 5, b"{}", b"salt", None), (*KEY, 2, 5, b"", b"", None)],
        [(*KEY, 1, 5, None, None, b"\x00sealed"), (*KEY, 2, 5, b"{}", b"salt", None)],
        [(*KEY, seq, 5, None, None, None) for seq in range(1, 1001)],
    ],
    ids=["none", "a column is empty", "half of the columns", "all but the key"],
)
def test_rows_come_back_as_they_were_given(tmp_path: Path, rows: list[tuple[Any, ...]]) -> None:
    store = create_store(tmp_path / "hub.db")
    with store.writing() as connection:
        add_rows(connection, part, rows)
    with store.reading() as connection:
        assert [tuple(row) for row in connection.execute(select(part).order_by(part.c.seq))] == rows
    store.close()
