"""A damaged journal: never start empty.  The file is kept, what verifies goes on in a new one, and a new epoch says so.

What is kept is everything from the first entry up to the first that cannot be read or does not verify; the rest
stands in the damaged file, which nobody deletes.  Each step can be cut short by a power cut: the new file is whole
under another name before the damaged one is moved, and takes its place last.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station import kinds
from station.clock import Moment
from station.journal.errors import JournalBroken
from station.journal.file import mark_broken, take_lock
from station.journal.identity import Identity
from station.journal.migrations import migrate
from station.journal.projections import rebuild
from station.journal.writer import Journal
from station.wire.entry import Entry, Header, check_parts, entry_hash, epoch_start, parse_header, verify_head
from station.wire.errors import WireError

log = logging.getLogger(__name__)

#: Headers are canonical JSON in clear, so that even a file without a beginning says which epochs it held.
_EPOCH = re.compile(rb'"epoch":(\d{10,19}),')
#: Read at a time when looking for them.
_PIECE = 1 << 20
#: As many epochs as a card can have seen; a larger number is noise.
_MAX_NUMBER = 1_000_000
_COLUMNS = "epoch, seq, kind, at_ms, header, hash, sig, personal, salt, sealed"


#: What is overwritten at once, in bytes.
_BLANK = 1 << 20


def open_journal(
    path: Path, identity: Identity, moment: Callable[[], Moment], random_bytes: Callable[[int], bytes] = os.urandom
) -> Journal:
    """The journal at *path*, salvaged first if it is damaged.

    :raises JournalBusy: if another process has it.
    :raises NewerJournal: if a newer program wrote it.
    :raises JournalFailed: if it cannot be opened or written.
    """
    whole, mark = _beside(path, "salvaged"), mark_broken(path)
    if whole.exists() and not path.exists():
        log.warning("journal: %s takes its place after an interrupted salvage", whole)
        _settle(whole, path)
    try:
        if mark.exists():
            raise JournalBroken(f"{path}: was found damaged while it was written")
        return Journal(path, identity, moment, random_bytes)
    except JournalBroken as error:
        log.error("%s; it is kept, and what verifies is salvaged", error)
    salvage(path, identity, moment, random_bytes)
    mark.unlink(missing_ok=True)
    return Journal(path, identity, moment, random_bytes)


def salvage(
    path: Path, identity: Identity, moment: Callable[[], Moment], random_bytes: Callable[[int], bytes] = os.urandom
) -> Path:
    """Put a sound journal in the place of the damaged one at *path*; where the damaged one is kept.

    :raises JournalBusy: while a desk has it.
    :raises JournalFailed: if the new file cannot be written; the damaged one is where it was.
    """
    lock = take_lock(path)
    try:
        part, whole = _beside(path, "salvaging"), _beside(path, "salvaged")
        for old in (part, whole):
            _remove(old)
        kept = _copy(path, part)
        Journal(part, identity, moment, random_bytes, salvaged=_highest_number(path)).close()
        _settle(part, whole)
        at_ms = moment().at_ms
        aside = path.with_name(f"{path.name}.damaged-{at_ms}")
        for suffix in ("-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
        _settle(whole, path)
        part.with_name(part.name + ".lock").unlink(missing_ok=True)
        log.error("journal: %d entries verified and go on; the damaged file is kept as %s", kept, aside)
        return aside
    finally:
        os.close(lock)


def forget_damaged(path: Path, before_ms: int) -> int:
    """Remove the damaged journals beside *path* that were put aside before *before_ms*; how many.

    They hold the names of everybody who passed before the damage, and nothing else ever forgets those.

    :raises OSError: if one cannot be overwritten or removed; it is tried again with the next forgetting.
    """
    count = 0
    for aside in path.parent.glob(f"{path.name}.damaged-*"):
        at_ms = aside.name.partition(".damaged-")[2].partition("-")[0]
        if not at_ms.isdecimal() or int(at_ms) >= before_ms:
            continue
        with aside.open("r+b") as file:
            for _ in range(0, aside.stat().st_size, _BLANK):
                file.write(bytes(_BLANK))
            os.fsync(file.fileno())
        aside.unlink()
        count += 1
    return count


def _copy(source: Path, target: Path) -> int:
    """Copy what verifies; how many entries."""
    count, last = 0, 0
    with closing(sqlite3.connect(target, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL").fetchone()
        db.execute("PRAGMA secure_delete = ON").fetchone()
        migrate(db, str(target))
        db.execute("BEGIN IMMEDIATE")
        machines: dict[int, str] = {}
        for row in _verified(_rows(source, f"SELECT {_COLUMNS} FROM entry ORDER BY rowid")):
            epoch, header = row[0], row[4]
            if epoch != last:
                last = epoch
                machines = machines or dict(_rows(source, "SELECT epoch, machine FROM epoch"))
                _found(db, parse_header(header), machines.get(epoch, "unknown"))
            db.execute(f"INSERT INTO entry ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            count += 1
        receipts = list(_rows(source, "SELECT * FROM receipt")) if count else []
        for receipt in receipts:
            # No more is held of an epoch than there is of it here; the hub's next receipt says the rest.
            (newest,) = db.execute("SELECT coalesce(max(seq), 0) FROM entry WHERE epoch = ?", receipt[:1]).fetchone()
            if newest:
                held = (receipt[0], min(receipt[1], newest), min(receipt[2], newest), *receipt[3:])
                db.execute("INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?)", held)
        db.execute("COMMIT")
        if count:
            rebuild(db)
    return count


def _found(db: sqlite3.Connection, header: Header, machine: str) -> None:
    facts = header.facts
    public = bytes.fromhex(facts["public_key"])
    before = None if facts["previous_head"] is None else bytes.fromhex(facts["previous_head"])
    start = epoch_start(header.station, header.epoch, public, facts["previous_epoch"], before)
    db.execute(
        "INSERT INTO epoch (epoch, station, public_key, start, machine) VALUES (?, ?, ?, ?, ?)",
        (header.epoch, header.station, public, start, machine),
    )


def _rows(path: Path, sql: str) -> Iterator[tuple[Any, ...]]:
    """The rows of *sql* as far as the damaged file gives them."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as db:
            yield from db.execute(sql)
    except sqlite3.Error as error:
        log.warning("journal: %s: %s", path, error)


