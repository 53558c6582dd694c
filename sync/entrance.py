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

from station.atomic import write_whole
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
    """Where the desk's ``request`` lies, our own folder, the token's file, and the ``root`` key that the desk pins.

    ``send`` asks the hub at an address; ``has_road`` says that there is a hub to talk to already.
    """

    request: Path
    state: Path
    token_file: Path
    root: Path
    send: Callable[[str, bytes], bytes]
    has_road: bool = False


def enrolled_address(state: Path) -> str:
    """The hub that this gate was let in by, from the road's folder; empty if by none."""
    try:
        return parse_address((state / ADDRESS_FILE).read_bytes())
    except (OSError, WireError):
        return ""


def wait(door: Door, stop: Event) -> bool:
    """Look for requests until *stop* is set, or the desk has pinned what one was granted: whether it has."""
    answered, given = "", False
    while not stop.wait(LOOK_S):
        # A power cut may have come between the hub's answer and the desk's last file.
        if (given or not door.has_road) and door.root.exists() and enrolled_address(door.state):
            return True
        request = _request(door.request)
        if request is None or request.id == answered:
            continue
        outcome = try_it(door, request)
        write_whole(door.state / OUTCOME_FILE, encode_outcome(outcome))
        if outcome.state == ASKING:
            stop.wait(RETRY_S)
            continue
        answered, given = request.id, outcome.state == GIVEN
        log.info("hub: this gate is %s", "let in" if given else f"not let in ({outcome.code})")
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
