"""``station pass revoke``: the list of passes that count no more."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from station.commands.output import json_option, write_json
from station.commands.pass_errors import PassCommandError
from station.commands.pass_files import read_book, read_revocations, write_private
from station.commands.pass_options import ANY, EXISTING, household_option, ids_option, name_option
from station.credential import pass_book, revocations
from station.keys import load_private
from station.wire.canonical import canonical
from station.wire.order import EVERY_STATION, Order, OrderKind, sign_order

#: A list of revoked passes is shown as stale when no newer one came for so long.
STALE_AFTER_DAYS = 7
DAY_MS = 86_400_000


@click.command()
@click.option("--list", "list_file", type=ANY, required=True, help="The list of revoked passes; made if it is new.")
@click.option("--book", type=EXISTING, help="The book in which they are found; ended passes then leave the list.")
@ids_option
@name_option
@household_option
@click.option("--key", "key_file", type=EXISTING, help="The office's order key: sign the list, too.")
@click.option("--number", type=int, help="With --key: the number of the order.  [default: the list's own]")
@click.option("--issuer", default="community", show_default=True, help="With --key: which office.")
@click.option("--audience", multiple=True, help="With --key: a gate's id.  [default: every gate]")
@click.option(
    "--orders", type=click.Path(file_okay=False, path_type=Path), help="With --key: the folder for the order."
)
@json_option
def revoke(
    list_file: Path,
    book: Path | None,
    ids: tuple[str, ...],
    name: str,
    household: str,
    key_file: Path | None,
    number: int | None,
    issuer: str,
    audience: tuple[str, ...],
    orders: Path | None,
    out: Path | None,
) -> None:
    """Put passes on the list of revoked ones, under its next number; gates get it as an order.

    Example: station pass revoke --list revoked.json --book passes.book --name 何伟 --household 3-2-501
    """
    now_ms = time.time_ns() // 1_000_000
    held = read_revocations(list_file)
    revoked = {held.ids[at : at + revocations.ID_BYTES] for at in range(0, len(held.ids), revocations.ID_BYTES)}
    if book is not None:
        everyone = read_book(book)
        fresh = {one.claims.pass_id for one in pass_book.find(everyone, ids, name, household)}
        ended = {one.claims.pass_id for one in everyone if one.claims.expires_s * 1000 < now_ms - DAY_MS}
    elif name or household:
        raise PassCommandError("--name and --household: need the --book in which to look them up")
    else:
        fresh, ended = {_whole_id(text) for text in ids}, set()
    if not fresh:
        raise PassCommandError("nothing to revoke: give --id, or --book with --name or --household")
    number = max(held.number + 1, number or 0)
    after = revocations.of(number, now_ms, now_ms + STALE_AFTER_DAYS * DAY_MS, (revoked | fresh) - ended)
    content = canonical(revocations.document(after))
    write_private(list_file, content)
    found: dict[str, Any] = {"number": number, "revoked": len(after), "new": len(fresh - revoked)}
    if key_file is not None:
        order = Order(OrderKind.REVOCATIONS, number, audience or (EVERY_STATION,), issuer, now_ms, content)
        target = (orders or list_file.parent) / f"order-revocations-{number:012d}.doc"
        write_private(target, sign_order(order, load_private(key_file)))
        found["order"] = str(target)
    write_json(out, found)
    click.echo(f"{list_file}: number {number}, {len(after)} passes revoked, {found['new']} of them new")
    click.echo(found.get("order") or f"station hub publish --kind revocations --content {list_file}")


def _whole_id(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != revocations.ID_BYTES:
        raise PassCommandError(f"--id: {text!r}: expected all 16 hex digits, or --book to look up a part of them")
    return found
