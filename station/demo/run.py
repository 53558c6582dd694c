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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from station.demo.hands import Hands
from station.demo.player import Player
from station.demo.props import Props
from station.demo.script import Account, Day, only_rows, parse_day
from station.demo.theatre import Theatre, theatre
from station.demo.world import ZONE, on_rota
from station.supervisor import python

log = logging.getLogger(__name__)

#: How long the programs may take to be ready, in real seconds.
READY_S = 30.0
#: How often the journal is looked at meanwhile: nobody sees the difference, and it costs nothing.
LOOK_EVERY_S = 0.2


def demo(script: Path, once: bool, out: Path | None, keep: Path | None, rows: str = "") -> int:
    """Play the day in *script*; once and judged with *once*, else again and again until somebody takes the gate
    over, and then as they say, until Ctrl-C.

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
        with theatre(day, folder) as running, hands_at(day, running) as (hands, props):
            # A day that is counted is nobody's to take over.
            announce(day, running, "" if once else f"{props.url}/")
            if not came_up(running, day):
                print(f"demo: the gate did not come up; see {folder}/logs with --keep", file=sys.stderr)
                return 1
            if once:
                return _once(day, running, Player(day, running.stage, stopping), out or folder / "out.json")
            player = Player(day, running.stage, stopping, hands.playing.is_set)
            while not stopping.is_set():
                if hands.playing.wait(LOOK_EVERY_S):
                    player.play()
            return 0
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def came_up(running: Theatre, day: Day, patience_s: float = READY_S) -> bool:
    """Wait until the page stands idle, every device has said that it works, and the office's orders are in force."""
    # Keys, roster and policy, and what else the day begins with.
    kinds_of_orders = len(
        {order.kind for order in day.orders if order.id in day.at_start} | {"keys", "roster", "policy"}
    )
    return running.stage.page.until(ready, patience_s) and _until(
        running.world.station / "journal.db", f"SELECT count(*) = {kinds_of_orders} FROM applied", patience_s
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


@contextmanager
def hands_at(day: Day, running: Theatre) -> Iterator[tuple[Hands, Props]]:
    """Hands at the gates of *running*, and their page."""
    hands = Hands(day, running.gates, running.world.codes)
    with Props(hands, running.gate_url, running.office_url) as props:
        yield hands, props
    hands.close()


def announce(day: Day, running: Theatre, props_url: str) -> None:
    """Say where everything is, in the order in which one would try it; docs/demo.md goes with it."""
    faster = "" if day.rate == 1 else f", {day.rate:g} times faster than life"
    print(
        f"{day.title}: devices, people, keys and passwords are made up{faster}. Ctrl-C ends it and deletes everything."
    )
    world = running.world
    lines = [("gate", f"{running.gate_url}/gate", "watch the day being played; EN in the header is English")]
    if props_url:
        lines.append(("hands", props_url, "take the gate over: hold up a code, stand before the thermometer"))
    lines += [("rota" if number == 0 else "", one, "") for number, one in enumerate(_rota(day))]
    lines.append(("hub", f"{running.office_url}/", "what the office sees; account, password:"))
    office = Account("office", "sees and may do everything", "admin")
    for account, password in (*world.accounts, (office, world.password)):
        lines.append(("", f"{account.name:<7} {password}", f"{account.role}, {account.shown}"))
    lines.append(("", world.passphrase, "the passphrase that opens names in full"))
    for gate in day.gates:
        url = running.gates[gate.id].url
        lines.append(("gate 2", f"{url}/gate", f"{gate.name}, id {gate.id}: no hub has let it in yet"))
    lines.append(("files", str(world.folder), ""))
    for head, what, note in lines:
        print(f"  {head:<7} {what:<34} {note}".rstrip())
    print("What to try with it, step by step: docs/demo.md", flush=True)


def _rota(day: Day) -> list[str]:
    """Who may sign in at the gate, and with what: one line for each."""
    found = []
    for one in on_rota(day):
        proofs = [*([f"PIN {one['pin']}"] if one.get("pin") else []), *(["badge (hands)"] if one.get("badge") else [])]
        found.append(f"{one['name']}  {one.get('role', 'operator')}, {', '.join(proofs) or 'a tap'}")
    return found


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
