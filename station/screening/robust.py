"""Numbers that a few odd readings cannot bend: medians, and readings carried into other air.  Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

#: Skin follows the air by about 0.15 °C a degree; assumed as firmly as 50 readings one degree apart would show it.
SLOPE, SLOPE_DOUBT, SLOPE_READINGS, STEEPEST = 0.15, 0.05, 50.0, 0.4


def median(values: Sequence[float]) -> float:
    """The middle of *values*; of an even number the upper one."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def newest_median(values: Sequence[float], half_life: float) -> float:
    """The middle of *values*, oldest first, each counting half as much as one *half_life* places later."""
    weights = [0.5 ** (rank / half_life) for rank in range(len(values) - 1, -1, -1)]
    half = sum(weights) / 2
    total = 0.0
    ordered = sorted(zip(values, weights, strict=True))
    for value, weight in ordered:
        total += weight
        if total >= half:
            return value
    return ordered[-1][0]


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of *values* that at least *share* of them do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def in_air(values: Sequence[float], airs: Sequence[float | None], air: float | None) -> tuple[list[float], float]:
    """*values* (centi-degrees) taken in *airs* (°C) as they would have been in *air*, and how far that may be wrong.

    Without *air*, or where no value has its air, they stay as they are; a value without is taken as of mean air.
    """
    known = [(value, there) for value, there in zip(values, airs, strict=True) if there is not None]
    if air is None or not known:
        return list(values), 0.0
    mean = sum(there for _, there in known) / len(known)
    moved = [value - 100 * SLOPE * (there - mean) for value, there in known]
    middle = median(moved)
    # Whoever came cold or warm must not bend the slope: residuals count up to 2.5 standard deviations.
    reach = 2.5 * 1.4826 * median([abs(value - middle) for value in moved])
    rest = [max(-reach, min(reach, value - middle)) for value in moved]
    square = sum((there - mean) ** 2 for _, there in known)
    product = sum(residual * (there - mean) for residual, (_, there) in zip(rest, known, strict=True))
    slope = 100 * SLOPE + product / (square + SLOPE_READINGS)
    slope = max(0.0, min(100 * STEEPEST, slope))
    carried = [
        value - slope * ((mean if there is None else there) - air) for value, there in zip(values, airs, strict=True)
    ]
    doubt = 100 * SLOPE_DOUBT * math.sqrt(SLOPE_READINGS / (square + SLOPE_READINGS)) * abs(air - mean)
    return carried, doubt
