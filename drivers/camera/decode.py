"""The only native decoding: QR codes in a grey image.

zxing-cpp looks at each image first; what it misses is looked at again in other ways (:mod:`drivers.camera.passes`),
some of them through zbar when it is installed.  A symbol that was seen but not read is laid flat in a number of ways
(:mod:`drivers.camera.bent`).  Payloads are the bytes of the code, never a library's idea of their text: zxing-cpp's
text is wrong for GBK and Big5, and zbar re-encodes what it takes for text, so that of zbar only pure ASCII is believed.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import cv2
import numpy as np
import zxingcpp

from drivers.camera.bent import BENDS, Bend, flattened, sensible
from drivers.camera.image import Pixels
from drivers.camera.passes import PASSES, STEADY, Affine, Pass, Reader, fitted, moved
from drivers.camera.region import Box, busiest

#: Corners of the symbol in turn, in pixels of the image that was given; of zbar sometimes more than four.
Quad: TypeAlias = tuple[tuple[float, float], ...]

#: QR codes proper; the small kinds (Micro QR, rMQR) are not used at gates and are found in noise more easily.
FORMATS = zxingcpp.BarcodeFormats((zxingcpp.BarcodeFormat.QRCodeModel1, zxingcpp.BarcodeFormat.QRCodeModel2))
SYMBOLOGY = "qr"
#: A smaller image cannot hold a code (21 modules and their quiet zone); a larger side than this is no photograph.
MIN_SIDE, MAX_SIDE = 21, 16_384
#: Of a running camera's images that are looked at again, one in so many is looked at as a whole: it takes as long as
#: the three looks at a part.
WHOLE_EVERY = 3
#: Ways of flattening tried with each image: together they take as long as one look at a part.
BENDS_AT_ONCE = 2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Symbol:
    """One code in an image."""

    payload: bytes
    symbology: str
    quad: Quad


#: What reads for zbar: in this process, or :class:`drivers.camera.zbar_process.ZbarProcess`.
ZbarRead: TypeAlias = Callable[[Pixels], tuple[Symbol, ...]]


def grey(pixels: Pixels) -> Pixels:
    """*pixels*, grey or blue-green-red, in grey."""
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


def decode(grey: Pixels, passes: Sequence[Pass] = PASSES, read_zbar: ZbarRead | None = None) -> tuple[Symbol, ...]:
    """The codes in *grey* (rows × columns), with every effort: *passes* are tried in turn until one reads something.

    Each different payload comes once, in the order found.  *read_zbar* reads for zbar, in this process unless given.
    """
    if not _possible(grey):
        return ()
    first = glance(grey)
    if first.symbols:
        return first.symbols
    small = fitted(grey)
    part = busiest(small)
    unread = first.unread
    for each in passes:
        second = look_again(small, each, max(grey.shape), part, read_zbar)
        if second.symbols:
            return second.symbols
        unread = unread or second.unread
    return unbent(grey, unread[:1], BENDS)


class Rotation:
    """Decodes the images of a running camera: a first look at each, and on a miss a few second looks.

    Those are the *steady* look, the next of the quick looks at a part, with every third image the next of the looks at
    the whole, and two ways of flattening a symbol that was seen and could not be read.  A second look that read
    something is taken first with the next image, as long as it goes on to read.
    """

    def __init__(
        self, passes: Sequence[Pass] = PASSES, steady: Pass = STEADY, read_zbar: ZbarRead | None = None
    ) -> None:
        self._read_zbar = read_zbar
        live = [each for each in passes if each.live and each is not steady]
        if read_zbar is None and not zbar_present():
            live = [each for each in live if each.reader is not Reader.ZBAR]
        self._steady = steady
        self._parts = tuple(each for each in live if each.part)
        self._wholes = tuple(each for each in live if not each.part)
        self._turn = 0
        self._good: Pass | None = None
        self._bent = 0
        #: Where symbols were seen in the last image that could not be read.
        self.unread: tuple[Quad, ...] = ()

    @property
    def round(self) -> int:
        """So many images take all the second looks in turn."""
        return max(1, len(self._parts), WHOLE_EVERY * len(self._wholes))

    def decode(self, grey: Pixels, again: bool = True) -> tuple[Symbol, ...]:
        """The codes in *grey* (rows × columns), with second looks if *again*."""
        if not _possible(grey):
            return ()
        first = glance(grey)
        self.unread = first.unread
        if first.symbols or not again:
            return first.symbols
        small = fitted(grey)
        part = busiest(small)
        for each in self._looks(part is not None):
            second = look_again(small, each, max(grey.shape), part, self._read_zbar)
            if second.symbols:
                self._good = each
                return second.symbols
            self.unread = self.unread or second.unread
        self._good = None
        return unbent(grey, self.unread[:1], self._bends()) if self.unread else ()

    def _bends(self) -> Sequence[Bend]:
        begin, self._bent = self._bent, (self._bent + BENDS_AT_ONCE) % len(BENDS)
        return BENDS[begin : begin + BENDS_AT_ONCE]

    def _looks(self, part: bool) -> Iterator[Pass]:
        if self._good is not None:
            yield self._good
        turn, self._turn = self._turn, self._turn + 1
        if part:
            yield self._steady
            if self._parts:
                yield self._parts[turn % len(self._parts)]
        if self._wholes and turn % WHOLE_EVERY == 0:
            yield self._wholes[turn // WHOLE_EVERY % len(self._wholes)]


@dataclass(frozen=True, slots=True)
class Glance:
    """What a look finds: codes, and the places of symbols whose bytes did not add up."""

    symbols: tuple[Symbol, ...]
    unread: tuple[Quad, ...]


NOTHING = Glance((), ())


def glance(
    grey: Pixels, binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage, quick: bool = False
) -> Glance:
    """What zxing-cpp finds in *grey*; *quick*: no light codes on dark, and no codes in a smaller copy."""
    found: dict[bytes, Symbol] = {}
    unread: list[Quad] = []
    barcodes = zxingcpp.read_barcodes(
        np.ascontiguousarray(grey),
        formats=FORMATS,
        binarizer=binarizer,
        try_invert=not quick,
        try_downscale=not quick,
        return_errors=True,
    )
    for barcode in barcodes:
        quad = _quad(barcode.position)
        if barcode.valid and barcode.bytes:
            found.setdefault(barcode.bytes, Symbol(barcode.bytes, SYMBOLOGY, quad))
        elif sensible(quad, grey.shape):
            unread.append(quad)
    return Glance(tuple(found.values()), tuple(unread))


def unbent(grey: Pixels, quads: Sequence[Quad], bends: Sequence[Bend]) -> tuple[Symbol, ...]:
    """What is read at *quads* of *grey* when it is laid flat in the ways of *bends*."""
    for quad, bend in itertools.product(quads, bends):
        symbols = glance(flattened(grey, quad, bend), quick=True).symbols
        if symbols:
            return tuple(replace(symbol, quad=quad) for symbol in symbols)
    return ()


def look_again(
    grey: Pixels, how: Pass, longest: float, part: Box | None = None, read_zbar: ZbarRead | None = None
) -> Glance:
    """What the second look *how* finds in *grey* or its *part*; quads are for an image whose long side is *longest*.

    A look at a part finds nothing where there is none.
    """
    left, top, large = 0, 0, longest / max(grey.shape)
    if how.part:
        if part is None:
            return NOTHING
        left, top, right, bottom = part
        grey = grey[top:bottom, left:right]
    move = how.move(*grey.shape) if how.move else None
    prepared = how.prepare(grey if move is None else moved(grey, move))
    if prepared is None:
        return NOTHING
    match how.reader:
        case Reader.ZXING:
            found = glance(prepared, quick=how.part)
        case Reader.ZXING_GLOBAL:
            found = glance(prepared, zxingcpp.Binarizer.GlobalHistogram)
        case Reader.ZBAR:
            found = Glance((read_zbar or zbar)(prepared), ())
    small = max(grey.shape) / max(prepared.shape)
    back = np.eye(2, 3) if move is None else np.asarray(cv2.invertAffineTransform(move), np.float64)

    def placed(quad: Quad) -> Quad:
        return _placed(quad, small, back, (left, top), large)

    symbols = tuple(replace(symbol, quad=placed(symbol.quad)) for symbol in found.symbols)
    return Glance(symbols, tuple(placed(quad) for quad in found.unread))


def _placed(quad: Quad, small: float, back: Affine, corner: tuple[int, int], large: float) -> Quad:
    """*quad* times *small*, moved *back* and by *corner*, times *large*."""
    points = ((back @ np.array([(x * small, y * small, 1) for x, y in quad]).T).T + corner) * large
    return tuple((float(x), float(y)) for x, y in points)


def zxing(grey: Pixels) -> tuple[Symbol, ...]:
    """What the first look reads in *grey*."""
    return glance(grey).symbols


def _quad(at: zxingcpp.Position) -> Quad:
    corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    return tuple((float(corner.x), float(corner.y)) for corner in corners)


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
