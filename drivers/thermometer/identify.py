"""What is on a serial port: the search of the driver, once and without a desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from drivers.thermometer.attempt import attempt
from drivers.thermometer.port import PortLost, SerialPort
from drivers.thermometer.search import Probe


class Heard(StrEnum):
    """What a port said."""

    FAMILY = "family"  # one of ours
    NOISE = "noise"  # something that is none of ours, or at another speed
    SILENCE = "silence"
    BUSY = "busy"  # another program has it, or it cannot be opened


@dataclass(frozen=True, slots=True)
class Identity:
    """What was found out; ``protocol`` and ``baud`` of a family, ``why`` of a port that could not be opened."""

    heard: Heard
    protocol: str = ""
    baud: int = 0
    why: str = ""


def listening(probes: Sequence[Probe]) -> tuple[Probe, ...]:
    """Those of *probes* that send nothing at all."""
    return tuple(probe for probe in probes if probe.send is None and probe.poll is None)


def identify(port: str, probes: Sequence[Probe], clock: Callable[[], int]) -> Identity:
    """Try *probes* in turn on *port*; a port that another program has locked is left alone."""
    said: list[bool] = []

    def heard(data: bytes, _now_ns: int, _understood: bool) -> None:
        if data and not said:
            said.append(True)

    try:
        with SerialPort(port, probes[0].baud) as opened:
            for probe in probes:
                found = attempt(opened, probe, clock, heard)
                if found is not None:
                    return Identity(Heard.FAMILY, found.protocol.name, probe.baud)
    except PortLost as error:
        return Identity(Heard.BUSY, why=str(error))
    return Identity(Heard.NOISE if said else Heard.SILENCE)
