"""Photographs from files, in the order of their names."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np

from drivers.camera.image import Image, Pixels, SourceEnd, SourceLost
from drivers.camera.pace import Pace

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"})
#: A photograph has a few megabytes; what is larger is no photograph and is not read into memory.
MAX_BYTES = 64 * 2**20
PNG = b"\x89PNG\r\n\x1a\n"

log = logging.getLogger(__name__)


def read_grey(path: Path) -> Pixels | None:
    """The picture in *path* in grey, turned as its EXIF says; None if it is none that can be unpacked.

    :raises OSError: if the file cannot be read.
    """
    if path.stat().st_size > MAX_BYTES:
        return None
    content = path.read_bytes()
    if not content or promises_more(content):
        return None
    try:
        unpacked = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:  # broken header, or larger than MAX_PIXELS
        return None
    return None if unpacked is None or not unpacked.size else np.asarray(unpacked, np.uint8)


def promises_more(content: bytes) -> bool:
    """Whether *content* is a PNG with a chunk that ends behind the file.

    OpenCV makes room for what such a chunk promises before it looks for it: two gigabytes for a file of 364 bytes.
    """
    if not content.startswith(PNG):
        return False
    at = len(PNG)
    while at + 12 <= len(content):
        # Length, kind, content and check.
        at += int.from_bytes(content[at : at + 4], "big") + 12
    return at > len(content)


def images_in(folder: Path) -> list[Path]:
    """The image files of *folder* (not of folders below it), by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())


class Stills:
    """A :class:`~drivers.camera.image.Source` over files.

    Without *fps* each file is a photograph of its own, looked at as soon as the one before is done.  With *fps*
    they are what a camera saw, that many in a second.  With *loop* the first follows the last.
    """

    def __init__(self, name: str, paths: Iterable[Path], fps: float | None, loop: bool) -> None:
        self.name = name
        self.stills = fps is None
        self._paths = tuple(paths)
        if not self._paths:
            raise SourceLost(f"camera: {name} holds no images; {', '.join(sorted(SUFFIXES))} are looked for")
        self._loop = loop
        self._pace = Pace(fps)
        self._images = self._read()

    def _read(self) -> Iterator[Pixels]:
        while True:
            read = 0
            for path in self._paths:
                try:
                    pixels = read_grey(path)
                except OSError as error:
                    raise SourceLost(f"camera: {path}: {error.strerror}; is the medium still there?") from None
                if pixels is None:
                    log.warning("camera: %s: not an image that can be read; passed over", path)
                    continue
                read += 1
                yield pixels
            if not read:
                raise SourceLost(f"camera: {self.name}: no image that can be read; is it damaged?")
            if not self._loop:
                return

    def next(self, timeout_s: float) -> Image | None:
        """The next file's image; see :class:`~drivers.camera.image.Source`."""
        if not self._pace.wait(timeout_s):
            return None
        for pixels in self._images:
            return Image(pixels, time.clock_gettime_ns(time.CLOCK_BOOTTIME))
        raise SourceEnd(f"camera: {self.name}: no more images")

    def close(self) -> bool:
        """Nothing is held open."""
        return True
