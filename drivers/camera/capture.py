"""The devices behind :class:`~drivers.camera.live.Live`: V4L2, the Pi's own camera, and streams."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Sequence

import cv2
import numpy as np

from drivers.camera import ribbon
from drivers.camera.image import Pixels, SourceLost

#: Enough for a pass at arm's length, and what every UVC camera can do as MJPG at 30 a second.
WIDTH, HEIGHT = 1280, 720
#: A camera on the same desk answers at once; these bound FFmpeg's waiting inside one call.
OPEN_MS, READ_MS = 3000, 3000
#: Debian's own Python, for which picamera2 is packaged.
RIBBON_PYTHON = "/usr/bin/python3"
#: A camera that is well closes at once; the longest reason that is passed on.
RELEASE_S, MAX_REASON = 2.0, 300


def unpacked(raw: Pixels) -> Pixels | None:
    """Grey from what V4L2 delivered unconverted: one row of JPEG bytes, or YUYV with the grey in the first channel.

    Anything else is returned as it is; None if the JPEG is damaged.  Unpacking only the grey takes a third of
    the time, and UVC cameras do send broken JPEGs.
    """
    if raw.ndim == 3 and raw.shape[2] == 2:
        return np.ascontiguousarray(raw[:, :, 0])
    if raw.ndim == 2 and 1 in raw.shape:
        try:
            grey = cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE)
        except cv2.error:
            return None
        return None if grey is None else np.asarray(grey, np.uint8)
    return raw


class VideoCapture:
    """A :class:`~drivers.camera.live.Capture` over OpenCV."""

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture

    def grab(self) -> bool:
        """Wait for the next image."""
        try:
            return bool(self._capture.grab())
        except cv2.error:
            return False

    def retrieve(self) -> Pixels | None:
        """Unpack it."""
        try:
            taken, pixels = self._capture.retrieve()
        except cv2.error:
            return None
        return unpacked(np.asarray(pixels, np.uint8)) if taken and pixels is not None else None

    def release(self) -> None:
        """Close the device."""
        self._capture.release()


def open_v4l2(path: str) -> VideoCapture:
    """The camera at *path*, such as ``/dev/video0``.

    MJPG is set before the size: without it most cameras offer 720p at 10 images a second or less.

    :raises SourceLost: if it is not there or gives no images.
    """
    if not os.path.exists(path):
        raise SourceLost(f"camera: {path} is not there; is the camera plugged in?")
    capture = cv2.VideoCapture(path, cv2.CAP_V4L2)
    if not capture.isOpened():
        raise SourceLost(f"camera: {path} cannot be opened; does another program use it, or is it another /dev/video?")
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT)
    capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)
    return VideoCapture(capture)


def open_stream(url: str, shown: str) -> VideoCapture:
    """The MJPEG (or RTSP) stream at *url*; messages call it *shown*, which holds no password.

    :raises SourceLost: if nothing answers there.
    """
    bounds = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_MS]
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, [*bounds, cv2.CAP_PROP_N_THREADS, 1])
    if not capture.isOpened():
        raise SourceLost(f"camera: {shown} does not answer; is the network camera on, and the address right?")
    return VideoCapture(capture)


class RibbonCamera:
    """A :class:`~drivers.camera.live.Capture` over :mod:`drivers.camera.ribbon`, which another Python runs.

    Its calls wait as long as the camera does; whoever asks watches the age of the last image.
    """

    def __init__(self, name: str, command: Sequence[str], width: int = WIDTH, height: int = HEIGHT) -> None:
        self._name, self._size = name, (height, width)
        try:
            self._program = subprocess.Popen(
                [*command, str(width), str(height)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            )
        except OSError as error:
            raise SourceLost(f"camera: {name}: {command[0]} cannot be started: {error.strerror}") from None
        try:
            self._answer()
        except SourceLost:
            self.release()
            raise

    def grab(self) -> bool:
        """Wait for the next image."""
        return self._ask(ribbon.NEXT)

    def retrieve(self) -> Pixels | None:
        """The grey of it."""
        if not self._ask(ribbon.READ):
            return None
        height, width = self._size
        pixels = self._take(height * width)
        return np.frombuffer(pixels, np.uint8).reshape(self._size) if len(pixels) == height * width else None

    def release(self) -> None:
        """End the program, and with it the camera's."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        with contextlib.suppress(OSError):
            self._program.stdin.close()
        try:
            self._program.wait(RELEASE_S)
        except subprocess.TimeoutExpired:
            self._program.kill()
            self._program.wait()
        self._program.stdout.close()

    def _ask(self, what: bytes) -> bool:
        assert self._program.stdin is not None
        try:
            self._program.stdin.write(what)
        except OSError:
            return False
        return self._answer()

    def _answer(self) -> bool:
        """True for a good answer, False if the program is gone.

        :raises SourceLost: with what the program says is wrong.
        """
        answer = self._take(1)
        if answer == ribbon.BAD:
            why = self._take(MAX_REASON).decode("utf-8", "replace").strip()
            hint = "" if "install" in why else "; is the ribbon seated at both ends?"
            raise SourceLost(f"camera: {self._name}: {why}{hint}")
        return answer == ribbon.GOOD

    def _take(self, size: int) -> bytes:
        assert self._program.stdout is not None
        taken = bytearray()
        while len(taken) < size and (some := self._program.stdout.read(size - len(taken))):
            taken += some
        return bytes(taken)


def open_ribbon(number: int, python: str = RIBBON_PYTHON) -> RibbonCamera:
    """The ribbon camera *number* (0 is the first), read by *python*, for which picamera2 is installed.

    :raises SourceLost: if picamera2 (Debian's python3-picamera2) or the camera is missing.
    """
    return RibbonCamera(f"picamera2:{number}", [python, "-I", ribbon.__file__, str(number)])
