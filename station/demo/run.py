"""``station up --demo``: builds a world, starts the real programs, plays the day, and says how it went."""

from __future__ import annotations

import json
import logging
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from station.demo.player import Player
from station.demo.script import Day, only_rows, parse_day
from station.demo.theatre import Theatre, theatre
from station.demo.world import ZONE
from station.supervisor import python

log = logging.getLogger(__name__)

#: How long the programs may take to be ready, in real seconds.
READY_S = 30.0
#: How often the journal is looked at meanwhile: nobody sees the difference, and it costs nothing.
LOOK_EVERY_S = 0.2


def demo(script: Path, once: bool, out: Path | None, keep: Path | None, rows: str = "") -> int:
    """Play the day in *script*; once and judged with *once*, else again and again until Ctrl-C.

    *rows* (1-34) plays only those rows of it; then its totals are not looked at, only whether each step came true.

    :return: 0 if every expectation of the day held.
    """
    day = parse_day(script.read_text(encoding="utf-8"), str(script))
    if rows:
        day = only_rows(day, rows)
    folder = keep or Path(tempfile.mkdtemp(prefix="station-demo-"))
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    try:
        with theatre(day, folder) as running:
            _announce(day, running)
            if not came_up(running, day):
                print(f"demo: the gate did not come up; see {folder}/logs with --keep", file=sys.stderr)
                return 1
            player = Player(day, running.stage, stopping)
            if once:
                return _once(day, running, player, out or folder / "out.json")
            while not stopping.is_set():
                player.play()
            return 0
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def came_up(running: Theatre, day: Day) -> bool:
    """Wait until the page stands idle, every device has said that it works, and the office's orders are in force."""
    # Keys, roster and policy, and what else the day begins with.
    kinds_of_orders = len(
        {order.kind for order in day.orders if order.id in day.at_start} | {"keys", "roster", "policy"}
    )
    return running.stage.page.until(ready, READY_S) and _until(
        running.world.station / "journal.db", f"SELECT count(*) = {kinds_of_orders} FROM applied", READY_S
    )


def ready(view: Mapping[str, Any]) -> bool:
    """Whether the page stands idle and every device has said that it works."""
    return view["stage"] == "idle" and {"thermometer_ok", "camera_ok"} <= set(view["codes"])


def _once(day: Day, running: Theatre, player: Player, out: Path) -> int:
    world = running.world
    command = python("station.demo.witness", "--url", running.gate_url, "--from-ms", str(_counted_from_ms(day)))
    files = ("--journal", str(world.station / "journal.db"), "--hub", str(world.hub / "hub.db"))
    witness = subprocess.Popen(
        [*command, *files, "--lamps", str(world.trace), "--json", str(out)], stdin=subprocess.PIPE
    )
    player.play()
    witness.communicate()
    if witness.returncode != 0:
        print("demo: the day could not be counted", file=sys.stderr)
        return 1
    found: dict[str, Any] = json.loads(out.read_text())
    failures = [*player.failures, *differences(day.expect, found, "")]
    for failure in failures:
        print(f"demo: FAILED {failure}", file=sys.stderr)
    print(json.dumps(found, ensure_ascii=False))
    return 1 if failures else 0


def _counted_from_ms(day: Day) -> int:
    if not day.counted_from:
        return 0
    return int(datetime.fromisoformat(day.counted_from).replace(tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)


def _announce(day: Day, running: Theatre) -> None:
    print(f"{day.title}: everything is simulated, the keys are thrown away ({day.rate:g} times faster than life)")
    print(f"  gate    {running.gate_url}/gate")
    print(f"  office  {running.office_url}/   password {running.world.password}")
    print(f"  files   {running.world.folder}   (Ctrl-C ends the demo)", flush=True)


def _until(journal: Path, question: str, patience_s: float) -> bool:
    """Ask the journal until it says yes; whether it did in time."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        with sqlite3.connect(f"file:{journal}?mode=ro", uri=True) as db:
            (yes,) = db.execute(question).fetchone()
        if yes:
            return True
        # The journal belongs to another program, which tells nobody when it writes.
        time.sleep(LOOK_EVERY_S)
    return False


def differences(expected: Mapping[str, Any], found: Mapping[str, Any], place: str) -> list[str]:
    """Where *found* is not what was *expected*; only what is expected is looked at."""
    wrong = []
    for name, value in expected.items():
        if isinstance(value, Mapping):
            wrong += differences(value, found.get(name, {}), f"{place}{name}.")
        elif found.get(name) != value:
            wrong.append(f"{place}{name}: expected {value}, counted {found.get(name)}")
    if not place and found["hub_entries"] != found["entries"]:
        wrong.append(f"hub_entries: {found['hub_entries']} of {found['entries']} entries")
    return wrong
