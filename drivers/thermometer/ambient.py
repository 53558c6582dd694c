"""How warm it is around the sensor, and what has to be said about it.  Pure.

Forehead thermometers are made for 16 to 35 °C; outside of that their readings are not to be trusted, and the gate
must show it.  A line is crossed back only half a degree on its other side, so that a day at the line is not a
thousand warnings.
"""

from __future__ import annotations

from drivers.thermometer.notes import Note, text

#: Typical forehead guns: 16-35 °C; the devices cleared by the FDA end at 40, a Guangdong draft at 32.
COLD_CENTI, WARM_CENTI = 1_600, 3_500
#: From here on the rule that a person is half a degree warmer than the housing hides common foreheads (34.4 °C).
HIDDEN_CENTI = 3_400
#: Noise of the ambient value is 0.1 to 0.3 °C.
_BACK_CENTI = 50


class Surroundings:
    """Remembers the last ambient temperature and which lines it has crossed."""

    def __init__(self) -> None:
        self._centi: int | None = None
        self._over: set[Note] = set()

    def feel(self, ambient_centi: int | None) -> None:
        """Take the ambient temperature of a frame; ``None`` where the device gives none."""
        self._centi = ambient_centi
        if ambient_centi is None:
            self._over.clear()
            return
        beyond = {
            Note.AMBIENT_COLD: COLD_CENTI - ambient_centi,
            Note.AMBIENT_WARM: ambient_centi - WARM_CENTI,
            # At the line itself skin is hidden already.
            Note.SKIN_HIDDEN: ambient_centi - HIDDEN_CENTI + 1,
        }
        for note, centi in beyond.items():
            if centi > 0:
                self._over.add(note)
            elif centi <= -_BACK_CENTI:
                self._over.discard(note)

    @property
    def notes(self) -> list[str]:
        """What has to be said now."""
        if self._centi is None:
            return []
        return [text(note, self._centi) for note in Note if note in self._over]