def _verified(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows up to the first that is not what the one before leads to."""
    epoch, seq, prev = 0, 0, b""
    key: Ed25519PublicKey | None = None
    for row in rows:
        try:
            entry = Entry(row[4], row[6], row[7], row[8], row[9])
            header = parse_header(entry.header)
            if header.epoch != epoch:
                start = _start(header, epoch, prev)
                key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(header.facts["public_key"]))
                epoch, seq, prev = header.epoch, 0, start
            seq += 1
            prev = entry_hash(prev, entry.header)
            named = (header.epoch, header.seq, header.kind, header.at_ms, prev)
            if named != (row[0], row[1], row[2], row[3], row[5]) or header.seq != seq or key is None:
                raise WireError("is not what the entry before leads to")
            verify_head(key, prev, entry.sig)
            check_parts(entry, header)
        except (WireError, KeyError, TypeError, ValueError) as error:
            log.warning("journal: salvage ends at entry %s/%s: %s", row[0], row[1], error)
            return
        yield row


def _start(header: Header, epoch: int, head: bytes) -> bytes:
    facts = header.facts
    before = (epoch, head.hex()) if epoch else (None, None)
    if header.kind != kinds.EPOCH_OPENED or (facts["previous_epoch"], facts["previous_head"]) != before:
        raise WireError("begins no epoch that follows")
    own = bytes.fromhex(facts["public_key"])
    return epoch_start(header.station, header.epoch, own, before[0], head if epoch else None)


def _highest_number(path: Path) -> int:
    """The highest number of an epoch that the bytes of the file mention: the new one must come after it."""
    highest = 0
    for name in (path, path.with_name(path.name + "-wal")):
        with suppress(OSError), name.open("rb") as file:
            before = b""
            while piece := file.read(_PIECE):
                numbers = (int(found[1]) >> 32 for found in _EPOCH.finditer(before + piece))
                highest = max([highest, *(number for number in numbers if number < _MAX_NUMBER)])
                before = piece[-40:]
    return highest


def _beside(path: Path, word: str) -> Path:
    return path.with_name(f"{path.name}.{word}")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", ".lock"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _settle(source: Path, target: Path) -> None:
    """*source* under the name *target*, also after a power cut."""
    handle = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    os.fsync(handle)
    os.close(handle)
    source.rename(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    os.fsync(folder)
    os.close(folder)
