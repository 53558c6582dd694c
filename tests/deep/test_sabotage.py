"""Removing the signal lamp, the pairing rule or the dedupe turns the first day red.

The programs run from a copy in which one line is changed, so that the day is shown to depend on it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: what is removed → file, the line that does it, and what stands there instead
SABOTAGE = {
    "nothing": ("station/kinds.py", "URGENT: Final", "URGENT: Final"),
    "the lamps": (
        "drivers/showing.py",
        "            on[self._light.lamp] = Drive()\n",
        "            pass\n",
    ),
    "the pairing rule": (
        "station/lane/pairing.py",
        'lane.visit = replace(lane.ask(visit, "two_people"), rival=person, touched_ms=now_ms, event_ns=event_ns)',
        "return",
    ),
    "the dedupe": ("drivers/camera/dedupe.py", "GAP_NS = 1_500_000_000", "GAP_NS = 0"),
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("what", SABOTAGE)
def test_the_day_depends_on(what: str, tmp_path: Path) -> None:
    for package in ("drivers", "station", "sync"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    file, line, instead = SABOTAGE[what]
    target = tmp_path / file
    source = target.read_text("utf-8")
    assert source.count(line) == 1, f"{file} has changed; name the line that holds {what}"
    target.write_text(source.replace(line, instead), "utf-8")
    day = ROOT / "tests/days/first.toml"
    command = [sys.executable, "-m", "station", "up", "--demo", "--day", str(day), "--exit"]
    command += ["--json", str(tmp_path / "out.json")]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    print(done.stderr[-2000:])
    assert (done.returncode == 0) is (what == "nothing"), done.stdout[-500:]
