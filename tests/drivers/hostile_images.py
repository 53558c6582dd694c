"""Images made to break a decoder, and what became of them."""

from __future__ import annotations

import logging
import random
import resource
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import segno
from segno import consts, encoder

from drivers.camera.capture import unpacked
from drivers.camera.decode import Symbol, decode, grey
from drivers.camera.eye import Eye
from drivers.camera.image import Image, Pixels
from drivers.camera.still import read_grey
from drivers.camera.zbar_process import ZbarProcess
from drivers.datagram import decode as decode_event
from drivers.datagram import encode as encode_event
from drivers.events import Scan
from drivers.simulator.picture import code

#: The most that any QR code holds, in digits.
MOST_PAYLOAD = 7_089
#: What zbar has aborted on: SO and SOH (pyzbar 83, 142, 143), an ECI of GLI0 (zbar 61), parts of a whole (zbar 315).
AWKWARD = (
    b"\x0e\x01",
    b"\x0e\x01" * 20,
    b"\x00",
    b"a\x00b",
    "\ufeffVG1:é".encode("utf-16"),
    b"\xff\xfe" + b"\x00" * 31,
    bytes(range(256)),
    "通行证 Ω é".encode("gb18030"),
    b"\xed\xa0\x80 lone surrogate",
    b"\x1d" * 9,
    b"%s%n%x../../etc/passwd\n\r\x1b[2J",
    b'","kind":"reading","celsius":36.5}',
)
#: One in so many is a file or an image of megabytes.
LARGE_EVERY = 2_000
#: The largest take half a second of all the looks; what takes a busy machine so much longer hangs.
LONGEST_S = 30.0


@dataclass(slots=True)
class Outcome:
    """What many images came to."""

    images: int = 0
    read: int = 0  # with a payload
    known: int = 0  # with a code whose payload was known, and read rightly
    false: list[tuple[str, int]] = field(default_factory=list)  # kind and number of images with a payload of nobody
    longest_s: float = 0.0
    zbar_deaths: int = 0
    grown_kb: int = 0


@dataclass(frozen=True, slots=True)
class Hostile:
    """One image; ``truth`` are the payloads that may be read in it, None where any may."""

    kind: str
    pixels: Pixels | None
    truth: frozenset[bytes] | None


def payload(rng: random.Random) -> bytes:
    """Awkward, random or large."""
    match rng.randrange(4):
        case 0:
            return rng.choice(AWKWARD)
        case 1:
            return rng.randbytes(rng.randint(1, 60))
        case 2:
            return bytes(rng.randrange(32, 127) for _ in range(rng.randint(1, 200)))
    return bytes(rng.choice(b"\x00\x01\x0e\x0f\x1b\x7f\x80\xff") for _ in range(rng.randint(1, 60)))


def drawn(modules: Pixels, rng: random.Random) -> Pixels:
    """*modules* a few pixels wide each."""
    return np.kron(modules, np.ones((rng.randint(2, 4),) * 2, np.uint8))


def crafted(rng: random.Random) -> Pixels:
    """A symbol whose error correction is right and whose content is any bits at all.

    Modes cut off, ECIs that do not exist, parts of a whole, lengths beyond the end.
    """
    version, error = rng.randint(1, 10), consts.ERROR_LEVEL_L
    capacity = consts.SYMBOL_CAPACITY[version][error]
    bits = encoder.Buffer()
    for _ in range(rng.randint(0, 6)):
        bits.append_bits(rng.choice((0, 1, 2, 3, 3, 4, 4, 5, 7, 7, 8, 9, 13)), 4)
        bits.append_bits(rng.getrandbits(12), rng.choice((8, 10, 12)))
        for byte in rng.choice((b"\x0e\x01", b"GLI0", rng.randbytes(3))):
            bits.append_bits(byte, 8)
    while len(bits) < capacity:
        bits.append_bits(rng.getrandbits(1), 1)
    cut = encoder.Buffer()
    for bit in list(bits.getbits())[:capacity]:
        cut.append_bits(bit, 1)
    side = encoder.calc_matrix_size(version)
    matrix = encoder.make_matrix(side, side)
    encoder.add_finder_patterns(matrix, side, side)
    encoder.add_alignment_patterns(matrix, side, side)
    encoder.add_codewords(matrix, encoder.make_final_message(version, error, cut), version)
    mask, matrix = encoder.find_and_apply_best_mask(matrix, side, side, None)
    encoder.add_format_info(matrix, version, error, mask)
    encoder.add_version_info(matrix, version)
    dark = np.array([list(row) for row in matrix], np.uint8)
    return np.pad(np.where(dark == 1, 0, 255).astype(np.uint8), 4, constant_values=255)


