"""Names in full of whoever a page lists masked: visitors' from what was sealed, residents' from the roster."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Connection

from station.errors import StationError
from station.roster.content import Snapshot, decode_roster
from station.wire.order import OrderKind
from sync.hub.custody.names import name_in
from sync.hub.database.recent import recent
from sync.hub.office.orders import in_force
from sync.hub.people.whereabouts import LOOK_BACK_MS
from sync.hub.unit.scope import Scope


def full_names(connection: Connection, scope: Scope, keys: Sequence[X25519PrivateKey], now_ms: int) -> dict[str, str]:
    """Names by what the gates' ledgers call people (``r:`` and an id), as far as *keys* open them."""
    found = {}
    order = in_force(connection, OrderKind.ROSTER, scope)
    if order is not None:
        try:
            roster = decode_roster(order.content)
            if isinstance(roster, Snapshot):
                found = {f"r:{person.id}": person.name for person in roster.residents}
        except StationError:
            found = {}  # from a newer program; the masked names stay
    for entry in recent(connection, scope.gates, ("visitor.registered",), now_ms - LOOK_BACK_MS):
        name = name_in(entry.sealed, keys, entry.station, entry.epoch, entry.seq)
        if name:
            found[f"r:v:{entry.facts.get('registration')}"] = name
    return found
