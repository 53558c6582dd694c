"""The whole product on one machine: a day is played through the real programs, and counted by a stranger."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.alone
@pytest.mark.timeout(240)
def test_the_first_day_comes_to_its_totals(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    day = ROOT / "tests/days/first.toml"
    command = [sys.executable, "-m", "station", "up", "--demo", "--day", str(day), "--exit", "--json", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=220, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(out.read_text())
    assert found["journal_verified"] is True
    assert found["hub_entries"] == found["entries"]
