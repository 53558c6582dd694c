"""``station credential trust``: foreign lists on their way from their publishers to a gate."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from station.commands.settings import config_option
from station.config.file import load
from station.config.tables import PathsTable
from station.credential import revocations
from station.credential.own_keys import bundle
from station.credential.trust import HOUR_MS, Bundle, Purpose, TrustStore
from station.credential.trust_document import TrustDocumentError
from station.credential.trust_document import parse as parse_bundle
from station.credential.trust_lists import KeyList, from_certificates, from_did, from_jwks
from station.credential.trust_order import decode_trust, encode_trust
from station.keys import load_public
from station.office.applied import Applied
from station.office.office import NEVER_STALE_MS
from station.office.orders import OrderRefused, Orders
from station.policy.file import parse_policy
from station.wire.canonical import parse
from station.wire.document import MAX_DOCUMENT
from station.wire.keyring import parse_keys
from station.wire.order import Order, OrderKind, open_order

_folder = click.Path(exists=True, file_okay=False, path_type=Path)
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY_MS = 24 * HOUR_MS
#: What may be brought by hand; all else about codes comes with the office's keys.
_BROUGHT = (OrderKind.TRUST, OrderKind.REVOCATIONS)


@click.group()
def trust() -> None:
    """Lists of foreign signers: build the order, bring it to a gate, see what is in force."""


@trust.command()
@click.option("--certificates", nargs=2, multiple=True, type=(str, _folder), help="NAME FOLDER of European signers.")
@click.option("--authorities", nargs=2, multiple=True, type=(str, _folder), help="NAME FOLDER of ICAO's authorities.")
@click.option("--did", nargs=2, multiple=True, type=(str, _file), help="NAME did.json of the WHO or New Zealand.")
@click.option("--jwks", nargs=3, multiple=True, type=(str, str, _file), help="NAME ISSUER-URL jwks.json.")
@click.option("--bundle", "bundles", multiple=True, type=_file, help="A prepared bundle.")
@click.option("--number", type=click.IntRange(1), required=True, help="Of the bundles; never goes back.")
@click.option("--stale-days", type=click.IntRange(1, 3650), default=30, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The content of the order.")
def build(
    certificates: tuple[tuple[str, Path], ...],
    authorities: tuple[tuple[str, Path], ...],
    did: tuple[tuple[str, Path], ...],
    jwks: tuple[tuple[str, str, Path], ...],
    bundles: tuple[Path, ...],
    number: int,
    stale_days: int,
    out: Path,
) -> None:
    """Make the content of a trust order from published lists: all that shall count, since the order is a snapshot.

    Example: station credential trust build --did who did.json --certificates dcc certs/ --number 7 --out trust.json,
    then station hub publish --kind trust --content trust.json
    """
    lists: list[tuple[str, KeyList]] = []
    lists += [(name, from_certificates(_each(folder))) for name, folder in certificates]
    lists += [(name, from_certificates(_each(folder), Purpose.VDS_NC)) for name, folder in authorities]
    lists += [(name, from_did(_object(file))) for name, file in did]
    lists += [(name, from_jwks(issuer, _object(file))) for name, issuer, file in jwks]
    now_ms = time.time_ns() // 1_000_000
    made = [Bundle(name, number, now_ms, now_ms + stale_days * DAY_MS, found.keys) for name, found in lists]
    made += [parse_bundle(_object(file)) for file in bundles]
    out.write_bytes(encode_trust(made))
    for name, found in lists:
        click.echo(f"{name}: {len(found.keys)} keys, {found.unread} could not be read")


@trust.command("import")
@click.argument("file", type=_file)
@config_option
def import_(file: Path, config_file: Path) -> None:
    """Drop the signed order in FILE into a station that has no line; the desk takes it up within a second.

    Example: station credential trust import /media/usb/order-trust-000000000007.doc
    """
    config = load(config_file)
    orders = _orders(config.paths, config.station.id)
    if file.stat().st_size > MAX_DOCUMENT:
        raise TrustDocumentError(f"{file}: larger than {MAX_DOCUMENT} bytes")
    source = file.read_bytes()
    order = open_order(source, orders.keys_for(OrderKind.TRUST))
    if order.kind not in _BROUGHT:
        raise OrderRefused(
            "order_unknown", f"{file}: an order of the kind {order.kind}; expected {', '.join(_BROUGHT)}"
        )
    name = f"order-{order.kind}-{order.number:012d}.doc"
    fresh = config.paths.orders / f"{name}.new"
    with fresh.open("wb") as written:
        written.write(source)
        written.flush()
        os.fsync(written.fileno())
    fresh.replace(config.paths.orders / name)
    click.echo(f"{name}: handed to the desk")


@trust.command()
@config_option
def show(config_file: Path) -> None:
    """Say which lists this station has in force, how many keys each has, and from when on it is too old.

    Example: station credential trust show
    """
    config = load(config_file)
    store = station_trust(config.paths, config.station.id)
    for name, held in sorted(store.bundles.items()):
        until = "never" if held.stale_after_ms == NEVER_STALE_MS else _date(held.stale_after_ms)
        click.echo(f"{name}: number {held.number}, {len(held.keys)} keys, of {_date(held.issued_at_ms)}, stale {until}")
    click.echo(f"revoked passes: number {store.revocations.number}, {len(store.revocations)}")


def station_trust(paths: PathsTable, station: str) -> TrustStore:
    """The keys, lists and limits that the desk with these *paths* has in force.

    :raises StationError: if one of its orders cannot be used.
    """
    orders = _orders(paths, station)
    applied = Applied(paths.state / "applied")

    def in_force(kind: OrderKind) -> Order | None:
        return applied.load(kind, orders.keys_for(kind))

    store = TrustStore()
    if (keys := in_force(OrderKind.KEYS)) is not None:
        store = store.with_bundle(bundle(parse_keys(keys.content), keys.number, keys.at_ms, NEVER_STALE_MS))
    if (revoked := in_force(OrderKind.REVOCATIONS)) is not None:
        store = store.with_revocations(revocations.parse(parse(revoked.content)))
    if (lists := in_force(OrderKind.TRUST)) is not None:
        store = store.with_foreign(*decode_trust(lists.content))
    if (policy := in_force(OrderKind.POLICY)) is not None:
        store = store.with_limits(parse_policy(policy.content.decode("utf-8")).proofs)
    return store


def read_bundle(file: Path) -> Bundle:
    """The prepared bundle in *file*.

    :raises StationError: if it is none.
    """
    return parse_bundle(_object(file))


def _orders(paths: PathsTable, station: str) -> Orders:
    orders = Orders(paths.orders, station, load_public(paths.root))
    keys = Applied(paths.state / "applied").load(OrderKind.KEYS, orders.keys_for(OrderKind.KEYS))
    if keys is not None:
        orders.keyring = parse_keys(keys.content)
    return orders


def _each(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.read_bytes()


def _object(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise TrustDocumentError(f"{file}: not JSON: {error}") from None
    if not isinstance(value, dict):
        raise TrustDocumentError(f"{file}: expected a JSON object")
    return value


def _date(at_ms: int) -> str:
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError):
        return "never"
