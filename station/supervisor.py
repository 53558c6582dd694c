"""Keep a few programs running where there is no systemd: start, watch, start again, stop.

Programs are crash-only: one that ends is started again after a pause that grows while it keeps ending at once.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

log = logging.getLogger(__name__)

#: The first pause before a restart, and the longest: a device that is gone is looked for twice a second at first.
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.3, 5.0
#: A program that ran this long is well; its next end starts with the first pause again.
WELL_AFTER_S = 10.0
#: How long a program may take to end before it is killed.
STOP_S = 5.0
_POLL_S = 0.05


@dataclass(slots=True)
class Program:
    """One program: how it is started, and how it fares."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    not_before_s: float = 0.0
    ends: int = 0
    stopped: bool = field(default=False)


class Supervisor:
    """Runs *programs*; each one's output goes to ``NAME.log`` in *folder*, or to ours without one.

    The pid of each running program stands in ``NAME.pid`` there.
    """

    def __init__(self, programs: Sequence[Program], folder: Path | None, environment: Mapping[str, str]) -> None:
        self.programs = {program.name: program for program in programs}
        self._folder = folder
        self._environment = dict(environment)
        self._closing = threading.Event()
        self._lock = threading.Lock()

    def run(self) -> None:
        """Until :meth:`stop`."""
        while not self._closing.is_set():
            with self._lock:
                for program in self.programs.values():
                    self._look_after(program)
            self._closing.wait(_POLL_S)
        with self._lock:
            for program in reversed(list(self.programs.values())):
                self._end(program)

    def stop(self) -> None:
        """End every program, last started first, and :meth:`run`."""
        self._closing.set()

    def kill(self, name: str) -> None:
        """``kill -9`` one program; it is started again."""
        with self._lock:
            process = self.programs[name].process
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()

    def hold(self, name: str) -> None:
        """Stop one program and leave it stopped until :meth:`release`."""
        with self._lock:
            program = self.programs[name]
            program.stopped = True
            self._end(program)

    def release(self, name: str) -> None:
        """Let a program run again that :meth:`hold` stopped."""
        with self._lock:
            program = self.programs[name]
            program.stopped, program.not_before_s = False, 0.0

    def _look_after(self, program: Program) -> None:
        now_s = time.monotonic()
        if program.process is not None:
            code = program.process.poll()
            if code is None:
                return
            program.process = None
            program.ends += 1
            well = now_s - program.started_s >= WELL_AFTER_S
            program.pause_s = FIRST_PAUSE_S if well else min(program.pause_s * 2, LONGEST_PAUSE_S)
            program.not_before_s = now_s + program.pause_s
            log.warning("up: %s ended with %d; again in %.1f s", program.name, code, program.pause_s)
        if not program.stopped and now_s >= program.not_before_s:
            self._start(program, now_s)

    def _start(self, program: Program, now_s: float) -> None:
        program.started_s = now_s
        if self._folder is None:
            program.process = subprocess.Popen(program.command, env=self._environment, start_new_session=True)
            return
        with (self._folder / f"{program.name}.log").open("ab") as output:
            program.process = subprocess.Popen(
                program.command,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        (self._folder / f"{program.name}.pid").write_text(f"{program.process.pid}\n")

    def _end(self, program: Program) -> None:
        process, program.process = program.process, None
        if process is None or process.poll() is not None:
            return
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def python(*arguments: str) -> tuple[str, ...]:
    """The command that runs one of our modules with this interpreter."""
    return (sys.executable, "-m", *arguments)
