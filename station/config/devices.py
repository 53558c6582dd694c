"""The tables of the settings that say what hangs on this gate: lamps, voice, thermometers, cameras, scanners."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from station import calibration
from station.calibration import Calibration


@dataclass(frozen=True, slots=True)
class SignalsTable:
    """``[signals]``: pins as BCM numbers; 0 means that there is no such output."""

    backend: str = "auto"
    red: int = 0
    amber: int = 0
    green: int = 0
    buzzer: int = 0
    gate: int = 0
    gate_active_high: bool = True
    volume: int = 100
    night_volume: int = 30
    trace: Path | None = None


@dataclass(frozen=True, slots=True)
class VoiceTable:
    """``[voice]``: spoken words after the sounds."""

    enabled: bool = True
    language: str = "zh"
    clips: Path | None = None
    volume: int = 100
    night_volume: int = 30
    unspoken: str = ""
    unspoken_at_night: str = "admit"
    notices_from: int = 8
    notices_to: int = 20
    notices_every_minutes: int = 60


def unspoken(lines: str) -> tuple[str, ...]:
    """The names in *lines*, which are joined by a plus."""
    return tuple(lines.split("+")) if lines else ()


@dataclass(frozen=True, slots=True)
class DecoderTable:
    """``[decoder]``: an authorised service that says the colour of a mainland health code; empty url: none."""

    url: str = ""
    app_id: str = ""
    secret_file: Path = Path("/etc/station/decoder.secret")
    timeout_s: int = 3


@dataclass(frozen=True, slots=True)
class ThermometerTable:
    """One ``[[thermometer]]``; its offset is whole and signed or not there (station/calibration.py)."""

    name: str
    port: str
    protocol: str = "auto"
    site: str = "forehead"
    baud: int = 0
    offset_centi: int = 0
    offset_name: str = ""
    offset_date: str = ""
    offset_by: str = ""
    offset_signature: str = ""

    @property
    def calibration(self) -> Calibration | None:
        """What is added to its readings, and who says so.

        :raises CalibrationError: if it cannot be used.
        """
        return calibration.parse(
            self.name, self.offset_centi, self.offset_name, self.offset_date, self.offset_by, self.offset_signature
        )


@dataclass(frozen=True, slots=True)
class CameraTable:
    """One ``[[camera]]``."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class WedgeTable:
    """One ``[[wedge]]``: a scanner or card reader that plays a keyboard, by its path or as VENDOR:PRODUCT."""

    name: str
    path: Path | None = None
    match: str = ""
