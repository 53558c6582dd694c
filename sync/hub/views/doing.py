"""What a page needs to act for somebody: how much they see, the office's key, the chain that holds what they did."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import g
from sqlalchemy import Connection

from station.wire.keyring import Purpose
from station.wire.order import Order, OrderKind
from sync.hub.access.accounts import Account
from sync.hub.database.shelf import DAY_MS
from sync.hub.errors import HubFault
from sync.hub.office import chain as office_chain
from sync.hub.office.acts import ORDER_PUBLISHED, published
from sync.hub.office.orders import publish
from sync.hub.site import here
from sync.hub.unit.scope import Scope
from sync.hub.unit.tree import Tree
from sync.hub.unit.units import read_tree


def me() -> Account:
    """Who is in."""
    account: Account = g.account
    return account


def scope_of(connection: Connection, unit: str | None = None) -> Scope:
    """How much the account sees; with *unit* as much of it as stands below that.

    :raises HubFault: if *unit* is not in it.
    """
    tree, own = read_tree(connection), me().unit
    if unit and unit != own and not (unit in tree and _is_below(tree, unit, own)):
        raise HubFault(f"unit: {unit[:40]!r} is not one of yours")
    office = here().office
    return Scope(replace(tree, called={office.unit: office.name, **tree.called}), unit or own)


def order_key() -> Ed25519PrivateKey:
    """The key that orders and the office's chain are signed with.

    :raises HubFault: if this hub runs without keys.
    """
    return _key(Purpose.ORDER)


def pass_key() -> Ed25519PrivateKey:
    """The key that passes are signed with.

    :raises HubFault: if this hub runs without keys.
    """
    return _key(Purpose.PASS)


def make_room() -> None:
    """Before a transaction that writes what somebody typed."""
    here().store.make_room(here().now_ms() // DAY_MS)


def act(connection: Connection, kind: str, facts: dict[str, Any], typed: str = "") -> None:
    """Write into the office's chain what the account does."""
    site = here()
    office_chain.append(connection, site.office.unit, order_key(), me().name, kind, facts, site.now_ms(), typed)


def give_order(
    connection: Connection, kind: OrderKind, content: bytes, audience: tuple[str, ...], base: int | None = None
) -> Order:
    """Sign *content* as the next order of *kind* and write down who did.

    :raises HubFault: if it is for nobody.
    """
    if not audience:
        raise HubFault("order: there is no gate below your unit")
    site = here()
    order = publish(connection, kind, content, audience, site.office.unit, order_key(), site.now_ms(), base)
    act(connection, ORDER_PUBLISHED, published(order))
    return order


def _is_below(tree: Tree, unit: str, own: str) -> bool:
    if not own:
        return True
    return any(id_ == unit for _, id_ in tree.walk(own))


def _key(purpose: Purpose) -> Ed25519PrivateKey:
    keys = here().keys
    if keys is None:
        raise HubFault("keys: this hub runs without them; nothing can be signed")
    return keys.signing_key(purpose)
