"""Retention: what has had its time is gone from every byte of the file, and the record still verifies."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.clock import Moment
from station.journal.draft import Draft
from station.journal.errors import JournalFailed
from station.journal.rebuild import rebuild_file
from station.journal.writer import Journal
from station.wire.entry import ClockState, parse_header
from station.wire.receipt import Receipt
from tests.station.journal_kit import MORNING_MS, PUBLIC, counted, identity, passage, tables, verdict

DAY_MS = 86_400_000


class Wall:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.at_ms = MORNING_MS
        self.state = ClockState.SYNCED

    def __call__(self) -> Moment:
        return Moment(self.at_ms, self.state, "boot", self.at_ms * 1_000_000)


def opened(folder: Path, wall: Callable[[], Moment]) -> Journal:
    return Journal(folder / "journal.db", identity(sealing=True), wall, counted())


def covered(journal: Journal, through: int | None = None) -> None:
    """The hub holds everything up to *through*."""
    seq = journal.seq if through is None else through
    (row,) = journal.rows("SELECT hash FROM entry WHERE epoch = ? AND seq = ?", journal.epoch, seq)
    receipt = Receipt("east", journal.epoch, seq, row[0], journal.seq, (), 1)
    assert journal.accept_receipt(receipt, 1) == "ok"


def forget_all(journal: Journal, before_ms: int, limit: int = 7) -> int:
    count = 0
    while some := journal.forget(before_ms, limit):
        count += some
    return count


def kept(journal: Journal) -> list[int]:
    sql = (
        "SELECT seq FROM entry WHERE personal IS NOT NULL OR salt IS NOT NULL OR sealed IS NOT NULL ORDER BY epoch, seq"
    )
    return [row[0] for row in journal.rows(sql)]


def everywhere(folder: Path) -> bytes:
    """All bytes of the file, its log and its shared memory."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("journal.db*")))


@pytest.fixture
def wall() -> Wall:
    return Wall()


def test_old_parts_go_when_a_receipt_covers_them_and_new_ones_stay(tmp_path: Path, wall: Wall) -> None:
    journal = opened(tmp_path, wall)
    for number in range(10):
        journal.append(passage(number))
    wall.at_ms += 10 * DAY_MS
    for number in range(10, 20):
        journal.append(passage(number))
    wall.at_ms += 12 * DAY_MS
    before_ms = wall.at_ms - 21 * DAY_MS
    assert journal.forget(before_ms, 100) == 0, "nobody holds them yet"
    assert journal.forgets_later(before_ms) == 10
    covered(journal, through=6)
    assert forget_all(journal, before_ms) == 5
    covered(journal)
    assert forget_all(journal, before_ms) == 5
    assert kept(journal) == list(range(12, 22))
    journal.close()
    found = verdict(tmp_path)
    assert found.sound, found.fault
    assert (found.forgotten, found.unannounced) == (10, 0)
    assert list(found.announced.values()) == [11]


def test_a_gate_that_is_alone_forgets_without_a_receipt(tmp_path: Path, wall: Wall) -> None:
    journal = opened(tmp_path, wall)
    journal.append(passage(1))
    wall.at_ms += 30 * DAY_MS
    assert journal.forget(wall.at_ms - 21 * DAY_MS, 10, alone=True) == 1
    journal.close()


def test_it_is_written_down_what_was_forgotten(tmp_path: Path, wall: Wall) -> None:
    journal = opened(tmp_path, wall)
    journal.append(passage(1))
    wall.at_ms += 30 * DAY_MS
    journal.append(passage(2))
    covered(journal)
    before_ms = wall.at_ms - 21 * DAY_MS
    journal.forget(before_ms, 10)
    (row,) = journal.rows("SELECT header FROM entry WHERE kind = 'personal.forgotten'")
    assert parse_header(row[0]).facts == {"through": [journal.epoch, 2], "entries": 1, "before_ms": before_ms}
    assert journal.forget(before_ms, 10) == 0, "once"
    journal.close()


