"""The tables of the settings that say which gate this is, where it keeps things, and how long it waits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
    def request(self) -> Path:
        """What the desk asks of the road when a hub's code is to let this gate in; readable by both."""
        return self.state / "entrance.json"

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
