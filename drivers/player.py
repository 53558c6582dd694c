"""The external program that turns a clip into sound."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from drivers.clip import Clip
from drivers.errors import DriverError

#: A player may take this much longer than its clip, in seconds: opening a sleeping USB sound card takes one.
GRACE_S = 3.0
#: How much of a player's complaints is read, in bytes; its first line names the fault.
MAX_COMPLAINT = 4096


class PlayerError(DriverError, OSError):
    """The player could not be started, complained or hung; the message says which."""

    code = "voice.player"


@dataclass(frozen=True, slots=True)
class Player:
    """``aplay`` or a program that takes the same arguments; *device* is ALSA's name of the sound card."""

    program: str
    device: str | None = None

    def play(self, clip: Clip, wait: Callable[[], bool]) -> None:
        """Play *clip* to its end, or until *wait*, which waits a moment, says that it is to be cut short.

        :raises PlayerError: if it does not start, does not end, or ends with an error.
        """
        command = [self.program, "-q", *(("-D", self.device) if self.device else ()), "-"]
        with _in_memory(clip.wav) as sound, _in_memory(b"") as complaints:
            try:
                process = subprocess.Popen(command, stdin=sound, stdout=subprocess.DEVNULL, stderr=complaints)
            except OSError as error:
                raise PlayerError(f"{self.program}: {error.strerror}") from error
            until = time.monotonic() + clip.seconds + GRACE_S
            try:
                while process.poll() is None:
                    if wait():
                        return
                    if time.monotonic() > until:
                        raise PlayerError(
                            f"{self.program}: still playing {GRACE_S:g} s after the end; is the card busy?"
                        )
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait()
            if process.returncode != 0:
                complaints.seek(0)
                first = complaints.read(MAX_COMPLAINT).decode("utf-8", "replace").partition("\n")[0].strip()
                raise PlayerError(f"{self.program}: exit {process.returncode}: {first}; is the speaker plugged in?")


def _in_memory(content: bytes) -> BinaryIO:
    """A file that never touches the card; the player has it as its standard input."""
    file = os.fdopen(os.memfd_create("voice"), "w+b")
    file.write(content)
    file.seek(0)
    return file
