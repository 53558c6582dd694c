"""How much memory the gate's services take together, and how long from start to ready.

A whole simulated gate is started and one resident passes; then the proportional set size (PSS) of each service is
read from ``/proc/PID/smaps_rollup``.  The hub runs elsewhere in life and is reported apart.  Ready is the first view
on the page's stream in which every device answers.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from pathlib import Path

from station.commands.output import write_json
from station.demo.player import Player
from station.demo.run import READY_S, came_up, ready
from station.demo.script import Day, parse_day
from station.demo.theatre import theatre
from station.supervisor import Supervisor

_DAY = """
[day]
title = "footprint"
start = "2026-11-22T08:00:00"

[[person]]
id = "li"
name = "李建国"
place = "3-2-501"

[[visit]]
title = "one resident"
steps = ["show li", "see partial", "measure 36.5 t1", "see admit", "hide", "leave"]
"""


def main(arguments: list[str] | None = None) -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="./run bench footprint", description=main.__doc__)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    found = measure(parse_day(_DAY, "footprint"))
    print(found)
    write_json(given.json, found)


def measure(day: Day) -> dict[str, object]:
    """The figures of one start."""
    with tempfile.TemporaryDirectory() as folder, theatre(day, Path(folder) / "demo") as running:
        began = time.monotonic()
        page = running.stage.page
        if not page.until(ready, READY_S):
            raise SystemExit("footprint: the gate did not come up")
        ready_s = time.monotonic() - began
        if not came_up(running, day):
            raise SystemExit("footprint: the office's orders did not come")
        player = Player(day, running.stage, threading.Event())
        player.play()
        if player.failures:
            raise SystemExit(f"footprint: {player.failures[0]}")
        sizes = pss(running.stage.supervisor)
    gate = {name: size for name, size in sizes.items() if name not in ("hub", "thermometer-t2")}
    return {
        "pss_mb": sizes,
        "gate_pss_mb": round(sum(gate.values()), 1),
        "gate_services": sorted(gate),
        "ready_s": round(ready_s, 2),
    }


def pss(supervisor: Supervisor) -> dict[str, float]:
    """The proportional set size of each running program, in MB (10⁶ bytes)."""
    sizes = {}
    for name, program in supervisor.programs.items():
        if program.process is not None:
            rollup = Path(f"/proc/{program.process.pid}/smaps_rollup").read_text()
            kib = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
            sizes[name] = round(kib * 1024 / 1e6, 1)
    return sizes


if __name__ == "__main__":
    main()
