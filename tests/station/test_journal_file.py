"""The journal's file: who may open it, in which version, and what is derived from its entries."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station import kinds
from station.journal.draft import Draft
from station.journal.errors import JournalBusy, JournalDamaged, JournalFailed, JournalUnavailable
from station.journal.migrations import STEPS, NewerJournal, migrate
from station.journal.reader import JournalReader
from station.journal.rebuild import rebuild_file
from station.seal import unseal
from tests.station.journal_kit import OFFICE, fill, identity, journal_at, passage, tables, tamper, verdict

ROOT = Path(__file__).parents[2]


def test_a_second_desk_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    first = journal_at(tmp_path)
    with pytest.raises(JournalBusy, match="another desk"):
        journal_at(tmp_path)
    with pytest.raises(JournalBusy):
        rebuild_file(first.path)
    assert fill(first, 1)[0].seq == 2
    first.close()
    journal_at(tmp_path).close()


def test_a_second_desk_in_another_process_is_refused(tmp_path: Path) -> None:
    first = journal_at(tmp_path, identity(machine="machine"))
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("journal_writer.py")), str(first.path), "1"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    first.close()
    assert done.returncode != 0
    assert "JournalBusy" in done.stderr


def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    journal_at(tmp_path).close()
    tamper(tmp_path, f"PRAGMA user_version = {len(STEPS) + 1}")
    before = (tmp_path / "journal.db").read_bytes()
    with pytest.raises(NewerJournal, match="newer program"):
        journal_at(tmp_path)
    with pytest.raises(NewerJournal):
        JournalReader(tmp_path / "journal.db").station()
    assert (tmp_path / "journal.db").read_bytes() == before
    # Nothing stays locked behind a refusal.
    tamper(tmp_path, f"PRAGMA user_version = {len(STEPS)}")
    journal_at(tmp_path).close()


def test_a_step_and_its_number_are_one_transaction() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute("CREATE TABLE recent (something)")  # the last table of the first step cannot be made
        with pytest.raises(sqlite3.OperationalError):
            migrate(db, "test")
        assert db.execute("PRAGMA user_version").fetchone() == (0,)
        db.execute("ROLLBACK") if db.in_transaction else None
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master")]
        assert names == ["recent"]


@pytest.mark.parametrize("content", [b"no database at all, only text" * 200, bytes(8192)], ids=["text", "zeros"])
def test_a_file_that_is_no_journal_is_kept_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(content)
    with pytest.raises(JournalFailed):
        journal_at(tmp_path)
    assert path.read_bytes() == content
    with pytest.raises(JournalDamaged, match="keep the file"):
        JournalReader(path).station()


def test_a_reader_waits_for_a_journal_that_is_not_there_yet(tmp_path: Path) -> None:
    reader = JournalReader(tmp_path / "journal.db")
    for _ in range(2):
        with pytest.raises(JournalUnavailable):
            reader.station()
    assert not (tmp_path / "journal.db").exists()
    (tmp_path / "journal.db").touch()
    with pytest.raises(JournalUnavailable):
        reader.station()
    journal = journal_at(tmp_path)
    assert reader.station() == "east"
    assert reader.epochs() == [journal.epoch]
    assert (reader.last_seq(journal.epoch), reader.last_seq(5)) == (1, 0)
    with pytest.raises(JournalUnavailable):
        reader.head(journal.epoch, 2)
    reader.close()
    journal.close()


def test_a_path_may_hold_what_means_something_in_a_uri(tmp_path: Path) -> None:
    folder = tmp_path / "50% of #1?mode=rw"
    folder.mkdir()
    journal = journal_at(folder)
    reader = JournalReader(journal.path)
    assert reader.station() == "east"
    reader.close()
    journal.close()


def test_a_reader_sees_that_something_was_written_and_what_is_urgent(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    reader = JournalReader(journal.path)
    before = reader.data_version()
    assert reader.data_version() == before
    fill(journal, 2)
    journal.append(Draft(kinds.CASE_OPENED, {"case": "9", "visit": "9", "cause": "fever"}))
    journal.append(Draft(kinds.CASE_ESCALATED, {"case": "9", "delivered": False}))
    assert reader.data_version() != before
    assert reader.urgent(journal.epoch, 0) == [4, 5]
    assert reader.urgent(journal.epoch, 4) == [5]
    # Those are exactly the kinds that station.kinds calls urgent.
    with closing(sqlite3.connect(journal.path)) as db:
        (index,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'entry_urgent'").fetchone()
    assert all(f"'{kind}'" in index for kind in kinds.URGENT)
    assert index.count("'") == 2 * len(kinds.URGENT)
    reader.close()
    journal.close()


def test_a_stale_projection_never_keeps_an_entry_from_being_written(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    journal.rows(f"INSERT INTO recent VALUES ({journal.epoch}, 2, 1, 'admit', 'in', '', 0)")
    assert fill(journal, 1)[0].seq == 2
    journal.close()


# -- what is derived -----------------------------------------------------------------------------------------------


def case(visit: str) -> Draft:
    return Draft(kinds.CASE_OPENED, {"case": visit, "visit": visit, "cause": "fever"}, personal={"masked": "李**"})


def step(visit: str, name: str, ends: bool = False) -> Draft:
    return Draft(kinds.CASE_STEP, {"case": visit, "step": name, "ends": ends, "details": {}})


VISITS = st.sampled_from("1234")
DRAFTS = st.one_of(
    st.builds(lambda v, o: passage(1, o, v), VISITS, st.sampled_from(["admit", "retake", "refer", "deny"])),
    st.builds(lambda v: Draft(kinds.VISIT_LEFT, {"visit": v}), VISITS),
    st.builds(lambda v: Draft(kinds.WAITING_LEFT, {"visit": v}), VISITS),
    st.builds(lambda v: Draft(kinds.GOODS_HANDED, {"visit": v, "pieces": 1}), VISITS),
    st.builds(case, VISITS),
    st.builds(step, VISITS, st.sampled_from(["answered", "told"]), st.booleans()),
    st.builds(lambda n: Draft(kinds.ORDER_APPLIED, {"kind": "policy", "number": n, "sha256": "ab"}), st.integers(1, 9)),
    st.builds(lambda v, n: Draft(kinds.ENTRY_VOIDED, {"voids": [1, n], "visit": v}), VISITS, st.integers(1, 9)),
    st.just(Draft(kinds.DEVICE_LOST, {"device": "t", "role": "thermometer"})),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DRAFTS, max_size=12))
def test_rebuilding_gives_the_same_tables(tmp_path_factory: pytest.TempPathFactory, drafts: list[Draft]) -> None:
    folder = tmp_path_factory.mktemp("rebuild")
    journal = journal_at(folder)
    for draft in drafts:
        if draft.kind == kinds.ENTRY_VOIDED:
            draft.facts["voids"] = [journal.epoch, draft.facts["voids"][1]]
        journal.append(draft)
    journal.close()
    before = tables(folder)
    assert rebuild_file(folder / "journal.db") == len(drafts) + 1
    assert tables(folder) == before


def test_rebuilding_brings_back_tables_that_were_lost(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    journal.append(passage(1, "retake", "7"))
    journal.append(case("8"))
    journal.close()
    before = tables(tmp_path)
    assert {name for name, rows in before.items() if rows} == {"waiting", "fever_case", "recent"}
    tamper(tmp_path, *(f"DELETE FROM {name}" for name in before))
    rebuild_file(tmp_path / "journal.db")
    assert tables(tmp_path) == before
    assert verdict(tmp_path).sound


@pytest.mark.parametrize(
    "ends",
    [
        passage(2, "admit", "7"),
        passage(2, "refer", "7"),
        Draft(kinds.VISIT_LEFT, {"visit": "7"}),
        Draft(kinds.WAITING_LEFT, {"visit": "7"}),
        Draft(kinds.ENTRY_VOIDED, {"voids": [1, 1], "visit": "7"}),
    ],
    ids=lambda draft: draft.kind,
)
def test_who_waits_waits_until_their_visit_ends(tmp_path: Path, ends: Draft) -> None:
    journal = journal_at(tmp_path)
    journal.append(passage(1, "retake", "7", tag=12))
    journal.append(passage(1, "retake", "8", tag=13))
    waiting = [tuple(row) for row in journal.rows("SELECT visit, tag FROM waiting ORDER BY visit")]
    assert waiting == [("7", 12), ("8", 13)]
    journal.append(ends)
    assert [row[0] for row in journal.rows("SELECT visit FROM waiting")] == ["8"]
    journal.close()


def test_an_ended_case_keeps_no_name(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    journal.append(case("7"))
    journal.append(step("7", "answered"))
    rows: list[Any] = [tuple(row) for row in journal.rows("SELECT ended, personal FROM fever_case")]
    assert rows == [(0, '{"masked":"李**"}')]
    journal.append(step("7", "closed_with_reason", ends=True))
    assert [tuple(row) for row in journal.rows("SELECT ended, personal FROM fever_case")] == [(1, None)]
    journal.append(step("nobody", "answered"))
    journal.close()


def test_the_list_of_just_now_is_bounded(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    fill(journal, 30)
    seqs = [row[0] for row in journal.rows("SELECT seq FROM recent ORDER BY seq")]
    assert seqs == list(range(12, 32))
    journal.append(Draft(kinds.ENTRY_VOIDED, {"voids": [journal.epoch, 31], "visit": "29"}))
    assert [row[0] for row in journal.rows("SELECT seq FROM recent WHERE void")] == [31]
    journal.close()


def test_private_parts_are_sealed_as_soon_as_there_is_a_key(tmp_path: Path) -> None:
    journal = journal_at(tmp_path, identity(sealing=False))
    before = journal.append(passage(1))
    journal.seal_to(OFFICE.public_key().public_bytes_raw())
    after = journal.append(passage(2))
    journal.seal_to(None)
    later = journal.append(passage(3))
    with closing(sqlite3.connect(tmp_path / "journal.db")) as db:
        sealed = dict(db.execute("SELECT seq, sealed FROM entry").fetchall())
    assert sealed[before.seq] is None
    assert sealed[later.seq] is None
    box = sealed[after.seq]
    assert box is not None
    assert json.loads(unseal(box, OFFICE, "east", after.epoch, after.seq)) == {"name": "李建2"}
    journal.close()
