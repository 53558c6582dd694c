"""The thread that writes: order is kept, a failing card is waited for, and the lane never waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from station import kinds
from station.journal.draft import Draft
from station.journal.reader import JournalReader
from station.journal.recorder import MAX_DRAFTS, Recorder, Standing, Written
from station.journal.writer import Journal
from station.wire.entry import parse_header
from station.wire.receipt import Receipt
from tests.station.journal_kit import journal_at, passage, stored, verdict


def eventually(condition: Callable[[], object]) -> None:
    """Wait until *condition* holds, ten seconds at most."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "did not come true within ten seconds"
        threading.Event().wait(0.01)


@dataclass
class Heard:
    """What the lane was told."""

    written: list[Written] = field(default_factory=list)
    standing: list[Standing] = field(default_factory=list)

    def tokens(self, on_disk: bool) -> list[str]:
        return [one.token for one in self.written if (one.appended is not None) is on_disk]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = journal_at(tmp_path)
    yield made
    made.close()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def recorder(journal: Journal, heard: Heard) -> Iterator[Recorder]:
    made = Recorder(journal, heard.written.append, heard.standing.append, lambda: 77)
    made.start()
    yield made
    made.close()


def fill_the_card(journal: Journal) -> None:
    (pages,) = journal.rows("PRAGMA page_count")[0]
    journal.rows(f"PRAGMA max_page_count = {pages}")


def make_room(journal: Journal) -> None:
    journal.rows("PRAGMA max_page_count = 1000000")


def large(visit: str, outcome: str) -> Draft:
    return passage(1, outcome, visit, reason="resident", note="x" * 30_000)


def test_everything_is_written_in_order_and_answered(recorder: Recorder, heard: Heard, tmp_path: Path) -> None:
    for number in range(20):
        assert recorder.submit(passage(number), str(number))
    eventually(lambda: len(heard.written) == 20)
    assert heard.tokens(True) == [str(number) for number in range(20)]
    eventually(lambda: heard.standing and heard.standing[-1].seq == 21)
    assert heard.standing[-1].unsent == 21
    assert len(heard.standing[-1].recent) == 8
    assert verdict(tmp_path).entries == 21


def test_on_a_full_card_nobody_is_admitted_and_nothing_else_is_lost(
    recorder: Recorder, heard: Heard, journal: Journal, tmp_path: Path
) -> None:
    recorder.submit(passage(1), "before")
    eventually(lambda: len(heard.written) == 1)
    fill_the_card(journal)
    recorder.submit(large("7", "admit"), "admit")
    recorder.submit(large("8", "refer"), "refer")
    recorder.submit(large("9", "deny"), "deny")
    recorder.submit(passage(10, "admit", "10", reason="emergency", note="x" * 30_000), "emergency")
    eventually(lambda: heard.tokens(False) == ["admit", "refer", "deny", "emergency"])
    make_room(journal)
    eventually(lambda: heard.tokens(True) == ["before", "refer", "deny", "emergency"])
    reader = JournalReader(journal.path)
    entries = reader.read(journal.epoch, 1, 10)
    reader.close()
    assert [parse_header(one.entry.header).facts["visit"] for one in entries] == ["1", "8", "9", "10"]
    assert verdict(tmp_path).sound


def test_a_draft_that_can_never_be_written_holds_nothing_up(recorder: Recorder, heard: Heard) -> None:
    recorder.submit(Draft(kinds.DEVICE_LOST, {"device": "\ud800", "role": "camera"}), "poison")
    recorder.submit(passage(1), "next")
    eventually(lambda: len(heard.written) == 2)
    assert (heard.tokens(False), heard.tokens(True)) == (["poison"], ["next"])


def test_too_much_is_refused_at_once_and_the_caller_never_waits(journal: Journal, heard: Heard) -> None:
    idle = Recorder(journal, heard.written.append, heard.standing.append, lambda: 0)
    assert all(idle.submit(passage(1), "x") for _ in range(MAX_DRAFTS))
    assert not idle.submit(passage(1), "one too many")
    idle.receive(Receipt("east", 5, 0, None, 0, (), 1))
    assert heard.written == []


def test_closing_writes_what_waits(journal: Journal, heard: Heard, tmp_path: Path) -> None:
    made = Recorder(journal, heard.written.append, heard.standing.append, lambda: 0)
    for number in range(50):
        made.submit(passage(number), str(number))
    made.start()
    made.close()
    assert len(heard.tokens(True)) == 50
    assert len(list(stored(tmp_path))) == 51


def test_a_receipt_is_noted_and_a_fork_opens_a_new_epoch_once(
    recorder: Recorder, heard: Heard, journal: Journal, tmp_path: Path
) -> None:
    recorder.submit(passage(1), "1")
    eventually(lambda: heard.tokens(True))
    appended = heard.written[0].appended
    assert appended is not None
    recorder.receive(Receipt("east", appended.epoch, 2, appended.hash, 2, (), 5))
    eventually(lambda: heard.standing[-1].unsent == 0)
    assert heard.standing[-1].last_receipt_ms == 77
    forked = Receipt("east", appended.epoch, 2, bytes(32), 2, (), 6)
    for _ in range(3):
        recorder.receive(forked)
    recorder.submit(passage(2), "2")
    eventually(lambda: len(heard.tokens(True)) == 2)
    assert journal.epoch >> 32 == (appended.epoch >> 32) + 1
    found = verdict(tmp_path)
    assert found.sound, found.fault
    assert found.epochs == 2
