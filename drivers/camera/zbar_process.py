"""zbar in a process of its own, which may die or hang: the camera goes on and it is started again.

The protocol is :mod:`drivers.camera.zbar_worker`'s.  What comes back is judged like anything a stranger sends, because
a crafted code may have taken the worker over.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

import numpy as np

from drivers.camera.decode import SYMBOLOGY, Symbol
from drivers.camera.image import Pixels
from drivers.camera.zbar_worker import COUNT, HEAD, MOST_BYTES, MOST_POINTS, MOST_SYMBOLS, POINT, READY, SYMBOL

#: One image takes zbar 20 ms on a desk and 150 ms on a slow Pi, more while other programs run; what takes longer than
#: this hangs.  The driver says nothing meanwhile, and the desk takes it for lost after five seconds.
IMAGE_S = 2.0
#: Starting Python and zbar takes a Pi with a slow card a few seconds.
START_S = 15.0
#: The pause before the first new start, doubled with each death up to the longest: a code that kills zbar may be held
#: before the camera for minutes.
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
#: So many good answers show that the worker is well: the next death is a first one again.
WELL = 50
#: The longest reason for zbar's absence that is logged.
MAX_REASON = 200
COMMAND = (sys.executable, *(("-I",) if sys.flags.isolated else ()), "-m", "drivers.camera.zbar_worker")

log = logging.getLogger(__name__)


class _Broken(Exception):
    """The worker died, hangs, or says what no worker says."""


class ZbarProcess:
    """Reads images as :func:`drivers.camera.decode.zbar` does; a context manager.

    Nothing is read while the worker is starting, dead or missing; no call takes longer than *image_s*.
    """

    def __init__(
        self,
        command: Sequence[str] = COMMAND,
        image_s: float = IMAGE_S,
        first_wait_s: float = FIRST_WAIT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._command = tuple(command)
        self._image_s = image_s
        self._first_wait_s = first_wait_s
        self._clock = clock
        self._worker: subprocess.Popen[bytes] | None = None
        self._ready = False
        self._absent = False
        self._deaths = 0
        self._answers = 0
        self._start_s = 0.0  # when it may be started again, or when it was started
        self._start()

    @property
    def ready(self) -> bool:
        """Whether the worker has said hello (asks it, without waiting)."""
        if self._worker is not None and not self._ready:
            try:
                self._hello()
            except _Broken as broken:
                self._bury(str(broken))
        return self._ready

    def settle(self) -> None:
        """Wait until the worker is ready or known to be missing or broken; :data:`START_S` at the most."""
        end_s = self._clock() + START_S
        while not self.ready and self._worker is not None and self._worker.stdout is not None:
            select.select([self._worker.stdout], [], [], max(0.0, end_s - self._clock()))
            if self._clock() >= end_s:
                return

    @property
    def absent(self) -> bool:
        """Whether it is known that there is no zbar on this machine."""
        return self._absent

    @property
    def pid(self) -> int | None:
        """The worker's process, if there is one."""
        return None if self._worker is None else self._worker.pid

    def __call__(self, grey: Pixels) -> tuple[Symbol, ...]:
        """What zbar reads in *grey*, ASCII only."""
        if self._worker is None and not self._absent and self._clock() >= self._start_s:
            self._start()
        if not self.ready:
            return ()
        end_s = self._clock() + self._image_s
        try:
            self._send(HEAD.pack(*grey.shape) + np.ascontiguousarray(grey).tobytes(), end_s)
            symbols = tuple(self._symbol(end_s) for _ in range(self._count(end_s)))
        except _Broken as broken:
            self._bury(str(broken))
            return ()
        self._answers += 1
        if self._answers >= WELL:
            self._deaths = 0
        return symbols

    def close(self) -> None:
        """End the worker."""
        worker, self._worker, self._ready, self._absent = self._worker, None, False, True
        if worker is not None:
            _end(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _start(self) -> None:
        self._start_s, self._answers = self._clock(), 0
        try:
            self._worker = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
            )
        except OSError as error:
            self._bury(f"cannot be started: {error.strerror}")
            return
        for stream in (self._worker.stdin, self._worker.stdout):
            assert stream is not None
            os.set_blocking(stream.fileno(), False)

    def _hello(self) -> None:
        hello = self._some(MAX_REASON, self._clock())
        if hello == READY:
            self._ready = True
            if self._deaths:
                log.warning("camera: zbar runs again")
        elif hello:
            reason = hello[1:].decode("utf-8", "replace").strip()
            self.close()
            log.warning("camera: zbar is not installed (%s); going on with zxing-cpp alone", reason)
        elif self._clock() > self._start_s + START_S:
            raise _Broken(f"did not start within {START_S:.0f} s")

    def _bury(self, why: str) -> None:
        worker, self._worker, self._ready = self._worker, None, False
        code = None if worker is None else _end(worker)
        wait_s = min(self._first_wait_s * 2**self._deaths, LONGEST_WAIT_S)
        # Bounded, so that the power of two is.
        self._deaths = min(self._deaths + 1, 16)
        self._start_s = self._clock() + wait_s
        ended = "" if code is None or code == -9 else f" (exit code {code})"
        log.warning("camera: zbar %s%s; it is started again in %.0f s", why, ended, wait_s)

    def _send(self, rest: bytes, end_s: float) -> None:
        assert self._worker is not None
        assert self._worker.stdin is not None
        view = memoryview(rest)
        while view:
            _, writable, _ = select.select([], [self._worker.stdin], [], max(0.0, end_s - self._clock()))
            if not writable:
                raise _Broken(f"took no image within {self._image_s:g} s")
            try:
                view = view[self._worker.stdin.write(view) or 0 :]
            except OSError:
                raise _Broken("died") from None

    def _some(self, most: int, end_s: float) -> bytes:
        """At most *most* bytes of what came, none if nothing came by *end_s*."""
        assert self._worker is not None
        assert self._worker.stdout is not None
        readable, _, _ = select.select([self._worker.stdout], [], [], max(0.0, end_s - self._clock()))
        if not readable:
            return b""
        came = self._worker.stdout.read(most)
        if not came:
            raise _Broken("died")
        return came

    def _take(self, size: int, end_s: float) -> bytes:
        taken = b""
        while len(taken) < size:
            some = self._some(size - len(taken), end_s)
            if not some:
                raise _Broken(f"gave no answer within {self._image_s:g} s")
            taken += some
        return taken

    def _count(self, end_s: float) -> int:
        (count,) = COUNT.unpack(self._take(COUNT.size, end_s))
        if count > MOST_SYMBOLS:
            raise _Broken(f"spoke of {count} codes")
        return int(count)

    def _symbol(self, end_s: float) -> Symbol:
        corners, size = SYMBOL.unpack(self._take(SYMBOL.size, end_s))
        if corners > MOST_POINTS or not 0 < size <= MOST_BYTES:
            raise _Broken(f"spoke of a code of {corners} corners and {size} bytes")
        points = POINT.iter_unpack(self._take(corners * POINT.size, end_s)) if corners else iter(())
        quad = tuple((float(x), float(y)) for x, y in points)
        payload = self._take(size, end_s)
        if not payload.isascii() or not np.isfinite(quad).all():
            raise _Broken("spoke of a code that is none")
        return Symbol(payload, SYMBOLOGY, quad)


def _end(worker: subprocess.Popen[bytes]) -> int:
    """Kill *worker* and wait for it; its exit code, -9 if it was still alive."""
    worker.kill()
    with contextlib.suppress(OSError):
        if worker.stdin is not None:
            worker.stdin.close()
    if worker.stdout is not None:
        worker.stdout.close()
    # SIGKILL cannot be refused; only a process inside a failing disk would be waited for.
    return worker.wait()
