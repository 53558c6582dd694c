"""Programs of their own that examine large batches, so that one core reads while another writes.

A batch of a backlog takes longer to examine than to write, and Python does one of the two at a time.  What is small,
as everything is from a gate that keeps up, is examined on the spot.  An examiner has no key, no file and no network:
bytes come in, the finished run goes out, and it ends when its hub does.
"""

from __future__ import annotations

import gc
import logging
import os
import pickle
import queue
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import IO

from station.wire.batch import decode_batch
from station.wire.errors import WireError
from sync.hub.errors import HubBusy, Refusal
from sync.hub.examination.run import Link, Run, examine

log = logging.getLogger("hub")

#: Below this a batch (some 80 entries) is examined sooner than it is handed over.
SMALL = 16 * 1024
#: A batch of the largest size takes a twentieth of this.
_WAIT_S = 10.0
#: A finished run is 800 kB: at the usual 64 KiB both sides would wake each other a dozen times for it.  The most
#: that Linux gives a user without rights.
_PIPE = 1024 * 1024
_LENGTH = struct.Struct(">I")
#: For glibc: memory of one batch is kept for the next.  Given back and asked for again each time it costs 900 page
#: faults a batch, a tenth of the examining.
_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024), "MALLOC_TRIM_THRESHOLD_": str(64 * 1024 * 1024)}

#: Makes a run of a batch: who sent it, its bytes, the sender's keys, where the hub is.
Reader = Callable[[str, bytes, Sequence[bytes], tzinfo], Run]


def read_batch(station: str, source: bytes, keys: Sequence[bytes], zone: tzinfo) -> Run:
    """The run in the batch *source*, which *station* sent and signed with one of *keys*.

    :raises Refusal: if it is none.
    """
    try:
        batch = decode_batch(source)
    except WireError as error:
        raise Refusal("wire", str(error)) from None
    if batch.head.station != station:
        raise Refusal("station", f"station: the token is of {station!r}, the batch of another", 403)
    return examine(batch, keys, zone)


class Examiners:
    """At most *count* programs, each started when it is first needed; 0 examines everything on the spot."""

    def __init__(self, count: int) -> None:
        self._count = count
        # The one that worked last is the next to work: those that are not needed are never started.
        self._idle: queue.LifoQueue[_Examiner] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(_Examiner())

    def read(self, station: str, source: bytes, keys: Sequence[bytes], zone: tzinfo) -> Run:
        """As :func:`read_batch`.

        :raises HubBusy: if all of them are at work for too long.
        """
        if self._count == 0 or len(source) < SMALL:
            return read_batch(station, source, keys, zone)
        try:
            examiner = self._idle.get(timeout=_WAIT_S)
        except queue.Empty:
            raise HubBusy("hub: too many batches at once") from None
        try:
            return examiner.read(station, source, keys, zone)
        finally:
            self._idle.put(examiner)

    def close(self) -> None:
        """End those that are not at work."""
        while not self._idle.empty():
            self._idle.get_nowait().end()


class _Examiner:
    """One program, or the place where one will be."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, station: str, source: bytes, keys: Sequence[bytes], zone: tzinfo) -> Run:
        question = pickle.dumps((station, source, tuple(keys), zone), pickle.HIGHEST_PROTOCOL)
        for _ in range(2):
            answer = self._ask(question)
            if answer is not None:
                return _unpack(answer)
            log.warning("hub: an examiner ended in the middle of a batch of %s", station)
        # What ends it twice would end us too.
        raise Refusal("breaks", "batch: ends the program that reads it")

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, question: bytes) -> bytes | None:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sync.hub.examination.examiner"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pipesize=_PIPE,
                env={**os.environ, **_MEMORY},
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            _write(self._process.stdin, question)
            return _read(self._process.stdout)
        except (OSError, EOFError):
            self.end()
            return None


def _pack(run: Run) -> bytes:
    # A plain tuple is pickled in a third of a named one's time.
    links = [tuple(link) for link in run.links]
    return pickle.dumps((*run[:3], links, *run[4:]), pickle.HIGHEST_PROTOCOL)


def _unpack(answer: bytes) -> Run:
    found = pickle.loads(answer)  # from our own program, over our own pipe
    if isinstance(found, Refusal):
        raise found
    station, epoch, prev, links, named, hours = found
    return Run(station, epoch, prev, list(map(Link._make, links)), named, hours)


def _write(pipe: IO[bytes], content: bytes) -> None:
    # Not as one, which would be one more copy of a megabyte.
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes:
    """The next message.

    :raises EOFError: if there is none, or half of one.
    """
    prefix = pipe.read(_LENGTH.size)
    if len(prefix) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(prefix)
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    # Batches hold no cycles; looking for some takes a tenth of the time.
    gc.disable()
    while True:
        try:
            question = _read(questions)
        except EOFError:
            return
        try:
            answer = _pack(read_batch(*pickle.loads(question)))
        except Refusal as refusal:
            answer = pickle.dumps(refusal)
        _write(answers, answer)


if __name__ == "__main__":
    try:
        _serve(sys.stdin.buffer, sys.stdout.buffer)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(0)
