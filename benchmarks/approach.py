"""How early a dense code is read that is carried up to the camera (``./run bench approach``).

A code as dense as a vaccination certificate's, of invented text, grows evenly from image to image as somebody walks
up with it, ten images a second.  The product looks as a running camera does, with one second look an image at most;
beside it stands zxing-cpp alone with its defaults, on the same grey images.  What counts is the first image with the
right payload, 1 being the first of the approach; an approach without any counts one more than its images.

The pictures are :mod:`drivers.simulator.picture`'s.  Within one approach the scene and the way the code is held stay
the same; the sensor's noise is new in each image, and lamp and wave come before it, as light comes before a sensor.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
import zxingcpp

from benchmarks._result import write_result
from drivers.camera.decode import Rotation, grey
from drivers.camera.image import Pixels
from drivers.simulator.picture import Conditions, code_picture

#: What looks at the images of one approach, one after the other, and gives the payloads of each.
Look: TypeAlias = Callable[[Pixels], list[bytes]]

#: What the station asks a camera for.
SIZE = (1280, 720)
#: Three seconds at ten images a second.
IMAGES = 30
FPS = 10
#: The code's part of the picture's height, first and last: a module is 1.9 pixels wide and grows to 7.
FIRST_SHARE, LAST_SHARE = 0.24, 0.9
#: Approaches in each scene; odd, so that the median is one of them.
APPROACHES = 7
#: A certificate of one person: 580 characters of QR's alphanumeric mode, which make version 19 at level Q.
CHARACTERS, ERROR = 580, "q"
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
PREFIX = "HC1:"
#: What is seen before an approach: nothing to be read, and small, as only the looks are counted.
EMPTY = np.full((64, 64), 110, np.uint8)
#: A hand waves to and fro twice in three seconds.
WAVES_HZ = 0.7


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the code is carried up; ``conditions.share`` is not used.

    ``lamp`` is the brightness that a lamp's reflection adds in its middle, in grey levels, and ``lamp_share`` its
    radius as a part of the picture's height.  ``wave`` is how far the code swings to either side, as a part of the
    picture's width; ``exposure_s`` is how long it smears meanwhile.
    """

    conditions: Conditions
    lamp: float = 0
    lamp_share: float = 0.1
    wave: float = 0
    exposure_s: float = 0


SCENES: Mapping[str, Scene] = {
    "day": Scene(Conditions(turn_degrees=8, tilt=0.03, blur=0.7, noise=4, light=0.9)),
    # Paper under a street lamp: what does not shine itself is as dark as all else, and the sensor is turned up.
    "night": Scene(Conditions(turn_degrees=8, tilt=0.03, blur=1, noise=25, light=0.4)),
    "glare": Scene(Conditions(turn_degrees=8, tilt=0.03, blur=0.7, noise=5, light=0.8), lamp=220),
    "fast wave": Scene(Conditions(turn_degrees=8, tilt=0.03, blur=0.8, noise=8, light=0.7), wave=0.06, exposure_s=0.01),
}


def payload(rng: np.random.Generator) -> bytes:
    """A text as long and as random as a certificate's, which is none."""
    letters = rng.integers(len(ALPHANUMERIC), size=CHARACTERS - len(PREFIX))
    return (PREFIX + "".join(ALPHANUMERIC[letter] for letter in letters)).encode()


def shares(images: int = IMAGES) -> list[float]:
    """The code's share in each image, growing evenly: a hand slows down as it comes near the camera."""
    return [float(share) for share in np.linspace(FIRST_SHARE, LAST_SHARE, images)]


def approach(scene: Scene, text: bytes, seed: int, images: int = IMAGES) -> Iterator[Pixels]:
    """The grey images of one approach, the far one first."""
    grain = np.random.default_rng((seed, 1))
    lens = replace(scene.conditions, noise=0)
    phase, lamp_at = grain.uniform(0, 2 * np.pi), grain.uniform(0.44, 0.56, 2)
    for index, share in enumerate(shares(images)):
        still = np.random.default_rng(seed)  # the same for each image: the same wall, the same hand
        seen = grey(code_picture(text.decode(), still, SIZE, replace(lens, share=share), error=ERROR))
        if scene.wave:
            seen = waved(seen, scene, phase + 2 * np.pi * WAVES_HZ * index / FPS)
        if scene.lamp:
            seen = lit(seen, scene, (float(lamp_at[0]), float(lamp_at[1])))
        noisy = seen + grain.normal(0, scene.conditions.noise, seen.shape)
        yield np.asarray(np.clip(noisy, 0, 255), np.uint8)


