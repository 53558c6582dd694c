"""What a source gives: images, and the two ways in which they stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from drivers.errors import DriverError

#: Rows × columns of grey, or rows × columns × 3 of blue, green, red.
Pixels: TypeAlias = npt.NDArray[np.uint8]


class SourceLost(DriverError, OSError):
    """The camera, stream or file gives no images; the message says what to check."""

    code = "camera.lost"


class SourceEnd(DriverError, EOFError):
    """A file, a folder or a recording has been seen to its end."""

    code = "camera.end"


@dataclass(frozen=True, slots=True)
class Image:
    """One picture and the moment it was taken (CLOCK_BOOTTIME, nanoseconds)."""

    pixels: Pixels
    observed_ns: int


class Source(Protocol):
    """Where images come from."""

    name: str
    #: True where the images are unconnected photographs, so that each is looked at as if it were the only one.
    stills: bool

    def next(self, timeout_s: float) -> Image | None:
        """The next image to look at, or None if there is none within *timeout_s* seconds.

        :raises SourceLost: if no more can be expected although they should come.
        :raises SourceEnd: after the last image.
        """
        ...

    def close(self) -> bool:
        """Let go of the device; False if it hangs in its driver and the process must end without it."""
        ...