def test_nothing_of_it_is_left_in_any_byte(tmp_path: Path, wall: Wall) -> None:
    lots = random.Random(3)
    planted = []
    journal = opened(tmp_path, wall)
    for night in range(30):
        for number in range(20):
            name = f"埋{night:02d}名{number:02d}"
            # Of many sizes, some on overflow pages, so that pages fill, split and merge in every way.
            words = {"masked": name, "typed": {"reason": name + "话" * lots.choice((0, 5, 60, 700, 3_000))}}
            planted.append((wall.at_ms, name.encode()))
            draft = passage(number, lots.choice(("admit", "retake", "deny")), visit=f"{night}-{number}", place="x")
            journal.append(Draft(draft.kind, draft.facts, "wang", words, {"name": "密" * lots.choice((5, 2_000))}))
            wall.at_ms += 1_000
        journal.append(Draft("case.opened", {"case": str(night), "cause": "fever"}, personal={"masked": name}))
        if night % 3 == 0:
            journal.tidy()
        wall.at_ms += DAY_MS
        covered(journal)
        forget_all(journal, wall.at_ms - 21 * DAY_MS, limit=50)
    before_ms = wall.at_ms - 21 * DAY_MS
    assert journal.scrub()
    bytes_now = everywhere(tmp_path)
    left = [name.decode() for at_ms, name in planted if at_ms < before_ms and name in bytes_now]
    assert left == []
    assert all(name in bytes_now for at_ms, name in planted if at_ms > before_ms), "the search can find them"
    journal.close()
    assert verdict(tmp_path).sound


def test_projections_drop_the_names_and_a_rebuild_comes_to_the_same(tmp_path: Path, wall: Wall) -> None:
    journal = opened(tmp_path, wall)
    journal.append(passage(1, "retake"))
    journal.append(Draft("case.opened", {"case": "1", "cause": "fever"}, personal={"masked": "徐**"}))
    wall.at_ms += 30 * DAY_MS
    journal.append(passage(2))
    covered(journal)
    forget_all(journal, wall.at_ms - 21 * DAY_MS)
    journal.close()
    before = tables(tmp_path)
    assert "李1" not in str(before)
    assert "徐" not in str(before)
    assert "李2" in str(before)
    rebuild_file(tmp_path / "journal.db")
    assert tables(tmp_path) == before


def every_table(folder: Path) -> dict[str, list[object]]:
    """Everything in the file but the entries themselves."""
    with closing(sqlite3.connect(folder / "journal.db")) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(db.execute(f"SELECT * FROM {name}"), key=repr) for name in names if name != "entry"}


def test_ledger_and_unfinished_things_drop_their_names_too(tmp_path: Path, wall: Wall) -> None:
    journal = opened(tmp_path, wall)
    named = {"masked": "钱**", "last4": "4321", "place": "9-9-909", "resident": "r-9", "pass": "p-9", "plate": "豫Z·99"}
    facts = {
        "visit": "9",
        "outcome": "admit",
        "direction": "out",
        "class": "resident",
        "people": 1,
        "reason": "emergency",
        "details_later": True,
        "readings": [],
        "notes": [],
    }
    journal.append(Draft("visit.decided", facts, personal=named))
    measured = {"visit": "10", "direction": "in", "people": 2, "readings": []}
    journal.append(Draft("visit.measured", measured, personal=named))
    assert "钱" in str(every_table(tmp_path)["passage"])
    # No later entry of a trusted clock prunes the tables by their own rule before the parts are forgotten.
    wall.state = ClockState.RESTORED
    wall.at_ms += 1_000
    covered(journal)
    wall.at_ms += 30 * DAY_MS
    forget_all(journal, wall.at_ms - 21 * DAY_MS)
    journal.close()
    before = every_table(tmp_path)
    assert not [word for word in ("钱", "4321", "909", "豫Z") if word in str(before)]
    rebuild_file(tmp_path / "journal.db")
    assert every_table(tmp_path) == before


def test_counts_and_facts_stay(tmp_path: Path, wall: Wall) -> None:
    journal = opened(tmp_path, wall)
    journal.append(passage(1))
    headers = journal.rows("SELECT header, hash, sig FROM entry ORDER BY seq")
    wall.at_ms += 30 * DAY_MS
    covered(journal)
    forget_all(journal, wall.at_ms - 21 * DAY_MS)
    assert journal.rows("SELECT header, hash, sig FROM entry ORDER BY seq LIMIT ?", len(headers)) == headers
    journal.close()


