"""A hub that is a program of its own, what it used, and a sender beside it."""

from __future__ import annotations

import http.client
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks._gates import START_MS, Gate
from sync.hub.gates.stations import enrol
from sync.hub.home import Home, Office


class Hub:
    """A hub of its own in *folder*, on *url* or in a file, that knows *gates*."""

    def __init__(self, folder: Path, url: str, gates: Sequence[Gate]) -> None:
        self.home = Home(folder)
        self.home.create(Office("bench", "community", "Asia/Shanghai", True, ""), START_MS, url)
        self.store = self.home.open()
        with self.store.writing() as connection:
            self.tokens = {
                gate.station: enrol(connection, gate.station, gate.station, "", gate.public, START_MS) for gate in gates
            }
        command = [sys.executable, "-m", "sync.hub", "serve", "--state", str(folder), "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().rpartition(":")[2])

    def cpu_s(self) -> tuple[float, float]:
        """What the hub used so far, and what the programs it started did."""
        return _cpu_s(self.process.pid), sum(_cpu_s(pid) for pid in _children(self.process.pid))

    def check(self, sent: Sequence[tuple[Gate, int]]) -> None:
        """So many of each gate's first entries are held, gapless, and nothing else.

        :raises SystemExit: if not.
        """
        with self.store.reading() as connection:
            held = connection.exec_driver_sql("SELECT station, contiguous_seq, contiguous_hash FROM epoch").all()
            (entries,) = connection.exec_driver_sql("SELECT count(*) FROM entry").one()
            (forks,) = connection.exec_driver_sql("SELECT count(*) FROM fork").one()
            (counted,) = connection.exec_driver_sql("SELECT coalesce(sum(inward), 0) FROM tally").one()
        wanted = sorted((gate.station, count, gate.heads[count]) for gate, count in sent)
        if sorted(map(tuple, held)) != wanted or (entries, forks) != (sum(count for _, count in sent), 0):
            sys.exit("bench ingest: the hub does not hold what was sent")
        if counted != sum(gate.inward(count) for gate, count in sent):
            sys.exit(f"bench ingest: {counted} people were counted")

    def close(self) -> None:
        """Stop it."""
        self.process.kill()
        self.process.communicate()
        self.store.close()


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    everywhere = [Path(f"/proc/{pid}/task").glob("*/children")] if listed.exists() else []
    return [int(child) for paths in everywhere for path in paths for child in path.read_text().split()]


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def send(port: int, work: Sequence[tuple[str, list[bytes]]]) -> tuple[float, float]:
    """Post every gate's batches, each gate over its own connection; wall seconds and this process's CPU seconds."""
    failures: list[str] = []

    def post(token: str, batches: list[bytes]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
        for batch in batches:
            for _ in range(20):
                connection.request("POST", "/api/v1/batches", batch, headers)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 503:
                    break
            if answer.status != 200:
                failures.append(f"{answer.status} {body[:200]!r}")
                return

    threads = [threading.Thread(target=post, args=each) for each in work]
    began, cpu = time.perf_counter(), own_cpu_s()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, cpu = time.perf_counter() - began, own_cpu_s() - cpu
    if failures:
        raise RuntimeError(failures[0])
    return wall, cpu


def own_cpu_s() -> float:
    """CPU seconds of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
