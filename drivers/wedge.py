"""Read one scanner or ID-card reader that plays a keyboard, and say what it read.

    python -m drivers.wedge --match 0c2e:0b61 --device counter --inbox /run/station/inbox
    python -m drivers.wedge --device-path /dev/input/by-path/…-event-kbd --print

The device is grabbed: what it types reaches this program and nothing else, whatever window has the focus and whatever
input method is on.  Never give it the operator's own keyboard.  Exit codes: 0 asked to stop (SIGTERM, SIGINT), 2 wrong
options, 3 the device is missing, taken or lost, 4 a scan could not be handed over.
"""

from __future__ import annotations

import argparse
import logging
import re
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from drivers.events import MAX_DETAIL, Health, Heartbeat, Role, Scan
from drivers.input_device import InputLost, InputReader, devices, matching
from drivers.keystrokes import Keystrokes
from drivers.options import add_common, parse
from drivers.outlet import Outlet, OutletError, open_outlets

log = logging.getLogger(__name__)

EXIT_DEVICE, EXIT_OUTLET = 3, 4
HEARTBEAT_NS = 1_000_000_000
#: Short enough to stop and to beat in time.
_READ_S = 0.2
#: How long a spoilt scan is told in the heartbeats: long enough to be read on a screen.
_TOLD_NS = 10_000_000_000
UNREADABLE = "unreadable_scan: keys that are no ASCII characters came; set the scanner to US keyboard and Enter"
SYMBOLOGY = "wedge"
_MATCH = re.compile(r"[0-9a-fA-F]{4}:[0-9a-fA-F]{4}")


def main(argv: Sequence[str] | None = None) -> int:
    """Wire the parts together; the exit code (see the module)."""
    options = _options(argv)
    # Standard output belongs to the events when they are printed.
    stream = sys.stderr if options.print else sys.stdout
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=stream)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    port = str(options.device_path or options.match)
    try:
        with open_outlets(options.inbox, options.print) as outlets:
            try:
                path = options.device_path or matching(options.match, devices()).node
                with InputReader(path) as reader:
                    watch(reader, outlets, options.device, port)
            except InputLost as error:
                detail = str(error)[:MAX_DETAIL]
                outlets.send(Heartbeat(options.device, boottime_ns(), Role.WEDGE, Health.LOST, port, detail))
                print(error, file=sys.stderr)
                return EXIT_DEVICE
    except OutletError as error:
        print(error, file=sys.stderr)
        return EXIT_OUTLET


def watch(reader: InputReader, outlet: Outlet, device: str, port: str) -> NoReturn:
    """Send every code that *reader* types, and a heartbeat each second.  Its silence is health: nobody scans.

    :raises InputLost: with the device.
    :raises OutletError: when a scan cannot be handed over.
    """
    keystrokes = Keystrokes()
    due_ns = told_until_ns = unreadable = 0
    while True:
        for key in reader.read(_READ_S):
            payload = keystrokes.feed(key, boottime_ns())
            if payload is not None:
                outlet.send(Scan(device, boottime_ns(), payload, SYMBOLOGY))
        now_ns = boottime_ns()
        if keystrokes.unreadable > unreadable:
            if now_ns >= told_until_ns:
                log.info("scanner %s: %s", port, UNREADABLE)
            unreadable, told_until_ns, due_ns = keystrokes.unreadable, now_ns + _TOLD_NS, 0
        if now_ns >= due_ns:
            due_ns = now_ns + HEARTBEAT_NS
            detail = UNREADABLE if now_ns < told_until_ns else ""
            outlet.send(Heartbeat(device, now_ns, Role.WEDGE, Health.OK, port, detail))


def boottime_ns() -> int:
    """Nanoseconds since boot, sleep included: the clock of ``observed_ns``."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m drivers.wedge",
        description="Read one scanner or card reader that plays a keyboard.",
        epilog="example: python -m drivers.wedge --match 0c2e:0b61 --print",
        allow_abbrev=False,
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--device-path", type=Path, metavar="P", help="its node, best one of /dev/input/by-path or by-id"
    )
    which.add_argument(
        "--match", type=_match, metavar="VENDOR:PRODUCT", help="its USB numbers, as station devices shows"
    )
    add_common(parser, "scanner")
    return parse(parser, argv)


def _match(text: str) -> str:
    if not _MATCH.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r}: expected two hexadecimal numbers of four digits, as 0c2e:0b61")
    return text


if __name__ == "__main__":
    sys.exit(main())
