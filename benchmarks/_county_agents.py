"""The agents of a county's gates, as real programs, and the fevers in the middle of their backlogs."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

from benchmarks._county_gates import Gate
from benchmarks._county_hub import Hub
from station.journal.draft import Draft
from station.journal.reader import JournalReader

#: A fever that takes longer than this is reported as taking this long.
PATIENCE_S = 60.0


class Agents:
    """Runs the agents of gates, some at a time."""

    #: How often is looked whether a gate is done.
    LOOK_S = 0.5

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._lock = threading.Lock()
        self._pause = threading.Event()
        self._under_way: dict[Gate, int] = {}
        self._fevers: set[Gate] = set()
        self.peak_kb = 0

    def send(self, gate: Gate) -> None:
        """Send everything *gate* has; returns when its agent has ended.

        :raises RuntimeError: if the agent ends by itself.
        """
        folder = gate.folder
        places = ("--journal", gate.journal, "--orders", folder / "orders", "--state", folder / "sync")
        command = [sys.executable, "-m", "sync", *map(str, places), "--url", self._hub.url]
        process = subprocess.Popen([*command, "--token-file", str(folder / "token")], stdout=subprocess.DEVNULL)
        try:
            while not self._done(gate, process.pid):
                if process.poll() is not None:
                    raise RuntimeError(f"{gate.station}: its agent ended with {process.returncode}")
                self._pause.wait(self.LOOK_S)
        finally:
            process.terminate()
            process.wait()

    def fever(self, rng: random.Random, case: str) -> Gate | None:
        """A fever at some gate that is in the middle of its backlog: the gate, None if there is none.

        Its agent runs on until :meth:`over`.
        """
        with self._lock:
            if not self._under_way:
                return None
            gate = rng.choice(sorted(self._under_way, key=lambda gate: gate.number))
            self._fevers.add(gate)
        journal = gate.open()
        journal.append(Draft("case.opened", {"case": case, "visit": case, "cause": "fever"}))
        journal.close()
        return gate

    def over(self, gate: Gate) -> None:
        """The hub holds the fever of *gate*."""
        with self._lock:
            self._fevers.discard(gate)

    def _done(self, gate: Gate, pid: int) -> bool:
        with contextlib.suppress(OSError):
            self.peak_kb = max(self.peak_kb, _peak_kb(pid))
        reader = JournalReader(gate.journal)
        written = sum(reader.last_seq(epoch) for epoch in reader.epochs())
        reader.close()
        held = self._hub.held(gate)
        with self._lock:
            # An agent that has not said anything yet is still starting, as none does in the middle of a backlog.
            if 0 < held < written:
                self._under_way[gate] = pid
                return False
            self._under_way.pop(gate, None)
            return held == written and gate not in self._fevers


def _peak_kb(pid: int) -> int:
    """The largest that a process ever was; wait4 would count what it was before it became another program."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) if "VmHWM:" in status else 0


def play_fevers(hub: Hub, agents: Agents, every_s: float, over: threading.Event) -> list[float]:
    """A fever at a gate under way every so often; the seconds until the hub held each."""
    rng = random.Random(1)
    waits: list[float] = []
    pause = threading.Event()
    # Journals that are used again hold the fevers of the run before: no case may have the name of one of those.
    first = time.time_ns() // 1_000_000 * 1000
    while not over.wait(every_s):
        case = str(first + len(waits))
        gate = agents.fever(rng, case)
        if gate is None:
            continue
        began = time.monotonic()
        while not hub.holds_case(case) and time.monotonic() - began < PATIENCE_S:
            pause.wait(0.02)
        waits.append(time.monotonic() - began)
        agents.over(gate)
    return waits
