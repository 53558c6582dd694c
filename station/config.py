"""The station's settings: one TOML file, parsed once into frozen values.  docs/settings.md lists every key.

Unknown keys are errors that name the file, the key and the key it may have meant.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from drivers.events import Site
from drivers.signals_config import Backend
from station import calibration
from station.calibration import Calibration, CalibrationError
from station.errors import StationError


class ConfigError(StationError, ValueError):
    """A setting that cannot be used; the message names the file, the key and the value."""

    code = "config"


@dataclass(frozen=True, slots=True)
class StationTable:
    """``[station]``: which gate this is."""

    id: str
    name: str
    community: str = ""
    timezone: str = "Asia/Shanghai"
    direction: str = "in"
    only_gate: bool = False
    demo: bool = False


@dataclass(frozen=True, slots=True)
class PathsTable:
    """``[paths]``: where things are kept and where the inbox is."""

    state: Path = Path("/var/lib/station")
    runtime: Path = Path("/run/station")

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.state / "journal.db"

    @property
    def register(self) -> Path:
        """The register's file."""
        return self.state / "register.db"

    @property
    def orders(self) -> Path:
        """Where the road drops orders and receipts."""
        return self.state / "orders"

    @property
    def sync(self) -> Path:
        """What only the road keeps: its cursor and status."""
        return self.state / "sync"

    @property
    def key(self) -> Path:
        """The station's private key, 32 bytes in hex, readable by the desk alone."""
        return self.state / "station.key"

    @property
    def root(self) -> Path:
        """The office's root public key, 32 bytes in hex, pinned at enrolment."""
        return self.state / "root.pub"

    @property
    def inbox(self) -> Path:
        """The socket that drivers send to."""
        return self.runtime / "inbox"


@dataclass(frozen=True, slots=True)
class ClockTable:
    """``[clock]``: the rate is 1 with real devices; a demo may run faster.

    ``start`` is the demo's wall time at ``start_ns`` of CLOCK_BOOTTIME, so that a restarted desk goes on from there;
    ``skipped`` is a file with the milliseconds that it has left out since.
    """

    rate: float = 1.0
    start: str = ""
    start_ns: int = 0
    skipped: Path | None = None


@dataclass(frozen=True, slots=True)
class WebTable:
    """``[web]``: where the gate's screen is served, and whether scanners may type into it."""

    host: str = "127.0.0.1"
    port: int = 8080
    scanner_keys: bool = False


@dataclass(frozen=True, slots=True)
class HubTable:
    """``[hub]``: the community's end.  Without a url and a folder there is none, or sticks go between.

    ``folder`` is a share of the local network that the hub looks into.  ``longest_wait_s`` is the longest pause
    between two tries while the hub cannot be reached.  With ``night_only`` what is not urgent goes at night, begun at a
    moment of each gate's own between ``night_from`` and ``night_to``, and tried again until ``night_until``.
    """

    url: str = ""
    token_file: Path = Path("/var/lib/station/sync/token")
    ca_file: Path | None = None
    longest_wait_s: int = 60
    folder: Path | None = None
    night_only: bool = False
    night_from: str = "23:30"
    night_to: str = "05:30"
    night_until: str = "10:30"

    @property
    def has_road(self) -> bool:
        """Whether the road's program has anything to do."""
        return bool(self.url) or self.folder is not None


@dataclass(frozen=True, slots=True)
class DeskTable:
    """``[desk]``: waits of the lane, in seconds, and when a device counts as lost."""

    pairing_s: int = 15
    open_s: int = 20
    ask_s: int = 120
    waiting_s: int = 1_800
    device_lost_s: int = 5
    gate_open_s: int = 5
    short_trip_minutes: int = 10
    ask_trip: bool = False
    night_from: int = 22
    night_to: int = 6


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
    admit_at_night: bool = False


@dataclass(frozen=True, slots=True)
class ReportTable:
    """``[report]``: when the daily report is asked for, and when it goes by itself; times of day as 09:30."""

    remind: str = "09:30"
    send: str = "10:25"


@dataclass(frozen=True, slots=True)
class RoundsTable:
    """``[rounds]``: by when the rounds of a day are due; times of day as 09:30, empty for no reminder."""

    disinfect: str = ""
    supplies_days: int = 3
    morning: str = "10:00"
    evening: str = "20:00"


@dataclass(frozen=True, slots=True)
class RetentionTable:
    """``[retention]``: how many days personal parts stay, and whether nobody will ever give a receipt for them."""

    days: int = 21
    alone: bool = False


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


@dataclass(frozen=True, slots=True)
class Config:
    """Everything in the file."""

    station: StationTable
    paths: PathsTable = field(default_factory=PathsTable)
    clock: ClockTable = field(default_factory=ClockTable)
    web: WebTable = field(default_factory=WebTable)
    hub: HubTable = field(default_factory=HubTable)
    desk: DeskTable = field(default_factory=DeskTable)
    signals: SignalsTable = field(default_factory=SignalsTable)
    voice: VoiceTable = field(default_factory=VoiceTable)
    report: ReportTable = field(default_factory=ReportTable)
    rounds: RoundsTable = field(default_factory=RoundsTable)
    retention: RetentionTable = field(default_factory=RetentionTable)
    decoder: DecoderTable = field(default_factory=DecoderTable)
    thermometer: tuple[ThermometerTable, ...] = ()
    camera: tuple[CameraTable, ...] = ()
    wedge: tuple[WedgeTable, ...] = ()


