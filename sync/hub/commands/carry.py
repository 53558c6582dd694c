"""``station hub carry``: sticks, and a folder that is shared with gates."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from station.wire.keyring import Purpose
from sync.errors import SyncError
from sync.hub.commands.options import now_ms, state_option
from sync.hub.home import Home

#: Between two looks into a shared folder: no gate's receipts and orders wait there for more than an hour.
_PAUSE_S = click.IntRange(1, 3_600)


@click.command("carry")
@state_option
@click.argument("place", type=click.Path(file_okay=False, path_type=Path))
@click.option("--station", "stations", multiple=True, help="Also put on it what this gate needs; several times.")
@click.option("--every", type=_PAUSE_S, help="Again after so many seconds: for a shared folder.")
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
        # A stick or a share of the network tells nobody when it changes: an hour at most, and a signal ends it.
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
        now_ms,
        office.zone,
    )
    boxes = folder.boxes()
    with progress("boxes", len(boxes)) as advance:
        taken = take_in(counter, folder, lambda: advance(1))
    for name, reason in taken.aside:
        click.echo(f"not taken in: {name}: {reason}", err=True)
    orders = hand_out(counter, folder, sorted({*stations_on(folder, boxes), *stations}))
    click.echo(json.dumps({"boxes": taken.boxes, "not_taken": len(taken.aside), "orders": orders}))
