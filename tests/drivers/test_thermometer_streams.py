"""The short form of tests/deep/test_thermometer_fuzz.py."""

from __future__ import annotations

import pytest

from drivers.thermometer.protocols import PROTOCOLS, Frame, Protocol
from tests.drivers.thermometer_streams import ODDS, Outcome, check, play, wall

EVERY = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)


@EVERY
def test_two_thousand_hostile_streams_give_no_reading(protocol: Protocol) -> None:
    outcome = play(protocol, 400 if protocol.name == "gy_mcu90640" else 2_000, seed=1)
    check(protocol, outcome)
    assert outcome.places > 3_000


@EVERY
def test_what_is_mutated_is_read_when_it_is_not(protocol: Protocol) -> None:
    decoder, commands = protocol.decoder(), protocol.poll.commands if protocol.poll else (b"",)
    items = []
    for place, piece in enumerate(wall(protocol)):
        decoder.asked(commands[place % len(commands)])
        items += [*decoder.feed(piece), *decoder.flush()]
    surfaces = {item.surface_centi for item in items if isinstance(item, Frame)}
    assert surfaces <= {2_410} or protocol.name == "gy_mcu90640"
    assert len(items) >= 2


def test_a_false_reading_and_a_flood_would_be_seen() -> None:
    row = PROTOCOLS["gy_mcu90615"]
    for wrong in (Outcome(readings=1), Outcome(most_pending=13), Outcome(places=10**6, frames=3)):
        with pytest.raises(AssertionError):
            check(row, wrong)
    assert set(ODDS) == {name for name in PROTOCOLS if not name.startswith("optris")}
