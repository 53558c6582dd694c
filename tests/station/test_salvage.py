"""A damaged journal is kept, what verifies goes on, and the new chain says so."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.commands.journal import journal as command
from station.desk.waking import salvaged_ms
from station.journal.draft import Draft
from station.journal.errors import JournalBusy
from station.journal.file import mark_broken
from station.journal.recorder import Recorder
from station.journal.salvage import open_journal, salvage
from station.journal.writer import Journal
from station.screen.badges import Condition, Road, badges
from station.wire.entry import ClockState, parse_header
from station.wire.receipt import Receipt
from tests.station.journal_kit import counted, fill, identity, journal_at, stored, tables, tamper, ticking, verdict
from tests.station.test_recorder import eventually


def reopened(folder: Path) -> Journal:
    return open_journal(folder / "journal.db", identity(sealing=True), ticking(), counted(900))


def damaged(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if ".damaged-" in path.name)


def opening(journal: Journal) -> dict[str, object]:
    (row,) = journal.rows("SELECT header FROM entry WHERE epoch = ? AND seq = 1", journal.epoch)
    return parse_header(row[0]).facts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A gate's folder with a journal of two epochs, 120 passages and a receipt."""
    journal = journal_at(tmp_path)
    fill(journal, 60)
    journal.open_epoch("receipt")
    fill(journal, 60)
    (row,) = journal.rows("SELECT hash FROM entry WHERE epoch = ? AND seq = 40", journal.epoch)
    assert journal.accept_receipt(Receipt("east", journal.epoch, 40, row[0], 61, (), 1), 1) == "ok"
    journal.close()
    return tmp_path


def zero(folder: Path, begin: int, size: int) -> None:
    with (folder / "journal.db").open("r+b") as file:
        file.seek(begin)
        file.write(bytes(size))


def test_a_sound_journal_is_opened_as_it_is(folder: Path) -> None:
    before = list(stored(folder))
    journal = reopened(folder)
    assert salvaged_ms(journal) is None
    journal.close()
    assert list(stored(folder)) == before
    assert damaged(folder) == []


def test_a_file_that_is_no_database_any_more_is_kept_and_a_higher_epoch_begins(folder: Path) -> None:
    bytes_before = (folder / "journal.db").read_bytes()
    zero(folder, 0, 100)
    journal = reopened(folder)
    assert opening(journal)["reason"] == "salvage"
    assert opening(journal)["previous_epoch"] is None
    assert journal.epoch >> 32 == 3, "after every epoch that the bytes mention"
    assert salvaged_ms(journal) is not None
    journal.close()
    assert verdict(folder).sound
    (kept,) = damaged(folder)
    assert kept.read_bytes()[100:] == bytes_before[100:]


