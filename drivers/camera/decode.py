"""The only native decoding: QR codes in a grey image.

zxing-cpp looks at each image first; what it misses is looked at again in other ways (:mod:`drivers.camera.passes`),
some of them through zbar when it is installed.  Payloads are the bytes of the code, never a library's idea of
their text: zxing-cpp's text is wrong for GBK and Big5, and zbar re-encodes what it takes for text, so that of zbar
only pure ASCII is believed.
"""

from __future__ import annotations

import functools
import importlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import cv2
import numpy as np
import zxingcpp

from drivers.camera.image import Pixels
from drivers.camera.passes import PASSES, Affine, Pass, Reader, fitted, moved

#: Corners of the symbol in turn, in pixels of the image that was given; of zbar sometimes more than four.
Quad: TypeAlias = tuple[tuple[float, float], ...]

#: QR codes proper; the small kinds (Micro QR, rMQR) are not used at gates and are found in noise more easily.
FORMATS = zxingcpp.BarcodeFormats((zxingcpp.BarcodeFormat.QRCodeModel1, zxingcpp.BarcodeFormat.QRCodeModel2))
SYMBOLOGY = "qr"
#: A smaller image cannot hold a code (21 modules and their quiet zone); a larger side than this is no photograph.
MIN_SIDE, MAX_SIDE = 21, 16_384

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Symbol:
    """One code in an image."""

    payload: bytes
    symbology: str
    quad: Quad


def grey(pixels: Pixels) -> Pixels:
    """*pixels*, grey or blue-green-red, in grey."""
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


def decode(grey: Pixels, passes: Sequence[Pass] = PASSES) -> tuple[Symbol, ...]:
    """The codes in *grey* (rows × columns), with every effort: *passes* are tried in turn until one reads something.

    Each different payload comes once, in the order found.
    """
    if not _possible(grey):
        return ()
    symbols = zxing(grey)
    if symbols:
        return symbols
    small = fitted(grey)
    for each in passes:
        symbols = look_again(small, each, max(grey.shape))
        if symbols:
            return symbols
    return ()


class Rotation:
    """Decodes the images of a running camera: one first look each, and one of the second looks in turn on a miss.

    A second look that read something is taken again with the next image, as long as it goes on to read.
    """

    def __init__(self, passes: Sequence[Pass] = PASSES) -> None:
        self._passes = tuple(
            each for each in passes if each.live and (each.reader is not Reader.ZBAR or zbar_present())
        )
        self._next = 0
        self._good: int | None = None

    def decode(self, grey: Pixels, again: bool = True) -> tuple[Symbol, ...]:
        """The codes in *grey* (rows × columns), with a second look if *again*."""
        if not _possible(grey):
            return ()
        symbols = zxing(grey)
        if symbols or not again or not self._passes:
            return symbols
        if self._good is None:
            index, self._next = self._next, (self._next + 1) % len(self._passes)
        else:
            index = self._good
        symbols = look_again(fitted(grey), self._passes[index], max(grey.shape))
        self._good = index if symbols else None
        return symbols


def look_again(grey: Pixels, how: Pass, longest: int) -> tuple[Symbol, ...]:
    """What the second look *how* reads in *grey*; quads are for an image whose long side is *longest*."""
    move = how.move(*grey.shape) if how.move else None
    prepared = how.prepare(grey if move is None else moved(grey, move))
    if prepared is None:
        return ()
    match how.reader:
        case Reader.ZXING:
            symbols = zxing(prepared)
        case Reader.ZXING_GLOBAL:
            symbols = zxing(prepared, zxingcpp.Binarizer.GlobalHistogram)
        case Reader.ZBAR:
            symbols = zbar(prepared)
    small, large = max(grey.shape) / max(prepared.shape), longest / max(grey.shape)
    back = np.eye(2, 3) if move is None else np.asarray(cv2.invertAffineTransform(move), np.float64)
    return tuple(replace(symbol, quad=_placed(symbol.quad, small, back, large)) for symbol in symbols)


def _placed(quad: Quad, small: float, back: Affine, large: float) -> Quad:
    """*quad* times *small*, moved *back*, times *large*."""
    points = (back @ np.array([(x * small, y * small, 1) for x, y in quad]).T).T * large
    return tuple((float(x), float(y)) for x, y in points)


def zxing(grey: Pixels, binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage) -> tuple[Symbol, ...]:
    """What zxing-cpp reads in *grey*."""
    found: dict[bytes, Symbol] = {}
    for barcode in zxingcpp.read_barcodes(grey, formats=FORMATS, binarizer=binarizer):
        payload, at = barcode.bytes, barcode.position
        corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
        if payload:
            quad = tuple((float(corner.x), float(corner.y)) for corner in corners)
            found.setdefault(payload, Symbol(payload, SYMBOLOGY, quad))
    return tuple(found.values())


def zbar(grey: Pixels) -> tuple[Symbol, ...]:
    """What zbar reads in *grey*, ASCII only; nothing without it."""
    read = _zbar()
    found: dict[bytes, Symbol] = {}
    for barcode in read(grey) if read else ():
        payload = bytes(barcode.data)
        if payload and payload.isascii():
            quad = tuple((float(point.x), float(point.y)) for point in barcode.polygon)
            found.setdefault(payload, Symbol(payload, SYMBOLOGY, quad))
    return tuple(found.values())


def zbar_present() -> bool:
    """Whether zbar can be used; the first call loads it and logs its absence."""
    return _zbar() is not None


@functools.cache
def _zbar() -> Callable[[Pixels], Sequence[Any]] | None:
    try:
        pyzbar = importlib.import_module("pyzbar.pyzbar")
    except (ImportError, OSError) as error:  # pyzbar itself, or Debian's libzbar0
        log.warning("camera: zbar is not installed (%s); going on with zxing-cpp alone", error)
        return None
    only = [pyzbar.ZBarSymbol.QRCODE]

    def read(grey: Pixels) -> Sequence[Any]:
        try:
            return list(pyzbar.decode(grey, symbols=only))
        except (ValueError, pyzbar.PyZbarError):  # it stumbles over a lone part of a structured append
            return ()

    return read


def _possible(grey: Pixels) -> bool:
    return bool(min(grey.shape) >= MIN_SIDE and max(grey.shape) <= MAX_SIDE)
