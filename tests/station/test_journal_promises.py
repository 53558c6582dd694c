"""The journal's four promises, each kept against what would break it."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.journal.draft import Draft
from station.journal.errors import JournalDamaged, JournalFailed
from station.journal.reader import JournalReader
from station.journal.verify import Held
from station.wire.entry import parse_header
from station.wire.errors import WireError
from station.wire.receipt import Receipt
from tests.station.journal_kit import (
    PUBLIC,
    fill,
    identity,
    journal_at,
    passage,
    stored,
    tables,
    tamper,
    ticking,
    verdict,
)

WRITER = Path(__file__).with_name("journal_writer.py")
ROOT = Path(__file__).parents[2]


def writer(*arguments: object, prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*prefix, sys.executable, str(WRITER), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def traced(trace: Path, *options: str) -> tuple[str, ...]:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: the system calls of a writer cannot be counted")
    probe = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("strace may not trace here (ptrace is forbidden)")
    return ("strace", "-f", "-y", "-o", str(trace), *options)


def ends_in_failure(write: Callable[[], object], why: str) -> bool:
    """Whether *write*, done again and again, fails in the end, and because of *why*."""
    for _ in range(1000):
        try:
            write()
        except OSError as error:
            return why in str(error)
    return False


# -- 1. What append returned from survives ---------------------------------------------------------------------


def test_1_nothing_acknowledged_is_lost_when_the_writer_is_killed_at_any_moment(tmp_path: Path) -> None:
    path, lot = tmp_path / "journal.db", random.Random(1)
    acknowledged, epochs = 0, set()
    for _ in range(8):
        process = writer(path, 10_000, "--tidy")
        assert process.stdout is not None
        ready = process.stdout.readline().split()
        epochs.add(ready[1])
        # What was acknowledged before is there, and at most the one that was under way when the kill came.
        assert acknowledged <= int(ready[2]) <= acknowledged + 2
        for _ in range(lot.randrange(1, 60)):
            line = process.stdout.readline()
            acknowledged = int(line) if line.strip().isdigit() else acknowledged
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split("\n")
        acknowledged = max([acknowledged, *(int(line) for line in rest[:-1] if line.isdigit())])
        process.wait()
        process.stdout.close()
    assert len(epochs) == 1
    found = verdict(tmp_path, None)
    assert found.sound, found.fault
    assert acknowledged <= found.entries <= acknowledged + 1
    assert acknowledged > 50


def test_1_each_append_is_one_sync_and_it_comes_before_the_acknowledgement(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    process = writer(tmp_path / "journal.db", 25, "--tidy", prefix=traced(trace, "-e", "trace=fsync,fdatasync,write"))
    said, _ = process.communicate(timeout=50)
    assert said.count("tidied") == 3
    syncs, counts, tidied = 0, [], False
    for line in trace.read_text().splitlines():
        if re.search(r"\b(fsync|fdatasync)\(", line):
            assert " = 0" in line
            syncs += 1
        elif match := re.search(r'write\(1<[^>]*>, "(ready|tidied|\d+)', line):
            if match[1].isdigit():
                counts.append(syncs)
            tidied |= match[1] == "tidied"
            syncs = 0
    assert tidied
    assert counts == [1] * 25


def test_1_an_append_whose_sync_fails_is_not_acknowledged_and_the_next_goes_on(tmp_path: Path) -> None:
    trace, path = tmp_path / "trace", tmp_path / "journal.db"
    journal_at(tmp_path, identity(machine="machine")).close()
    # The writer opens the file, and then every second sync fails from the twelfth on.
    inject = ("-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO:when=12+2")
    process = writer(path, 20, prefix=traced(trace, *inject))
    said, _ = process.communicate(timeout=50)
    assert "(INJECTED)" in trace.read_text()
    acknowledged = [int(line) for line in said.splitlines() if line.isdigit()]
    failed = [line for line in said.splitlines() if line.startswith("failed")]
    assert failed
    assert "disk I/O error" in failed[0]
    assert len(acknowledged) + len(failed) == 20
    # No seq was given twice, and none was left out.
    assert acknowledged == list(range(acknowledged[0], acknowledged[0] + len(acknowledged)))
    found = verdict(tmp_path)
    assert found.sound, found.fault
    assert {seq for _, seq in stored(tmp_path)} >= set(acknowledged)


def test_1_a_full_card_refuses_and_leaves_the_chain_as_it_was(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    fill(journal, 3)
    (pages,) = journal.rows("PRAGMA page_count")[0]
    journal.rows(f"PRAGMA max_page_count = {pages}")
    assert ends_in_failure(lambda: journal.append(passage(50, note="x" * 500)), "full")
    written = journal.seq
    assert written >= 4
    before = tables(tmp_path)
    with pytest.raises(JournalFailed):
        journal.append(passage(100, note="x" * 5_000))
    assert tables(tmp_path) == before
    journal.rows("PRAGMA max_page_count = 100000")
    assert journal.append(passage(101)).seq == written + 1
    journal.close()
    found = verdict(tmp_path)
    assert found.sound, found.fault
    assert found.entries == written + 1


@pytest.fixture
def tiny_card() -> Iterator[Path]:
    """A file system of one megabyte."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a file system of one megabyte")
    folder = Path("/tmp") / f"tiny-card-{os.getpid()}"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tiny", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("mounting is forbidden here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


