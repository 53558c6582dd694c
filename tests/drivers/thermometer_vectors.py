"""Frames collected from makers' notes, read in place beside the checkout; skipped where they are absent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def vector(name: str) -> dict[str, Any]:
    path = Path(__file__).parents[3] / "shared" / "protocols" / "vectors.json"
    if not path.is_file():
        pytest.skip(f"no recorded frames at {path}")
    rows = {row["id"]: row for row in json.loads(path.read_text())}
    row: dict[str, Any] = rows[name]
    return row


def centi(celsius: float) -> int:
    return round(celsius * 100)
