"""The GPIO pins behind the outputs, through gpiozero, which is imported only when pins are to be opened.

Facts from gpiozero 2.0.1.post3: without a usable back end ``BadPinFactory`` comes at the first device, not at import;
a back end named in GPIOZERO_PIN_FACTORY raises whatever it likes (``lgpio.error`` is a plain Exception).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from drivers.errors import DriverError
from drivers.output_health import OutputHealth, OutputState
from drivers.showing import Drive

#: Forget a mock pin's own memory beyond this many states: a demo may run for days.
MAX_REMEMBERED = 1000

_EMPTY_LGPIO = (
    "lgpio is the empty package from PyPI (no gpiochip_open): remove it, install Debian's python3-lgpio "
    "and let the venv see system packages; "
)


class NoPinsError(DriverError, OSError):
    """There is no GPIO to drive; the message says what was tried."""

    code = "signals.no_hardware"


@dataclass(frozen=True, slots=True)
class Wire:
    """One output as it is wired: BCM number, which level means on, and whether it has a pitch."""

    name: str
    bcm: int
    active_high: bool = True
    tonal: bool = False


class Output(Protocol):
    """Something that can be on or off.  Each call may raise anything: hardware does."""

    def write(self, drive: Drive | None) -> None:
        """Drive the output, or with ``None`` switch it off."""

    def changes(self) -> list[bool]:
        """Each real change since the last call, as the pin itself tells it."""

    def close(self) -> None:
        """Switch off and give the pin back as an input."""


class PinOutput:
    """One gpiozero output device.

    ``OutputDevice`` for lamps, relay and active buzzer.  A tonal buzzer is a ``PWMOutputDevice``: gpiozero's
    ``TonalBuzzer`` ends at 880 Hz unless told otherwise and cannot be turned down.
    """

    def __init__(self, wire: Wire, gpiozero: Any, factory: Any) -> None:
        """Claim the pin and hold it in its off state from the first moment on."""
        kind = gpiozero.PWMOutputDevice if wire.tonal else gpiozero.OutputDevice
        self._wire = wire
        self._device = kind(wire.bcm, active_high=wire.active_high, initial_value=False, pin_factory=factory)
        self._remembers = hasattr(self._device.pin, "states")
        self._seen = len(self._device.pin.states) if self._remembers else 0
        self._last = False

    def write(self, drive: Drive | None) -> None:
        """Drive the pin; see :class:`Output`."""
        if not self._wire.tonal:
            self._device.value = drive is not None
        elif drive is None:
            self._device.value = 0
        else:
            self._device.frequency = drive.hertz
            self._device.value = duty(drive.percent)

    def changes(self) -> list[bool]:
        """From a mock pin, the states that it remembers; from a real one, the level that it reads back."""
        pin = self._device.pin
        if self._remembers:
            levels = [self._is_on(state.state) for state in pin.states[self._seen :]]
            self._seen = len(pin.states)
            if self._seen > MAX_REMEMBERED:
                pin.clear_states()
                self._seen = 1
        else:
            levels = [bool(self._device.value)]
        changed = []
        for level in levels:
            if level is not self._last:
                changed.append(level)
                self._last = level
        return changed

    def close(self) -> None:
        """Give the pin back; see :class:`Output`."""
        self._device.close()

    def _is_on(self, state: float) -> bool:
        return state > 0 if self._wire.active_high else state < 1


def duty(percent: int) -> float:
    """The duty cycle at which a piezo's fundamental has *percent* of its greatest amplitude.

    A rectangular wave of duty d has a fundamental of 2/pi * sin(pi * d), greatest at one half.
    """
    return math.asin(percent / 100) / math.pi


def open_outputs(wires: Sequence[Wire], *, mock: bool = False) -> tuple[Mapping[str, Output], OutputHealth]:
    """The outputs that could be opened, by name, and how that went.  Never raises for want of hardware.

    One pin that cannot be had does not take the others with it: the state is then ``failed`` and names it.
    """
    try:
        gpiozero, factory = _mock_factory() if mock else _real_factory()
    # A back end may raise anything: lgpio.error, AttributeError from a broken package, RuntimeError from RPi.GPIO.
    except Exception as error:
        return {}, OutputHealth(OutputState.NO_HARDWARE, f"signals: {error}")
    outputs: dict[str, Output] = {}
    faults: list[str] = []
    for wire in wires:
        try:
            outputs[wire.name] = PinOutput(wire, gpiozero, factory)
        except Exception as error:  # as above
            faults.append(f"{wire.name} on BCM {wire.bcm}: {type(error).__name__}: {error}")
    if faults:
        state = OutputState.FAILED if outputs else OutputState.NO_HARDWARE
        return outputs, OutputHealth(state, "signals: " + "; ".join(faults))
    return outputs, OutputHealth(OutputState.MOCK if mock else OutputState.OK, type(factory).__name__)


def _mock_factory() -> tuple[Any, Any]:
    """A factory of its own: nothing in gpiozero's global state is touched."""
    import gpiozero
    from gpiozero.pins.mock import MockFactory, MockPWMPin

    return gpiozero, MockFactory(pin_class=MockPWMPin)


def _real_factory() -> tuple[Any, Any]:
    hint = _EMPTY_LGPIO if _lgpio_is_empty() else ""
    import gpiozero
    from gpiozero.pins.mock import MockFactory

    with warnings.catch_warnings(record=True) as fallbacks:
        warnings.simplefilter("always")
        try:
            gpiozero.Device.ensure_pin_factory()
        except Exception as error:  # see open_outputs
            tried = "; ".join(str(fallback.message).removeprefix("Falling back from ") for fallback in fallbacks)
            raise NoPinsError(f"{hint}{type(error).__name__}: {tried or error}") from error
    factory = gpiozero.Device.pin_factory
    if isinstance(factory, MockFactory):
        raise NoPinsError("GPIOZERO_PIN_FACTORY asks for mock pins; only backend = 'mock' in the configuration may")
    return gpiozero, factory


def _lgpio_is_empty() -> bool:
    """Whether lgpio is the stub 0.0.0.2 that pip takes where there is no wheel: it imports and holds nothing."""
    try:
        import lgpio
    except Exception:  # absent, or its C library is: gpiozero's own words will say which
        return False
    return not hasattr(lgpio, "gpiochip_open")
