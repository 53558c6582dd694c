"""How many codes of a folder of images each decoder reads, and what it costs (``./run bench decode``).

Each pipeline sees the same grey images, at most 1280 pixels on the long side, and is timed in CPU milliseconds of one
thread, without the reading and shrinking of files.  Truth is what stands beside an image: NAME.txt (text), NAME.bin
(the exact bytes) or output.json (``binaryData``; ``null`` is no truth).  With a truth an image is *decoded* if one of
the payloads is right, and *wrong* if there are payloads and none of them is; without one any payload counts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks._result import write_result
from drivers.camera.decode import decode
from drivers.camera.image import Pixels
from drivers.camera.passes import fitted
from drivers.camera.still import SUFFIXES, read_grey

Reader: TypeAlias = Callable[[Pixels], Sequence[bytes]]
Truth: TypeAlias = frozenset[bytes]

#: The encodings in which a payload may hold the text of a NAME.txt: those that codes in the wild are made with.
ENCODINGS = ("utf-8", "shift_jis", "gb18030", "big5", "euc-kr", "latin-1")
MAX_SIDE = 1280


@dataclass
class Tally:
    """What one pipeline did."""

    reader: Reader
    decoded: int = 0
    wrong: int | None = None
    times_ms: list[float] = field(default_factory=list)
    payloads: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, payloads: Sequence[bytes], truth: Truth | None) -> None:
        """Count one image."""
        self.payloads[name] = [text_of(payload) for payload in payloads]
        right = [truth is None or is_right(payload, truth) for payload in payloads]
        self.decoded += any(right)
        if truth is not None:
            # A right payload beside others is no mistake: an image may hold a second code that the truth leaves out.
            self.wrong = (self.wrong or 0) + (bool(right) and not any(right))

    def summary(self) -> dict[str, Any]:
        """The pipeline's part of the JSON."""
        times = sorted(self.times_ms)
        return {
            "images": len(self.payloads),
            "decoded": self.decoded,
            "wrong": self.wrong,
            "mean_ms": statistics.fmean(times) if times else None,
            "median_ms": statistics.median(times) if times else None,
            "p95_ms": times[min(len(times) - 1, int(len(times) * 0.95))] if times else None,
            "payloads": self.payloads,
        }


def images_below(folder: Path) -> Iterator[Path]:
    """All image files of *folder* and the folders in it, by path."""
    yield from sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())


def truth_of(image: Path) -> Truth | None:
    """The payloads that are right for *image*, None where that is not known."""
    text, binary, output = image.with_suffix(".txt"), image.with_suffix(".bin"), image.parent / "output.json"
    if binary.is_file():
        return frozenset({binary.read_bytes()})
    if text.is_file():
        return in_encodings(text.read_bytes())
    if output.is_file():
        known = json.loads(output.read_bytes())
        return None if known is None else frozenset({bytes(known["binaryData"])}) | in_encodings(known["data"].encode())
    return None


def in_encodings(text: bytes) -> Truth:
    """The payloads that say *text* (UTF-8, or bytes that are taken as they are)."""
    plain = _plain(text)
    payloads = {plain}
    for encoding in ENCODINGS:
        try:
            payloads.add(plain.decode("utf-8").encode(encoding))
        except UnicodeError:
            continue
    return frozenset(payloads)


def is_right(payload: bytes, truth: Truth) -> bool:
    """Whether *payload* is one of *truth*; ends of lines and white space at the end are the text file's own."""
    return payload in truth or _plain(payload) in truth


def _plain(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").strip()


def text_of(payload: bytes) -> str:
    """*payload* as text, for people; what is in no known encoding comes out as Latin-1, byte for byte."""
    for encoding in ENCODINGS:
        try:
            return payload.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes everything")


def readers() -> dict[str, Reader]:
    """The pipelines whose libraries are here; of others a word goes to standard error."""
    found: dict[str, Reader] = {}
    for name, make in {"product": _product, "zxing-cpp": _zxing, "pyzbar": _zbar, "opencv": _opencv}.items():
        try:
            found[name] = make()
        except (ImportError, OSError, AttributeError) as error:
            print(f"{name}: left out ({error})", file=sys.stderr)
    return found


def _product() -> Reader:
    return lambda grey: [symbol.payload for symbol in decode(grey)]


def _zxing() -> Reader:
    import zxingcpp

    read = partial(zxingcpp.read_barcodes, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return lambda grey: [barcode.bytes for barcode in read(grey)]


def _zbar() -> Reader:
    from pyzbar import pyzbar

    read = partial(pyzbar.decode, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return lambda grey: [barcode.data for barcode in read(grey)]


def _opencv() -> Reader:
    import cv2

    detector = cv2.QRCodeDetectorAruco()

    def read(grey: Pixels) -> list[bytes]:
        try:
            _, texts, _, _ = detector.detectAndDecodeMulti(grey)
        except (cv2.error, UnicodeDecodeError):  # it gives up so on some images; that is its result
            return []
        return [text.encode() for text in texts if text]

    return read


def run(folder: Path) -> dict[str, Any]:
    """The result over all images below *folder*, in the form of the JSON."""
    import cv2  # after drivers.camera, which sets OpenCV's limits

    cv2.setNumThreads(1)
    tallies = {name: Tally(reader) for name, reader in readers().items()}
    for path in images_below(folder):
        name, truth = path.relative_to(folder).as_posix(), truth_of(path)
        grey = read_grey(path)
        if grey is None:
            print(f"{name}: cannot be unpacked; counted as not decoded", file=sys.stderr)
        else:
            grey = fitted(grey, MAX_SIDE)
        for tally in tallies.values():
            payloads: Sequence[bytes] = ()
            if grey is not None:
                before = time.thread_time()
                payloads = tally.reader(grey)
                tally.times_ms.append((time.thread_time() - before) * 1000)
            tally.add(name, list(dict.fromkeys(payloads)), truth)
    return {"pipelines": {name: tally.summary() for name, tally in tallies.items()}}


def _table(result: dict[str, Any]) -> str:
    lines = [f"{'pipeline':<10} {'images':>7} {'decoded':>8} {'wrong':>6} {'mean ms':>9} {'median':>9} {'p95':>9}"]
    for name, each in result["pipelines"].items():
        wrong = "-" if each["wrong"] is None else each["wrong"]
        times = " ".join(f"{each[key]:>9.3f}" for key in ("mean_ms", "median_ms", "p95_ms"))
        lines.append(f"{name:<10} {each['images']:>7} {each['decoded']:>8} {wrong:>6} {times}")
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 0, or 1 if there is nothing to measure or the result cannot be written."""
    parser = argparse.ArgumentParser(
        prog="bench decode",
        description="Compare decoders of QR codes over a folder of images.",
        epilog="example: ./run bench decode --images photographs --json decode.json",
        allow_abbrev=False,
    )
    parser.add_argument("--images", type=Path, required=True, metavar="DIR", help="walked for png, jpg, webp, bmp, gif")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the result there, whole or not at all")
    options = parser.parse_args(argv)
    if not options.images.is_dir():
        parser.error(f"--images: {options.images} is not a folder")
    result = run(options.images)
    if not any(each["mean_ms"] is not None for each in result["pipelines"].values()):
        print(f"bench decode: {options.images} holds no image that can be read", file=sys.stderr)
        return 1
    print(_table(result))
    return write_result(options.json, result)


if __name__ == "__main__":
    sys.exit(main())
