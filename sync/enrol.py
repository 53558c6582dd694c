"""Let this gate into a community by the code that its hub shows.

Nothing is asked of the hub before a person has confirmed the fingerprint, and nothing is written before its answer was
found to fit: the root key has that fingerprint and signed the ``keys`` order.  ``root.pub`` comes last and makes the
gate an enrolled one; broken off before, the gate is as it was but for a token that nobody uses.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.atomic import write_whole
from station.wire.canonical import is_hex, parse
from station.wire.entrance import entrance_body, fitting_keys
from station.wire.errors import WireError
from station.wire.invitation import Invitation
from station.wire.order import OrderKind
from sync.carry import KEYS_FILE
from sync.errors import SyncError


class NotEnrolled(SyncError, RuntimeError):
    """The gate was not let in; nothing was pinned.  The message says what to do."""

    code = "not_enrolled"


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate to be let in: its id and name, its key, and where what it is given goes."""

    station: str
    name: str
    key: Ed25519PrivateKey
    root: Path
    token_file: Path
    orders: Path
    state: Path


@dataclass(frozen=True, slots=True)
class Given:
    """What the hub gave, found to fit."""

    token: str
    root: bytes
    keys: bytes
    number: int


def check(invitation: Invitation, gate: Gate) -> None:
    """Make sure that *invitation* can be meant for *gate*; whether it is over the hub knows better than our clock.

    :raises NotEnrolled: if it cannot.
    """
    if gate.root.exists():
        raise NotEnrolled(f"{gate.root}: this gate belongs to a community already; remove the file to begin anew")
    if invitation.station != gate.station:
        raise NotEnrolled(f"the code is for the gate {invitation.station!r}, and this is {gate.station!r}")


def ask(invitation: Invitation, gate: Gate, send: Callable[[bytes], bytes]) -> Given:
    """Use the code: *send* takes the request to the hub and brings its answer.

    :raises HubRefused: if the hub says no.
    :raises NotEnrolled: if its answer does not fit the code.
    """
    return understood(send(entrance_body(invitation, gate.name, gate.key)), gate.station, invitation.root)


def understood(answer: bytes, station: str, mark: str) -> Given:
    """What the hub's *answer* gives to *station*, whose code has the *mark* of the hub's root key.

    :raises NotEnrolled: if it does not fit the code.
    """
    try:
        body = parse(answer.rstrip())
        if body.get("station") != station or not is_hex(body.get("root_public"), 32):
            raise WireError("another station, or no root key")
        root, keys = bytes.fromhex(body["root_public"]), base64.b64decode(body["keys"], validate=True)
        order = fitting_keys(root, mark, keys)
        return Given(str(body["token"]), root, keys, order.number)
    except (WireError, ValueError, KeyError, TypeError) as error:
        raise NotEnrolled(f"the hub's answer does not fit its code ({error}); nothing was written") from None


def settle(given: Given, gate: Gate) -> None:
    """Write what was given, whole file by whole file, what pins the hub last.

    :raises OSError: if that fails; what makes the gate an enrolled one is not there then.
    """
    _write(gate.token_file, f"{given.token}\n".encode(), 0o640)
    _write(gate.state / KEYS_FILE, given.keys, 0o640)
    _write(gate.orders / f"order-{OrderKind.KEYS}-{given.number:012d}.doc", given.keys, 0o640)
    _write(gate.root, f"{given.root.hex()}\n".encode(), 0o644)


def _write(path: Path, content: bytes, mode: int) -> None:
    """*content* in *path*, belonging to whom its folder belongs: a technician is root, desk and road are not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content, mode)
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
