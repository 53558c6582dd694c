"""``station doctor``: pins, sound, fonts, libraries, disk, clock and users of this machine."""

from __future__ import annotations

import ctypes.util
import grp
import os
import pwd
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from drivers.output_health import OutputState
from drivers.pins import open_outputs
from station.config.config import Config
from station.doctor.doctor import Finding, Level, Machine
from station.wire.entry import ClockState

#: A busy gate writes some 5 MB a day; half a gigabyte is three months of them.
LOW_MB, FULL_MB = 500, 100
#: A good card needs 5 to 20 ms for a small write that lasts; with 100 a queue is noticed.
SLOW_MS = 100
_WRITES, _WRITE_BYTES = 5, 4_096
#: Names of font files that hold simplified Chinese, as Debian packages them.
_CJK = ("wqy", "cjk", "droidsansfallback", "sourcehan", "uming", "ukai", "noto-sc", "notosanssc", "arphic")
#: Every process of a gate, and the groups that let it reach what it needs.
USERS = ("station-desk", "station-thermometer", "station-camera", "station-sync")
GROUPS = ("station", "station-inbox", "dialout", "video")


def pins(config: Config, _machine: Machine) -> Iterator[Finding]:
    """Lamps and buzzer.  Only the library is tried; no pin is claimed, for the desk may be holding them."""
    table = config.signals
    if table.backend == "null":
        yield Finding("gpio_off", Level.NOTE)
        return
    if table.backend == "mock":
        yield Finding("gpio_mock", Level.NOTE if config.station.demo else Level.WARN)
        return
    _, health = open_outputs(())
    if health.state is OutputState.OK:
        yield Finding("gpio_ok", Level.OK, gaps={"what": health.reason})
        if not any((table.red, table.amber, table.green, table.buzzer)):
            yield Finding("gpio_no_pins", Level.WARN)
    elif "empty package" in health.reason:
        yield Finding("gpio_empty_lgpio", Level.BAD)
    else:
        yield Finding("gpio_none", Level.WARN, gaps={"why": health.reason})


def voice(config: Config, _machine: Machine) -> Iterator[Finding]:
    """The player of the spoken words."""
    player = shutil.which("aplay")
    if not config.voice.enabled:
        yield Finding("voice_off", Level.NOTE)
    elif player is None:
        yield Finding("voice_no_player", Level.WARN)
    else:
        yield Finding("voice_ok", Level.OK, gaps={"what": player})


def fonts(_config: Config, machine: Machine) -> Iterator[Finding]:
    """A font with Chinese characters for the screen of this machine."""
    for _, _, files in os.walk(machine.fonts):
        for name in files:
            if any(mark in name.lower() for mark in _CJK):
                yield Finding("fonts_ok", Level.OK, gaps={"what": name})
                return
    yield Finding("fonts_missing", Level.BAD)


def zbar(_config: Config, _machine: Machine) -> Iterator[Finding]:
    """The library that reads what zxing-cpp does not."""
    there = ctypes.util.find_library("zbar") is not None
    yield Finding("zbar_ok" if there else "zbar_missing", Level.OK if there else Level.WARN)


def disk(config: Config, _machine: Machine) -> Iterator[Finding]:
    """Room for the journal, and how long a write that lasts takes."""
    folder = config.paths.state
    if not folder.is_dir():
        yield Finding("disk_missing", Level.BAD, str(folder))
        return
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    level = Level.BAD if free_mb < FULL_MB else Level.WARN if free_mb < LOW_MB else Level.OK
    code = {Level.BAD: "disk_full", Level.WARN: "disk_low", Level.OK: "disk_ok"}[level]
    yield Finding(code, level, str(folder), {"free": str(free_mb)})
    try:
        slow_ms = write_ms(folder)
    except OSError as error:
        yield Finding("write_failed", Level.BAD, str(folder), {"why": error.strerror or str(error)})
        return
    slow = slow_ms > SLOW_MS
    gaps = {"ms": f"{slow_ms:.0f}"}
    yield Finding("write_slow" if slow else "write_ok", Level.WARN if slow else Level.OK, str(folder), gaps)


def write_ms(folder: Path, clock: Callable[[], float] = time.perf_counter) -> float:
    """The median time of a few small writes that last, in milliseconds; nothing stays behind.

    :raises OSError: if nothing can be written there.
    """
    probe = folder / f".doctor-{os.getpid()}"
    handle = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        times = []
        for _ in range(_WRITES):
            began = clock()
            os.write(handle, bytes(_WRITE_BYTES))
            os.fsync(handle)
            times.append((clock() - began) * 1_000)
        return statistics.median(times)
    finally:
        os.close(handle)
        probe.unlink()


def clock(_config: Config, machine: Machine) -> Iterator[Finding]:
    """How far the time can be trusted."""
    match machine.clock_state():
        case ClockState.SYNCED:
            yield Finding("clock_ok", Level.OK)
        case ClockState.RTC:
            yield Finding("clock_rtc", Level.NOTE)
        case _:
            yield Finding("clock_unset", Level.WARN, gaps={"today": machine.today.isoformat()})


def users(config: Config, machine: Machine) -> Iterator[Finding]:
    """With services: their users and groups.  Without: whether this user may open what the settings name."""
    if (machine.units / "station-desk.service").exists():
        wanted = [*USERS, *(["station-wedge"] if config.wedge else [])]
        missing = [name for name in wanted if not _exists(pwd.getpwnam, name)]
        groups = [*GROUPS, *(["input"] if config.wedge else [])]
        missing += [name for name in groups if not _exists(grp.getgrnam, name)]
        code = "users_missing" if missing else "users_ok"
        yield Finding(code, Level.BAD if missing else Level.OK, gaps={"names": ", ".join(missing)})
        return
    yield Finding("users_none", Level.NOTE)
    needed = [("dialout", config.thermometer), ("video", config.camera), ("input", config.wedge)]
    held = os.getgroups()
    lacking = [name for name, devices in needed if devices and machine.uid != 0 and not _holds(name, held)]
    if lacking:
        yield Finding("groups_missing", Level.WARN, gaps={"names": ", ".join(lacking)})


def _exists(find: Callable[[str], object], name: str) -> bool:
    try:
        find(name)
    except KeyError:
        return False
    return True


def _holds(name: str, held: list[int]) -> bool:
    try:
        return grp.getgrnam(name).gr_gid in held
    except KeyError:
        return False
