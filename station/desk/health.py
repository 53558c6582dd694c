"""How the gate's devices are, from what their drivers say and when they last said it.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from drivers.events import Health, Heartbeat

#: More than any gate has; a driver that invents names must not fill the screen.
MAX_DEVICES = 16


@dataclass(frozen=True, slots=True)
class Device:
    """One device: whether it works, since when it does not, and what to check."""

    name: str
    role: str
    working: bool
    since_ms: int
    heard_ms: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A device broke or came back."""

    device: Device


class Devices:
    """The devices this gate is configured to have, and any other that speaks.

    A device counts as lost when its driver says so or says nothing for *lost_ms*.
    """

    def __init__(self, expected: Iterable[tuple[str, str]], lost_ms: int, now_ms: int) -> None:
        self._lost_ms = lost_ms
        self.devices = {name: Device(name, role, True, now_ms) for name, role in expected}

    def heard(self, beat: Heartbeat, now_ms: int) -> Edge | None:
        """A driver spoke of its device."""
        before = self.devices.get(beat.device)
        if before is None and len(self.devices) >= MAX_DEVICES:
            return None
        working = beat.health is Health.OK
        changed = before is None or before.working != working
        since_ms = now_ms if before is None or changed else before.since_ms
        device = Device(beat.device, beat.role, working, since_ms, now_ms, beat.detail)
        self.devices[beat.device] = device
        return Edge(device) if changed and (before is not None or not working) else None

    def stepped(self, by_ms: int) -> None:
        """The wall clock was set by so much: nobody has been silent for longer because of it."""
        for name, device in self.devices.items():
            heard_ms = None if device.heard_ms is None else device.heard_ms + by_ms
            self.devices[name] = replace(device, since_ms=device.since_ms + by_ms, heard_ms=heard_ms)

    def ticked(self, now_ms: int) -> list[Edge]:
        """Find those that fell silent."""
        edges = []
        for device in list(self.devices.values()):
            heard_ms = device.since_ms if device.heard_ms is None else device.heard_ms
            if device.working and now_ms >= heard_ms + self._lost_ms:
                lost = Device(device.name, device.role, False, now_ms, device.heard_ms, "")
                self.devices[device.name] = lost
                edges.append(Edge(lost))
        return edges
