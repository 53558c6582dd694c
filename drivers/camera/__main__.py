"""The camera driver's program: what it sees goes to the desk's inbox, and when the camera goes, it goes too."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from drivers.camera.hint import text
from drivers.errors import DriverError
from drivers.events import MAX_DETAIL, Health, Heartbeat, Role, Scan
from drivers.options import add_common, parse
from drivers.outlet import OutletError, Outlets, open_outlets

if TYPE_CHECKING:
    from drivers.camera.eye import Eye
    from drivers.camera.image import Source

#: Often enough that the desk knows within a few seconds, seldom enough to cost nothing.
HEARTBEAT_S = 1.0
#: An image is late after this; that the camera is gone is said by its source, later.
LATE_S = 2.0
#: Twice the rate of the fastest cameras in use; more is a slip of the finger.
MAX_FPS = 120.0
#: The same as the other drivers'; 2 is a wrong option, 1 a fault of the program.
EXIT_SOURCE, EXIT_OUTLET = 3, 4
#: As many as the event's form allows; nobody holds so many codes.
MAX_IN_IMAGE = 100

EXAMPLES = """examples:
  python -m drivers.camera --source /dev/video0 --device camera --inbox /run/station/inbox
  python -m drivers.camera --source photographs/ --print
  python -m drivers.camera --source http://127.0.0.1:8081/ --print

SOURCE is /dev/videoN or N, picamera2[:N], an http:// or rtsp:// address, a video, img_%04d.png,
a folder of images (each looked at by itself; with --fps as a camera's), or one image.
"""


def main(argv: list[str] | None = None) -> int:
    """Run until the source ends or SIGTERM asks for it (0), the source is lost (3), or nobody takes a scan (4)."""
    options = parse(_parser(), argv)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # With --print the standard output belongs to the events.
    logging.basicConfig(stream=sys.stderr if options.print else sys.stdout, level=logging.INFO, format="%(message)s")
    source: Source | None = None
    code = 0
    try:
        # Loaded here: 30 MB that --help and a wrong option do not need, and SIGTERM is obeyed from the start.
        import cv2

        from drivers.camera.eye import Eye
        from drivers.camera.image import SourceEnd, SourceLost
        from drivers.camera.source import open_source, without_password
        from drivers.camera.zbar_process import ZbarProcess

        cv2.setNumThreads(1)
        with open_outlets(options.inbox, options.print) as outlets, ZbarProcess() as read_zbar:
            try:
                source = open_source(options.source, options.fps, options.loop, options.ribbon_python)
                if source.stills:
                    read_zbar.settle()
                watch(source, Eye(source.stills, read_zbar), outlets, options.device)
            except SourceEnd:
                pass
            except SourceLost as error:
                port = source.name if source else without_password(options.source)
                outlets.send(_heartbeat(options.device, port, Health.LOST, str(error)))
                raise
    except DriverError as error:
        print(error, file=sys.stderr)
        code = EXIT_OUTLET if isinstance(error, OutletError) else EXIT_SOURCE
    except KeyboardInterrupt:
        pass
    if source is not None and not source.close():
        # A thread hangs in the camera's driver; the interpreter's own way out could wait for it for ever.
        sys.stderr.flush()
        os._exit(code)
    return code


def watch(source: Source, eye: Eye, outlets: Outlets, device: str) -> None:
    """Send what *eye* sees in *source*, and a heartbeat every second and whenever there is another hint.

    The first heartbeat comes with the first image, so that a camera that never gives one is never called well.

    :raises SourceLost: with the camera.
    :raises SourceEnd: with the recording.
    :raises OutletError: when a scan cannot be handed over.
    """
    image_s = time.monotonic()
    due_s = image_s + HEARTBEAT_S
    seen = False
    hint = None
    while True:
        image = source.next(max(0.0, due_s - time.monotonic()))
        now_s = time.monotonic()
        if image is not None:
            image_s = now_s
            if not seen:
                seen, due_s = True, now_s
        if now_s >= due_s:
            due_s = now_s + HEARTBEAT_S
            late = not seen or now_s - image_s > LATE_S
            said = text(hint) if hint else ""
            detail = f"no image for {now_s - image_s:.0f} s" if late else said
            outlets.send(_heartbeat(device, source.name, Health.SILENT if late else Health.OK, detail))
        if image is not None:
            for code in eye.look(image):
                in_image = min(code.in_image, MAX_IN_IMAGE)
                outlets.send(Scan(device, image.observed_ns, code.payload, code.symbology, in_image))
            if eye.hint is not hint:
                # Somebody stands there and waits to be told.
                hint, due_s = eye.hint, now_s


def _heartbeat(device: str, port: str, health: Health, detail: str) -> Heartbeat:
    observed_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    return Heartbeat(device, observed_ns, Role.CAMERA, health, port[-MAX_DETAIL:], detail[:MAX_DETAIL])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m drivers.camera",
        description="Read the codes that are held before a camera.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--source", required=True, help="where the images come from, see below")
    add_common(parser, "camera")
    parser.add_argument("--fps", type=_fps, metavar="N", help="images looked at in a second (default: 10)")
    parser.add_argument("--loop", action="store_true", help="begin files again at their end")
    parser.add_argument(
        "--ribbon-python",
        default="/usr/bin/python3",
        metavar="PYTHON",
        help="the Python that has picamera2 (default: /usr/bin/python3)",
    )
    return parser


def _fps(text: str) -> float:
    try:
        fps = float(text)
    except ValueError:
        fps = 0.0
    if not 0 < fps <= MAX_FPS:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a number above 0 and at most {MAX_FPS:g}")
    return fps


if __name__ == "__main__":
    sys.exit(main())
