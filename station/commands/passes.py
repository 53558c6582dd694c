"""``station pass``: the office's gate passes, from issue to revocation.  Run where the office's keys are."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from station.commands.credential import of_station
from station.commands.output import json_option, write_json
from station.commands.pass_list import list_rows
from station.credential import gate_pass, pass_book, pass_request, pass_sheet, revocations
from station.credential.describe import verify_command
from station.credential.own_keys import bundle
from station.credential.pass_book import IssuedPass
from station.credential.result import Now
from station.credential.trust import TrustStore
from station.errors import StationError
from station.keys import load_private
from station.roster.passes import KnownPass, encode_passes
from station.wire import keyring
from station.wire.canonical import canonical
from station.wire.document import key_id
from station.wire.order import EVERY_STATION, Order, OrderKind, sign_order

#: A list of revoked passes is shown as stale when no newer one came for so long.
STALE_AFTER_DAYS = 7
DAY_MS = 86_400_000
_FOREVER_MS = 2**62
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_ANY = click.Path(dir_okay=False, path_type=Path)
_key = click.option(
    "--key", "key_file", required=True, type=_EXISTING, help="The office's pass key: HUB/keys/pass.key."
)
_timezone = click.option("--timezone", default="Asia/Shanghai", show_default=True, help="For days without a time.")
_book = click.option("--book", required=True, type=_EXISTING, help="The book of issued passes, or a file of codes.")
_ids = click.option("--id", "ids", multiple=True, help="A pass, by the number on it or its beginning; several times.")
_name = click.option("--name", default="", help="The holder's name.")
_household = click.option("--household", default="", help="As in the roster: 3-2-501.")


class PassCommandError(StationError, ValueError):
    """What was asked for cannot be done; the message says what to change."""

    code = "pass_command"


@click.group("pass")
def passes() -> None:
    """Gate passes: issue, print, look at, revoke."""


@passes.command()
@_key
@click.option("--site", type=int, required=True, help="Your site's number: on every pass.")
@_name
@_household
@click.option("--last4", default="", help="The last four of the ID number; never more.")
@click.option("--purpose", default="", help="resident, worker, official, visitor, or a number of your list.")
@click.option("--ways", default="", help="both, out or in.  [default: both]")
@click.option("--from", "begin", default="", help="A day or a time, 2020-11-30T08:00.  [default: now]")
@click.option("--until", default="", help="A day (to its end) or a time.")
@click.option("--minutes-out", default="", help="The longest time outside.")
@click.option("--outings", default="", help="Outings a day; of people from outside: entries.")
@click.option("--plates", default="", help="Up to three number plates, with commas.")
@click.option("--list", "rows_file", type=_EXISTING, help="CSV of holders; the options above fill its gaps.")
@click.option("--book", type=_ANY, required=True, help="The book to which the passes are added; made if it is new.")
@_timezone
@json_option
def issue(
    key_file: Path,
    site: int,
    name: str,
    household: str,
    last4: str,
    purpose: str,
    ways: str,
    begin: str,
    until: str,
    minutes_out: str,
    outings: str,
    plates: str,
    rows_file: Path | None,
    book: Path,
    timezone: str,
    out: Path | None,
) -> None:
    """Issue one pass, or one for every line of a list: all or none.

    Example: station pass issue --key hub/keys/pass.key --site 1 --name 何伟 --household 3-2-501 --last4 2205
    --purpose resident --until 2020-12-31 --minutes-out 120 --outings 2 --book passes.book
    """
    common = {
        "name": name,
        "household": household,
        "last4": last4,
        "purpose": purpose,
        "ways": ways,
        "from": begin,
        "until": until,
        "minutes_out": minutes_out,
        "outings": outings,
        "plates": plates,
    }
    issuing = pass_request.Issuing(site, _zone(timezone), time.time_ns() // 1_000_000_000)
    rows = {1: common} if rows_file is None else list_rows(rows_file, common)
    if rows_file is None:
        made = [pass_request.request(common, issuing, os.urandom(8))]
    else:
        made, broken = pass_request.request_many(rows, issuing, lambda: os.urandom(8))
        for fault in broken:
            click.echo(f"{rows_file.name} line {fault.line}: {fault.problem}", err=True)
        if not made:
            raise PassCommandError(f"{rows_file}: no pass was issued; mend what is named above and try again")
    key = load_private(key_file)
    issued = [IssuedPass(claims, gate_pass.issue(claims, key)) for claims in made]
    _add_to_book(book, issued)
    write_json(out, [_body(one) for one in issued])
    for one in issued:
        click.echo(f"{one.claims.pass_id.hex()}  {one.claims.name}  {one.claims.household or ''}".rstrip())
    click.echo(f"{book}: station pass print --book {book} --out passes.html")


@passes.command("print")
@_book
@_ids
@_name
@_household
@click.option("--form", type=click.Choice([str(form) for form in pass_sheet.Form]), default="a6", show_default=True)
@click.option("--issuer", default="", help="Stands in the head: 幸福里社区.")
@click.option("--language", type=click.Choice(pass_sheet.LANGUAGES), default="zh-Hans", show_default=True)
@click.option(
    "--png", type=click.Path(file_okay=False, path_type=Path), help="Also each code as a picture, in this folder."
)
@click.option("--out", "page_file", type=_ANY, required=True, help="The page: open it in a browser and print.")
@_timezone
def print_(
    book: Path,
    ids: tuple[str, ...],
    name: str,
    household: str,
    form: str,
    issuer: str,
    language: str,
    png: Path | None,
    page_file: Path,
    timezone: str,
) -> None:
    """Make one page of all passes in a book, or of some: A6 sheets, four on A4, receipts, or for a phone.

    Example: station pass print --book passes.book --form r80 --issuer 幸福里社区 --out passes.html
    """
    chosen = _chosen(book, ids, name, household)
    page = pass_sheet.page(chosen, pass_sheet.Form(form), issuer, _zone(timezone), language)
    _write_private(page_file, page.encode())
    if png is not None:
        png.mkdir(parents=True, exist_ok=True)
        for one in chosen:
            _write_private(png / f"{one.claims.pass_id.hex()}.png", pass_sheet.png(one.code))
    large = [one for one in chosen if int(pass_sheet.code_of(one.code).version) > pass_sheet.SMALL_VERSION]
    click.echo(f"{page_file}: {len(chosen)} passes")
    for one in large:
        click.echo(f"  {one.claims.pass_id.hex()}: a larger code than usual; it is read from nearer")


@passes.command()
@click.option("--list", "list_file", type=_ANY, required=True, help="The list of revoked passes; made if it is new.")
@click.option("--book", type=_EXISTING, help="The book in which they are found; ended passes then leave the list.")
@_ids
@_name
@_household
@click.option("--key", "key_file", type=_EXISTING, help="The office's order key: sign the list, too.")
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
    held = _revocations(list_file)
    revoked = {held.ids[at : at + revocations.ID_BYTES] for at in range(0, len(held.ids), revocations.ID_BYTES)}
    if book is not None:
        everyone = _read_book(book)
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
    _write_private(list_file, content)
    found: dict[str, Any] = {"number": number, "revoked": len(after), "new": len(fresh - revoked)}
    if key_file is not None:
        order = Order(OrderKind.REVOCATIONS, number, audience or (EVERY_STATION,), issuer, now_ms, content)
        target = (orders or list_file.parent) / f"order-revocations-{number:012d}.doc"
        _write_private(target, sign_order(order, load_private(key_file)))
        found["order"] = str(target)
    write_json(out, found)
    click.echo(f"{list_file}: number {number}, {len(after)} passes revoked, {found['new']} of them new")
    click.echo(found.get("order") or f"station hub publish --kind revocations --content {list_file}")


@passes.command()
@_book
@_ids
@_name
@_household
@json_option
def show(book: Path, ids: tuple[str, ...], name: str, household: str, out: Path | None) -> None:
    """Say what stands on passes, whoever signed them; whether they count, ``verify`` says.

    Example: station pass show --book passes.book --id 4f1a
    """
    chosen = _chosen(book, ids, name, household)
    write_json(out, [_body(one) for one in chosen])
    for one in chosen:
        for field, value in _body(one).items():
            if field != "code" and value not in (None, "", []):
                click.echo(f"{field}: {value}")
        click.echo()


@passes.command()
@_book
@_ids
@_name
@_household
@click.option("--config", "config_file", type=_EXISTING, help="Judge as this station would.")
@click.option("--key", "key_file", type=_EXISTING, help="Or by the office's own pass key.")
@click.option("--list", "list_file", type=_EXISTING, help="And by this list of revoked passes.")
@click.option("--at-ms", type=int, help="Judge at this time.  [default: now]")
@json_option
def verify(
    book: Path,
    ids: tuple[str, ...],
    name: str,
    household: str,
    config_file: Path | None,
    key_file: Path | None,
    list_file: Path | None,
    at_ms: int | None,
    out: Path | None,
) -> None:
    """Say what passes are worth; status 0 only if every one of them is valid.

    Example: station pass verify --book passes.book --key hub/keys/pass.key --list revoked.json
    """
    if (config_file is None) == (key_file is None):
        raise PassCommandError("give --config or --key, and one of them only: whose signature counts?")
    trust = of_station(config_file) if config_file is not None else _own_trust(key_file)
    if list_file is not None:
        trust = trust.with_revocations(_revocations(list_file))
    now = Now(time.time_ns() // 1_000_000 if at_ms is None else at_ms)
    found = []
    for one in _chosen(book, ids, name, household):
        verdict = verify_command(one.code.encode(), trust, now, time.perf_counter_ns)
        found.append({"id": one.claims.pass_id.hex(), **verdict})
        click.echo(f"{one.claims.pass_id.hex()}  {verdict['verdict']}  {verdict['reason']}")
    write_json(out, found)
    sys.exit(0 if all(one["verdict"] == "valid" for one in found) else 1)


@passes.command()
@_book
@click.option("--list", "list_file", type=_EXISTING, help="Leave out what is on this list of revoked passes.")
@click.option("--out", "content_file", type=_ANY, required=True, help="Where the order's content goes.")
def order(book: Path, list_file: Path | None, content_file: Path) -> None:
    """Make the list of all passes in force, by which a gate finds the pass of somebody who left it at home.

    Example: station pass order --book passes.book --list revoked.json --out passes.order
    """
    now_ms = time.time_ns() // 1_000_000
    revoked = revocations.NONE_YET if list_file is None else _revocations(list_file)
    in_force = [
        one.claims
        for one in _read_book(book)
        if one.claims.pass_id not in revoked and one.claims.expires_s * 1000 > now_ms
    ]
    known = [
        KnownPass(
            claims.pass_id,
            claims.not_before_s * 1000,
            claims.expires_s * 1000,
            holder=claims.name or "",
            leave=claims.leave,
            enter=claims.enter,
            minutes_out=claims.max_minutes_out,
            outings_a_day=claims.entries_allowed,
        )
        for claims in in_force
    ]
    _write_private(content_file, encode_passes(known))
    click.echo(f"{content_file}: {len(known)} passes; station hub publish --kind passes --content {content_file}")


def _chosen(book: Path, ids: tuple[str, ...], name: str, household: str) -> list[IssuedPass]:
    everyone = _read_book(book)
    if not everyone:
        raise PassCommandError(f"{book}: holds no passes")
    return pass_book.find(everyone, ids, name, household) if ids or name or household else everyone


def _read_book(book: Path) -> list[IssuedPass]:
    try:
        return pass_book.parse_book(book.read_text("utf-8"))
    except UnicodeDecodeError:
        raise PassCommandError(f"{book}: is no text; a book is made by station pass issue") from None


def _add_to_book(book: Path, issued: list[IssuedPass]) -> None:
    """Whole or not at all: a book that was cut in the middle of a line would lose the passes before it."""
    before = book.read_text("utf-8") if book.exists() else ""
    _write_private(book, (before + "".join(map(pass_book.line_of, issued))).encode())


def _write_private(path: Path, content: bytes) -> None:
    """*content* into *path*, whole or not at all, readable by its owner alone: names stand in it."""
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _revocations(path: Path) -> revocations.Revocations:
    if not path.exists():
        return revocations.Revocations(0, 0, 0)
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise PassCommandError(f"{path}: no list of revoked passes; it is made by station pass revoke")
    return revocations.parse(document)


def _whole_id(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != revocations.ID_BYTES:
        raise PassCommandError(f"--id: {text!r}: expected all 16 hex digits, or --book to look up a part of them")
    return found


def _own_trust(key_file: Path | None) -> TrustStore:
    public = load_private(key_file or Path()).public_key()
    record = keyring.KeyRecord(key_id(public), keyring.Purpose.PASS, public.public_bytes_raw(), (), 0, _FOREVER_MS)
    return TrustStore().with_bundle(bundle(keyring.KeyRing((record,)), 1, 0, _FOREVER_MS))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise PassCommandError(f"--timezone: {name!r} is no time zone (as Asia/Shanghai)") from None


def _body(one: IssuedPass) -> dict[str, Any]:
    claims = one.claims
    return {
        "id": claims.pass_id.hex(),
        "site": claims.site,
        "name": claims.name,
        "household": claims.household,
        "last4": claims.id_last4,
        "purpose": claims.purpose,
        "ways": "both" if claims.leave and claims.enter else "out" if claims.leave else "in",
        "from": _iso(claims.not_before_s),
        "until": _iso(claims.expires_s),
        "minutes_out": claims.max_minutes_out,
        "outings": claims.entries_allowed,
        "plates": list(claims.plates),
        "version": str(pass_sheet.code_of(one.code).designator),
        "code": one.code,
    }


def _iso(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, ZoneInfo("UTC")).isoformat()
