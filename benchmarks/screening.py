"""How many fevers the gate finds in a table of foreheads and oral temperatures, and whom it stops for nothing.

Each person's readings are played in order of Date and Time through the shipped rules with the gate's own normal, and
through two rules to compare with.  Nobody is judged by anything that came later.  NAME1 is the reading, NAME2 to NAME4
are its retakes; a missing value is a missing reading and asks for another.  Found: sent to a contact check, or red,
after retakes, of those with oral >= 38.0 (37.5) °C.  Wrongly referred: the same of those with oral < 37.5 °C.

Example: ./run bench screening --csv FLIR_group1.csv FLIR_group2.csv --column T_FH_Max --json screening.json
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks._result import write_result
from benchmarks.screening_play import RULES, Played
from benchmarks.screening_table import Visitor, read


def interval(count: int, of: int, z: float = 1.96) -> list[float] | None:
    """Wilson's 95 % interval of a share; None of nobody."""
    if not of:
        return None
    share, square = count / of, z * z
    centre = (share + square / (2 * of)) / (1 + square / of)
    reach = z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return [max(0.0, centre - reach), min(1.0, centre + reach)]


def figures(visitors: Sequence[Visitor], played: Sequence[Played]) -> dict[str, Any]:
    """The figures of one rule; people without an oral temperature were played and are not counted."""
    both = [(one.oral_centi, did) for one, did in zip(visitors, played, strict=True) if one.oral_centi is not None]
    fevers38 = [did.sent for oral, did in both if oral >= 3800]
    fevers375 = [did.sent for oral, did in both if oral >= 3750]
    well = [did for oral, did in both if oral < 3750]
    retaken, referred = sum(did.retaken for did in well), sum(did.sent for did in well)
    return {
        "people": len(both),
        "fevers38": len(fevers38),
        "found38": sum(fevers38),
        "fevers375": len(fevers375),
        "found375": sum(fevers375),
        "retaken": retaken / len(well) if well else 0.0,
        "wrongly_referred": referred / len(well) if well else 0.0,
        "ci95": {
            "found38": interval(sum(fevers38), len(fevers38)),
            "found375": interval(sum(fevers375), len(fevers375)),
            "retaken": interval(retaken, len(well)),
            "wrongly_referred": interval(referred, len(well)),
        },
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="./run bench screening",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--csv", type=Path, nargs="+", action="extend", required=True, metavar="FILE")
    parser.add_argument("--column", default="T_FHCC", help="T_FHCC (default), T_FH_Max or another NAME of NAME1..NAME4")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures there as well")
    options = parser.parse_args(arguments)
    try:
        visitors = read(options.csv, options.column)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    rules = {name: figures(visitors, play(visitors)) for name, play in RULES.items()}
    for name, one in rules.items():
        low, high = one["ci95"]["found38"] or (0.0, 0.0)
        print(
            f"{name:15} {one['people']} people: >= 38.0 found {one['found38']} of {one['fevers38']}"
            f" ({low:.0%}-{high:.0%}), >= 37.5 found {one['found375']} of {one['fevers375']},"
            f" retaken {one['retaken']:.1%}, wrongly referred {one['wrongly_referred']:.2%}"
        )
    return write_result(options.json, {"rules": rules})


if __name__ == "__main__":
    sys.exit(main())
