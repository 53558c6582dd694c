"""Whether settings that could be read make sense: ranges, times of day, pins, devices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from drivers.events import Site
from drivers.signals_config import Backend
from drivers.spoken import Line
from station.calibration import CalibrationError
from station.config.config import Config
from station.config.devices import unspoken
from station.config.values import ConfigError

_TIME = r"([01]\d|2[0-3]):[0-5]\d"
#: A wait of nothing would end every visit before it begins; one of days would never end it.
_WAIT_S = (1, 3_600)
#: The pins of a Raspberry Pi's header; 0 is no pin.
_PIN = (0, 27)
_PINS = ("red", "amber", "green", "buzzer", "gate")
#: Every whole number in a table, with the least and the most that make sense.
RANGES: Mapping[str, tuple[int, int]] = {
    "clock.start_ns": (0, 2**63 - 1),
    "web.port": (0, 65_535),
    "decoder.timeout_s": (1, 10),
    "hub.longest_wait_s": _WAIT_S,
    **{f"desk.{name}": _WAIT_S for name in ("pairing_s", "open_s", "ask_s", "device_lost_s", "gate_open_s")},
    "desk.waiting_s": (60, 86_400),
    "desk.short_trip_minutes": (0, 60),
    "desk.night_from": (0, 23),
    "desk.night_to": (0, 23),
    "retention.days": (14, 30),
    "rounds.supplies_days": (0, 30),
    "voice.notices_from": (0, 24),
    "voice.notices_to": (0, 24),
    "voice.notices_every_minutes": (0, 1_440),
    **{f"signals.{name}": _PIN for name in _PINS},
    **{f"{table}.{name}": (0, 100) for table in ("signals", "voice") for name in ("volume", "night_volume")},
}


def check(config: Config, source: str) -> None:
    """Every value makes sense, and all of them together; *source* is what messages call the file.

    :raises ConfigError: if one does not.
    """
    station = config.station
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}", station.id):
        raise ConfigError(f"{source}: station.id: {station.id!r}: 1 to 32 letters, digits and hyphens, no hyphen first")
    if station.direction not in ("in", "out"):
        raise ConfigError(f"{source}: station.direction: {station.direction!r} is neither 'in' nor 'out'")
    try:
        ZoneInfo(station.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(
            f"{source}: station.timezone: {station.timezone!r} is no time zone such as Asia/Shanghai"
        ) from None
    if config.decoder.url and not config.decoder.url.startswith(("https://", "http://127.0.0.1:")):
        raise ConfigError(f"{source}: decoder.url: {config.decoder.url!r} does not begin with https://")
    if config.hub.url and not config.hub.url.startswith(("https://", "http://")):
        raise ConfigError(f"{source}: hub.url: {config.hub.url!r} does not begin with https://")
    _check_clock(config, source)
    _check_times(config, source)
    _check_ranges(config, source)
    _check_devices(config, source)
    _check_voice(config, source)


def _check_voice(config: Config, source: str) -> None:
    """Lines by their names, joined by a plus; a fever is never left unsaid."""
    known = set(Line) - {Line.FEVER}
    for key in ("unspoken", "unspoken_at_night"):
        value = getattr(config.voice, key)
        for line in unspoken(value):
            if line not in known:
                raise ConfigError(f"{source}: voice.{key}: {line!r} is none of {', '.join(sorted(known))}")


def _check_clock(config: Config, source: str) -> None:
    if not 0 < config.clock.rate <= 1000:
        raise ConfigError(f"{source}: clock.rate: {config.clock.rate} is not above 0 and at most 1000")
    if (config.clock.rate != 1.0 or config.clock.start or config.clock.skipped) and not config.station.demo:
        raise ConfigError(f"{source}: clock.rate: only a demo (station.demo = true) may play with the time")
    try:
        datetime.fromisoformat(config.clock.start or "2020-01-01")
    except ValueError:
        raise ConfigError(
            f"{source}: clock.start: {config.clock.start!r} is no time such as 2020-11-22T08:00"
        ) from None


def _check_times(config: Config, source: str) -> None:
    """Times of day, as 09:30; without one for disinfecting nobody is reminded of it."""
    places = ["report.remind", "report.send", "rounds.disinfect", "rounds.morning", "rounds.evening"]
    for place in (*places, "hub.night_from", "hub.night_to", "hub.night_until"):
        table, _, key = place.partition(".")
        value = getattr(getattr(config, table), key)
        may_be_empty = place == "rounds.disinfect"
        if not re.fullmatch(_TIME, value) and (value or not may_be_empty):
            raise ConfigError(f"{source}: {place}: {value!r} is no time such as 09:30")
    if config.report.remind >= config.report.send:
        raise ConfigError(f"{source}: report.send: {config.report.send!r} is not after report.remind")


def _check_ranges(config: Config, source: str) -> None:
    for place, (least, most) in RANGES.items():
        table, _, key = place.partition(".")
        value = getattr(getattr(config, table), key)
        if not least <= value <= most:
            raise ConfigError(f"{source}: {place}: {value} is not from {least} to {most}")
    if config.signals.backend not in tuple(Backend):
        known = ", ".join(Backend)
        raise ConfigError(f"{source}: signals.backend: {config.signals.backend!r} is none of {known}")
    wired: dict[int, str] = {}
    for name in _PINS:
        pin = getattr(config.signals, name)
        if pin and pin in wired:
            raise ConfigError(f"{source}: signals: {wired[pin]} and {name} are both on pin {pin}; each needs its own")
        wired[pin] = name


def _check_devices(config: Config, source: str) -> None:
    names = [one.name for group in (config.thermometer, config.camera, config.wedge) for one in group]
    for name in names:
        if not name or len(name) > 32 or names.count(name) > 1:
            raise ConfigError(f"{source}: device name {name!r}: 1 to 32 characters, each used once")
    for thermometer in config.thermometer:
        if thermometer.site not in tuple(Site):
            raise ConfigError(
                f"{source}: thermometer {thermometer.name!r}: site: {thermometer.site!r} is none of {', '.join(Site)}"
            )
        _check_protocol(thermometer.name, thermometer.protocol, source)
        try:
            _ = thermometer.calibration
        except CalibrationError as error:
            raise ConfigError(f"{source}: thermometer {thermometer.name!r}: {error}") from None
    for wedge in config.wedge:
        if bool(wedge.path) == bool(wedge.match):
            raise ConfigError(f"{source}: wedge {wedge.name!r}: give path or match, and one of them only")
        if wedge.match and not re.fullmatch(r"[0-9a-fA-F]{4}:[0-9a-fA-F]{4}", wedge.match):
            raise ConfigError(
                f"{source}: wedge {wedge.name!r}: match: {wedge.match!r} is no VENDOR:PRODUCT as 0c2e:0b61"
            )


def _check_protocol(name: str, protocol: str, source: str) -> None:
    if protocol == "auto":
        return
    # A gate that searches by itself needs none of the families in the desk's memory.
    from drivers.thermometer.protocols import PROTOCOLS

    if protocol not in PROTOCOLS:
        known = ", ".join(("auto", *PROTOCOLS))
        raise ConfigError(f"{source}: thermometer {name!r}: protocol: {protocol!r} is none of {known}")
