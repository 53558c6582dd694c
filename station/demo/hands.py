"""What somebody who tries the demo can do at its gates with their hands: hold a code up, stand before a thermometer.

Whoever does any of it has taken the gate over: the played day rests until it is told to go on.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from drivers.simulator.picture import code_picture, picture_of
from station.demo.script import Day
from station.demo.theatre import Devices
from station.demo.world import on_rota
from station.errors import StationError

#: Long enough for the camera and for an eye, and gone before the next person comes.
HELD_S = 6.0
#: A thermometer settles within a second; who goes on standing there is measured once all the same.
STOOD_S = 4.0
#: What a thermometer of the demo can be shown, in hundredths of a degree.
COLDEST, HOTTEST = 1_000, 4_500
#: As many bytes as a QR code holds with error correction M (ISO/IEC 18004, table 7).
MAX_TEXT = 2_331

_CARRIES = {"pass": "pass", "tag": "tag of the household", "forged": "forged pass"}


class HandsError(StationError, ValueError):
    """Something that no hand can do; the message says what would do."""

    code = "hands"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that can be held before a camera: its name in a script, whose it is and what."""

    id: str
    whose: str
    what: str


def things(day: Day) -> tuple[Thing, ...]:
    """Everything of *day* that has a code: what its people carry, and the badges of its rota."""
    carried = [
        Thing(one.id, one.name, "pass that has ended" if one.minutes < 0 else _CARRIES[one.code])
        for one in day.actors
        if one.code != "none"
    ]
    badges = [Thing(f"badge-{one['id']}", one["name"], "badge") for one in on_rota(day) if one.get("badge")]
    return (*badges, *carried)


class Hands:
    """The hands at all *gates*; ``playing`` is set while the day is played by itself.

    :param codes: what is on the things of *day*, by their id.
    """

    def __init__(self, day: Day, gates: Mapping[str, Devices], codes: Mapping[str, str]) -> None:
        self.day = day
        self.gates = gates
        self.playing = threading.Event()
        self.playing.set()
        self._codes = codes
        self._rng = np.random.default_rng(day.seed)
        self._lock = threading.Lock()
        self._lowering: dict[str, threading.Timer] = {}

    def hold(self, gate: str, thing: str) -> None:
        """Hold *thing*, or any text, before the camera of *gate* for some seconds.

        :raises HandsError: if there is no such gate, or the text fits no code.
        """
        text = self._codes.get(thing, thing)
        if not 0 < len(text.encode()) <= MAX_TEXT:
            raise HandsError(f"a code holds 1 to {MAX_TEXT} bytes of text")
        with self._lock:
            picture = code_picture(text, self._rng)
        self._show(gate, picture)

    def hold_picture(self, gate: str, image: bytes) -> None:
        """The same with a picture (PNG or JPEG), as of a code on another screen.

        :raises HandsError: if there is no such gate, or it is no picture.
        """
        try:
            picture = picture_of(image)
        except ValueError as error:
            raise HandsError(str(error)) from None
        self._show(gate, picture)

    def stand(self, gate: str, degrees: str) -> None:
        """Somebody of so many *degrees* (°C, as 36.5) stands before the thermometer of *gate* for some seconds.

        :raises HandsError: if there is no such gate, or nobody can be so warm.
        """
        try:
            centi = round(float(degrees) * 100)
        except (ValueError, OverflowError):
            raise HandsError(f"degrees: {degrees[:20]!r}: a number such as 36.5") from None
        if not COLDEST <= centi <= HOTTEST:
            raise HandsError(f"degrees: {degrees[:20]!r}: from {COLDEST // 100} to {HOTTEST // 100}")
        thermometers = self._at(gate).thermometers
        self.playing.clear()
        next(iter(thermometers.values())).present(centi, STOOD_S)

    def play(self, on: bool) -> None:
        """Let the day be played by itself, or not."""
        (self.playing.set if on else self.playing.clear)()

    def close(self) -> None:
        """Nothing is taken away any more later on."""
        with self._lock:
            for timer in self._lowering.values():
                timer.cancel()

    def _at(self, gate: str) -> Devices:
        if gate not in self.gates:
            raise HandsError(f"gate: {gate[:40]!r}: one of {', '.join(self.gates)}")
        return self.gates[gate]

    def _show(self, gate: str, picture: np.ndarray) -> None:
        camera = self._at(gate).camera
        self.playing.clear()
        with self._lock:
            if gate in self._lowering:
                self._lowering[gate].cancel()
            camera.show(picture)
            self._lowering[gate] = threading.Timer(HELD_S, camera.clear)
            self._lowering[gate].daemon = True
            self._lowering[gate].start()
