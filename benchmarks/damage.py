"""What damaged bytes cost a decoder, beside the way makers' examples read (``./run bench damage``).

A stream of frames is joined in its middle, then a share of its bytes is changed, and in a second table also lost or
doubled.  The product's decoder and a naive one read it: wait for the first byte of the header, take a whole frame,
look at its sum, go on behind it.  ``right`` counts frames that were sent, ``wrong`` those that never were.

    ./run bench damage --json damage.json
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks._result import write_result
from drivers.simulator.faults import damaged
from drivers.thermometer.protocols import PROTOCOLS, Frame, Protocol, cjmcu_90614
from drivers.thermometer.protocols.window import ends_in_sum8, sum8

FRAMES = 2_000
SHARES = (0.0, 0.001, 0.01)
#: Families whose frames come one after the other and end in a sum of eight bits.
FAMILIES = ("gy_mcu90615", "gy_614v", "cjmcu_90614", "idc_50", "heimann_hm")
#: Bytes of the first frame that are gone when the port is opened.
JOINED_AT = 4

Damage = Callable[[bytes, float, random.Random], bytes]


def changed(data: bytes, share: float, rng: random.Random) -> bytes:
    """*data* with that share of its bytes replaced by any other."""
    return bytes(byte ^ rng.randrange(1, 256) if rng.random() < share else byte for byte in data)


def sound(protocol: Protocol, data: bytes) -> bool:
    """Whether the sum is right, as the family's note gives it."""
    return sum8(data[4:8]) == data[-1] if protocol.decoder is cjmcu_90614.decoder else ends_in_sum8(data)


def naive(protocol: Protocol, stream: bytes, size: int, first: int) -> list[bytes]:
    """The frames as makers' examples find them."""
    found, at = [], 0
    while at + size <= len(stream):
        if stream[at] != first:
            at += 1
            continue
        data = stream[at : at + size]
        if sound(protocol, data):
            found.append(data)
        at += size
    return found


def count(found: list[bytes], sent: list[bytes]) -> dict[str, int]:
    """How many of *found* were *sent*, each as often as it was sent, and how many never were."""
    right = sum((Counter(found) & Counter(sent)).values())
    return {"right": right, "wrong": len(found) - right}


def measure(protocol: Protocol, damage: Damage, share: float, seed: int) -> dict[str, Any]:
    """Both readers on one damaged stream."""
    rng = random.Random(f"{protocol.name} {share} {seed}")
    sent = []
    for _ in range(FRAMES):
        surface = 3_650 + rng.randrange(-15, 16)
        body = surface + 340 if protocol.name == "gy_614v" else surface
        sent.append(protocol.encode(Frame(surface, 2_410 + rng.randrange(-3, 4), body)))
    stream = damage(b"".join(sent)[JOINED_AT:], share, rng)
    ours = [item.data for item in protocol.decoder().feed(stream) if isinstance(item, Frame)]
    theirs = naive(protocol, stream, len(sent[0]), sent[0][0])
    return {"sent": FRAMES, "product": count(ours, sent), "naive": count(theirs, sent)}


def main() -> int:
    """Print the tables; write them where ``--json`` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the counts")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    kinds: dict[str, Damage] = {"changed": changed, "changed, lost or doubled": damaged}
    result: dict[str, Any] = {}
    for kind, damage in kinds.items():
        print(f"{kind:26} {'share':>6}  {'product':>13} {'naive':>13}   right/wrong of {FRAMES}")
        for name in FAMILIES:
            for share in SHARES:
                row = measure(PROTOCOLS[name], damage, share, options.seed)
                result.setdefault(kind, {}).setdefault(name, {})[str(share)] = row
                ours, theirs = (f"{row[who]['right']}/{row[who]['wrong']}" for who in ("product", "naive"))
                print(f"{name:26} {share:6.1%}  {ours:>13} {theirs:>13}")
    return write_result(options.json, {"damage": result})


if __name__ == "__main__":
    sys.exit(main())
