"""One presented code is one scan, however many images it is seen in.

Pure: time comes in as an argument, in nanoseconds of any clock that only goes forward.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: A code that was away for so long was taken away and is shown again.  Longer than the gaps a trembling hand and
#: the turns of the second looks leave, shorter than the next person needs to hold out a telephone.
GAP_NS = 1_500_000_000
#: More different codes than anybody can hold before a camera within the gap; the longest unseen is forgotten first.
MOST = 32


@dataclass(frozen=True, slots=True)
class Presented:
    """A code that has just come into view; *in_image* different codes were in that image."""

    payload: bytes
    symbology: str
    in_image: int


class Dedupe:
    """Remembers which codes are in view, and nothing for longer than *gap_ns*."""

    def __init__(self, gap_ns: int = GAP_NS, most: int = MOST) -> None:
        self._gap_ns = gap_ns
        self._most = most
        self._seen_ns: dict[tuple[bytes, str], int] = {}  # last seen, longest unseen first

    def see(self, codes: Iterable[tuple[bytes, str]], at_ns: int) -> tuple[Presented, ...]:
        """What is newly presented among *codes*: (payload, symbology) of all symbols in the image of *at_ns*.

        Call it for each image that was looked at, also for one without codes.
        """
        in_view = dict.fromkeys(codes)
        self._forget(at_ns)
        new = tuple(Presented(*code, len(in_view)) for code in in_view if code not in self._seen_ns)
        for code in in_view:
            self._seen_ns.pop(code, None)
            self._seen_ns[code] = at_ns
        while len(self._seen_ns) > self._most:
            del self._seen_ns[next(iter(self._seen_ns))]
        return new

    @property
    def in_view(self) -> int:
        """How many codes were seen within the gap before the last image."""
        return len(self._seen_ns)

    def _forget(self, at_ns: int) -> None:
        for code, seen_ns in list(self._seen_ns.items()):
            if at_ns - seen_ns >= self._gap_ns:
                del self._seen_ns[code]
