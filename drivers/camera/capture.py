"""The devices behind :class:`~drivers.camera.live.Live`: V4L2, the Pi's own camera, and streams."""

from __future__ import annotations

import importlib
import os
from typing import Any

import cv2
import numpy as np

from drivers.camera.image import Pixels, SourceLost

#: Enough for a pass at arm's length, and what every UVC camera can do as MJPG at 30 a second.
WIDTH, HEIGHT = 1280, 720
#: A camera on the same desk answers at once; these bound FFmpeg's waiting inside one call.
OPEN_MS, READ_MS = 3000, 3000


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


class PiCamera:
    """A :class:`~drivers.camera.live.Capture` over picamera2, the Raspberry Pi's ribbon cameras."""

    def __init__(self, camera: Any) -> None:
        self._camera = camera
        self._request: Any = None

    def grab(self) -> bool:
        """Wait for the next image."""
        self._finish()
        self._request = self._camera.capture_request()
        return True

    def retrieve(self) -> Pixels | None:
        """The grey of it: the first HEIGHT rows of a YUV420 buffer, which may be wider than the image."""
        return np.array(self._request.make_array("main")[:HEIGHT, :WIDTH], np.uint8)

    def _finish(self) -> None:
        if self._request is not None:
            self._request.release()
            self._request = None

    def release(self) -> None:
        """Give the buffers back and close the camera."""
        self._finish()
        self._camera.close()


def open_picamera(number: int) -> PiCamera:
    """The ribbon camera *number* (0 is the first).

    :raises SourceLost: if picamera2 (Debian's python3-picamera2) or the camera is missing.
    """
    try:
        module = importlib.import_module("picamera2")
    except ImportError:
        raise SourceLost("camera: picamera2 is not installed; install python3-picamera2") from None
    try:
        camera = module.Picamera2(number)
        camera.configure(camera.create_video_configuration(main={"format": "YUV420", "size": (WIDTH, HEIGHT)}))
        camera.start()
    except (IndexError, RuntimeError, OSError) as error:
        raise SourceLost(f"camera: picamera2:{number}: {error}; is the ribbon seated at both ends?") from None
    return PiCamera(camera)
