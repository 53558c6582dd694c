"""The offsets of a gate's thermometers: which are in force now, and what is written when that changes.  Pure.

An offset counts while a key of the office that is in force has signed it for this station and this device, and for a
year from its day.  While nobody knows the day, nothing ends: a clock that was reset must not change a temperature.
Every beginning and every end is an entry ``device.calibrated``, and the screen shows each of these states.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station import kinds
from station.calibration import Calibration, CalibrationError, changes, check, overdue
from station.journal.draft import Draft
from station.wire.keyring import KeyRing, Purpose

#: A day begins once a day; looking once a minute is soon enough.
LOOK_EVERY_MS = 60_000


class State(StrEnum):
    """How an offset in the settings stands."""

    IN_FORCE = "offset_in_force"
    REFUSED = "offset_refused"  # no key of the office that is in force has signed exactly this
    EXPIRED = "offset_expired"  # more than a year old, or from the future


def state_of(calibration: Calibration, station: str, keyring: KeyRing, now_ms: int | None) -> State:
    """How *calibration* stands at *station* with the office's *keyring*; *now_ms* is None while nobody knows it."""
    for record in keyring.of(Purpose.ORDER):
        meant = not record.scope or station in record.scope
        valid = now_ms is None or record.not_before_ms <= now_ms <= record.not_after_ms
        if meant and valid and _signed(calibration, station, record.public):
            break
    else:
        return State.REFUSED
    if now_ms is not None and overdue(calibration, datetime.fromtimestamp(now_ms / 1000, UTC).date()):
        return State.EXPIRED
    return State.IN_FORCE


class Offsets:
    """The offsets in the settings of *station*; *recorded* is what the journal said last of each device."""

    def __init__(
        self,
        station: str,
        configured: Iterable[Calibration] = (),
        recorded: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self._station = station
        self._configured = tuple(configured)
        self._recorded = dict(recorded or {})
        self._states: dict[str, State] = {}
        self._judged_with: tuple[KeyRing, bool] | None = None
        self._next_ms = 0

    def ticked(self, keyring: KeyRing, now_ms: int, clock_known: bool) -> list[Draft]:
        """Judge them anew once a minute and whenever the keys or the clock changed; what is to be written."""
        if self._judged_with == (keyring, clock_known) and now_ms < self._next_ms:
            return []
        self._judged_with, self._next_ms = (keyring, clock_known), now_ms + LOOK_EVERY_MS
        for one in self._configured:
            self._states[one.device] = state_of(one, self._station, keyring, now_ms if clock_known else None)
        wanted = changes(self._recorded, [one for one in self._configured if self._in_force(one)])
        self._recorded |= {facts["device"]: facts for facts in wanted}
        return [Draft(kinds.DEVICE_CALIBRATED, facts) for facts in wanted]

    def of(self, device: str) -> Calibration | None:
        """What is added to the readings of *device* now."""
        return next((one for one in self._configured if one.device == device and self._in_force(one)), None)

    def states(self) -> Iterator[tuple[Calibration, State]]:
        """Every offset in the settings, and how it stands."""
        return ((one, self._states[one.device]) for one in self._configured if one.device in self._states)

    def _in_force(self, one: Calibration) -> bool:
        return self._states.get(one.device) is State.IN_FORCE


def _signed(calibration: Calibration, station: str, public: bytes) -> bool:
    try:
        check(station, calibration, Ed25519PublicKey.from_public_bytes(public))
    except CalibrationError:
        return False
    return True
