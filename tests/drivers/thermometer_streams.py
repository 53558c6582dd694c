"""Random and mutated byte streams for every family, and what became of them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from drivers.events import OutOfRange, Reading, Site
from drivers.thermometer.protocols import Frame, Garbage, Item, NoTarget, OutOfBounds, Protocol
from drivers.thermometer.settle import Settler

#: The chance that a place in random bytes begins a frame: the bytes its header allows, and its sum.
ODDS = {
    "gy_mcu90615": 256.0**-5,
    "gy_614v": 100 * 256.0**-6,
    "cjmcu_90614": 2 * 256.0**-5,
    "cjmcu_90614_object_first": 2 * 256.0**-5,
    "idc_50": 1_000 * 256.0**-6,
    "gy_mcu90640": 256.0**-6,
    "heimann_hm": 32 * 32 * 256.0**-4,
    "calex_pyrousb": 256.0**-5,
    "omega_os_miniusb": 256.0**-5,
    # An end of line, two digits, a point and an end of line at the least.
    "text_value": 4 * 2 * 2 * 100 * 256.0**-5,
    "text_to_ta": 256.0**-8,
    "text_body": 256.0**-8,
    "raytek_mi": 256.0**-8,
}
#: The most a decoder may hold: one frame less a byte, or the lines of one frame.
MOST = {"gy_mcu90640": 1_543, "optris": 4, "optris_hs": 4} | dict.fromkeys(
    ("text_value", "text_to_ta", "text_body", "raytek_mi"), 3 * 98
)
_LONGEST = 12
_FRAME_NS = 70_000_000
_WALL = Frame(2_410, 2_450)


@dataclass(slots=True)
class Outcome:
    """What many streams came to."""

    streams: int = 0
    places: int = 0  # in random bytes
    frames: int = 0  # found in random bytes
    readings: int = 0  # of nobody: each is false
    out_of_ranges: int = 0
    most_pending: int = 0


def wall(protocol: Protocol) -> list[bytes]:
    """A few frames of a wall, as pieces that come one after the other."""
    frame = Frame(2_410, 2_450, 2_410) if protocol.mode == "adjusted" else _WALL
    if protocol.answer is not None and protocol.poll is not None and len(protocol.poll.commands) > 1:
        return [protocol.answer(command, frame) for command in protocol.poll.commands] * 5
    return [protocol.encode(frame)] * (2 if protocol.name == "gy_mcu90640" else 6)


def below(most: int, rng: random.Random) -> int:
    """A whole number from 0 to less than *most*.

    A third of the time of a million streams was such draws, and ``randrange`` takes three times as long; that some
    numbers come a trillionth more often does not matter here.
    """
    return int(rng.random() * most)


def mutated(data: bytes, rng: random.Random, swap: bool) -> bytes:
    """*data* with a few bytes changed, lost, doubled, or a piece of it repeated; with *swap* two of them exchanged.

    An additive sum is blind to an exchange, which no serial line does.  Three frames in a row with the same one would
    be three wrong frames that agree, so a stream gets one at most.
    """
    out = bytearray(data)
    for _ in range(1 + below(4, rng)):
        at = below(len(out), rng)
        match below(6 if swap else 5, rng):
            case 0:
                out[at : at + 1] = bytes((below(256, rng),))
            case 1:
                out[at : at + 1] = bytes((out[at] ^ 1 << below(8, rng),)) if out else b""
            case 2:
                del out[at : at + 1 + below(3, rng)]
            case 3:
                out[at:at] = rng.randbytes(1 + below(3, rng))
            case 4:
                out[at:at] = out[at : at + 1 + below(12, rng)]
            case _:
                out[at : at + 2] = out[at : at + 2][::-1]
    return bytes(out)


def play(protocol: Protocol, count: int, seed: int) -> Outcome:
    """*count* streams of *protocol*, half of them random, half of them a wall with mutations.

    A new decoder and settler every thousand streams: what one stream leaves behind, the next one meets.
    """
    rng, outcome = random.Random(f"{protocol.name} {seed}"), Outcome()
    pieces = wall(protocol)
    header = pieces[0][:4]
    for number in range(count):
        if number % 1_000 == 0:
            decoder, settler, now_ns = protocol.decoder(), Settler("gun", Site.FOREHEAD), 0
        noise = number % 2 == 0
        if noise:
            # The end of a wall's frame and a lucky first byte would be no frame of the noise.
            list(decoder.flush())
            data = rng.randbytes(below(41, rng))
            outcome.places += len(data)
            stream = [data, header + rng.randbytes(below(9, rng))] if number % 8 == 0 else [data]
        else:
            swapped = below(len(pieces), rng)
            stream = [
                mutated(piece, rng, place == swapped) if rng.random() < 0.6 else piece
                for place, piece in enumerate(pieces)
            ]
        for place, data in enumerate(stream):
            now_ns += _FRAME_NS
            if protocol.poll is not None:
                decoder.asked(protocol.poll.commands[place % len(protocol.poll.commands)])
            cut = below(len(data) + 1, rng)
            items: list[Item] = [*decoder.feed(data[:cut]), *decoder.feed(data[cut:])]
            outcome.most_pending = max(outcome.most_pending, decoder.pending)
            if rng.random() < 0.5:
                items += decoder.flush()
            if noise and place == 0:
                outcome.frames += sum(not isinstance(item, Garbage) for item in items)
            _settle(items, settler, now_ns, outcome)
        outcome.streams += 1
    return outcome


def _settle(items: list[Item], settler: Settler, now_ns: int, outcome: Outcome) -> None:
    for item in items:
        # By far the most often; a test of one class takes a fifth of a test of three.
        if type(item) is Garbage:
            continue
        if isinstance(item, Frame | OutOfBounds | NoTarget):
            event = settler.feed(item, now_ns)
            outcome.readings += isinstance(event, Reading)
            outcome.out_of_ranges += isinstance(event, OutOfRange)


def check(protocol: Protocol, outcome: Outcome) -> None:
    """No reading of nobody, no more frames in noise than chance allows, and nothing piled up."""
    assert outcome.readings == 0, outcome
    assert outcome.most_pending <= MOST.get(protocol.name, _LONGEST), outcome
    if protocol.name in ODDS:
        expected = outcome.places * ODDS[protocol.name]
        # Six deviations of a Poisson count, and one for the small ones.
        assert outcome.frames <= expected + 6 * expected**0.5 + 1, (expected, outcome)
