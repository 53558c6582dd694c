"""The program in which zbar runs: grey images come in on standard input, codes go out on standard output.

zbar has ended whole processes on crafted codes (pyzbar issues 83, 143 and 158), and nobody can catch that from
within.  Here it ends this program alone, and :mod:`drivers.camera.zbar_process` starts it again.

First a hello goes out: one byte, 1 if zbar is there, 0 and a line that says why not otherwise.  Then for each image,
``HEAD`` (height, width) and height × width bytes, one answer: ``COUNT`` symbols, each ``SYMBOL`` (corners, bytes of
payload), the corners as ``POINT`` and the payload.  The end of the input ends the program.
"""

from __future__ import annotations

import contextlib
import os
import resource
import struct
import sys
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

HEAD, COUNT, SYMBOL, POINT = struct.Struct("<II"), struct.Struct("<B"), struct.Struct("<BH"), struct.Struct("<ff")
#: The bytes of the hello.
ABSENT, READY = b"\0", b"\1"
#: More codes than anybody holds up; more corners than any polygon of a code has; the most a QR code holds.
MOST_SYMBOLS, MOST_POINTS, MOST_BYTES = 32, 32, 7_089
#: What the largest image needs several times over; beyond it zbar's own request for memory fails, not the machine's.
MEMORY = 512 * 2**20

Read = Callable[[tuple[bytes, int, int]], Iterable[Any]]


def load() -> Read:
    """zbar for QR codes alone.

    :raises ImportError: without pyzbar, or without libzbar0.
    """
    from pyzbar import pyzbar

    only = [pyzbar.ZBarSymbol.QRCODE]

    def read(image: tuple[bytes, int, int]) -> Iterable[Any]:
        try:
            return list(pyzbar.decode(image, symbols=only))
        except (ValueError, pyzbar.PyZbarError):  # it stumbles over a lone part of a structured append
            return ()

    return read


def answer(barcodes: Iterable[Any]) -> bytes:
    """The answer's bytes: of zbar only pure ASCII is believed, for it re-encodes what it takes for text."""
    found: dict[bytes, bytes] = {}
    for barcode in barcodes:
        payload, corners = bytes(barcode.data), list(barcode.polygon)[:MOST_POINTS]
        if payload.isascii() and 0 < len(payload) <= MOST_BYTES and len(found) < MOST_SYMBOLS:
            points = b"".join(POINT.pack(point.x, point.y) for point in corners)
            found.setdefault(payload, SYMBOL.pack(len(corners), len(payload)) + points + payload)
    return COUNT.pack(len(found)) + b"".join(found.values())


def serve(read: Read, source: BinaryIO, sink: BinaryIO) -> None:
    """Answer image after image until the input ends."""
    while len(head := source.read(HEAD.size)) == HEAD.size:
        height, width = HEAD.unpack(head)
        pixels = source.read(height * width)
        if len(pixels) < height * width:
            return
        sink.write(answer(read((pixels, width, height))))
        sink.flush()


def main() -> int:
    """Run until the input ends (0); 1 without zbar."""
    # The answers get a descriptor of their own: what zbar prints goes to standard error.
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        # A service that may not change its limits has the service manager's.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (most, most))
    try:
        read = load()
    except (ImportError, OSError) as error:
        sink.write(ABSENT + " ".join(str(error).split()).encode() + b"\n")
        sink.flush()
        return 1
    sink.write(READY)
    sink.flush()
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        serve(read, sys.stdin.buffer, sink)
    return 0


if __name__ == "__main__":
    sys.exit(main())
