"""The real ``python -m drivers.thermometer`` under test, and what it has said."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from drivers.datagram import decode
from drivers.events import Event, Health, Heartbeat, OutOfRange, Reading

ROOT = Path(__file__).parents[2]
#: A deadline on a busy machine, never waited for when all is well.
WITHIN_S = 60.0


class Program:
    """One run of the driver with ``--print``; its lines are read as they come, each through the desk's own door."""

    def __init__(self, *options: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "drivers.thermometer", *map(str, options)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.events: list[Event] = []
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def until(self, wanted: Callable[[Event], bool], what: str) -> Event:
        """The next event that is *wanted*; all before it are kept too."""
        deadline = time.monotonic() + WITHIN_S
        while True:
            try:
                event = decode(self._lines.get(timeout=max(0.0, deadline - time.monotonic())).rstrip(b"\n"))
            except queue.Empty:
                raise AssertionError(f"no {what} within {WITHIN_S:g} s; said {self.events}") from None
            self.events.append(event)
            if wanted(event):
                return event

    def reading(self) -> Reading:
        event = self.until(lambda event: isinstance(event, Reading), "reading")
        assert isinstance(event, Reading)
        return event

    def health(self, health: Health) -> Heartbeat:
        event = self.until(lambda event: isinstance(event, Heartbeat) and event.health is health, health)
        assert isinstance(event, Heartbeat)
        return event

    def heartbeats(self, count: int) -> None:
        """Let that many heartbeats, and so about as many seconds, go by."""
        for _ in range(count):
            self.until(lambda event: isinstance(event, Heartbeat), "heartbeat")

    @property
    def readings(self) -> list[Reading]:
        return [event for event in self.events if isinstance(event, Reading)]

    @property
    def out_of_ranges(self) -> list[OutOfRange]:
        return [event for event in self.events if isinstance(event, OutOfRange)]

    def ends(self) -> tuple[int, str]:
        """Wait for the end; the exit code and standard error."""
        code = self.process.wait(WITHIN_S)
        self._reader.join(WITHIN_S)
        while not self._lines.empty():
            self.events.append(decode(self._lines.get().rstrip(b"\n")))
        assert self.process.stderr is not None
        return code, self.process.stderr.read().decode()

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(WITHIN_S)
        self._reader.join(WITHIN_S)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.stdout.close()
        self.process.stderr.close()
