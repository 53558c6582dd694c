"""What is spoken, how loud, from which files and through which player: parsed once, refused when wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from drivers.errors import DriverError
from drivers.spoken import LANGUAGES, Line

#: The clips that come with the station.
SHIPPED = Path(__file__).parent / "clips"


class VoiceConfigError(DriverError, ValueError):
    """A voice setting that cannot be used; the message names the key and the value."""

    code = "voice.config"


@dataclass(frozen=True, slots=True)
class VoiceConfig:
    """How the gate speaks.

    *player* is a program that plays a WAV file from its standard input, found on the PATH; empty means no voice at
    all.  *device* is ALSA's name of the sound card (``plughw:1,0``).  *folder* holds a person's own recordings under
    the names of :func:`drivers.spoken.clip_name`; what is missing there is taken from the shipped clips.
    *languages* are spoken one after the other.  *lines* are the ones that are spoken at all.

    :raises VoiceConfigError: at the first value that cannot be used.
    """

    player: str = "aplay"
    device: str | None = None
    folder: Path | None = None
    languages: tuple[str, ...] = ("zh",)
    lines: frozenset[Line] = frozenset(Line)
    volume_percent: int = 90
    night_volume_percent: int = 30

    def __post_init__(self) -> None:
        """Refuse what cannot be spoken."""
        if not self.languages or set(self.languages) - set(LANGUAGES):
            raise VoiceConfigError(f"languages: expected some of {', '.join(LANGUAGES)}, got {self.languages!r}")
        unknown = sorted(set(self.lines) - set(Line))
        if unknown:
            raise VoiceConfigError(f"lines: {unknown[0]!r} is none of {', '.join(Line)}")
        object.__setattr__(self, "lines", frozenset(map(Line, self.lines)))
        for name in ("volume_percent", "night_volume_percent"):
            value = getattr(self, name)
            if type(value) is not int or not 0 <= value <= 100:
                raise VoiceConfigError(f"{name}: expected a whole number from 0 to 100, got {value!r}")
        if self.folder is not None and not self.folder.is_dir():
            raise VoiceConfigError(f"folder: {self.folder} is no folder")
