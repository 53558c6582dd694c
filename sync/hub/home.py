"""The folder of a hub: ``hub.db`` or ``database.url``, ``office.json``, ``keys/``."""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from argon2 import PasswordHasher

from station.atomic import write_whole
from station.wire.order import sign_order
from sync.hub.custody.keys import EARLY_MS, KeyFolder, create_keys, keys_order, write_secret
from sync.hub.database.store import Store, create_store, is_empty, open_store
from sync.hub.errors import HubFault
from sync.hub.office.orders import keep_order

#: Easily told apart when read aloud or copied by hand: no 0, 1, i, l, o.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Office:
    """What is set once per office; ``password`` is its argon2 hash."""

    name: str
    unit: str
    timezone: str
    demo: bool
    password: str

    @property
    def zone(self) -> ZoneInfo:
        """Where the office is."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a new hub tells once: the office's password, the seal key's passphrase, the recovery key for paper."""

    password: str
    passphrase: str
    recovery: bytes


@dataclass(frozen=True, slots=True)
class Home:
    """An existing hub's folder at ``path``."""

    path: Path

    @property
    def database(self) -> Path | str:
        """Everything that gates sent and the office ordered: a file here, or the URL of a PostgreSQL.

        :raises HubFault: if the file that holds the URL cannot be read.
        """
        try:
            return self._url.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return self.path / "hub.db"
        except (OSError, ValueError) as error:
            raise HubFault(f"{self._url}: cannot be read ({error})") from None

    @property
    def _url(self) -> Path:
        return self.path / "database.url"

    @property
    def keys(self) -> KeyFolder:
        """The office's keys."""
        return KeyFolder(self.path / "keys")

    @property
    def backup_recipient(self) -> Path:
        """The public half of the key that opens backups, in hex."""
        return self.path / "keys" / "backup.pub"

    @property
    def session_secret(self) -> bytes:
        """What session cookies are signed with."""
        return self._session_key.read_bytes()

    @property
    def _session_key(self) -> Path:
        return self.path / "keys" / "session.key"

    @property
    def _office(self) -> Path:
        return self.path / "office.json"

    def open(self) -> Store:
        """The database.

        :raises HubFault: if there is no hub in this folder.
        """
        return open_store(self.database)

    def office(self) -> Office:
        """The settings.

        :raises HubFault: naming the file, if they cannot be used.
        """
        try:
            body = json.loads(self._office.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise HubFault(f"{self._office}: cannot be read ({error})") from None
        return _office(body, self._office)

    def upgrade(self) -> None:
        """Bring the database to this program's form; codes that an older one kept in the folder are no good any more.

        :raises HubFault: if a newer program made it.
        """
        create_store(self.database).close()
        shutil.rmtree(self.path / "invitations", ignore_errors=True)

    def create(self, office: Office, now_ms: int, url: str = "") -> Secrets:
        """Make the keys, the database and the settings; what is to be written down, as it is kept nowhere.

        *url* names a PostgreSQL database that is empty; without it the database is a file in the folder.

        :raises HubFault: if the folder or the database is not empty.
        """
        if self.path.exists() and any(self.path.iterdir()):
            raise HubFault(f"{self.path}: is not empty; a hub is made in a new folder")
        if url and not is_empty(url):
            raise HubFault("database: is not empty; a hub is made in a new database")
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = create_keys(self.keys, spoken(5))
        write_secret(self._session_key, secrets.token_bytes(32))
        password = self.set_password(office)
        since_ms = 0 if office.demo else now_ms - EARLY_MS
        order = keys_order(self.keys, office.unit, now_ms, since_ms)
        if url:
            # It may hold the database's password.
            write_whole(self._url, url.encode(), mode=0o600)
        store = create_store(self.database)
        with store.writing() as connection:
            keep_order(connection, order, sign_order(order, made.root))
        store.close()
        return Secrets(password, made.passphrase, made.recovery.private_bytes_raw())

    def set_password(self, office: Office) -> str:
        """Write *office* with a new password, which is returned and kept nowhere."""
        password = spoken(4)
        body = asdict(replace(office, password=PasswordHasher().hash(password)))
        write_whole(self._office, json.dumps(body, ensure_ascii=False, indent=1).encode())
        return password


def spoken(groups: int) -> str:
    """A secret of *groups* of four letters, 20 bits each."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(groups))


def _office(body: Any, path: Path) -> Office:
    names = {field.name: bool if field.name == "demo" else str for field in fields(Office)}
    if not isinstance(body, dict) or set(body) != set(names):
        raise HubFault(f"{path}: expected exactly {', '.join(names)}")
    for name, kind in names.items():
        if type(body[name]) is not kind:
            raise HubFault(f"{path}: {name}: expected {kind.__name__}, got {body[name]!r}")
    try:
        ZoneInfo(body["timezone"])
    except (ZoneInfoNotFoundError, ValueError):
        raise HubFault(f"{path}: timezone: {body['timezone']!r} is no time zone (as Asia/Shanghai)") from None
    return Office(**body)
