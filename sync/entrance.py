"""Take the desk's request to be let in to the hub that the code names, and tell the desk what came of it.

The desk asks only after somebody has confirmed the hub's fingerprint (station/wire/entrance.py).  The token goes into
our own file and nowhere else.  What the desk is told comes last: broken off before, the gate is not let in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from station.wire.entrance import (
    ASKING,
    GIVEN,
    MAX_REQUEST,
    REFUSED,
    Outcome,
    Request,
    encode_address,
    encode_outcome,
    parse_address,
    parse_request,
)
from station.wire.errors import WireError
from sync.atomic import write_whole
from sync.carry import KEYS_FILE
from sync.enrol import NotEnrolled, understood
from sync.errors import HubRefused, HubUnavailable

log = logging.getLogger("sync")

#: Somebody stands before the screen and waits; a look is one stat.
LOOK_S = 0.5
#: A line that is away is tried again for as long as the desk leaves its request there, which is minutes.
RETRY_S = 5.0
ADDRESS_FILE, OUTCOME_FILE = "hub.json", "entrance.json"


@dataclass(frozen=True, slots=True)
class Door:
    """Where the desk's *request* lies, our own folder, and the token's file; *send* asks the hub at an address."""

    request: Path
    state: Path
    token_file: Path
    send: Callable[[str, bytes], bytes]


def enrolled_address(state: Path) -> str:
    """The hub that this gate was let in by, from the road's folder; empty if by none."""
    try:
        return parse_address((state / ADDRESS_FILE).read_bytes())
    except (OSError, WireError):
        return ""


def wait(door: Door, stop: Event) -> bool:
    """Look for requests until *stop* is set, or one was granted: whether one was."""
    answered = ""
    while not stop.wait(LOOK_S):
        request = _request(door.request)
        if request is None or request.id == answered:
            continue
        outcome = try_it(door, request)
        write_whole(door.state / OUTCOME_FILE, encode_outcome(outcome))
        if outcome.state == GIVEN:
            log.info("hub: this gate is let in")
            return True
        if outcome.state == REFUSED:
            answered = request.id
            log.warning("hub: this gate is not let in: %s", outcome.code)
        else:
            stop.wait(RETRY_S)
    return False


def try_it(door: Door, request: Request) -> Outcome:
    """Ask once; what was given is on the disk, but for the desk's part."""
    try:
        given = understood(door.send(request.url, request.body), request.station, request.root)
        write_whole(door.state / KEYS_FILE, given.keys)
        write_whole(door.state / ADDRESS_FILE, encode_address(request.url))
        write_whole(door.token_file, f"{given.token}\n".encode())
    except HubUnavailable as error:
        return Outcome(request.id, ASKING, error.code)
    except (HubRefused, NotEnrolled) as error:
        return Outcome(request.id, REFUSED, error.code)
    except OSError:
        return Outcome(request.id, REFUSED, "disk")
    return Outcome(request.id, GIVEN, "", given.root, given.keys)


def _request(path: Path) -> Request | None:
    try:
        with path.open("rb") as file:
            return parse_request(file.read(MAX_REQUEST))
    except (OSError, WireError):
        return None
