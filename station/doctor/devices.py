"""``station doctor``: thermometers, cameras and scanners of the settings."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from drivers.attached import Attached, serial_ports
from drivers.input_device import InputLost, devices, matching
from drivers.thermometer.identify import Heard, identify, listening
from drivers.thermometer.protocols import PROTOCOLS, searched
from drivers.thermometer.search import plan
from station.calibration import overdue
from station.clock import boottime_ns
from station.config.config import Config
from station.config.devices import CameraTable, ThermometerTable, WedgeTable
from station.devices import VIEWERS
from station.doctor.doctor import Finding, Level, Machine

AUTO = "auto"
#: A camera in the same building answers in milliseconds.
_CONNECT_S = 2.0
#: pyserial's words for a port that another program has locked.
_LOCKED = "exclusively lock"
#: Where Debian puts python3-picamera2.
PICAMERA2 = Path("/usr/lib/python3/dist-packages/picamera2")
_PORTS = {"http": 80, "https": 443, "rtsp": 554}


def thermometers(config: Config, machine: Machine) -> Iterator[Finding]:
    """Each thermometer: is its port there and ours, does its family answer, and what of its offset."""
    if not config.thermometer:
        yield Finding("thermometer_none", Level.BAD)
    ports = serial_ports(machine.sys, machine.dev, machine.proc)
    for table in config.thermometer:
        yield from _thermometer(table, ports)
        yield from _calibration(table, machine)


def cameras(config: Config, _machine: Machine) -> Iterator[Finding]:
    """Each camera: is its device, its file, its library or its host there."""
    if not config.camera:
        yield Finding("camera_none", Level.WARN)
    for table in config.camera:
        yield _camera(table)


def scanners(config: Config, machine: Machine) -> Iterator[Finding]:
    """Each scanner: is its input device there."""
    for table in config.wedge:
        yield _scanner(table, machine)


def _thermometer(table: ThermometerTable, ports: list[Attached]) -> Iterator[Finding]:
    gaps = {"port": table.port}
    if table.protocol != AUTO and table.protocol not in PROTOCOLS:
        yield Finding("thermometer_unknown", Level.BAD, table.name, {"protocol": table.protocol})
        return
    if "://" not in table.port:
        path = Path(table.port)
        if not path.exists():
            yield Finding("thermometer_missing", Level.BAD, table.name, gaps)
            return
        port = next((one for one in ports if one.node.resolve() == path.resolve()), None)
        if port is not None and port.console:
            yield Finding("thermometer_console", Level.BAD, table.name, gaps)
            return
        if port is not None and port.usb and table.port == str(port.node) != port.name:
            yield Finding("thermometer_unstable_name", Level.WARN, table.name, {**gaps, "better": port.name})
        if not os.access(path, os.R_OK | os.W_OK):
            yield Finding("thermometer_refused", Level.BAD, table.name, {**gaps, "why": "permission denied"})
            return
    yield _answer(table)


def _answer(table: ThermometerTable) -> Finding:
    gaps = {"port": table.port}
    named = table.protocol != AUTO
    probes = plan((PROTOCOLS[table.protocol],) if named else searched(), table.baud or None)
    # A family that was named may be asked its own questions; what is unknown is only listened to.
    identity = identify(table.port, probes if named else listening(probes), boottime_ns)
    match identity.heard:
        case Heard.FAMILY:
            what = {"what": f"{identity.protocol} ({identity.baud})"}
            if identity.protocol in VIEWERS:
                return Finding("thermometer_viewer", Level.WARN, table.name, what)
            return Finding("thermometer_ok", Level.OK, table.name, what)
        case Heard.BUSY if _LOCKED in identity.why:
            return Finding("thermometer_in_use", Level.OK, table.name)
        case Heard.BUSY:
            return Finding("thermometer_refused", Level.BAD, table.name, {**gaps, "why": identity.why})
        case Heard.NOISE:
            return Finding("thermometer_noise", Level.BAD, table.name, gaps)
    # A device that waits for a question is silent while nobody may ask.
    return Finding("thermometer_silent", Level.BAD if named else Level.WARN, table.name, gaps)


def _calibration(table: ThermometerTable, machine: Machine) -> Iterator[Finding]:
    calibration = table.calibration
    if calibration is None:
        return
    gaps = {"offset": f"{calibration.offset_centi / 100:+.2f} °C", "name": calibration.name, "day": table.offset_date}
    yield Finding("calibration_set", Level.NOTE, table.name, gaps)
    if not calibration.signature:
        yield Finding("calibration_unsigned", Level.WARN, table.name, gaps)
    if overdue(calibration, machine.today):
        yield Finding("calibration_due", Level.WARN, table.name, gaps)


def _camera(table: CameraTable) -> Finding:
    address = urlsplit(table.source)
    if address.scheme in _PORTS:
        return _network_camera(table.name, address.hostname or "", address.port or _PORTS[address.scheme])
    gaps = {"source": table.source}
    if table.source.partition(":")[0] == "picamera2":
        # The driver asks Debian's Python for it, never its own.
        there = PICAMERA2.is_dir()
        return Finding(
            "camera_ok" if there else "camera_no_picamera2", Level.OK if there else Level.BAD, table.name, gaps
        )
    path = Path(f"/dev/video{table.source}" if table.source.isdecimal() else table.source)
    # Numbered pictures, img_%04d.png, are there if their folder is.
    if not (path.parent if "%" in path.name else path).exists():
        return Finding("camera_missing", Level.BAD, table.name, gaps)
    if "%" not in path.name and not os.access(path, os.R_OK):
        return Finding("camera_refused", Level.BAD, table.name, gaps)
    return Finding("camera_ok", Level.OK, table.name, gaps)


def _network_camera(name: str, host: str, port: int) -> Finding:
    # Never the whole address: it may hold a password.
    gaps = {"source": f"{host}:{port}"}
    try:
        socket.create_connection((host, port), _CONNECT_S).close()
    except OSError as error:
        return Finding("camera_unreachable", Level.BAD, name, {**gaps, "why": error.strerror or str(error)})
    return Finding("camera_network", Level.OK, name, gaps)


def _scanner(table: WedgeTable, machine: Machine) -> Finding:
    gaps = {"which": str(table.path or table.match)}
    path = table.path
    if path is None:
        found = [device for device in devices(machine.proc, machine.dev) if device.match == table.match.lower()]
        try:
            path = matching(table.match, found).node
        except InputLost:
            several = sum(device.types_codes for device in found)
            code = "scanner_several" if several else "scanner_missing"
            return Finding(code, Level.BAD, table.name, {**gaps, "n": str(several)})
    if not path.exists():
        return Finding("scanner_missing", Level.BAD, table.name, gaps)
    if not os.access(path, os.R_OK):
        return Finding("scanner_refused", Level.BAD, table.name, gaps)
    return Finding("scanner_ok", Level.OK, table.name, gaps)
