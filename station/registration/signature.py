"""A signature as the page sends it: bounded strokes of a path, ``M10 20L30 40M5 5L6 9``.  Pure."""

from __future__ import annotations

import itertools
import re

from station.registration.errors import AnswerRefused

#: The pad's own units, wherever it is shown.
WIDTH, HEIGHT = 1000, 300
#: A long name in cursive has some forty strokes and a thousand points after thinning.
MAX_STROKES, MAX_POINTS = 120, 1_500
#: Nine characters a point, and the largest body of a press is 16 kB.
MAX_PATH = 12_000
#: A tap or a smear is no signature: so far the pen must have gone, in the pad's units.
MIN_INK = 100
_PATH = re.compile(r"(?:M\d{1,4} \d{1,3}(?:L\d{1,4} \d{1,3})*)+")
_POINT = re.compile(r"([ML])(\d+) (\d+)")


def parse_signature(text: str) -> str:
    """The path, checked.

    :raises AnswerRefused: ``signature_unreadable``, ``signature_long`` or ``signature_missing``.
    """
    if len(text) > MAX_PATH:
        raise AnswerRefused("signature_long", "signature: too many points")
    if not _PATH.fullmatch(text):
        raise AnswerRefused("signature_unreadable", "signature: not a path of M and L")
    points = [(sort, int(x), int(y)) for sort, x, y in _POINT.findall(text)]
    strokes = sum(sort == "M" for sort, _, _ in points)
    if strokes > MAX_STROKES or len(points) > MAX_POINTS:
        raise AnswerRefused("signature_long", "signature: too many strokes or points")
    if any(x > WIDTH or y > HEIGHT for _, x, y in points):
        raise AnswerRefused("signature_unreadable", "signature: a point beside the pad")
    ink = sum(
        abs(x - was_x) + abs(y - was_y) for (_, was_x, was_y), (sort, x, y) in itertools.pairwise(points) if sort == "L"
    )
    if ink < MIN_INK:
        raise AnswerRefused("signature_missing", "signature: nothing was written")
    return text
