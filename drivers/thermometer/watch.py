"""How the line is, judged by what came over it.  Pure: times come in, in nanoseconds."""

from __future__ import annotations

from drivers.events import Health

#: The slowest of these devices talks once a second; without a valid frame for three, something is wrong.
STALE_NS = 3_000_000_000
#: The first bytes of a device that wakes up are the end of a frame; that is not noise yet.
BABBLE_NS = 1_000_000_000

ADVICE = {
    Health.OK: "",
    Health.SILENT: "nothing comes from the thermometer; is it switched on and its cable in?",
    Health.NOISE: "what comes from the thermometer is not understood; check its model, its speed and its cable",
}


class LineWatch:
    """Remembers when bytes and valid frames last came."""

    def __init__(self) -> None:
        self._bytes_ns: int | None = None
        self._frame_ns: int | None = None
        self._babbling_since_ns = 0  # the first bytes without a frame after them

    def bytes_came(self, now_ns: int) -> None:
        """Something came, whatever it was."""
        if not _fresh(self._bytes_ns, now_ns) or self._bytes_ns == self._frame_ns:
            self._babbling_since_ns = now_ns
        self._bytes_ns = now_ns

    def frame_came(self, now_ns: int) -> None:
        """A valid frame came."""
        self._bytes_ns = self._frame_ns = now_ns

    def health(self, now_ns: int) -> Health:
        """Ok with a valid frame in the last three seconds, noise with other bytes for a while, otherwise silent."""
        if _fresh(self._frame_ns, now_ns):
            return Health.OK
        babbling = _fresh(self._bytes_ns, now_ns) and now_ns - self._babbling_since_ns >= BABBLE_NS
        return Health.NOISE if babbling else Health.SILENT


def _fresh(then_ns: int | None, now_ns: int) -> bool:
    return then_ns is not None and now_ns - then_ns <= STALE_NS