def test_1_a_card_that_is_really_full_works_again_once_there_is_room(tiny_card: Path) -> None:
    journal = journal_at(tiny_card)
    ballast = tiny_card / "ballast"
    written = fill(journal, 5)[-1].seq
    with closing(ballast.open("wb", buffering=0)) as file:
        assert ends_in_failure(lambda: file.write(bytes(4096)), "No space")
    failures = 0
    for number in range(12):
        try:
            written = journal.append(passage(number, note="x" * 900)).seq
        except JournalFailed:
            failures += 1
    assert failures
    assert journal.seq == written
    ballast.unlink()
    assert journal.append(passage(99)).seq == written + 1
    journal.close()
    found = verdict(tiny_card)
    assert found.sound, found.fault
    assert found.entries == written + 1


# -- 2. Nothing is changed -------------------------------------------------------------------------------------


def test_2_an_entry_is_stored_as_it_was_first_written_and_stays_so(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    fill(journal, 2)
    reader = JournalReader(tmp_path / "journal.db")
    before = reader.read(journal.epoch, 0, 10)
    journal.append(Draft("entry.voided", {"voids": [journal.epoch, 2], "visit": "0", "reason": "operator"}))
    journal.tidy()
    assert reader.read(journal.epoch, 0, 10)[: len(before)] == before
    reader.close()
    journal.close()


def test_2_a_draft_that_cannot_be_written_leaves_no_trace(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    fill(journal, 2)
    before = tables(tmp_path)
    for facts in ({"a": 1.5}, {"a": "\ud800"}, {"a": "x" * 70_000}):
        with pytest.raises(WireError):
            journal.append(Draft("device.lost", facts))
    with pytest.raises(KeyError):
        journal.append(Draft("visit.decided", {"visit": "1"}))
    assert tables(tmp_path) == before
    assert journal.append(passage(9)).seq == 4
    journal.close()
    assert verdict(tmp_path).sound


# -- 3. seq grows by one and names an entry for ever -------------------------------------------------------------


def test_3_seq_grows_by_one_across_restarts(tmp_path: Path) -> None:
    epochs = set()
    for _ in range(3):
        journal = journal_at(tmp_path)
        fill(journal, 4)
        epochs.add(journal.epoch)
        journal.close()
    assert len(epochs) == 1
    assert [seq for _, seq in stored(tmp_path)] == list(range(1, 14))


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (identity(machine="pi-2"), "machine"),
        (identity(station="west"), "station"),
        (identity(key=Ed25519PrivateKey.from_private_bytes(bytes([8]) * 32)), "key"),
    ],
    ids=["another machine", "another station", "another key"],
)
def test_3_a_chain_that_is_not_ours_is_not_gone_on_with(tmp_path: Path, who: object, reason: str) -> None:
    journal = journal_at(tmp_path)
    old, last = journal.epoch, fill(journal, 2)[-1]
    journal.close()
    moved = journal_at(tmp_path, who, lots=50)  # type: ignore[arg-type]  # an Identity by its parametrisation
    assert (moved.epoch >> 32, moved.seq) == ((old >> 32) + 1, 1)
    reader = JournalReader(moved.path)
    facts = parse_header(reader.read(moved.epoch, 0, 1)[0].entry.header).facts
    reader.close()
    moved.close()
    assert (facts["reason"], facts["previous_epoch"], facts["previous_head"]) == (reason, old, last.hash.hex())
    found = verdict(tmp_path, None)
    assert found.sound, found.fault
    assert found.epochs == 2


