"""Which pins carry which output, and how loud: parsed once, refused when wrong."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path

from drivers.errors import DriverError
from drivers.patterns import BUZZER, GATE, Lamp
from drivers.pins import Wire
from drivers.showing import Volume, VolumeError

#: BCM numbers of the 40-pin header that are free for use; 0 and 1 belong to the HAT's identification.
FIRST_BCM, LAST_BCM = 2, 27


class Backend(StrEnum):
    """Where the pins come from."""

    AUTO = "auto"  # the Pi's own, or none: then the screen says so
    NULL = "null"  # none, on purpose
    MOCK = "mock"  # pins that remember, for demonstration and tests


class BuzzerKind(StrEnum):
    """What hangs on the buzzer's pin."""

    ACTIVE = "active"  # one pitch, on or off
    TONAL = "tonal"  # a bare piezo or speaker, driven by PWM


class SignalsConfigError(DriverError, ValueError):
    """A signal setting that cannot be used; the message names the key and the value."""

    code = "signals.config"


@dataclass(frozen=True, slots=True)
class SignalsConfig:
    """The outputs of one gate.  Pins are BCM numbers; ``None`` means that there is no such output.

    Text is accepted for ``backend`` and ``buzzer_kind``, as it comes from a file.

    :raises SignalsConfigError: at the first value that cannot be used.
    """

    backend: Backend = Backend.AUTO
    red: int | None = None
    amber: int | None = None
    green: int | None = None
    buzzer: int | None = None
    gate: int | None = None
    lamps_active_high: bool = True
    buzzer_active_high: bool = True
    gate_active_high: bool = True
    buzzer_kind: BuzzerKind = BuzzerKind.ACTIVE
    volume_percent: int = 100
    night_volume_percent: int = 30
    trace: Path | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be wired."""
        object.__setattr__(self, "backend", _choice("backend", self.backend, Backend))
        object.__setattr__(self, "buzzer_kind", _choice("buzzer_kind", self.buzzer_kind, BuzzerKind))
        taken: dict[int, str] = {}
        for name in (*Lamp, BUZZER, GATE):
            bcm = getattr(self, name)
            if bcm is None:
                continue
            if type(bcm) is not int or not FIRST_BCM <= bcm <= LAST_BCM:
                raise SignalsConfigError(f"{name}: expected a BCM pin from {FIRST_BCM} to {LAST_BCM}, got {bcm!r}")
            if bcm in taken:
                raise SignalsConfigError(f"{name}: BCM {bcm} is already {taken[bcm]}")
            taken[bcm] = name
        try:
            self.volume()
        except VolumeError as error:
            raise SignalsConfigError(f"volume: {error}") from None
        for field in fields(self):
            if field.name.endswith("_active_high") and type(getattr(self, field.name)) is not bool:
                raise SignalsConfigError(f"{field.name}: expected true or false, got {getattr(self, field.name)!r}")

    def wires(self) -> tuple[Wire, ...]:
        """Each output that has a pin.  The gate comes first, so that it is held shut before anything can fail."""
        tonal = self.buzzer_kind is BuzzerKind.TONAL
        wired = [(GATE, self.gate, self.gate_active_high, False)]
        wired += [(lamp, getattr(self, lamp), self.lamps_active_high, False) for lamp in Lamp]
        wired.append((BUZZER, self.buzzer, self.buzzer_active_high, tonal))
        return tuple(Wire(name, bcm, high, pitch) for name, bcm, high, pitch in wired if bcm is not None)

    def volume(self) -> Volume:
        """How loud the buzzer is."""
        return Volume(self.volume_percent, self.night_volume_percent, self.buzzer_kind is BuzzerKind.TONAL)


def _choice(name: str, value: str, kind: type[StrEnum]) -> StrEnum:
    try:
        return kind(value)
    except ValueError:
        raise SignalsConfigError(f"{name}: {value!r} is none of {', '.join(kind)}") from None