TABLES: Mapping[str, type] = {
    "station": StationTable,
    "paths": PathsTable,
    "clock": ClockTable,
    "web": WebTable,
    "hub": HubTable,
    "desk": DeskTable,
    "signals": SignalsTable,
    "voice": VoiceTable,
    "report": ReportTable,
    "rounds": RoundsTable,
    "retention": RetentionTable,
    "decoder": DecoderTable,
}
LISTS: Mapping[str, type] = {"thermometer": ThermometerTable, "camera": CameraTable, "wedge": WedgeTable}


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
    **{f"signals.{name}": _PIN for name in _PINS},
    **{f"{table}.{name}": (0, 100) for table in ("signals", "voice") for name in ("volume", "night_volume")},
}


_TIMES = ("report.remind", "report.send", "hub.night_from", "hub.night_to", "hub.night_until")


def load(path: Path) -> Config:
    """The settings in the file at *path*.

    :raises ConfigError: if it cannot be read or a key or value is wrong.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); give --config FILE") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from None
    return parse(document, str(path))


def parse(document: Mapping[str, Any], source: str) -> Config:
    """The settings in *document*; *source* is what messages call it."""
    _known(document, [*TABLES, *LISTS], source, "")
    if "station" not in document:
        raise ConfigError(f"{source}: [station] with id and name is missing")
    values: dict[str, Any] = {}
    for name, kind in TABLES.items():
        if name in document:
            values[name] = _table(kind, document[name], source, name)
    for name, kind in LISTS.items():
        items = document.get(name, [])
        if not isinstance(items, list):
            raise ConfigError(f"{source}: {name}: write [[{name}]], once for each device")
        values[name] = tuple(_table(kind, item, source, f"{name}[{at}]") for at, item in enumerate(items))
    config = Config(**values)
    _check(config, source)
    return config


def _table(kind: type, table: Any, source: str, place: str) -> Any:
    if not isinstance(table, dict):
        raise ConfigError(f"{source}: {place}: expected a table, got {table!r}")
    hints = get_type_hints(kind)
    _known(table, list(hints), source, f"{place}.")
    for one in fields(kind):
        if one.name not in table and one.default is MISSING and one.default_factory is MISSING:
            raise ConfigError(f"{source}: {place}.{one.name} is missing")
    return kind(**{key: _value(hints[key], value, source, f"{place}.{key}") for key, value in table.items()})


def _value(kind: Any, value: Any, source: str, place: str) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if kind in (Path, Path | None) and isinstance(value, str) and value:
        return Path(value)
    if kind in (str, int, float, bool) and type(value) is kind:
        return value
    wanted = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}.get(kind, "a path")
    raise ConfigError(f"{source}: {place}: expected {wanted}, got {value!r}")


def _known(table: Mapping[str, Any], names: list[str], source: str, place: str) -> None:
    for key in table:
        if key not in names:
            close = difflib.get_close_matches(key, names, 1)
            hint = f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(names)}"
            raise ConfigError(f"{source}: {place}{key}: unknown key{hint}")


def _check(config: Config, source: str) -> None:
    station = config.station
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}", station.id):
        raise ConfigError(f"{source}: station.id: {station.id!r}: 1 to 32 letters, digits and hyphens, no hyphen first")
    if station.direction not in ("in", "out"):
        raise ConfigError(f"{source}: station.direction: {station.direction!r} is neither 'in' nor 'out'")
    try:
        ZoneInfo(station.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(f"{source}: station.timezone: {station.timezone!r} is no time zone") from None
    if not 0 < config.clock.rate <= 1000:
        raise ConfigError(f"{source}: clock.rate: {config.clock.rate} is not above 0 and at most 1000")
    if (config.clock.rate != 1.0 or config.clock.start or config.clock.skipped) and not station.demo:
        raise ConfigError(f"{source}: clock.rate: only a demo (station.demo = true) may play with the time")
    try:
        datetime.fromisoformat(config.clock.start or "2020-01-01")
    except ValueError:
        raise ConfigError(
            f"{source}: clock.start: {config.clock.start!r} is no time such as 2020-11-22T08:00"
        ) from None
    for place in _TIMES:
        table, _, key = place.partition(".")
        value = getattr(getattr(config, table), key)
        if not re.fullmatch(_TIME, value):
            raise ConfigError(f"{source}: {place}: {value!r} is no time such as 09:30")
    if config.report.remind >= config.report.send:
        raise ConfigError(f"{source}: report.send: {config.report.send!r} is not after report.remind")
    for key in ("disinfect", "morning", "evening"):
        value = getattr(config.rounds, key)
        if not re.fullmatch(_TIME, value) and (value or key != "disinfect"):
            raise ConfigError(f"{source}: rounds.{key}: {value!r} is no time such as 09:30")
    if config.decoder.url and not config.decoder.url.startswith(("https://", "http://127.0.0.1:")):
        raise ConfigError(f"{source}: decoder.url: {config.decoder.url!r} does not begin with https://")
    _check_ranges(config, source)
    _check_devices(config, source)


def _check_ranges(config: Config, source: str) -> None:
    for place, (least, most) in RANGES.items():
        table, _, key = place.partition(".")
        value = getattr(getattr(config, table), key)
        if not least <= value <= most:
            raise ConfigError(f"{source}: {place}: {value} is not from {least} to {most}")
    if config.signals.backend not in tuple(Backend):
        known = ", ".join(Backend)
        raise ConfigError(f"{source}: signals.backend: {config.signals.backend!r} is none of {known}")
    pins = [pin for pin in (getattr(config.signals, name) for name in _PINS) if pin]
    if len(set(pins)) != len(pins):
        raise ConfigError(f"{source}: signals: two outputs on one pin")


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
