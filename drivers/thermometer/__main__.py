"""Read one thermometer and say what it shows.

    python -m drivers.thermometer --port /dev/thermometer --protocol auto --inbox /run/station/inbox
    python -m drivers.thermometer --port /dev/ttyUSB0 --protocol gy_mcu90615 --print

It ends when the device goes, and whoever started it starts it again.  Exit codes: 0 asked to stop (SIGTERM, SIGINT),
2 wrong options, 3 the port is missing, busy or lost, 4 a reading could not be handed over.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import time
from collections.abc import Sequence

from drivers.events import MAX_DETAIL, Health, Heartbeat, Role, Site
from drivers.options import add_common, parse
from drivers.outlet import OutletError, open_outlets
from drivers.thermometer.port import PortLost, SerialPort
from drivers.thermometer.protocols import PROTOCOLS, searched
from drivers.thermometer.search import plan
from drivers.thermometer.session import Pulse, Session

EXIT_PORT, EXIT_OUTLET = 3, 4
AUTO = "auto"


def main(argv: Sequence[str] | None = None) -> int:
    """Wire the parts together; the exit code (see the module)."""
    options = _options(argv)
    # Standard output belongs to the events when they are printed.
    stream = sys.stderr if options.print else sys.stdout
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=stream)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    protocols = searched() if options.protocol == AUTO else (PROTOCOLS[options.protocol],)
    probes = plan(protocols, options.baud)
    try:
        with open_outlets(options.inbox, options.print) as outlets:
            try:
                with SerialPort(options.port, probes[0].baud) as port:
                    pulse = Pulse(options.device, options.port, outlets, boottime_ns())
                    session = Session(
                        port,
                        probes,
                        outlet=outlets,
                        pulse=pulse,
                        device=options.device,
                        site=options.site,
                        clock=boottime_ns,
                    )
                    session.run()
            except PortLost as error:
                outlets.send(
                    Heartbeat(
                        options.device,
                        boottime_ns(),
                        Role.THERMOMETER,
                        Health.LOST,
                        options.port,
                        str(error)[:MAX_DETAIL],
                    )
                )
                print(error, file=sys.stderr)
                return EXIT_PORT
    except OutletError as error:
        print(error, file=sys.stderr)
        return EXIT_OUTLET


def boottime_ns() -> int:
    """Nanoseconds since boot, sleep included: the clock of ``observed_ns``."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m drivers.thermometer",
        description="Read one thermometer and say what it shows.",
        epilog="example: python -m drivers.thermometer --port /dev/ttyUSB0 --protocol auto --print",
    )
    parser.add_argument("--port", required=True, help="device file, or a URL as pyserial takes it (socket://host:port)")
    parser.add_argument(
        "--protocol",
        choices=[AUTO, *PROTOCOLS],
        required=True,
        help=f"the device family; {AUTO} listens first and then asks",
    )
    parser.add_argument("--baud", type=int, help="only this speed; otherwise those the family is known to use")
    parser.add_argument("--site", type=Site, choices=[Site.FOREHEAD, Site.WRIST, Site.NECK], help="where it is held")
    add_common(parser, "thermometer")
    return parse(parser, argv)


if __name__ == "__main__":
    sys.exit(main())
