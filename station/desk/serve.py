"""The desk's process: the wiring diagram, and nothing else."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from waitress.server import create_server

from drivers.events import Scan
from station import kinds
from station.clock import boottime_ns
from station.config.config import Config
from station.desk.desk import Desk
from station.desk.fitting import announcer, make_clock, make_outputs, with_decoder
from station.desk.gate import Gate
from station.desk.waking import (
    enrolment_of,
    forms_of,
    salvaged_ms,
    take_up,
    wake_lane,
    wake_offsets,
    wake_post,
)
from station.drafting import Drafting
from station.enrolment.files import hub_address
from station.inbox import Inbox, open_socket
from station.journal.draft import Draft
from station.journal.identity import Identity
from station.journal.recorder import Recorder
from station.journal.retention import Retention
from station.journal.salvage import open_journal
from station.keys import load_or_make, load_public, machine_id, seal_key
from station.lane.whois import salted
from station.notify import notify
from station.office.applied import Applied
from station.office.office import Office
from station.office.orders import Orders
from station.painted import Painted
from station.presence import anchor
from station.register import Register
from station.shift_sheets import ShiftSheets
from station.web.app import create_app
from station.wire.entry import ClockState

log = logging.getLogger(__name__)

#: Streams hold a thread each (12 at most); the rest answers presses and searches (DESIGN §7).
THREADS = 32
#: A poor card takes seconds for an fsync; one that takes longer than this hangs, and a restart may free it.
DISK_HANGS_S = 20.0
#: What a code is called that a scanner typed into the page: the device, and the kind of code, which nobody knows.
PAGE, TYPED = "page", "typed"

#: The states of the clock in which somebody knows what time it is.
_KNOWN = (ClockState.SYNCED, ClockState.RTC)


def serve(config: Config) -> None:
    """Run the desk until SIGTERM."""
    clock = make_clock(config)
    paths = config.paths
    paths.state.mkdir(parents=True, exist_ok=True)
    key, root = load_or_make(paths.key), load_public(paths.root)
    journal = open_journal(paths.journal, Identity(config.station.id, key, machine_id()), clock.moment)
    register = Register(paths.register)
    outputs = make_outputs(config)
    lane = wake_lane(config, journal)
    office = Office(
        lane.policy,
        register,
        Applied(paths.state / "applied"),
        Orders(paths.orders, config.station.id, root),
        paths.sync / "status.json",
        salted(os.urandom(16)),
        config.hub.has_road or bool(hub_address(config)),
    )
    outputs.announce(announcer(config), lambda: office.lists.spoken if clock.state() in _KNOWN else frozenset())
    missing = office.load({row[0]: row[1] for row in journal.rows("SELECT kind, sha256 FROM applied")})
    journal.seal_to(seal_key(office.keyring))
    office.seal_to = journal.seal_to
    lane.policy = office.policy
    restarted = journal.seq > 1
    take_up(lane, journal, office, clock.now_ms())
    gate = Gate(
        config,
        clock,
        lane,
        office,
        outputs,
        register,
        forms=forms_of(register, journal, office, clock, lane.new_id),
        offsets=wake_offsets(config, journal),
        post=wake_post(lane, journal, office),
        restarted=restarted,
        salvaged_ms=salvaged_ms(journal),
        enrolment=enrolment_of(config, key, root, office, lane.new_id),
    )
    desk = with_decoder(Desk(gate), config.decoder)
    zone = ZoneInfo(config.station.timezone)
    retention = Retention(journal, clock.moment, config.retention.days, config.retention.alone, zone)
    recorder = Recorder(journal, desk.deliver, desk.deliver, clock.now_ms, retention.step, desk.stop)
    office.receive = recorder.receive
    drafting = Drafting(paths.journal, config.station.timezone, config.clock.rate == 1.0, desk.deliver)
    desk.attach(recorder, lambda: feed(recorder), drafting.ask)
    started = Draft(kinds.SERVICE_STARTED, {"last_seq": journal.seq, "journal": 1})
    known = clock.state() in _KNOWN
    for draft in (started, *((anchor(clock.moment()),) if known else ()), *missing):
        lane.record(draft)
    inbox = Inbox(open_socket(paths.inbox), desk.arrived)
    painted, sheets = Painted(time.monotonic), ShiftSheets(config, clock.now_ms, time.monotonic)
    server = create_server(
        create_app(
            desk,
            now_ms=clock.now_ms,
            alive=painted.note,
            painted_s_ago=painted.s_ago,
            scanned=typed_scans(desk) if config.web.scanner_keys else None,
            shift_sheets=sheets.sheet,
        ),
        host=config.web.host,
        port=config.web.port,
        threads=THREADS,
        ident="station",
        connection_limit=100,
    )
    recorder.start()
    inbox.start()
    threading.Thread(target=server.run, name="web", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: desk.stop())
    notify("READY=1")
    log.info("desk: gate %s at http://%s:%s/gate", config.station.id, config.web.host, server.effective_port)
    try:
        desk.run()
    finally:
        notify("STOPPING=1")
        drafting.close()
        sheets.close()
        inbox.close()
        server.close()
        recorder.submit(Draft(kinds.SERVICE_STOPPED, {}), "stopped")
        recorder.close()
        outputs.close()
        journal.close()


def feed(recorder: Recorder) -> None:
    """Feed the watchdog, from the lane, as long as the disk answers too."""
    if recorder.busy_s() < DISK_HANGS_S:
        notify("WATCHDOG=1")


def typed_scans(desk: Desk) -> Callable[[bytes], None]:
    """Takes what a scanner typed into the page, as if a driver had read it."""
    return lambda payload: desk.arrived(Scan(PAGE, boottime_ns(), payload, TYPED))
