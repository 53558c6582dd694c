"""At night: who begins when, what waits until then, and what does not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import BinaryIO

import pytest

from station.config.file import parse
from station.config.values import ConfigError
from station.journal.reader import JournalReader
from station.wire.receipt import Receipt, sign_receipt
from sync.agent import Agent, Clock
from sync.answer import OrderName
from sync.night import DAY, Night, minute_of
from tests.sync.chain import MORNING_MS, fever, key, open_journal, passage

FROM, TO, UNTIL = (minute_of(text) for text in ("23:30", "05:30", "10:30"))
EAST = Night("east", FROM, TO, UNTIL)


def test_the_gates_of_a_county_do_not_begin_at_once() -> None:
    begins = [(Night(f"gate-{number}", FROM, TO, UNTIL).begins - FROM) % DAY for number in range(184)]
    assert max(begins) < 240, "two hours are left even to the last"
    quarters = [sum(1 for one in begins if one // 15 == quarter) for quarter in range(16)]
    assert min(quarters) > 0
    assert max(quarters) < 30, "no quarter of an hour has more than a sixth of them"


@pytest.mark.parametrize(
    ("time", "while_not_done", "when_done"),
    [
        ("23:29", False, False),
        ("05:29", True, True),
        ("05:31", True, False),
        ("10:29", True, False),
        ("10:31", False, False),
        ("15:00", False, False),
    ],
)
def test_the_night_ends_when_everything_went_or_when_the_report_is_due(
    time: str, while_not_done: bool, when_done: bool
) -> None:
    assert EAST.is_open(minute_of(time), False) is while_not_done
    assert EAST.is_open(minute_of(time), True) is when_done
    assert EAST.is_open(EAST.begins, True)
    assert not EAST.is_open(EAST.begins - 1, False)


@pytest.mark.parametrize("time", ["24:00", "5:30", "noon", ""])
def test_a_window_that_is_no_time_is_refused(time: str) -> None:
    with pytest.raises(ConfigError, match=r"hub\.night_to"):
        parse({"station": {"id": "east", "name": "东门"}, "hub": {"night_to": time}}, "station.toml")


class Hub:
    """Takes everything, and remembers the size of each batch and how often it was asked for orders."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.asked = 0
        self.held: Receipt | None = None

    def deliver(self, batch: bytes) -> bytes:
        self.batches.append(len(batch))
        assert self.held is not None
        return sign_receipt(self.held, key(3))

    def receipt(self, epoch: int) -> bytes:
        return sign_receipt(Receipt("east", epoch, 0, None, 0, (), MORNING_MS), key(3))

    def newer_orders(self, have: Mapping[str, int], unsent: int) -> list[OrderName]:
        assert not have
        assert unsent >= 0
        self.asked += 1
        return []

    def fetch_order(self, name: OrderName, into: BinaryIO) -> None:
        raise AssertionError(f"{name} into {into}")


def test_by_day_only_a_fever_goes_and_at_night_everything(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    for _ in range(5):
        journal.append(passage())
    (tmp_path / "orders").mkdir()
    hub, minute, seconds = Hub(), minute_of("15:00"), 0.0
    clock = Clock(lambda: seconds, lambda: MORNING_MS, lambda: 0.5, 60.0, lambda: minute)
    agent = Agent(JournalReader(journal.path), hub, tmp_path / "orders", tmp_path, clock, EAST)
    hub.held = Receipt("east", journal.epoch, 0, None, 0, (), MORNING_MS)
    assert agent.turn(Event()) is False
    assert (hub.batches, hub.asked) == ([], 1), "nothing goes, and orders are asked for"

    journal.append(fever())
    hub.held = Receipt("east", journal.epoch, 0, None, journal.seq, (), MORNING_MS)
    agent.turn(Event())
    assert len(hub.batches) == 1, "the fever alone"

    minute = EAST.begins
    (row,) = journal.rows("SELECT hash FROM entry WHERE seq = ?", journal.seq)
    hub.held = Receipt("east", journal.epoch, journal.seq, row[0], journal.seq, (), MORNING_MS)
    assert agent.turn(Event()) is True
    assert len(hub.batches) == 2

    # Everything went; what comes after the night's end waits for the next.
    agent.turn(Event())
    minute = minute_of("06:00")
    journal.append(passage())
    assert agent.turn(Event()) is False
    assert len(hub.batches) == 2
    journal.close()
