"""A whole day at one gate, 00:00 to 24:00, through the real programs; 15 to 20 minutes.

The rows are played at the page and the devices; what came of them is counted by a program that never sees the rows.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DAY = ROOT / "tests/days/day.toml"


def play(folder: Path, *more: str) -> dict[str, Any]:
    out = folder / "out.json"
    command = [sys.executable, "-m", "station", "up", "--demo", "--day", str(DAY), "--exit", "--json", str(out), *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=2_400, check=False)
    assert done.returncode == 0, done.stderr[-5000:]
    found: dict[str, Any] = json.loads(out.read_text())
    return found


@pytest.mark.alone
@pytest.mark.timeout(2_500)
def test_the_whole_day_comes_to_its_totals(tmp_path: Path) -> None:
    found = play(tmp_path)
    assert found["journal_verified"] is True
    assert found["hub_entries"] == found["entries"]
    assert found["unsent"] == 0


@pytest.mark.alone
@pytest.mark.timeout(2_500)
def test_the_morning_alone_comes_to_its_totals(tmp_path: Path) -> None:
    assert play(tmp_path, "--rows", "1-34")["journal_verified"] is True
