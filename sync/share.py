"""The road over a shared folder of the local network: what a stick does by hand, again and again.

Runs where ``[hub] folder`` names the share.  A share that is not mounted is an empty folder on the gate's own card:
only one that the hub has prepared is written to.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

from station.journal.errors import JournalUnavailable
from sync.carriers.folder import CarryFolder
from sync.carry import Gate, carry_in, carry_out
from sync.errors import HubRefused, HubUnavailable, SyncError
from sync.status import Status

#: A fever is on the share within this time; a look is one listing and one query.
ROUND_S = 5.0


def run(gate: Gate, place: Path, status: Status, wall_ms: Callable[[], int], stop: Event) -> None:
    """Go to and fro until *stop* is set."""
    while not stop.is_set():
        turn(gate, place, status, wall_ms())
        stop.wait(ROUND_S)


def turn(gate: Gate, place: Path, status: Status, now_ms: int) -> bool:
    """Once in and out; whether the share could be used.  How it went stands in *status*."""
    try:
        folder = CarryFolder(place)
        if not folder.marked:
            raise HubUnavailable("folder", f"{place}: the hub's share is not there; is it mounted?")
        if carry_in(gate, folder).receipts:
            status.receipt(now_ms)
        carry_out(gate, folder)
    except JournalUnavailable:
        # The desk is down: nothing new to carry, and nothing to say about the road.
        return False
    except HubRefused as error:
        _fail(status, now_ms, error)
        return False
    except (SyncError, OSError) as error:
        status.offline(now_ms, "folder", f"{place}: {error}")
        return False
    status.ok(now_ms)
    return True


def _fail(status: Status, now_ms: int, error: HubRefused) -> None:
    # A missing folder or key is waited for like a missing line; what a person must see to is refused.
    if error.code in {"no_folder", "no_keys"}:
        status.offline(now_ms, error.code, str(error))
    else:
        status.refused(now_ms, error.code, str(error))
