"""The hub that a county's gates send to: a program of its own, and the most memory it ever had."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from pathlib import Path

from benchmarks._county_gates import Gate
from benchmarks._gates import START_MS
from sync.hub.gates.stations import enrol
from sync.hub.home import Home, Office


class Hub:
    """One hub for all *gates*."""

    def __init__(self, folder: Path, gates: list[Gate], database: str) -> None:
        self.home = Home(folder)
        self.home.create(Office("county", "county", "Asia/Shanghai", True, ""), START_MS, database)
        self.store = self.home.open()
        with self.store.writing() as connection:
            for gate in gates:
                public = gate.key.public_key().public_bytes_raw()
                token = enrol(connection, gate.station, gate.station, "", public, START_MS)
                (gate.folder / "token").write_text(token)
        command = [sys.executable, "-m", "sync.hub", "serve", "--state", str(folder), "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline().rpartition(':')[2])}"
        self.peak_kb = 0
        self._over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def holds_case(self, case: str) -> bool:
        """Whether a case is known here."""
        with self.store.reading() as connection:
            query = f"SELECT 1 FROM fever WHERE case_id = '{case}'"
            return connection.exec_driver_sql(query).first() is not None

    def held(self, gate: Gate) -> int:
        """How many of a gate's entries are here without a gap."""
        with self.store.reading() as connection:
            query = f"SELECT coalesce(sum(contiguous_seq), 0) FROM epoch WHERE station = '{gate.station}'"
            return int(connection.exec_driver_sql(query).scalar_one())

    def close(self) -> None:
        """Stop it."""
        self._over.set()
        self.process.kill()
        self.process.communicate()

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            with contextlib.suppress(OSError):
                self.peak_kb = max(self.peak_kb, sum(_pss_kb(pid) for pid in _family(self.process.pid)))


def _family(pid: int) -> list[int]:
    children = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [pid, *(int(child) for each in children for child in each)]


def _pss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
