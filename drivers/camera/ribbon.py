"""The program that speaks with a Raspberry Pi's ribbon camera, run by the Python that Debian's picamera2 was made for.

picamera2 exists only as a Debian package, and cannot be loaded beside a newer NumPy (``numpy.dtype size changed``).
Therefore this file is started by its path, ``/usr/bin/python3 -I ribbon.py NUMBER WIDTH HEIGHT``, and imports nothing
of this project.  :class:`drivers.camera.capture.RibbonCamera` is the other end.

One byte comes in, one answer goes out: ``G`` waits for the next image, ``R`` sends its grey, WIDTH × HEIGHT bytes row
by row, behind the answer.  An answer is ``+``, or ``-`` and a line that says why, after which the program ends.  The
first answer comes unasked: the camera is open, or is not.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from typing import Any, BinaryIO

NEXT, READ, GOOD, BAD = b"G", b"R", b"+", b"-"
_PR_SET_PDEATHSIG = 1


def open_camera(number: int, width: int, height: int) -> Any:
    """The running camera *number*; picamera2 raises what it likes."""
    from picamera2 import Picamera2

    camera = Picamera2(number)
    camera.configure(camera.create_video_configuration(main={"format": "YUV420", "size": (width, height)}))
    camera.start()
    return camera


def serve(camera: Any, width: int, height: int, source: BinaryIO, sink: BinaryIO) -> None:
    """Answer until the input ends."""
    request = None
    while wanted := source.read(1):
        if wanted == NEXT:
            if request is not None:
                request.release()
            request = camera.capture_request()
            sink.write(GOOD)
        elif request is not None:
            # The first HEIGHT rows of a YUV420 buffer are the grey; they may be wider than the image.
            sink.write(GOOD + request.make_array("main")[:height, :width].tobytes())
        sink.flush()
    if request is not None:
        request.release()


def main(arguments: list[str]) -> int:
    """Run until the input ends (0) or the camera does (1)."""
    number, width, height = (int(argument) for argument in arguments)
    # The driver may have to end while this program hangs in the camera's own.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # The answers get a descriptor of their own: libcamera likes to print.
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        camera = open_camera(number, width, height)
        sink.write(GOOD)
        sink.flush()
        serve(camera, width, height, sys.stdin.buffer, sink)
        camera.close()
    except BrokenPipeError:
        return 1
    except Exception as error:  # whatever a camera's library raises is said once
        missing = isinstance(error, ImportError)
        why = "picamera2 is not installed; install python3-picamera2" if missing else str(error) or type(error).__name__
        sink.write(BAD + " ".join(why.split())[:200].encode() + b"\n")
        sink.flush()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
