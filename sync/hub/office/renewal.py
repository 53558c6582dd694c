"""Give the office another key for one purpose: the next ``keys`` order, signed with the root key.

The old key stays trusted beside the new one until its own end, so that nothing on its way is lost; a key that may be
in wrong hands is dropped at once instead, and what it signs later is not believed.  Broken off at any moment, the same
command goes on where it was: the new key waits as ``.new`` until the order that names it is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from sqlalchemy import Connection

from station.atomic import sync_folder
from station.wire.keyring import KEY_SIZE, KeyRecord, Purpose, encode_keys, parse_keys
from station.wire.order import EVERY_STATION, Order, OrderKind, read_order
from sync.hub.custody.keys import (
    EARLY_MS,
    VALID_MS,
    KeyFolder,
    closed_for,
    keep_closed,
    read_secret,
    record_of,
    write_secret,
)
from sync.hub.custody.sealing import open_key, parse_closed
from sync.hub.database.store import Store
from sync.hub.errors import HubFault
from sync.hub.office.orders import newest_document, publish


def records_in_force(store: Store) -> list[KeyRecord]:
    """The lines of the newest ``keys`` order.

    :raises HubFault: if there is none: this is no hub.
    """
    with store.reading() as connection:
        records = records_of(connection)
    if not records:
        raise HubFault("keys: none was ever issued here")
    return records


def records_of(connection: Connection) -> list[KeyRecord]:
    """The lines of the newest ``keys`` order, none where there is no order."""
    document = newest_document(connection, OrderKind.KEYS)
    return [] if document is None else list(parse_keys(read_order(document).content).records)


def renew(
    store: Store,
    folder: KeyFolder,
    purpose: Purpose,
    root: Ed25519PrivateKey,
    issuer: str,
    now_ms: int,
    drop_old: bool = False,
) -> Order:
    """Make and issue the next key for *purpose*, which is any but ``seal``; the order.

    :raises HubFault: if a key cannot be read or written.
    """
    current = folder.of(purpose)
    fresh = current.with_suffix(".new")
    if not fresh.exists():
        write_secret(fresh, secrets.token_bytes(KEY_SIZE))
    before, public = _public(purpose, current), _public(purpose, fresh)
    order = _issue(store, purpose, public, root, issuer, now_ms, drop_old)
    _step_up(current, fresh, purpose, before)
    return order


def renew_seal(
    store: Store, folder: KeyFolder, passphrase: str, root: Ed25519PrivateKey, issuer: str, now_ms: int
) -> Order:
    """Make and issue the next seal key, closed by the same *passphrase* and recovery key; the order.

    :raises HubFault: if the passphrase does not open the key there is.
    """
    closed = folder.closed_keys()[0]
    open_key(closed, passphrase)
    fresh = folder.seal.with_suffix(".new")
    if not fresh.exists():
        recovery = X25519PublicKey.from_public_bytes(closed.recovery_public)
        keep_closed(fresh, closed_for(X25519PrivateKey.generate(), passphrase, recovery))
    public = parse_closed(fresh.read_bytes(), str(fresh)).public
    order = _issue(store, Purpose.SEAL, public, root, issuer, now_ms, drop_old=False)
    _step_up(folder.seal, fresh, Purpose.SEAL, closed.public)
    return order


def _issue(
    store: Store,
    purpose: Purpose,
    public: bytes,
    root: Ed25519PrivateKey,
    issuer: str,
    now_ms: int,
    drop_old: bool,
) -> Order:
    kept = _without(records_in_force(store), purpose, public, drop_old)
    records = [*kept, record_of(purpose, public, now_ms - EARLY_MS, now_ms + VALID_MS)]
    with store.writing() as connection:
        return publish(connection, OrderKind.KEYS, encode_keys(records), (EVERY_STATION,), issuer, root, now_ms)


def _without(records: Sequence[KeyRecord], purpose: Purpose, public: bytes, drop_old: bool) -> list[KeyRecord]:
    return [each for each in records if each.public != public and not (drop_old and each.purpose == purpose)]


def _step_up(current: Path, fresh: Path, purpose: Purpose, before: bytes) -> None:
    """The new key takes the place of the old one, which keeps a name with its id; there is a current key all along."""
    old = current.with_name(f"{purpose}-{record_of(purpose, before, 0, 0).id}{current.suffix}")
    if not old.exists():
        old.hardlink_to(current)
    fresh.replace(current)
    sync_folder(current.parent)


def _public(purpose: Purpose, path: Path) -> bytes:
    secret = read_secret(path)
    if purpose is Purpose.TRANSPORT:
        return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
