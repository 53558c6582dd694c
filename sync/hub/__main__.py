"""The hub: made once with ``init``, gates let in with ``enrol``, orders issued with ``publish``, run with ``serve``."""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from station.wire.document import MAX_DOCUMENT
from station.wire.errors import WireError
from station.wire.keyring import Purpose, parse_keys
from station.wire.order import EVERY_STATION, OrderKind
from sync.errors import SyncError
from sync.hub import office_chain
from sync.hub.board import read_board
from sync.hub.errors import HubFault
from sync.hub.home import Home, Office
from sync.hub.keys import load_key
from sync.hub.keys_command import keys
from sync.hub.office_acts import ORDER_PUBLISHED, published
from sync.hub.orders import publish
from sync.hub.people_command import CONSOLE, account, program, unit
from sync.hub.played import played_clock
from sync.hub.stations import enrol, revoke

_STATE = click.option(
    "--state",
    "home",
    required=True,
    type=click.Path(path_type=Path),
    help="The hub's folder.",
    callback=lambda *a: Home(a[2]),
)


class _Commands(click.Group):
    """Shows a hub's faults as one line instead of a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SyncError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Commands)
def main() -> None:
    """The community's end of the road.  Every command's --help has an example."""


@main.command("init")
@_STATE
@click.option("--name", default="社区", help="Shown on the pages, as 幸福里社区.")
@click.option("--unit", default="community", help="The office's id, as orders name their issuer.")
@click.option("--timezone", default="Asia/Shanghai", show_default=True, help="Where days begin at midnight.")
@click.option("--database", default="", help="An empty PostgreSQL, as postgresql://USER@HOST/NAME.  [default: a file]")
@click.option("--demo", is_flag=True, help="Throw-away keys; every page says so.")
def init(home: Home, name: str, unit: str, timezone: str, database: str, demo: bool) -> None:
    """Make keys, database and password in a new folder; prints its secrets once, as JSON.

    Example: python -m sync.hub init --state /var/lib/hub --name 幸福里社区
    """
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise HubFault(f"--timezone: {timezone!r} is no time zone (as Asia/Shanghai)") from None
    made = home.create(Office(name, unit, timezone, demo, ""), _now_ms(), database)
    root = home.keys.root
    click.echo(
        f"The root key lies in {root}. It decides whom every gate believes: copy it to paper and a USB stick, keep\n"
        "them in different places, and delete the file. The hub does not need it.\n"
        "The password opens the pages. The seal passphrase opens names, ID numbers and phones; the recovery key does\n"
        "so when the passphrase is lost, and belongs on paper in a safe. All three are shown only now.",
        err=True,
    )
    public = load_key(root).public_key().public_bytes_raw().hex()
    shown = {
        "root_public": public,
        "root_key_file": str(root),
        "password": made.password,
        "seal_passphrase": made.passphrase,
        "recovery_key": made.recovery.hex(),
    }
    click.echo(json.dumps(shown))


@main.command("upgrade")
@_STATE
def upgrade(home: Home) -> None:
    """Bring the database to this program's form; make a backup first.  Stop every hub on it before.

    Example: python -m sync.hub upgrade --state /var/lib/hub
    """
    home.office()
    home.upgrade()


@main.command("backup-key")
@_STATE
@click.option("--to", required=True, type=click.Path(path_type=Path), help="The file for the key: print it, remove it.")
def backup_key(home: Home, to: Path) -> None:
    """Make the key that opens backups; the hub itself keeps only the half that makes them.  Prints that as JSON.

    Example: python -m sync.hub backup-key --state /var/lib/hub --to /media/usb/backup.key
    """
    from sync.hub.backup import make_backup_key

    home.office()
    public = make_backup_key(home, to)
    click.echo(f"Without {to} no backup can be opened: copy it to paper, and keep it away from the hub.", err=True)
    click.echo(json.dumps({"public": public}))


@main.command("backup")
@_STATE
@click.option("--to", required=True, type=click.Path(path_type=Path), help="The folder for backups.")
@click.option("--keep-days", default=30, show_default=True, help="Older ones there are removed.")
def backup_command(home: Home, to: Path, keep_days: int) -> None:
    """Write everything but the root key into one encrypted file, while the hub runs.  Prints its name as JSON.

    Example: python -m sync.hub backup --state /var/lib/hub --to /media/backups
    """
    from sync.hub.backup import backup

    click.echo(json.dumps({"file": str(backup(home, to, _now_ms(), keep_days))}))


@main.command("restore")
@_STATE
@click.option(
    "--from", "source", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The backup."
)
@click.option("--key-file", required=True, type=click.Path(path_type=Path), help="What backup-key made.")
@click.option("--database", default="", help="An empty PostgreSQL, as postgresql://USER@HOST/NAME.  [default: a file]")
def restore_command(home: Home, source: Path, key_file: Path, database: str) -> None:
    """Make a hub again from its backup, in a new folder; its gates send what it lacks.  Prints the rows as JSON.

    Example: python -m sync.hub restore --state /var/lib/hub --from hub-20201122T000000Z.backup --key-file backup.key
    """
    from sync.hub.backup import load_backup_key, restore

    click.echo(json.dumps(restore(home, source, load_backup_key(key_file), database)))


@main.command("forget")
@_STATE
@click.option("--days", default=30, show_default=True, type=click.IntRange(1), help="How long the parts are kept.")
def forget_command(home: Home, days: int) -> None:
    """Forget personal and sealed parts that came more than so many days ago; run it every night.

    Example: python -m sync.hub forget --state /var/lib/hub --days 30
    """
    from sync.hub.forget import forget

    store = home.open()
    forget(store, _now_ms(), days)
    store.close()


@main.command("password")
@_STATE
def password(home: Home) -> None:
    """Set a new password for the office's page; prints it once, as JSON, and ends every session at the next start.

    Example: python -m sync.hub password --state /var/lib/hub
    """
    click.echo(json.dumps({"password": home.set_password(home.office())}))


@main.command("enrol")
@_STATE
@click.option("--station", required=True, help="Its id, as in its station.toml.")
@click.option("--name", required=True, help="As people call the gate: 东门.")
@click.option("--public-key", required=True, help="The station's Ed25519 public key, 64 hex digits.")
@click.option("--unit", default="", help="The unit it belongs to.")
def enrol_command(home: Home, station: str, name: str, public_key: str, unit: str) -> None:
    """Let a gate in; prints its token once, as JSON.

    Example: python -m sync.hub enrol --state /var/lib/hub --station east --name 东门 --public-key HEX
    """
    try:
        key = bytes.fromhex(public_key)
    except ValueError:
        raise HubFault("--public-key: expected hex digits") from None
    with home.open().writing() as connection:
        token = enrol(connection, station, name, unit or home.office().unit, key, _now_ms())
    click.echo(json.dumps({"station": station, "name": name, "token": token}, ensure_ascii=False))


@main.command("invite")
@_STATE
@click.option("--station", required=True, help="Its id, as in its station.toml.")
@click.option("--name", required=True, help="As people call the gate: 东门.")
@click.option("--url", required=True, help="Where the gate reaches this hub: https://hub.example.cn")
@click.option("--unit", default="", help="The unit it belongs to.")
@click.option("--root-public", default="", help="The root public key, if root.key is not in keys/ any more.")
@click.option("--qr", type=click.Path(dir_okay=False, path_type=Path), help="Write the code here, as .svg or .png.")
def invite_command(home: Home, station: str, name: str, url: str, unit: str, root_public: str, qr: Path | None) -> None:
    """Show a code that lets one gate in, once, for 15 minutes; its text and the key's fingerprint as JSON.

    Example: python -m sync.hub invite --state /var/lib/hub --station east --name 东门 --url https://hub.example.cn
    """
    from station.wire.invitation import encode_invitation
    from sync.hub.enrolment import check_root, invite

    try:
        root = bytes.fromhex(root_public) or load_key(home.keys.root).public_key().public_bytes_raw()
    except ValueError:
        raise HubFault("--root-public: expected hex digits") from None
    check_root(home.open(), root)
    invited = invite(home.invitations, station, name, unit or home.office().unit, url, root, _now_ms())
    text = encode_invitation(invited)
    if qr is not None:
        import segno

        if qr.suffix not in (".svg", ".png"):
            raise HubFault(f"--qr: {qr}: expected a name that ends in .svg or .png")
        segno.make(text, error="m", micro=False).save(str(qr), scale=8, border=4)
    click.echo(json.dumps({"code": text, "fingerprint": invited.fingerprint, "until_ms": invited.until_ms}))


@main.command("revoke")
@_STATE
@click.option("--station", required=True, help="Whose token ends.")
def revoke_command(home: Home, station: str) -> None:
    """End a gate's token; what it sent stays.

    Example: python -m sync.hub revoke --state /var/lib/hub --station east
    """
    with home.open().writing() as connection:
        if not revoke(connection, station):
            raise HubFault(f"station: {station!r} is not known here")


@main.command("publish")
@_STATE
@click.option("--kind", required=True, type=click.Choice([str(kind) for kind in OrderKind]), help="What it is about.")
@click.option(
    "--content", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The file to sign."
)
@click.option("--audience", multiple=True, help="A station's id; several times for several.  [default: every station]")
@click.option("--base", type=int, help="For a roster that only changes another: that one's number.")
@click.option("--root-key", type=click.Path(path_type=Path), help="For --kind keys: the file with the root key.")
def publish_command(
    home: Home, kind: str, content: Path, audience: tuple[str, ...], base: int | None, root_key: Path | None
) -> None:
    """Sign a file as the next order of its kind; gates fetch it within seconds.  Prints its number as JSON.

    Example: python -m sync.hub publish --state /var/lib/hub --kind policy --content policy.toml
    """
    order_kind = OrderKind(kind)
    source = content.read_bytes()
    if len(source) > MAX_DOCUMENT // 2:
        raise HubFault(f"{content}: {len(source)} bytes, at most {MAX_DOCUMENT // 2}")
    if base is not None and order_kind is not OrderKind.ROSTER:
        raise HubFault("--base: only a roster can be a change to another")
    if order_kind is OrderKind.KEYS:
        key = load_key(root_key or home.keys.root)
        try:
            parse_keys(source)
        except WireError as error:
            raise HubFault(f"{content}: {error}") from None
    else:
        key = home.keys.signing_key(Purpose.ORDER)
    own, now_ms = home.office().unit, _now_ms()
    with home.open().writing() as connection:
        order = publish(connection, order_kind, source, audience or (EVERY_STATION,), own, key, now_ms, base)
        signer = home.keys.signing_key(Purpose.ORDER)
        office_chain.append(connection, own, signer, CONSOLE, ORDER_PUBLISHED, published(order), now_ms)
    click.echo(json.dumps({"kind": kind, "number": order.number, "sha256": order.sha256}))


main.add_command(keys)
main.add_command(account)
main.add_command(unit)
main.add_command(program)


@main.command("carry")
@_STATE
@click.argument("place", type=click.Path(file_okay=False, path_type=Path))
@click.option("--station", "stations", multiple=True, help="Also put on it what this gate needs; several times.")
@click.option("--every", type=click.IntRange(1, 3600), help="Again after so many seconds: for a shared folder.")
def carry(home: Home, place: Path, stations: tuple[str, ...], every: int | None) -> None:
    """Take in what a stick or shared folder brought, and put receipts and orders on it; prints what as JSON.

    Example: python -m sync.hub carry --state /var/lib/hub /media/stick --station east
    """
    if every is None:
        _carry(home, place, stations)
        return
    while True:
        try:
            _carry(home, place, stations)
        except (SyncError, OSError) as error:
            click.echo(f"carry: {error}; again in {every} s", err=True)
        # A stick or a shared folder tells nobody when it changes; an hour at most, and a signal ends it.
        time.sleep(every)


def _carry(home: Home, place: Path, stations: tuple[str, ...]) -> None:
    from sync.carriers.folder import CarryFolder
    from sync.hub.carry import Counter, hand_out, stations_on, take_in
    from sync.progress import progress

    folder, office, held = CarryFolder(place), home.office(), home.keys
    folder.prepare()
    counter = Counter(
        home.open(),
        held.transport_keys(),
        held.signing_key(Purpose.RECEIPT),
        _now_ms,
        office.zone,
    )
    boxes = folder.boxes()
    with progress("boxes", len(boxes)) as advance:
        taken = take_in(counter, folder, lambda: advance(1))
    for name, reason in taken.aside:
        click.echo(f"not taken in: {name}: {reason}", err=True)
    orders = hand_out(counter, folder, sorted({*stations_on(folder, boxes), *stations}))
    click.echo(json.dumps({"boxes": taken.boxes, "not_taken": len(taken.aside), "orders": orders}))


@main.command("board")
@_STATE
def board(home: Home) -> None:
    """Print what the office's page shows, as JSON.

    Example: python -m sync.hub board --state /var/lib/hub
    """
    from sync.hub.pages import board_body

    office = home.office()
    with home.open().reading() as connection:
        shown = read_board(connection, _now_ms(), office.zone, demo=office.demo)
    click.echo(json.dumps(board_body(shown), ensure_ascii=False))


@main.command("serve")
@_STATE
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8081, show_default=True, help="0 takes a free one; the log names it.")
@click.option("--behind-tls", is_flag=True, help="A proxy on this machine ends https for us.")
@click.option("--demo-start", help="In a demo: the moment its clock begins at, as 2020-11-22T00:00.")
@click.option("--demo-start-ns", type=int, help="In a demo: CLOCK_BOOTTIME at that moment.  [default: now]")
@click.option("--demo-rate", default=1.0, help="In a demo: how much faster than life its clock runs.")
@click.option("--demo-skipped", type=click.Path(path_type=Path), help="In a demo: the file with what it has left out.")
def serve(
    home: Home,
    host: str,
    port: int,
    behind_tls: bool,
    demo_start: str | None,
    demo_start_ns: int | None,
    demo_rate: float,
    demo_skipped: Path | None,
) -> None:
    """Answer gates and the office until stopped.

    Example: python -m sync.hub serve --state /var/lib/hub --port 8081
    """
    from sync.hub.server import serve_forever

    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
    office = home.office()
    now_ms, rate = _now_ms, 1.0
    if demo_start is not None:
        if not office.demo:
            raise HubFault("--demo-start: only a hub made with init --demo may play with the time")
        now_ms, rate = played_clock(demo_start, demo_start_ns, demo_rate, office.zone, demo_skipped), demo_rate
    serve_forever(home, office, now_ms, rate, host, port, behind_tls)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    main(prog_name="python -m sync.hub")
