"""Pictures as a gate's camera takes them: a code on a telephone held into a scene, or the scene alone.

Everything follows from the random generator that is given, so the same seed gives the same picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import segno

from drivers.camera.image import Pixels

#: Width and height of a picture in pixels, as small USB cameras give it.
SIZE = (640, 480)
#: Modules of white around a code: the standard asks for four (ISO/IEC 18004).
QUIET_MODULES = 4
#: A telephone's frame beside its screen and above it, as parts of the code's side.
BEZEL, HEAD = 0.08, 0.45


@dataclass(frozen=True, slots=True)
class Conditions:
    """How hard a picture is to read.

    ``share`` is the code's side as a part of the picture's short side, ``turn_degrees`` the most it is turned,
    ``tilt`` how far its corners are moved by perspective (parts of its side), ``blur`` the sigma of the lens in
    pixels, ``noise`` the sigma of the sensor in grey levels, ``light`` the scene's brightness (1 is a bright day).
    """

    share: float = 0.45
    turn_degrees: float = 12
    tilt: float = 0.06
    blur: float = 0.7
    noise: float = 4
    light: float = 0.9


EASY = Conditions()
#: Nothing but the code, for payloads so large that a module is only a few pixels wide.
PLAIN = Conditions(share=0.9, turn_degrees=0, tilt=0, blur=0, noise=0, light=1)


def code_picture(
    payload: bytes | str,
    rng: np.random.Generator,
    size: tuple[int, int] = SIZE,
    conditions: Conditions = EASY,
    second: bytes | str | None = None,
    error: str = "m",
) -> Pixels:
    """A picture (height × width × 3) in which *payload* is held up as a QR code, with *second* beside it if given.

    *error* is the code's error correction (l, m, q, h).  Bytes become the code's bytes, text its UTF-8.
    """
    width, height = size
    scene = _scene(rng, size)
    payloads = [payload] if second is None else [payload, second]
    room = width / len(payloads)
    side = conditions.share * min(height, room)
    for place, each in enumerate(payloads):
        centre = (room * (place + 0.5) + rng.uniform(-0.04, 0.04) * room, height * (0.5 + rng.uniform(-0.04, 0.04)))
        _hold(scene, telephone(code(each, error)), centre, side, conditions, rng)
    return _taken(scene, conditions, rng)


def empty_scene(rng: np.random.Generator, size: tuple[int, int] = SIZE, conditions: Conditions = EASY) -> Pixels:
    """The gate with nobody in it (height × width × 3)."""
    return _taken(_scene(rng, size), conditions, rng)


def code(payload: bytes | str, error: str = "m") -> Pixels:
    """The code alone, one pixel a module, black on white with its quiet zone."""
    if isinstance(payload, str) and not payload.isascii():
        payload = payload.encode()  # left to itself segno takes Shift-JIS for what fits into it
    made = segno.make_qr(payload, error=error, boost_error=False, mode="byte" if isinstance(payload, bytes) else None)
    dark = np.array([list(row) for row in made.matrix_iter(border=QUIET_MODULES)], np.uint8)
    return np.asarray(np.where(dark > 0, 0, 255), np.uint8)


def picture_of(image: bytes) -> Pixels:
    """What is on a PNG or JPEG.

    :raises ValueError: if it is neither.
    """
    found = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_COLOR) if image else None
    if found is None:
        raise ValueError(f"picture: {len(image)} bytes that are no PNG or JPEG")
    return np.asarray(found, np.uint8)


def telephone(modules: Pixels) -> Pixels:
    """A telephone that shows *modules* in the middle of its screen, 8 pixels a module (grey)."""
    shown = np.kron(modules, np.ones((8, 8), np.uint8))
    side = shown.shape[0]
    bezel, head = round(side * BEZEL), round(side * HEAD)
    screen = cv2.copyMakeBorder(shown, head, head, bezel, bezel, cv2.BORDER_CONSTANT, value=(245,))
    cv2.rectangle(screen, (bezel, head // 3), (side, head // 2), (90,), -1)  # a title bar
    framed = cv2.copyMakeBorder(screen, bezel, bezel, bezel, bezel, cv2.BORDER_CONSTANT, value=(18,))
    return np.asarray(framed, np.uint8)


def _scene(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """A wall, a floor and a few things without codes on them."""
    width, height = size
    ramp = np.linspace(rng.uniform(120, 170), rng.uniform(70, 110), height)[:, None, None]
    scene = np.broadcast_to(ramp * rng.uniform(0.85, 1.1, 3), (height, width, 3)).astype(np.uint8).copy()
    horizon = round(height * rng.uniform(0.6, 0.75))
    cv2.rectangle(scene, (0, horizon), (width, height), _colour(rng, 50, 100), -1)
    for _ in range(6):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        box = (round(width * rng.uniform(0.05, 0.25)), round(height * rng.uniform(0.05, 0.4)))
        cv2.rectangle(scene, (x, y), (x + box[0], y + box[1]), _colour(rng, 30, 200), -1)
    return scene


def _hold(
    scene: Pixels,
    card: Pixels,
    centre: tuple[float, float],
    side: float,
    conditions: Conditions,
    rng: np.random.Generator,
) -> None:
    """Put *card* into *scene*: its code *side* pixels wide, turned and tilted, with a thumb at its edge."""
    height, width = card.shape
    code_side = width / (1 + 4 * BEZEL)
    scale = side / code_side
    angle = np.radians(rng.uniform(-1, 1) * conditions.turn_degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    placed = (corners - (width / 2, height / 2)) * scale @ turn.T + centre
    placed += rng.uniform(-1, 1, (4, 2)) * conditions.tilt * side
    # Made smaller first where it gets much smaller: the lens averages, it does not pick single pixels.
    shrunk = cv2.resize(card, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else card
    corners *= (shrunk.shape[1] / width, shrunk.shape[0] / height)
    warp = cv2.getPerspectiveTransform(corners.astype(np.float32), placed.astype(np.float32))
    size = (scene.shape[1], scene.shape[0])
    warped = cv2.warpPerspective(shrunk, warp, size, flags=cv2.INTER_LINEAR)
    cover = cv2.warpPerspective(np.full(shrunk.shape, 255, np.uint8), warp, size, flags=cv2.INTER_LINEAR)
    share = cover[:, :, None] / 255.0
    scene[:] = (scene * (1 - share) + warped[:, :, None] * share).astype(np.uint8)
    if conditions.turn_degrees:
        thumb = placed[3] * 0.5 + placed[2] * 0.5
        axes = (round(side * 0.1), round(side * 0.2))
        cv2.ellipse(scene, (round(thumb[0]), round(thumb[1])), axes, 0, 0, 360, (120, 150, 200), -1)


def _taken(scene: Pixels, conditions: Conditions, rng: np.random.Generator) -> Pixels:
    """What lens, light and sensor make of *scene*."""
    seen = cv2.GaussianBlur(scene, (0, 0), conditions.blur) if conditions.blur else scene
    grain = rng.normal(0, conditions.noise, seen.shape[:2])[:, :, None] if conditions.noise else 0.0
    return np.asarray(np.clip(seen * conditions.light + grain, 0, 255), np.uint8)


def _colour(rng: np.random.Generator, least: int, most: int) -> tuple[int, int, int]:
    blue, green, red = (int(level) for level in rng.integers(least, most, 3))
    return blue, green, red
