"""An old epoch that the hub contradicts is not «unsent» for ever; the screen says in words what became of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from station.journal.other_chain import OtherChain
from station.journal.writer import Journal
from station.screen.badges import Condition, Road, badges
from station.wire.entry import ClockState
from station.wire.receipt import Receipt
from tests.station.journal_kit import fill, journal_at

AT_MS = 5_000
OTHER = bytes(range(32))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Six entries of an epoch that is over, one of the next."""
    made = journal_at(tmp_path)
    fill(made, 5)
    return made


def contradicted(journal: Journal, forked: Callable[[int], bytes | None] = lambda _seq: None, highest: int = 6) -> str:
    """A receipt about the first epoch that knows another entry 6, and ours up to where *forked* has a hash."""
    epoch = min(row[0] for row in journal.rows("SELECT epoch FROM epoch"))
    held = tuple((seq, head) for seq in range(1, 7) if (head := forked(seq)) is not None)
    return journal.accept_receipt(Receipt("east", epoch, highest, OTHER, highest, (), AT_MS, held), AT_MS)


def ours(journal: Journal, upto: int) -> Callable[[int], bytes | None]:
    epoch = min(row[0] for row in journal.rows("SELECT epoch FROM epoch"))
    heads = dict(tuple(row) for row in journal.rows("SELECT seq, hash FROM entry WHERE epoch = ?", epoch))
    return lambda seq: heads[seq] if seq == upto else None


def test_an_epoch_that_is_over_and_contradicted_is_not_unsent_and_is_said_in_words(journal: Journal) -> None:
    assert contradicted(journal) == "fork"
    assert journal.unsent() == 6, "as long as it is ours to go on with"
    journal.open_epoch("receipt")
    assert journal.unsent() == 1
    assert journal.other_chain() == OtherChain(6, AT_MS)


@pytest.mark.parametrize("highest", [6, 9])
def test_once_the_receipt_says_that_ours_is_held_nothing_waits(journal: Journal, highest: int) -> None:
    contradicted(journal, highest=highest)
    journal.open_epoch("receipt")
    assert contradicted(journal, ours(journal, 4), highest) == "fork"
    assert journal.other_chain().waiting == 2
    contradicted(journal, ours(journal, 6), highest)
    assert (journal.unsent(), journal.other_chain()) == (1, OtherChain(0, AT_MS))
    # an older word, or somebody else's hash, takes nothing back
    contradicted(journal, lambda seq: OTHER if seq == 6 else None, highest)
    assert journal.other_chain().waiting == 0


def test_what_is_held_beside_may_be_forgotten_in_its_time(journal: Journal) -> None:
    contradicted(journal)
    journal.open_epoch("receipt")
    future_ms = 2**52
    assert journal.forget(future_ms, 100) == 0
    contradicted(journal, ours(journal, 6))
    assert journal.forget(future_ms, 100) == 5


def test_a_receipt_that_fits_again_ends_it(journal: Journal) -> None:
    contradicted(journal)
    first = journal.epoch
    journal.open_epoch("receipt")
    head = ours(journal, 6)(6)
    assert journal.accept_receipt(Receipt("east", first, 6, head, 6, (), AT_MS + 1), AT_MS + 1) == "ok"
    assert (journal.unsent(), journal.other_chain()) == (1, OtherChain())


def test_it_survives_a_restart_and_a_file_of_before_is_brought_up(tmp_path: Path, journal: Journal) -> None:
    contradicted(journal)
    journal.open_epoch("receipt")
    journal.close()
    again = journal_at(tmp_path, lots=9)
    assert again.other_chain().waiting == 6
    again.close()


@pytest.mark.parametrize(
    ("waiting", "held", "expected"), [(0, False, []), (512, True, ["old_chain"]), (0, True, ["old_chain_held"])]
)
def test_the_screen_says_so(waiting: int, held: bool, expected: list[str]) -> None:
    condition = Condition(
        (), ClockState.SYNCED, Road("ok"), 0, "ok", "ok", True, False, old_waiting=waiting, old_held=held
    )
    assert [badge.word.code for badge in badges(condition)] == expected