def test_entries_of_an_unknown_time_wait_for_one_that_is_certainly_old(tmp_path: Path, wall: Wall) -> None:
    journal = opened(tmp_path, wall)
    wall.state, wall.at_ms = ClockState.RESTORED, 1_000
    journal.append(passage(1))
    wall.state, wall.at_ms = ClockState.SYNCED, MORNING_MS
    journal.append(passage(2))
    wall.state, wall.at_ms = ClockState.RESTORED, 1_000
    journal.append(passage(3))
    wall.state, wall.at_ms = ClockState.SYNCED, MORNING_MS + 22 * DAY_MS
    covered(journal)
    forget_all(journal, wall.at_ms - 21 * DAY_MS)
    assert kept(journal) == [4], "the third may be from yesterday"
    journal.close()


def test_an_entry_from_the_future_holds_nothing_up_and_forgets_nothing(tmp_path: Path, wall: Wall) -> None:
    journal = opened(tmp_path, wall)
    journal.append(passage(1))
    wall.at_ms = MORNING_MS + 20_000 * DAY_MS
    journal.append(passage(2))
    wall.at_ms = MORNING_MS + DAY_MS
    journal.append(passage(3))
    wall.at_ms = MORNING_MS + 22 * DAY_MS + 1
    covered(journal)
    forget_all(journal, wall.at_ms - 21 * DAY_MS)
    assert kept(journal) == []
    wall.at_ms = MORNING_MS + DAY_MS
    journal.append(passage(4))
    assert journal.forget(MORNING_MS - 20 * DAY_MS, 10) == 0
    journal.close()


def test_an_epoch_nobody_acknowledged_keeps_its_parts_and_holds_no_other_up(tmp_path: Path, wall: Wall) -> None:
    journal = opened(tmp_path, wall)
    journal.append(passage(1))
    journal.open_epoch("receipt")
    journal.append(passage(2))
    wall.at_ms += 30 * DAY_MS
    journal.append(passage(3))
    covered(journal)
    assert forget_all(journal, wall.at_ms - 21 * DAY_MS) == 1
    assert journal.forgets_later(wall.at_ms - 21 * DAY_MS) == 1
    journal.close()


def test_a_full_card_deletes_nothing_by_halves(tmp_path: Path, wall: Wall) -> None:
    journal = opened(tmp_path, wall)
    for number in range(50):
        journal.append(passage(number))
    wall.at_ms += 30 * DAY_MS
    covered(journal)
    (pages,) = journal.rows("PRAGMA page_count")[0]
    journal.rows(f"PRAGMA max_page_count = {pages}")
    before = kept(journal)
    failed = False
    for _ in range(40):
        try:
            journal.append(Draft("leader.called", {"visit": "x" * 30_000}))
        except JournalFailed:
            failed = True
            break
    assert failed
    with suppress(JournalFailed):
        forget_all(journal, wall.at_ms - 21 * DAY_MS)
    said = [parse_header(row[0]).facts for row in journal.rows("SELECT header FROM entry WHERE kind LIKE 'personal%'")]
    assert len(before) - len(kept(journal)) == sum(facts["entries"] for facts in said)
    journal.close()
    assert verdict(tmp_path).sound


def test_the_log_cannot_be_emptied_under_a_reader_and_is_later(tmp_path: Path, wall: Wall) -> None:
    journal = opened(tmp_path, wall)
    journal.append(passage(1))
    journal.rows("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(tmp_path / "journal.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entry").fetchone()
        journal.append(passage(2))
        assert not journal.scrub()
        reader.execute("ROLLBACK")
    assert journal.scrub()
    assert (tmp_path / "journal.db-wal").stat().st_size == 0
    journal.close()


def test_parts_that_went_without_a_word_are_said(tmp_path: Path, wall: Wall) -> None:
    from station.commands.journal import journal as command

    journal = opened(tmp_path, wall)
    journal.append(passage(1))
    journal.rows("UPDATE entry SET personal = NULL, salt = NULL, sealed = NULL")
    journal.close()
    assert verdict(tmp_path).unannounced == 1
    done = CliRunner().invoke(command, ["verify", str(tmp_path / "journal.db"), "--public-key", PUBLIC.hex()])
    assert "without its saying so: 1" in done.output
    assert done.exit_code == 0
