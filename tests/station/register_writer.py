"""Applies two rosters in turn until it is killed: ``python -m tests.station.register_writer FILE A B``."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from station.register import Register
from station.wire.order import Order, OrderKind


def main(path: str, *contents: str) -> None:
    with Register(path) as register:
        in_force = register.applied(OrderKind.ROSTER)
        first = in_force[0] + 1 if in_force else 1
        print("ready", flush=True)
        for number in itertools.count(first):
            content = Path(contents[number % len(contents)]).read_bytes()
            register.apply(Order(OrderKind.ROSTER, number, ("*",), "office:test", 0, content), 0)
            print(number, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