def damaged(pixels: Pixels, rng: random.Random) -> Pixels:
    """*pixels* with a blot, noise, a cut, a stretch or another code's half."""
    grain, out = np.random.default_rng(rng.getrandbits(32)), pixels.copy()
    height, width = out.shape
    match rng.randrange(6):
        case 0:
            x, y = rng.randrange(width), rng.randrange(height)
            out[y : y + height // 3, x : x + width // 3] = rng.randrange(256)
        case 1:
            out = np.clip(out + grain.normal(0, rng.randint(5, 120), out.shape), 0, 255).astype(np.uint8)
        case 2:
            out = np.ascontiguousarray(out[rng.randrange(height) :, : rng.randint(1, width)])
        case 3:
            out = np.asarray(cv2.resize(out, (rng.randint(21, 300), rng.randint(21, 300))), np.uint8)
        case 4:
            # Single modules turned over, from harmless to hopeless.
            over = grain.random(((height + 3) // 4, (width + 3) // 4)) < rng.random() * 0.4
            out = np.where(np.kron(over, np.ones((4, 4), bool))[:height, :width], 255 - out, out)
        case _:
            out[:, width // 2 :] = np.roll(out, rng.randrange(1, 40), 0)[:, width // 2 :]
    return np.ascontiguousarray(out, np.uint8)


def finders(rng: random.Random) -> Pixels:
    """Finder patterns anywhere, over noise: corners without a code."""
    grain = np.random.default_rng(rng.getrandbits(32))
    modules = (grain.integers(0, 2, (40, 40)) * 255).astype(np.uint8)
    ring = np.full((9, 9), 255, np.uint8)
    ring[1:8, 1:8], ring[2:7, 2:7], ring[3:6, 3:6] = 0, 255, 0
    for _ in range(rng.randint(2, 8)):
        x, y = rng.randrange(31), rng.randrange(31)
        modules[y : y + 9, x : x + 9] = ring
    return np.pad(modules, 4, constant_values=255)


def file_of(pixels: Pixels, rng: random.Random, folder: Path) -> Pixels | None:
    """*pixels* as a file that is cut off or has wrong bytes, read as the driver reads files."""
    suffix = rng.choice((".jpg", ".png", ".webp", ".bmp", ".gif"))
    if suffix == ".gif":  # OpenCV cannot write one of two colours
        data = bytearray(b"GIF89a" + rng.randbytes(rng.randint(0, 600)))
    else:
        data = bytearray(cv2.imencode(suffix, pixels)[1].tobytes())
    if rng.random() < 0.5:
        del data[rng.randrange(1, len(data) + 1) :]
    for _ in range(rng.randint(0, 8)):
        if data:
            data[rng.randrange(len(data))] = rng.randrange(256)
    file = folder / f"hostile{suffix}"
    file.write_bytes(data)
    read = read_grey(file)
    if suffix == ".jpg":
        raw = np.frombuffer(bytes(data) or b"\0", np.uint8).reshape(1, -1)
        unpacked(raw)
    # A damaged header may promise any size; what no camera gives is another test's.
    return read if read is None or read.size < 1_000_000 else read[:600, :600]


def hostile(number: int, rng: random.Random, folder: Path) -> Hostile:
    """The image of *number*."""
    if number % LARGE_EVERY == LARGE_EVERY // 2:
        side = rng.choice(((3000, 4000), (21, 16_384), (16_384, 22), (16_385, 30), (1, 70_000)))
        return Hostile("large", np.full(side, rng.randrange(256), np.uint8), frozenset())
    if number % LARGE_EVERY == 0:
        digits = "".join(rng.choice("0123456789") for _ in range(rng.choice((7_000, MOST_PAYLOAD))))
        made = segno.make_qr(digits, error="l", boost_error=False)
        modules = np.array([[0 if dark else 255 for dark in row] for row in made.matrix_iter(border=4)], np.uint8)
        return Hostile("7,000", np.kron(modules, np.ones((4, 4), np.uint8)), frozenset({digits.encode()}))
    match number % 8:
        case 0 | 1:
            held = payload(rng)
            picture = drawn(code(held, rng.choice("lmqh")), rng)
            return Hostile("whole", picture, frozenset({held}))
        case 2 | 3:
            held = payload(rng)
            picture = drawn(code(held, rng.choice("lmqh")), rng)
            return Hostile("damaged", damaged(picture, rng), frozenset({held}))
        case 4:
            return Hostile("crafted", drawn(crafted(rng), rng), None)
        case 5:
            part = rng.choice(segno.make_sequence("\x0e\x01" + "x" * rng.randint(30, 200), version=3))
            modules = np.array([[0 if dark else 255 for dark in row] for row in part.matrix_iter(border=4)], np.uint8)
            return Hostile("part", drawn(modules, rng), None)
        case 6:
            held = payload(rng)
            return Hostile("file", file_of(drawn(code(held), rng), rng, folder), frozenset({held}))
    if rng.random() < 0.5:
        return Hostile("finders", drawn(finders(rng), rng), frozenset())
    shape = rng.choice(((1, 1), (1, 500), (20, 20), (21, 900), (900, 21), (240, 320), (97, 103)))
    noise = np.frombuffer(rng.randbytes(shape[0] * shape[1]), np.uint8).reshape(shape)
    return Hostile("noise", noise, frozenset())


def play(count: int, seed: int) -> Outcome:
    """Images of one *seed*: still ones get every effort, every third is also an image of a running camera."""
    rng, outcome, deaths = random.Random(f"camera {seed}"), Outcome(), _Deaths()
    log = logging.getLogger("drivers.camera.zbar_process")
    log.addHandler(deaths)
    try:
        with tempfile.TemporaryDirectory() as folder, ZbarProcess(first_wait_s=0.05) as read_zbar:
            read_zbar.settle()
            eye = Eye(read_zbar=read_zbar)
            before_kb = 0
            for number in range(count):
                each = hostile(number, rng, Path(folder))
                outcome.images += 1
                if each.pixels is None or not each.pixels.size:
                    continue
                began_s = time.monotonic()
                symbols = decode(grey(each.pixels), read_zbar=read_zbar)
                outcome.longest_s = max(outcome.longest_s, time.monotonic() - began_s)
                _judge(each, number, symbols, outcome)
                if number % 3 == 0:
                    for presented in eye.look(Image(each.pixels, number * 2_000_000_000)):
                        _told(presented.payload, presented.in_image)
                if number == count // 3:
                    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            outcome.grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb
    finally:
        log.removeHandler(deaths)
    outcome.zbar_deaths = deaths.count
    return outcome


class _Deaths(logging.Handler):
    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += "started again in" in record.getMessage()


def _judge(each: Hostile, number: int, symbols: tuple[Symbol, ...], outcome: Outcome) -> None:
    outcome.read += bool(symbols)
    for symbol in symbols:
        assert 0 < len(symbol.payload) <= MOST_PAYLOAD
        assert all(np.isfinite(corner).all() for corner in symbol.quad)
        _told(symbol.payload, len(symbols))
        if each.truth is not None and symbol.payload not in each.truth:
            outcome.false.append((each.kind, number))
        elif each.truth:
            outcome.known += 1


def _told(content: bytes, in_image: int) -> None:
    """What is read can be said to the desk, and is understood there byte for byte."""
    event = Scan("camera", 1, content, "qr", min(in_image, 100))
    assert decode_event(encode_event(event)) == event


def check(outcome: Outcome, growth_kb: int) -> None:
    """No false payload, no hang, bounded memory; and the whole codes were read, or nothing was tried at all."""
    assert outcome.false == [], outcome
    assert outcome.longest_s < LONGEST_S, outcome
    assert outcome.grown_kb < growth_kb, outcome
    assert outcome.known > outcome.images // 5, outcome
