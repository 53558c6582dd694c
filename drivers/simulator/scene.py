"""What a played thermometer looks at: a wall, or somebody in front of it.  Pure; chance and time come in."""

from __future__ import annotations

import random
from dataclasses import dataclass

from drivers.events import Mode
from drivers.thermometer.protocols import Frame

#: A sensor looking at somebody new is four fifths of the way there with each frame.
_STEP = 0.8
#: What these sensors add to skin to estimate a body, near enough for a simulation (36.5 from 33.1 in the vectors).
_BODY_ABOVE_SKIN_CENTI = 340


@dataclass(slots=True)
class Scene:
    """The scene's settings, which may change at any time.  Temperatures are hundredths of a degree Celsius.

    With *mode* adjusted the person's temperature is the body's, and the skin in the frame lies below it.
    ``noise_centi`` is the largest deviation of a frame; ``drift_centi_per_s`` moves a person's temperature for as
    long as they stay.
    """

    mode: Mode
    ambient_centi: int = 2_400
    noise_centi: int = 10
    drift_centi_per_s: float = 0.0
    person_centi: int | None = None
    person_since_s: float = 0.0
    _shown: float | None = None

    def frame(self, rng: random.Random, now_s: float) -> Frame:
        """What the device measures at *now_s*."""
        target = float(self.ambient_centi)
        if self.person_centi is not None:
            target = self.person_centi + self.drift_centi_per_s * (now_s - self.person_since_s)
        if self._shown is None:
            self._shown = target
        self._shown += (target - self._shown) * _STEP
        value = round(self._shown) + rng.randint(-self.noise_centi, self.noise_centi)
        # The housing is a little warmer than the wall.
        ambient = self.ambient_centi + 50
        if self.mode is Mode.SURFACE:
            return Frame(value, ambient)
        skin = value - _BODY_ABOVE_SKIN_CENTI if self.person_centi is not None else value
        return Frame(skin, ambient, skin + _BODY_ABOVE_SKIN_CENTI)
