"""From images to presented codes: is it worth a look, what is there, was it there before."""

from __future__ import annotations

from drivers.camera import decode
from drivers.camera.dedupe import Dedupe, Presented
from drivers.camera.hint import Hint
from drivers.camera.hints import Hints
from drivers.camera.image import Image
from drivers.camera.motion import Look, Motion


class Eye:
    """What a camera's images show, one call for each image in order of time.

    *stills* are unconnected photographs: each gets every effort, and what one showed does not silence the next.
    *read_zbar* reads for zbar; without it zbar runs in this process.
    """

    def __init__(self, stills: bool = False, read_zbar: decode.ZbarRead | None = None) -> None:
        self._stills = stills
        self._read_zbar = read_zbar
        self._motion = Motion()
        self._rotation = decode.Rotation(read_zbar=read_zbar)
        self._dedupe = Dedupe()
        self._hints = Hints()

    @property
    def hint(self) -> Hint | None:
        """What to tell whoever holds up a code that is seen and not read; None for stills."""
        return self._hints.hint

    def look(self, image: Image) -> tuple[Presented, ...]:
        """The codes that come into view with *image*."""
        grey = decode.grey(image.pixels)
        at_ns = image.observed_ns
        if self._stills:
            symbols = decode.decode(grey, read_zbar=self._read_zbar)
            return Dedupe().see(((symbol.payload, symbol.symbology) for symbol in symbols), at_ns)
        look = self._motion.judge(grey, at_ns, self._dedupe.in_view > 0)
        if look is Look.NONE:
            self._hints.pass_over(at_ns)
            return ()
        symbols = self._rotation.decode(grey, again=look is Look.FULL)
        self._hints.see(grey, bool(symbols), self._rotation.unread, at_ns)
        return self._dedupe.see(((symbol.payload, symbol.symbology) for symbol in symbols), at_ns)
