"""``station devices``: what is plugged in, by names that stay, and what of it speaks as a thermometer.

Listing opens nothing.  ``--probe`` only listens, so that nothing is disturbed; ``--ask`` also sends the families'
questions, to ports on which nothing was understood.  A port on which the system itself talks is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from drivers.attached import DEV, PROC, SYS, Attached, cameras, links_to, serial_ports
from drivers.input_device import InputDevice
from drivers.input_device import devices as input_devices
from drivers.thermometer.identify import Heard, Identity, identify, listening
from drivers.thermometer.protocols import searched
from drivers.thermometer.search import plan
from station.clock import boottime_ns

#: Families that give no readings: never written into settings.
VIEWERS = frozenset({"gy_mcu90640"})


@dataclass(frozen=True, slots=True)
class Keyboard:
    """A scanner, a card reader or a keyboard: by what it is nobody can tell; ``name`` is its path that stays."""

    device: InputDevice
    name: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything that was found; a port that was not probed has no identity."""

    ports: tuple[tuple[Attached, Identity | None], ...]
    cameras: tuple[Attached, ...]
    keyboards: tuple[Keyboard, ...]


def take(sys: Path = SYS, dev: Path = DEV, proc: Path = PROC) -> Inventory:
    """What the kernel knows of."""
    typing = [device for device in input_devices(proc, dev) if device.types_codes]
    return Inventory(
        tuple((port, None) for port in serial_ports(sys, dev, proc)),
        tuple(cameras(sys, dev)),
        tuple(Keyboard(device, _stable(device, dev)) for device in typing),
    )


def probed(
    inventory: Inventory, ask: bool, named: Sequence[str] = (), clock: Callable[[], int] = boottime_ns
) -> Inventory:
    """The *inventory* with what its ports said; with *ask* they are also asked.

    Probed are the USB adapters, or only the ports *named* by any of their names; one that is none of this machine's
    ports (a pty, ``socket://``) is taken as it is.
    """
    probes = plan(searched())
    probes = probes if ask else listening(probes)
    known = {alias for port, _ in inventory.ports for alias in (*port.aliases, port.name)}
    extra = [Attached(Path(name), name, frozenset({name}), "named") for name in named if name not in known]
    ports = [port for port, _ in inventory.ports] + extra
    wanted = [port for port in ports if _wanted(port, named)]
    return replace(
        inventory,
        ports=tuple((port, identify(port.name, probes, clock) if port in wanted else None) for port in ports),
    )


def to_json(inventory: Inventory) -> dict[str, Any]:
    """What ``--json`` writes."""
    return {
        "serial": [_port_json(port, identity) for port, identity in inventory.ports],
        "cameras": [{"source": one.name, "node": str(one.node), "title": one.title} for one in inventory.cameras],
        "keyboards": [
            {"path": one.name, "node": str(one.device.node), "match": one.device.match, "title": one.device.name}
            for one in inventory.keyboards
        ],
    }


def lines(inventory: Inventory) -> list[str]:
    """What is printed."""
    found = [f"serial  {port.name}  {port.title}{_said(port, identity)}" for port, identity in inventory.ports]
    found += [f"camera  {one.name}  {one.title}" for one in inventory.cameras]
    found += [f"typing  {one.name}  {one.device.match}  {one.device.name}" for one in inventory.keyboards]
    return found or ["nothing is attached: no serial port, no camera, no scanner or keyboard"]


def _wanted(port: Attached, named: Sequence[str]) -> bool:
    if port.console:
        return False
    return bool(set(named) & {port.name, *port.aliases}) if named else bool(port.usb)


def _stable(device: InputDevice, dev: Path) -> str:
    # A name by id is shared by two scanners of one model; the socket is not.
    for folder in ("by-path", "by-id"):
        links = links_to(device.node, dev / "input" / folder)
        if links:
            return min(links, key=len)
    return str(device.node)


def _port_json(port: Attached, identity: Identity | None) -> dict[str, Any]:
    return {
        "port": port.name,
        "node": str(port.node),
        "aliases": sorted(port.aliases),
        "title": port.title,
        "usb": port.usb,
        "console": port.console,
        "heard": None if identity is None else identity.heard.value,
        "protocol": None if identity is None else identity.protocol or None,
        "baud": None if identity is None else identity.baud or None,
    }


def _said(port: Attached, identity: Identity | None) -> str:
    if port.console:
        return ": the system's console, left alone"
    if identity is None:
        return ""
    return {
        Heard.FAMILY: f": {identity.protocol} at {identity.baud} baud",
        Heard.NOISE: ": says something that is not understood",
        Heard.SILENCE: ": says nothing (name its family in the settings, or try --ask)",
        Heard.BUSY: f": {identity.why}",
    }[identity.heard]
