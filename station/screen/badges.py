"""What the header says of the gate's surroundings.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from drivers.camera.hint import hint_in
from drivers.thermometer.notes import Note, codes
from station.calibration import Calibration
from station.desk.health import Device
from station.offsets import State
from station.screen.closures import Closure, badges_of
from station.screen.elements import Badge, Level, Word
from station.wire.entry import ClockState

#: Fewer unsent entries than this are on their way; the badge would only flicker.
UNSENT_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Road:
    """How the way to the hub is: ``state`` is none, ok, offline or refused."""

    state: str = "none"
    since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Everything that a badge is made of."""

    devices: tuple[Device, ...]
    clock: ClockState
    road: Road
    unsent: int
    signals: str  # ok | mock | no_hardware | failed
    voice: str
    storage_ok: bool
    refused_order: bool
    overdue: int = 0
    offsets: tuple[tuple[Calibration, State], ...] = ()
    readings_moved: bool = False
    salvaged: bool = False
    stale: tuple[str, ...] = ()
    closures: tuple[Closure, ...] = ()
    outside: frozenset[str] | None = None
    old_waiting: int = 0
    old_held: bool = False


_LOST = {"thermometer": "thermometer_lost", "camera": "camera_lost", "wedge": "scanner_lost"}
_WORKING = {"thermometer": "thermometer_ok", "camera": "camera_ok"}


def badges(condition: Condition) -> tuple[Badge, ...]:
    """The badges, worst first."""
    found = [*_devices(condition.devices)]
    if not condition.storage_ok:
        found.append(Badge(Word("storage_bad"), Level.BAD))
    if condition.salvaged:
        found.append(Badge(Word("journal_salvaged"), Level.BAD))
    if condition.clock in (ClockState.UNKNOWN, ClockState.RESTORED):
        found.append(Badge(Word("clock_not_set"), Level.WARN))
    if condition.signals in ("no_hardware", "failed"):
        found.append(Badge(Word("no_hardware"), Level.WARN))
    if condition.voice == "failed":
        found.append(Badge(Word("no_voice"), Level.WARN))
    if condition.readings_moved:
        found.append(Badge(Word("readings_moved"), Level.WARN))
    for calibration, state in condition.offsets:
        gaps = (("n", f"{calibration.offset_centi / 100:+.2f}"),)
        found.append(Badge(Word(state, gaps), Level.NOTE if state is State.IN_FORCE else Level.WARN))
    if condition.refused_order:
        found.append(Badge(Word("order_refused"), Level.WARN))
    if condition.overdue:
        found.append(Badge(Word("overdue_outside", (("n", str(condition.overdue)),)), Level.NOTE))
    found += [Badge(Word(code), Level.WARN) for code in condition.stale]
    found += badges_of(condition.closures, condition.outside)
    found += _road(condition)
    if condition.old_waiting:
        found.append(Badge(Word("old_chain", (("n", str(condition.old_waiting)),)), Level.WARN))
    elif condition.old_held:
        found.append(Badge(Word("old_chain_held"), Level.NOTE))
    order = [Level.BAD, Level.WARN, Level.NOTE, Level.OK]
    return tuple(sorted(found, key=lambda badge: order.index(badge.level)))


def _devices(devices: Iterable[Device]) -> Iterable[Badge]:
    by_role: dict[str, list[Device]] = {}
    for device in devices:
        by_role.setdefault(device.role, []).append(device)
    for role, group in by_role.items():
        lost = [device for device in group if not device.working]
        for device in group:
            yield from _notes(device)
        for device in lost:
            gaps = (("name", device.name),) if len(group) > 1 else ()
            yield Badge(Word(_LOST[role], gaps), Level.BAD, device.since_ms)
        # A device that has not said anything yet since the start is neither well nor lost.
        if not lost and role in _WORKING and all(device.heard_ms is not None for device in group):
            yield Badge(Word(_WORKING[role]), Level.OK)


#: What a thermometer that works has to say of its place (drivers/thermometer/notes.py).
_NOTES = {
    Note.STEP_BACK: Level.NOTE,
    Note.AMBIENT_COLD: Level.WARN,
    Note.AMBIENT_WARM: Level.WARN,
    Note.SKIN_HIDDEN: Level.BAD,
    Note.VIEWER_ONLY: Level.NOTE,
}


def _notes(device: Device) -> Iterable[Badge]:
    if device.working:
        for note in codes(device.detail):
            yield Badge(Word(note), _NOTES[note])
        hint = hint_in(device.detail)
        if hint is not None:
            # Before what is only to be known: somebody holds up a code and waits.
            yield Badge(Word(hint), Level.WARN)


def _road(condition: Condition) -> Iterable[Badge]:
    road = condition.road
    if road.state == "refused":
        yield Badge(Word("hub_refused"), Level.WARN, road.since_ms)
    if road.state == "offline":
        yield Badge(Word("offline"), Level.WARN, road.since_ms)
    if road.state != "none" and (condition.unsent >= UNSENT_SHOWN or (road.state == "offline" and condition.unsent)):
        yield Badge(Word("unsent", (("n", str(condition.unsent)),)), Level.NOTE)
