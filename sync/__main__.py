"""The sync agent: carries the journal to the hub and brings receipts and orders back.

python -m sync --config station.toml, and python -m sync carry out|in|both FOLDER where there is no line
"""

from __future__ import annotations

import argparse
import logging
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from station.journal.reader import JournalReader
from sync.agent import Agent, Clock
from sync.carriers.https import HttpsCarrier
from sync.entrance import Door, wait
from sync.errors import HubRefused, SyncError
from sync.places import places_of, read_token
from sync.status import Status

log = logging.getLogger("sync")

#: What is under way may end; a request that hangs is let go, as everything on disk is whole at any moment.
_LAST_WORDS_S = 2.0
#: A gate's settings, as every other command looks for them.
CONFIG = Path("/etc/station/station.toml")


def main(arguments: list[str] | None = None) -> int:
    """Run the agent until SIGTERM; the exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["carry"]:
        from sync.carry_command import carry

        carry.main(words[1:], prog_name="station carry")
    if words[:1] == ["enrol"]:
        from sync.enrol_command import enrol

        enrol.main(words[1:], prog_name="station enrol")
    parser = _parser()
    parsed = parser.parse_args(words)
    named = (parsed.journal, parsed.orders, parsed.state, parsed.url, parsed.token_file)
    if parsed.config is None and not any((*named, parsed.ca_file)):
        parsed.config = CONFIG
    if parsed.config is None and None in named:
        parser.error("give --config, or all of --journal, --orders, --state, --url and --token-file")
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
    try:
        if parsed.config is not None and (share := _share(parsed.config)) is not None:
            return share(parsed.once)
        # Let in by a code, a gate may have another hub than before: it begins anew, with what it was given.
        while (status := _to_hub(parsed)) is None:
            pass
    except (SyncError, ValueError, OSError) as error:
        print(f"sync: {error}", file=sys.stderr)
        return 2
    return status


def _to_hub(parsed: argparse.Namespace) -> int | None:
    """The road to the hub there is, or the wait for one: the exit status, None once the gate was let in by a code."""
    places = places_of(parsed)
    for folder in (places.orders, places.state):
        folder.mkdir(parents=True, exist_ok=True)
    road = None
    if places.url:
        carrier = HttpsCarrier(places.url, lambda: read_token(places.token_file), places.ca_file)
        minute = _minute_in(places.timezone)
        clock = Clock(time.monotonic, _wall_ms, random.Random().random, places.longest_wait_s, minute)
        # Whoever sends by hand does not wait for the night.
        night = None if parsed.once else places.night
        agent = Agent(JournalReader(places.journal), carrier, places.orders, places.state, clock, night)
        if parsed.once:
            return _once(agent)
        road = agent.run
    if places.request is None or places.root is None:
        return _run(road or _idle)
    files = (places.request, places.state, places.token_file, places.root)
    door = Door(*files, lambda url, body: _ask(url, body, places.ca_file), road is not None)
    let_in = threading.Event()

    def watch(stop: threading.Event) -> None:
        if wait(door, stop):
            let_in.set()

    status = _run(road or _idle, watch)
    return None if let_in.is_set() else status


def _ask(url: str, body: bytes, ca_file: Path | None) -> bytes:
    # No token yet; the code in the body is what lets in.
    return HttpsCarrier(url, lambda: "none", ca_file).enrol(body)


def _idle(stop: threading.Event) -> None:
    """The road of a gate that no hub has let in yet."""
    stop.wait()


def _share(config_file: Path) -> Callable[[bool], int] | None:
    """How to go on where the settings name a shared folder instead of an address; takes whether it is for once."""
    from station.config.file import load
    from sync import share
    from sync.carry import Gate

    config = load(config_file)
    place, paths = config.hub.folder, config.paths
    if place is None:
        return None
    if config.hub.url:
        raise HubRefused("two_roads", f"{config_file}: [hub] names a url and a folder; keep one", whole_road=True)
    for folder in (paths.orders, paths.sync):
        folder.mkdir(parents=True, exist_ok=True)
    gate = Gate(JournalReader(paths.journal), paths.orders, paths.sync, paths.root)
    status = Status(paths.sync / "status.json")

    def go(once: bool) -> int:
        if once:
            return 0 if share.turn(gate, place, status, _wall_ms()) else 1
        return _run(lambda stop: share.run(gate, place, status, _wall_ms, stop))

    return go


def _run(*roads: Callable[[threading.Event], None]) -> int:
    """Each of *roads* in a thread of its own, until one of them ends or SIGTERM; 1 if one failed."""
    stop, failed = threading.Event(), threading.Event()

    def work(road: Callable[[threading.Event], None]) -> None:
        try:
            road(stop)
        except Exception:
            log.exception("sync: ended by a fault")
            failed.set()
        finally:
            stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    # Daemons, so that an answer that never comes cannot keep the process from ending.
    workers = [threading.Thread(target=work, args=(road,), daemon=True) for road in roads]
    for worker in workers:
        worker.start()
    stop.wait()
    for worker in workers:
        worker.join(_LAST_WORDS_S)
    return int(failed.is_set())


def _once(agent: Agent) -> int:
    done = threading.Event()
    everything = agent.turn(done)
    done.set()
    agent.run(done)
    return 0 if everything and agent.status.state == "ok" else 1


def _minute_in(timezone: str) -> Callable[[], int]:
    zone = ZoneInfo(timezone)

    def minute() -> int:
        now = datetime.now(zone)
        return now.hour * 60 + now.minute

    return minute


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sync",
        description="Carry the journal to the hub, and receipts and orders back, until stopped; status 2 if it cannot.",
        epilog="example: python -m sync --config /etc/station/station.toml --once",
    )
    parser.add_argument("--config", type=Path, help=f"station.toml, instead of the six below  [default: {CONFIG}]")
    parser.add_argument("--journal", type=Path, help="journal.db")
    parser.add_argument("--orders", type=Path, help="folder for receipts and orders")
    parser.add_argument("--state", type=Path, help="folder for cursor.json and status.json")
    parser.add_argument("--url", help="the hub, as https://hub.example")
    parser.add_argument("--token-file", type=Path, help="the token from enrolment")
    parser.add_argument("--ca-file", type=Path, help="the hub's own certificate authority, PEM")
    parser.add_argument("--once", action="store_true", help="send what there is and end; status 1 if not all went")
    return parser


if __name__ == "__main__":
    sys.exit(main())