def test_entries_up_to_the_broken_page_go_on(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "journal.db")) as db:
        sql = "SELECT count(*) FROM entry"
        (written,) = db.execute(sql).fetchone()
        (header,) = db.execute(
            "SELECT header FROM entry ORDER BY epoch, seq LIMIT 1 OFFSET ?", (written // 2,)
        ).fetchone()
    # The page on which an entry from the middle stands.
    zero(folder, (folder / "journal.db").read_bytes().index(header) // 4096 * 4096, 4096)
    mark_broken(folder / "journal.db").touch()
    journal = reopened(folder)
    facts = opening(journal)
    assert facts["reason"] == "salvage"
    last = journal.rows(
        "SELECT epoch, seq, hash FROM entry WHERE epoch < ? ORDER BY epoch DESC, seq DESC", journal.epoch
    )
    assert 5 < len(last) < written
    assert (facts["previous_epoch"], facts["previous_head"]) == (last[0][0], last[0][2].hex())
    assert journal.unsent() >= 1
    fill(journal, 3)
    journal.close()
    found = verdict(folder)
    assert found.sound, found.fault
    assert len(damaged(folder)) >= 1
    assert not mark_broken(folder / "journal.db").exists()
    assert sorted(path.name for path in folder.iterdir() if "salvag" in path.name) == []


def test_a_file_cut_short_is_salvaged(folder: Path) -> None:
    with (folder / "journal.db").open("r+b") as file:
        file.truncate(file.seek(0, os.SEEK_END) * 2 // 3)
    mark_broken(folder / "journal.db").touch()
    journal = reopened(folder)
    assert opening(journal)["reason"] == "salvage"
    journal.close()
    assert verdict(folder).sound


def test_newest_entries_that_were_altered_are_found_at_the_start(folder: Path) -> None:
    tamper(folder, "UPDATE entry SET hash = zeroblob(32) WHERE seq = 50 AND epoch = (SELECT max(epoch) FROM epoch)")
    journal = reopened(folder)
    assert opening(journal)["previous_head"] is not None
    kept = journal.rows("SELECT max(seq) FROM entry WHERE epoch = ?", opening(journal)["previous_epoch"])
    assert kept[0][0] == 49
    assert journal.unsent() == 61 + (49 - 40) + 1
    journal.close()
    assert verdict(folder).sound


def test_projections_are_those_of_what_was_kept(folder: Path) -> None:
    before = tables(folder)
    mark_broken(folder / "journal.db").touch()
    reopened(folder).close()
    assert tables(folder) == before


def test_parts_are_kept_and_forgotten_ones_stay_forgotten(folder: Path) -> None:
    tamper(folder, "UPDATE entry SET personal = NULL, salt = NULL, sealed = NULL WHERE seq < 10")
    mark_broken(folder / "journal.db").touch()
    journal = reopened(folder)
    assert journal.rows("SELECT count(*) FROM entry WHERE seq < 10 AND personal IS NOT NULL")[0][0] == 0
    assert journal.rows("SELECT count(*) FROM entry WHERE personal IS NOT NULL")[0][0] == 2 * 52
    journal.close()


@pytest.mark.parametrize("at", ["before the old one is moved", "before the new one takes its place"])
def test_a_power_cut_in_the_middle_loses_nothing(folder: Path, at: str) -> None:
    path = folder / "journal.db"
    before = list(stored(folder))
    copy = path.read_bytes()
    mark_broken(path).touch()
    reopened(folder).close()
    # What the folder looks like after the cut: the whole new file under its other name …
    path.rename(folder / "journal.db.salvaged")
    if at.startswith("before the old"):
        # … and the damaged one still in its place.
        path.write_bytes(copy)
        mark_broken(path).touch()
    journal = reopened(folder)
    assert opening(journal)["reason"] == "salvage"
    journal.close()
    assert list(stored(folder))[: len(before)] == before
    assert verdict(folder).sound


def test_nobody_salvages_under_a_running_desk(folder: Path) -> None:
    journal = reopened(folder)
    with pytest.raises(JournalBusy):
        salvage(folder / "journal.db", identity(), ticking(), counted())
    journal.close()


def test_damage_found_while_writing_stops_the_desk_and_marks_the_file(folder: Path) -> None:
    journal = journal_at(folder, lots=500)
    (pages,) = journal.rows("PRAGMA page_count")[0]
    journal.tidy()
    zero(folder, 4096, (pages - 1) * 4096)
    journal.rows("PRAGMA shrink_memory")
    stopped: list[bool] = []
    recorder = Recorder(
        journal, lambda _written: None, lambda _standing: None, lambda: 7, when_broken=lambda: stopped.append(True)
    )
    recorder.start()
    for number in range(30):
        recorder.submit(Draft("leader.called", {"visit": str(number)}), str(number))
    eventually(lambda: stopped)
    recorder.close()
    journal.close()
    assert mark_broken(folder / "journal.db").exists()


def test_the_screen_says_so() -> None:
    condition = Condition((), ClockState.SYNCED, Road(), 0, "ok", "ok", True, False, salvaged=True)
    assert [badge.word.code for badge in badges(condition)] == ["journal_salvaged"]


def test_the_command_salvages_while_the_desk_is_stopped(tmp_path: Path) -> None:
    settings = tmp_path / "station.toml"
    settings.write_text(f'[station]\nid = "east"\nname = "东门"\n[paths]\nstate = "{tmp_path}"\n')
    journal_at(tmp_path).close()
    run: Callable[..., object] = CliRunner().invoke
    done = run(command, ["salvage", "--config", str(settings)], catch_exceptions=False)
    assert "kept as" in str(getattr(done, "output", ""))
    assert len(damaged(tmp_path)) >= 1
    assert verdict(tmp_path, key=None).epochs == 2
