"""Everything of a hub in one encrypted file, and a hub made from it again, on either kind of database.

Inside the box (strongbox.py) are records: a big-endian u32 length and MessagePack.  The first is the map ``v``,
``revision`` (the step of the tables), ``made_ms``, ``files`` (name and bytes of ``office.json`` and the keys, without
the root key, which is not the hub's to keep).  Then come pairs of a table's name and rows, and at the end the map of
how many rows each table has.  The whole is one moment of the database; gates and the office go on meanwhile.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from sqlalchemy import Table, select

from station.atomic import whole_file, write_whole
from sync.hub.custody.keys import read_secret, write_secret
from sync.hub.custody.strongbox import Reader, Writer
from sync.hub.database.bulk import add_rows
from sync.hub.database.store import Store, create_store, is_empty
from sync.hub.database.tables import REVISION, alembic_version, metadata, part
from sync.hub.errors import HubFault
from sync.hub.home import Home

VERSION = 1
#: Rows of one record: with the largest parts there are it stays below what _MAX_RECORD allows in practice.
_ROWS = 200
#: A damaged length must not ask for the whole memory; the roster of a large district is 8 MB.
_MAX_RECORD = 512 * 1024 * 1024
_LENGTH = struct.Struct(">I")
_DAY_MS = 24 * 3600 * 1000
_NAME = re.compile(r"hub-(\d{8}T\d{6})Z\.backup")
_STAMP = "%Y%m%dT%H%M%S"
#: The names that may be written into the new hub's folder.
_FILE = re.compile(r"office\.json|keys/[a-z]+(?:-[0-9a-f]{16})?\.(?:key|pub|json)")
_ROOT_KEY = "keys/root.key"


class _Head(msgspec.Struct, forbid_unknown_fields=True):
    v: int
    revision: str
    made_ms: int
    files: dict[Annotated[str, msgspec.Meta(max_length=100)], bytes]


def make_backup_key(home: Home, to: Path) -> str:
    """Make the key that opens backups and write it to *to*; the hub keeps only its public half, returned in hex.

    :raises HubFault: if *to* is there already.
    """
    key = X25519PrivateKey.generate()
    write_secret(to, key.private_bytes_raw())
    public = key.public_key().public_bytes_raw().hex()
    write_whole(home.backup_recipient, (public + "\n").encode())
    return public


def load_backup_key(path: Path) -> X25519PrivateKey:
    """The key that opens backups.

    :raises HubFault: if *path* holds none.
    """
    return X25519PrivateKey.from_private_bytes(read_secret(path))


def backup(home: Home, folder: Path, now_ms: int, keep_days: int) -> Path:
    """Write a backup of *home* into *folder* and remove those older than *keep_days*; the new file.

    :raises HubFault: if the hub has no key for backups yet.
    """
    if not home.backup_recipient.is_file():
        raise HubFault(f"{home.backup_recipient}: there is no key for backups; run: python -m sync.hub backup-key")
    recipient = X25519PublicKey.from_public_bytes(read_secret(home.backup_recipient))
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    path = folder / f"hub-{moment.strftime(_STAMP)}Z.backup"
    folder.mkdir(parents=True, exist_ok=True)
    store = home.open()
    try:
        with whole_file(path) as file:
            box = Writer(file, recipient)
            for record in _records(home, store, now_ms):
                content = msgspec.msgpack.encode(record)
                box.write(_LENGTH.pack(len(content)) + content)
            box.finish()
    finally:
        store.close()
    for old in folder.glob("hub-*.backup"):
        found = _NAME.fullmatch(old.name)
        if found and _ms(found[1]) < now_ms - keep_days * _DAY_MS:
            old.unlink()
    return path


def restore(home: Home, file: Path, key: X25519PrivateKey, url: str = "") -> dict[str, int]:
    """Make the hub in the backup *file* again in the new folder of *home*; how many rows each table has.

    :raises HubFault: if the folder or the database is not empty, or the file is not a whole backup.
    """
    if home.path.exists() and any(home.path.iterdir()):
        raise HubFault(f"{home.path}: is not empty; a hub is restored into a new folder")
    if url and not is_empty(url):
        raise HubFault("database: is not empty; a hub is restored into a new database")
    with file.open("rb") as opened:
        records = _parse(Reader(opened, key))
        head = _head(next(records, b""))
        home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.keys.path.mkdir(mode=0o700, exist_ok=True)
        if url:
            write_whole(home.path / "database.url", url.encode(), mode=0o600)
        store = create_store(home.database)
        try:
            counted = _fill(store, records)
        finally:
            store.close()
    # Last: a folder without office.json is no hub, so one that was half restored is never started.
    for name, content in sorted(head.files.items(), key=lambda item: item[0] == "office.json"):
        write_whole(home.path / name, content, mode=0o600)
    return counted


def _records(home: Home, store: Store, now_ms: int) -> Iterator[Any]:
    names = [path.relative_to(home.path).as_posix() for path in sorted(home.keys.path.iterdir())]
    files = {name: (home.path / name).read_bytes() for name in ["office.json", *names] if name != _ROOT_KEY}
    yield {"v": VERSION, "revision": REVISION, "made_ms": now_ms, "files": files}
    counted: Counter[str] = Counter()
    with store.reading() as connection:
        for table in _tables():
            query = select(table).execution_options(yield_per=_ROWS)
            for rows in connection.execute(query).partitions():
                counted[str(table.name)] += len(rows)
                yield [str(table.name), [tuple(row) for row in rows]]
    yield dict(counted)


def _tables() -> list[Table]:
    return [table for table in metadata.sorted_tables if table is not alembic_version]


def _parse(box: Reader) -> Iterator[bytes]:
    while prefix := box.read(_LENGTH.size):
        if len(prefix) < _LENGTH.size or _LENGTH.unpack(prefix)[0] > _MAX_RECORD:
            raise HubFault("backup: damaged")
        (length,) = _LENGTH.unpack(prefix)
        content = box.read(length)
        if len(content) < length:
            raise HubFault("backup: cut short")
        yield content


def _head(record: bytes) -> _Head:
    try:
        head = msgspec.msgpack.decode(record, type=_Head)
    except msgspec.MsgspecError as error:
        raise HubFault(f"backup: its beginning cannot be read ({error})") from None
    if (head.v, head.revision) != (VERSION, REVISION):
        raise HubFault(
            f"backup: made by a program whose tables stand at {head.revision}, this one's at {REVISION};"
            " restore it with that version, then upgrade"
        )
    if not all(_FILE.fullmatch(name) for name in head.files) or "office.json" not in head.files:
        raise HubFault("backup: holds files that are no hub's")
    return head


def _fill(store: Store, records: Iterator[bytes]) -> dict[str, int]:
    """Put every row where it was; all or nothing but for empty tables."""
    known = {table.name: table for table in _tables()}
    counted: Counter[str] = Counter()
    for record in records:
        try:
            found: Any = msgspec.msgpack.decode(record)
            if isinstance(found, dict):
                if found != dict(counted):
                    raise HubFault(f"backup: holds {dict(counted)} rows, should hold {found}")
                return dict(counted)
            name, rows = found
            table = known[name]
        except (msgspec.MsgspecError, ValueError, KeyError, TypeError) as error:
            raise HubFault(f"backup: a record cannot be read ({error!r})") from None
        if table is part:
            for day in {row[3] for row in rows}:
                store.make_room(day)
        with store.writing() as connection:
            add_rows(connection, table, [tuple(row) for row in rows])
        counted[name] += len(rows)
    raise HubFault("backup: has no end")


def _ms(stamp: str) -> int:
    return int(datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC).timestamp() * 1000)
