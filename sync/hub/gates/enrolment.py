"""Let one gate in by a code that is shown: a token that works once, for minutes, and lies here only as its hash.

An invitation is a row by the token's SHA-256: the token is 128 random bits, so that nobody finds it from that.  Using
it up is deleting the row in the transaction that lets the gate in, whichever of several hubs is asked: of two that come
at once one finds it gone.  A gate that loses the answer is shown a new code.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, delete, func, insert, select

from station.wire.canonical import canonical, is_hex, parse
from station.wire.document import key_id, split_document
from station.wire.errors import WireError
from station.wire.invitation import Invitation, root_mark, verify_entrance
from station.wire.order import OrderKind
from sync.hub.database.store import Store
from sync.hub.database.tables import invitation as invitations
from sync.hub.errors import HubFault, Refusal
from sync.hub.gates.stations import check_id, enrol
from sync.hub.office.orders import newest_document

#: Long enough to walk from the office to the gate, too short for a photograph of the screen to travel.
LASTS_MS = 15 * 60_000
#: A request is three short fields.
MAX_REQUEST = 2_000
#: More gates than a community lets in on one day.
_MAX_OPEN = 100


@dataclass(frozen=True, slots=True)
class Welcome:
    """What a gate is told: its id, the transport token, the root key and the newest ``keys`` order."""

    station: str
    token: str
    root: bytes
    keys: bytes

    def body(self) -> bytes:
        """As the answer to a request."""
        keys = base64.b64encode(self.keys).decode()
        return canonical({"station": self.station, "token": self.token, "root_public": self.root.hex(), "keys": keys})


def invite(
    connection: Connection, station: str, name: str, unit: str, url: str, root: bytes, now_ms: int
) -> Invitation:
    """Keep an invitation for *station*; those that are over go.

    :raises HubFault: if too many are open, or *station* is no id.
    """
    check_id(station)
    connection.execute(delete(invitations).where(invitations.c.until_ms < now_ms))
    kept = connection.execute(select(func.count()).select_from(invitations)).scalar_one()
    if kept >= _MAX_OPEN:
        raise HubFault(f"enrol: {kept} invitations are open; wait until they end")
    token, until_ms = secrets.token_urlsafe(16), now_ms + LASTS_MS
    body = {"station": station, "name": name, "unit": unit, "root": root, "until_ms": until_ms}
    connection.execute(insert(invitations), {"token_sha256": _digest(token), **body})
    return Invitation(station, url, token, root_mark(root), until_ms)


def admit(store: Store, source: bytes, now_ms: int) -> Welcome:
    """Use up the invitation whose token the request *source* has; the gate is known afterwards.

    :raises Refusal: if the request makes no sense, or its token is unknown, over or used up.
    """
    token, public, name, signature = _request(source)
    # The digest is what is looked up, so how long that takes says nothing of the token.
    this = (invitations.c.token_sha256 == _digest(token), invitations.c.until_ms >= now_ms)
    with store.reading() as connection:
        if connection.execute(select(invitations.c.station).where(*this)).first() is None:
            raise _unknown()
    try:
        verify_entrance(signature, token, name, Ed25519PublicKey.from_public_bytes(public))
    except InvalidSignature:
        raise Refusal("proof", "enrol: the request is not signed with the key that it names") from None
    with store.writing() as connection:
        invited = connection.execute(delete(invitations).where(*this).returning(*invitations.c)).one_or_none()
        if invited is None:
            raise _unknown()
        given = enrol(connection, invited.station, invited.name or name, invited.unit, public, now_ms)
        keys = newest_document(connection, OrderKind.KEYS) or b""
    return Welcome(invited.station, given, bytes(invited.root), keys)


def check_root(store: Store, root: bytes) -> None:
    """Make sure that *root* signed the ``keys`` order in force: a gate would believe nothing else of this hub.

    :raises HubFault: if it did not.
    """
    with store.reading() as connection:
        document = newest_document(connection, OrderKind.KEYS)
    if document is None or split_document(document).key != key_id(Ed25519PublicKey.from_public_bytes(root)):
        raise HubFault("--root-public: this key did not sign the keys order in force here")


def _request(source: bytes) -> tuple[str, bytes, str, bytes]:
    try:
        body = parse(source)
    except WireError as error:
        raise Refusal("enrol", f"enrol: cannot be understood ({error})") from None
    token, public, name, signature = (body.get(part) for part in ("token", "public_key", "name", "signature"))
    if not (isinstance(token, str) and isinstance(name, str) and len(name) <= 40 and len(token) <= 64):
        raise Refusal("enrol", "enrol: expected token, public_key, name and signature")
    if not (is_hex(public, 32) and is_hex(signature, 64)):
        raise Refusal("enrol", "enrol: public_key or signature is none")
    return token, bytes.fromhex(str(public)), name, bytes.fromhex(str(signature))


def _unknown() -> Refusal:
    # One answer for all, so that guessing tells nothing.
    return Refusal(
        "invitation", "enrol: this code is not open: unknown, used or over; have the hub show a new one", 403
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
