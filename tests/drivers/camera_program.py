"""The camera driver as a process of its own, and what it says."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from drivers.datagram import decode
from drivers.events import Event, Heartbeat, Scan

ROOT = Path(__file__).parents[2]
#: Starting Python and OpenCV beside other tests on two cores takes seconds at worst.
PATIENCE_S = 60.0


class Program:
    """``python -m drivers.camera --print`` with *arguments*; events are decoded as the desk does."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "drivers.camera", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, **environment},
        )
        self.events: list[Event] = []
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def _collect(self) -> None:
        while not self._lines.empty():
            self.events.append(decode(self._lines.get().rstrip(b"\n")))

    @property
    def scans(self) -> list[Scan]:
        self._collect()
        return [event for event in self.events if isinstance(event, Scan)]

    @property
    def beats(self) -> list[Heartbeat]:
        self._collect()
        return [event for event in self.events if isinstance(event, Heartbeat)]

    def wait_for(self, condition: Callable[[], Any]) -> None:
        wait_for(condition)

    def end(self) -> tuple[int, str]:
        """Wait for its end: exit code and standard error."""
        assert self.process.stderr is not None
        code = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return code, self.process.stderr.read().decode()


@contextlib.contextmanager
def running(*arguments: str, **environment: str) -> Iterator[Program]:
    program = Program(*arguments, **environment)
    try:
        yield program
    finally:
        if program.process.poll() is None:
            program.process.kill()
            program.process.wait()
        program._reader.join(PATIENCE_S)
        for stream in (program.process.stdout, program.process.stderr):
            if stream is not None:
                stream.close()


def wait_for(condition: Callable[[], Any]) -> None:
    deadline, tick = time.monotonic() + PATIENCE_S, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        tick.wait(0.01)
