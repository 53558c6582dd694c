"""What every device program is told in the same words: its name, and where its events go."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from drivers.events import MAX_NAME


def add_common(parser: argparse.ArgumentParser, device: str) -> None:
    """Add the name, *device* unless another is given, the inbox and printing."""
    parser.add_argument("--device", type=_device, default=device, help="the name in the events (default: %(default)s)")
    parser.add_argument("--inbox", type=Path, metavar="SOCKET", help="the desk's unix datagram socket")
    parser.add_argument("--print", action="store_true", help="print one event a line")


def parse(parser: argparse.ArgumentParser, argv: Sequence[str] | None) -> argparse.Namespace:
    """What *argv* says; the program ends where its events would go nowhere."""
    options = parser.parse_args(argv)
    if options.inbox is None and not options.print:
        parser.error("nowhere to send events: give --inbox SOCKET, --print or both")
    return options


def _device(text: str) -> str:
    if not 0 < len(text) <= MAX_NAME:
        raise argparse.ArgumentTypeError(f"{text!r}: a device's name has 1 to {MAX_NAME} characters")
    return text
