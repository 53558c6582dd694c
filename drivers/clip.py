"""One spoken clip: read, checked, and made quieter.  No player and no thread."""

from __future__ import annotations

import io
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

from drivers.errors import DriverError

#: Ten seconds of 48 kHz mono: nobody at a gate listens to more, and it is held in memory while it plays.
MAX_BYTES = 1_000_000


class ClipError(DriverError, ValueError):
    """A sound file that cannot be played; the message names the file and what it should be."""

    code = "voice.clip"


@dataclass(frozen=True, slots=True)
class Clip:
    """A whole WAV file as bytes, and how long it lasts."""

    wav: bytes
    seconds: float


def read_clip(path: Path, percent: int = 100) -> Clip:
    """Read a 16-bit mono PCM file and scale its amplitude to *percent* (1 to 100).

    A player for ALSA has no volume of its own, and the mixer belongs to the whole machine.

    :raises ClipError: if it is missing, too long, or another kind of file.
    """
    try:
        with wave.open(str(path), "rb") as source:
            rate, frames = source.getframerate(), source.getnframes()
            if source.getsampwidth() != 2 or source.getnchannels() != 1 or not 0 < frames * 2 <= MAX_BYTES:
                raise ClipError(f"{path.name}: expected 16-bit mono PCM of at most {MAX_BYTES} bytes")
            samples = array("h", source.readframes(frames))
    except (OSError, EOFError, wave.Error) as error:
        raise ClipError(
            f"{path.name}: {str(error) or 'it is cut short'}; expected a WAV file in {path.parent}"
        ) from None
    if percent < 100:
        samples = array("h", (sample * percent // 100 for sample in samples))
    target = io.BytesIO()
    with wave.open(target, "wb") as sink:
        sink.setparams((1, 2, rate, 0, "NONE", ""))
        sink.writeframes(samples.tobytes())
    return Clip(target.getvalue(), frames / rate)