def waved(seen: Pixels, scene: Scene, phase: float) -> Pixels:
    """*seen* moved to the side by the swing at *phase* (radians), and smeared by its speed there."""
    reach = scene.wave * seen.shape[1]
    speed = abs(reach * 2 * np.pi * WAVES_HZ * np.cos(phase))
    length = max(1, round(speed * scene.exposure_s))
    move = np.array([[1, 0, reach * np.sin(phase)], [0, 1, 0]], np.float64)
    aside = cv2.warpAffine(seen, move, (seen.shape[1], seen.shape[0]), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.blur(aside, (length, 1)), np.uint8)


def lit(seen: Pixels, scene: Scene, at: tuple[float, float]) -> Pixels:
    """*seen* with a lamp's reflection *at* a place in parts of width and height."""
    height, width = seen.shape
    rows, columns = np.mgrid[0:height, 0:width]
    far = np.hypot(columns - at[0] * width, rows - at[1] * height) / (scene.lamp_share * height)
    return np.asarray(np.clip(seen + scene.lamp * np.exp(-(far**2)), 0, 255), np.uint8)


def _product(seed: int) -> Look:
    rotation = Rotation()
    # The camera runs before somebody comes, and where its second looks then stand is chance.
    for _ in range(seed):
        rotation.decode(EMPTY)
    return lambda image: [symbol.payload for symbol in rotation.decode(image)]


def _zxing(_seed: int) -> Look:
    return lambda image: [barcode.bytes for barcode in zxingcpp.read_barcodes(image)]


PIPELINES: Mapping[str, Callable[[int], Look]] = {"product": _product, "zxing-cpp": _zxing}


def first_images(scene: Scene, seed: int, images: int = IMAGES) -> dict[str, int]:
    """By pipeline, the number of the first image of an approach that was read, *images* + 1 if none was."""
    text = payload(np.random.default_rng((seed, 2)))
    looks = {name: make(seed) for name, make in PIPELINES.items()}
    first = dict.fromkeys(looks, images + 1)
    for number, image in enumerate(approach(scene, text, seed, images), 1):
        for name in [name for name in looks if first[name] > images]:
            if text in looks[name](image):
                first[name] = number
        if max(first.values()) <= images:
            break
    return first


def summary(firsts: list[int], images: int = IMAGES) -> dict[str, Any]:
    """One pipeline's part of the JSON."""
    decoded = sum(first <= images for first in firsts)
    return {"decoded": decoded, "of": len(firsts), "median_first_image": statistics.median(firsts)}


def run(scenes: Mapping[str, Scene] = SCENES, approaches: int = APPROACHES, images: int = IMAGES) -> dict[str, Any]:
    """The result, in the form of the JSON."""
    result: dict[str, Any] = {}
    for name, scene in scenes.items():
        firsts = [first_images(scene, seed, images) for seed in range(approaches)]
        result[name] = {pipeline: summary([each[pipeline] for each in firsts], images) for pipeline in PIPELINES}
    return {"scenes": result}


def _table(result: dict[str, Any]) -> str:
    lines = [f"{'scene':<10} {'pipeline':<10} {'decoded':>9} {'first image':>12}"]
    for scene, pipelines in result["scenes"].items():
        for name, each in pipelines.items():
            read = f"{each['decoded']}/{each['of']}"
            lines.append(f"{scene:<10} {name:<10} {read:>9} {each['median_first_image']:>12g}")
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 0, or 1 if the result cannot be written."""
    parser = argparse.ArgumentParser(
        prog="bench approach",
        description="Tell how early a dense code that is carried up to the camera is read.",
        epilog="example: ./run bench approach --json approach.json",
        allow_abbrev=False,
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the result there, whole or not at all")
    parser.add_argument("--approaches", type=int, default=APPROACHES, metavar="N", help=f"in a scene ({APPROACHES})")
    parser.add_argument("--images", type=int, default=IMAGES, metavar="N", help=f"in an approach ({IMAGES})")
    options = parser.parse_args(argv)
    if options.approaches < 1:
        parser.error(f"--approaches: {options.approaches}, at least 1 is needed")
    if options.images < 1:
        parser.error(f"--images: {options.images}, at least 1 is needed")
    cv2.setNumThreads(1)
    result = run(approaches=options.approaches, images=options.images)
    print(_table(result))
    return write_result(options.json, result)


if __name__ == "__main__":
    sys.exit(main())
