"""``station doctor``: the hub, the key files and the inbox of this station."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import urllib3
from urllib3.exceptions import HTTPError

from station.config.config import Config
from station.config.tables import HubTable
from station.doctor.doctor import Finding, Level, Machine
from station.enrolment.files import hub_address

#: A hub on a bad line still answers a small question in this time.
_HUB_S = 5.0
#: An answer of the hub is a line; a login page may be anything.
_MAX_ANSWER = 65_536
_NOT_ALLOWED = (401, 403)


def hub(config: Config, _machine: Machine) -> Iterator[Finding]:
    """Whether the hub answers, and knows our token."""
    table = replace(config.hub, url=hub_address(config))
    if not table.url:
        yield Finding("hub_none", Level.NOTE)
        return
    try:
        token = table.token_file.read_text(encoding="ascii").strip()
    except PermissionError:
        yield Finding("token_unreadable", Level.WARN, str(table.token_file))
        token = ""
    except (OSError, UnicodeDecodeError):
        yield Finding("token_missing", Level.BAD, str(table.token_file))
        return
    yield _ask(table, token)


def _ask(table: HubTable, token: str) -> Finding:
    url = table.url.rstrip("/")
    pool = urllib3.PoolManager(
        num_pools=1, retries=False, timeout=_HUB_S, ca_certs=None if table.ca_file is None else str(table.ca_file)
    )
    try:
        # A receipt is asked for and never written: the one request that changes nothing at the hub.
        answer = pool.request(
            "GET",
            f"{url}/api/v1/receipts/0",
            headers={"Authorization": f"Bearer {token}", "User-Agent": "checkpoint-station"},
            redirect=False,
            preload_content=False,
        )
        body = answer.read(_MAX_ANSWER)
        answer.close()
    except (HTTPError, OSError, ValueError) as error:
        return Finding("hub_unreachable", Level.WARN, url, {"why": _short(error)})
    if answer.status in _NOT_ALLOWED and token:
        return Finding("hub_refused", Level.BAD, url)
    ours = _is_ours(body)
    if not ours or answer.status >= 500:
        return Finding("hub_other", Level.WARN, url, {"why": str(answer.status)})
    return Finding("hub_ok", Level.OK, url) if token else Finding("hub_other", Level.NOTE, url, {"why": "no token"})


def _is_ours(body: bytes) -> bool:
    """Whether an answer is the hub's: JSON, or a signed document whose first line is."""
    try:
        return isinstance(json.loads(body.split(b"\n", 1)[0]), dict)
    except ValueError:
        return False


def _short(error: Exception) -> str:
    return str(getattr(error, "reason", error))[-120:]


def secrets(config: Config, _machine: Machine) -> Iterator[Finding]:
    """Files that nobody but their owner may read, and the settings, which may hold a password."""
    paths = config.paths
    files = [paths.key, paths.register, config.hub.token_file] if config.hub.url else [paths.key, paths.register]
    for path in files:
        found = _secret(path, 0o600)
        if found is not None:
            yield found
        elif path == paths.key:
            yield Finding("key_none", Level.NOTE)


def settings(_config: Config, machine: Machine) -> Iterator[Finding]:
    """The settings: root writes, the station reads, nobody else."""
    found = _secret(machine.config_file, 0o640)
    if found is not None and found.code == "secret_open":
        yield Finding("settings_open", Level.WARN, found.subject, found.gaps)


def _secret(path: Path, wanted: int) -> Finding | None:
    try:
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        return None
    except OSError:
        return Finding("secret_hidden", Level.NOTE, str(path))
    if mode & ~wanted & 0o077:
        return Finding("secret_open", Level.BAD, str(path), {"mode": f"{mode:04o}", "wanted": f"{wanted:04o}"})
    return Finding("secret_ok", Level.OK, str(path))


def inbox(config: Config, _machine: Machine) -> Iterator[Finding]:
    """The door for what drivers say: there, listened to, and closed to everybody else."""
    path = config.paths.inbox
    try:
        mode = path.stat().st_mode
    except OSError:
        yield Finding("inbox_missing", Level.WARN, str(path))
        return
    if stat.S_ISSOCK(mode) and mode & stat.S_IWOTH:
        yield Finding("inbox_open", Level.BAD, str(path), {"mode": f"{mode & 0o777:04o}"})
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        try:
            door.connect(str(path))
        except PermissionError:
            yield Finding("inbox_refused", Level.NOTE, str(path))
        except OSError:
            yield Finding("inbox_deaf", Level.BAD, str(path))
        else:
            yield Finding("inbox_ok", Level.OK, str(path))