def test_3_a_new_epoch_after_a_failed_append_still_names_the_last_head(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    old, last = journal.epoch, fill(journal, 2)[-1]
    with pytest.raises(KeyError):
        journal.append(Draft("visit.decided", {}))
    journal.open_epoch("receipt")
    reader = JournalReader(journal.path)
    facts = parse_header(reader.read(journal.epoch, 0, 1)[0].entry.header).facts
    reader.close()
    assert (facts["previous_epoch"], facts["previous_head"]) == (old, last.hash.hex())
    journal.close()
    found = verdict(tmp_path)
    assert found.sound, found.fault


def test_3_the_same_machine_goes_on(tmp_path: Path) -> None:
    first = journal_at(tmp_path)
    first.close()
    second = journal_at(tmp_path, lots=50)
    assert (second.epoch, second.seq) == (first.epoch, 1)
    second.close()


# -- 4. Anyone can check that nothing was altered or left out ------------------------------------------------------


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Two epochs with five passages each."""
    journal = journal_at(tmp_path)
    fill(journal, 5)
    journal.open_epoch("receipt")
    fill(journal, 5)
    journal.close()
    return tmp_path


def heads(folder: Path) -> list[Held]:
    with closing(sqlite3.connect(folder / "journal.db")) as db:
        return [Held(*row) for row in db.execute("SELECT epoch, seq, hash FROM entry ORDER BY epoch, seq")]


def test_4_what_was_written_verifies(written: Path) -> None:
    found = verdict(written, held=heads(written)[-1])
    assert found.sound, found.fault
    assert (found.station, found.epochs, found.entries, found.forgotten) == ("east", 2, 12, 0)
    assert found.head == heads(written)[-1].hash.hex()


def test_4_it_still_verifies_after_personal_data_was_forgotten(written: Path) -> None:
    known = heads(written)[-1]
    tamper(written, "UPDATE entry SET personal = NULL, salt = NULL, sealed = NULL WHERE seq < 4")
    found = verdict(written, held=known)
    assert found.sound, found.fault
    assert found.forgotten == 4
    tamper(written, "UPDATE entry SET sealed = NULL")
    tamper(written, "UPDATE entry SET personal = NULL, salt = NULL")
    assert verdict(written, held=known).sound


OLD, NEW = "(SELECT min(epoch) FROM epoch)", "(SELECT max(epoch) FROM epoch)"


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE entry SET header = CAST(replace(header, '\"admit\"', '\"deny_\"') AS BLOB) WHERE seq = 3",),
        ("UPDATE entry SET header = CAST(header || X'20' AS BLOB) WHERE seq = 3",),
        ("UPDATE entry SET header = X'' WHERE seq = 3",),
        ("UPDATE entry SET hash = zeroblob(32) WHERE seq = 3",),
        ("UPDATE entry SET sig = zeroblob(64) WHERE seq = 3",),
        ("UPDATE entry SET sig = X'' WHERE seq = 3",),
        ("UPDATE entry SET kind = 'visit.left' WHERE seq = 3",),
        ("UPDATE entry SET personal = CAST('{}' AS BLOB) WHERE seq = 3",),
        ("UPDATE entry SET salt = zeroblob(32) WHERE seq = 3",),
        ("UPDATE entry SET salt = NULL WHERE seq = 3",),
        ("UPDATE entry SET sealed = X'00' WHERE seq = 3",),
        ("UPDATE entry SET personal = X'7b7d', salt = zeroblob(32) WHERE seq = 1",),
        ("DELETE FROM entry WHERE seq = 3",),
        ("DELETE FROM entry WHERE seq = 1",),
        ("DELETE FROM entry WHERE seq = 3", "UPDATE entry SET seq = seq - 1 WHERE seq > 3"),
        (
            "UPDATE entry SET seq = -3 WHERE seq = 3",
            "UPDATE entry SET seq = 3 WHERE seq = 4",
            "UPDATE entry SET seq = 4 WHERE seq = -3",
        ),
        (f"DELETE FROM entry WHERE seq = 6 AND epoch = {OLD}",),
        (f"DELETE FROM entry WHERE epoch = {OLD}",),
        (f"DELETE FROM entry WHERE epoch = {NEW}",),
        (f"DELETE FROM entry WHERE epoch = {OLD}", f"DELETE FROM epoch WHERE epoch = {OLD}"),
        ("UPDATE epoch SET start = zeroblob(32)",),
        (f"UPDATE epoch SET public_key = zeroblob(32) WHERE epoch = {OLD}",),
        (f"UPDATE epoch SET public_key = X'00' WHERE epoch = {OLD}",),
    ],
    ids=[
        *("a word changed", "a byte added", "header gone", "hash", "sig", "sig gone", "filed under another kind"),
        *("personal altered", "salt altered", "salt gone", "sealed altered", "personal invented"),
        *(
            "removed",
            "first removed",
            "removed and renumbered",
            "swapped",
            "tail of the old epoch",
            "old epoch's entries",
        ),
        *("new epoch's entries", "the whole old epoch", "start", "public key", "public key of a wrong length"),
    ],
)
def test_4_every_kind_of_tampering_is_found(written: Path, statements: tuple[str, ...]) -> None:
    tamper(written, *statements)
    for key in (PUBLIC, None):
        found = verdict(written, key)
        assert not found.sound
        assert found.fault


def test_4_every_single_byte_of_an_entry_counts(written: Path) -> None:
    with closing(sqlite3.connect(written / "journal.db", isolation_level=None)) as db:
        for column in ("header", "hash", "sig", "personal", "salt", "sealed"):
            (before,) = db.execute(f"SELECT {column} FROM entry WHERE seq = 3").fetchone()
            for at in range(0, len(before), 7):
                damaged = bytearray(before)
                damaged[at] ^= 0x20
                db.execute(f"UPDATE entry SET {column} = ? WHERE seq = 3 AND epoch = {OLD}", (bytes(damaged),))
                assert not verdict(written).sound, f"{column}[{at}]"
            db.execute(f"UPDATE entry SET {column} = ? WHERE seq = 3 AND epoch = {OLD}", (before,))
    assert verdict(written).sound


def test_4_a_tail_cut_off_is_found_by_whoever_holds_a_later_head(written: Path) -> None:
    known = heads(written)
    tamper(written, f"DELETE FROM entry WHERE seq > 4 AND epoch = {NEW}")
    assert verdict(written).sound  # the file agrees with itself: nobody can tell without a head
    assert verdict(written, held=known[-3]).sound
    assert "was there" in verdict(written, held=known[-1]).fault


def test_4_another_history_is_found_by_whoever_holds_a_head(written: Path) -> None:
    known = heads(written)[-1]
    tamper(written, f"DELETE FROM entry WHERE seq = 6 AND epoch = {NEW}")
    journal = journal_at(written, lots=90)
    journal.append(passage(77))
    journal.close()
    assert verdict(written).sound
    assert "another head" in verdict(written, held=known).fault


def test_4_with_another_key_nothing_verifies(written: Path) -> None:
    assert "not the station's" in verdict(written, bytes(32)).fault


def test_4_a_damaged_file_is_a_verdict_and_no_traceback(written: Path) -> None:
    path = written / "journal.db"
    whole = path.read_bytes()
    for at in range(4096 * 2, len(whole), 4096):
        path.write_bytes(whole[:at] + bytes(range(256)) * 16 + whole[at + 4096 :])
        # Either a verdict or the one error that says so; a page may also hold nothing that counts.
        with suppress(JournalDamaged):
            verdict(written)


# -- what else the desk relies on ----------------------------------------------------------------------------------


def test_one_thread_writes_while_another_reads(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    done = threading.Event()

    def write() -> None:
        fill(journal, 200)
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    reader, seen = JournalReader(journal.path), 0
    while not done.is_set():
        newer = reader.read(journal.epoch, seen, 50)
        assert [one.seq for one in newer] == list(range(seen + 1, seen + 1 + len(newer)))
        seen += len(newer)
    thread.join()
    reader.close()
    journal.close()
    assert verdict(tmp_path).entries == 201


def test_receipts_say_what_is_unsent(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    entries = fill(journal, 4)

    def heard(seq: int, at_ms: int, highest: int = 5) -> str:
        head = None if seq == 0 else entries[seq - 2].hash
        return journal.accept_receipt(Receipt("east", journal.epoch, seq, head, highest, (), at_ms), at_ms + 1)

    assert (journal.unsent(), journal.last_receipt_ms()) == (5, None)
    assert (heard(3, 100), journal.unsent(), journal.last_receipt_ms()) == ("ok", 2, 101)
    assert (heard(5, 200), journal.unsent()) == ("ok", 0)
    # One that was long under way on a stick changes nothing; a hub that was restored may go back.
    assert (heard(2, 50), journal.unsent(), journal.last_receipt_ms()) == ("ok", 0, 201)
    assert (heard(2, 300), journal.unsent()) == ("ok", 3)
    assert (heard(0, 400), journal.unsent()) == ("ok", 5)
    journal.close()


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"station": "west"}, "other"),
        ({"epoch": 5}, "other"),
        ({"hash_at_contiguous_seq": bytes(32)}, "fork"),
        ({"contiguous_seq": 6, "highest_seq": 6}, "fork"),
        ({"highest_seq": 6}, "fork"),
    ],
    ids=str,
)
def test_a_receipt_that_is_not_about_our_chain_is_not_noted(
    tmp_path: Path, change: dict[str, object], answer: str
) -> None:
    journal = journal_at(tmp_path)
    last = fill(journal, 4)[-1]
    fields = {
        "station": "east",
        "epoch": journal.epoch,
        "contiguous_seq": 5,
        "hash_at_contiguous_seq": last.hash,
        "highest_seq": 5,
        "quarantined": (),
        "at_ms": 1,
    }
    assert journal.accept_receipt(Receipt(**{**fields, **change}), 2) == answer  # type: ignore[arg-type]  # by name
    assert (journal.unsent(), journal.last_receipt_ms()) == (5, None)
    journal.close()


def test_a_clock_that_stands_still_or_goes_back_changes_nothing(tmp_path: Path) -> None:
    times = iter([*(ticking()() for _ in range(2)), *(ticking()() for _ in range(2))])
    journal = journal_at(tmp_path)
    journal._moment = lambda: next(times)
    fill(journal, 4)
    journal.close()
    assert verdict(tmp_path).sound
