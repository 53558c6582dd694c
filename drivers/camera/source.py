"""From what is written in the configuration to a source of images."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from drivers.camera import capture
from drivers.camera.image import Image, Pixels, Source, SourceEnd, SourceLost
from drivers.camera.live import Live
from drivers.camera.still import Stills, images_in
from drivers.camera.video import SUFFIXES as VIDEO_SUFFIXES
from drivers.camera.video import Video

__all__ = ["Image", "Pixels", "Source", "SourceEnd", "SourceLost", "open_source"]

#: A code is held for a second or two; ten looks a second find it at once and leave a Pi's core half idle.
USUAL_FPS = 10.0
SCHEMES = frozenset({"http", "https", "rtsp"})


def open_source(
    spec: str, fps: float | None = None, loop: bool = False, ribbon_python: str = capture.RIBBON_PYTHON
) -> Source:
    """The source that *spec* names.

    An ``http://`` or ``rtsp://`` address, a V4L2 device (``/dev/video0``, ``0``), ``picamera2`` or ``picamera2:1``,
    a video file, numbered pictures (``img_%04d.png``), a folder of images, or one image.  *fps* is how many images
    a second are looked at; without it a folder is a set of photographs.  *loop* begins files again at their end.
    *ribbon_python* is the Python for which picamera2 is installed.

    :raises SourceLost: if it is plain that no image can come; devices may also say so later.
    """
    most = USUAL_FPS if fps is None else fps
    kind, _, rest = spec.partition(":")
    if urlsplit(spec).scheme in SCHEMES:
        shown = without_password(spec)
        stream = partial(capture.open_stream, spec, shown)
        return Live(shown, stream, "is the network camera on and its cable in?", most)
    if kind == "picamera2":
        ribbon = partial(capture.open_ribbon, _number(rest or "0"), ribbon_python)
        return Live(spec, ribbon, "is the ribbon seated at both ends?", most)
    if spec.isdecimal() or spec.startswith("/dev/"):
        path = f"/dev/video{spec}" if spec.isdecimal() else spec
        return Live(path, partial(capture.open_v4l2, path), "is the camera plugged in firmly?", most)
    path_given = Path(spec)
    if "%" in path_given.name or path_given.suffix.lower() in VIDEO_SUFFIXES:
        return Video(spec, most, loop)
    if path_given.is_dir():
        return Stills(spec, images_in(path_given), fps, loop)
    if path_given.is_file():
        return Stills(spec, (path_given,), fps, loop)
    raise SourceLost(f"camera: {spec} is not there; a file, a folder, /dev/videoN, picamera2 or http:// is expected")


def without_password(spec: str) -> str:
    """*spec* as it may be shown and logged: an address without its user and password."""
    parts = urlsplit(spec)
    if "@" not in parts.netloc:
        return spec
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _number(text: str) -> int:
    if not text.isdecimal():
        raise SourceLost(f"camera: picamera2:{text}: {text!r} is no camera number; picamera2:0 is the first")
    return int(text)
