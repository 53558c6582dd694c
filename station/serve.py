"""The desk's process: the wiring diagram, and nothing else."""

from __future__ import annotations

import json
import logging
import os
import secrets
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from waitress.server import create_server

from drivers.events import Scan
from drivers.signals import open_signals
from drivers.signals_config import Backend, SignalsConfig
from drivers.spoken import Line
from drivers.voice import open_voice
from drivers.voice_config import VoiceConfig
from station import kinds, learned
from station.applied import Applied
from station.clock import Clock, boottime_ns, system_clock_state
from station.config import Config, DecoderTable, SignalsTable, VoiceTable
from station.decoder import Decoder, HttpService
from station.desk import Desk
from station.draft import Draft
from station.drafting import Drafting
from station.facts import Direction
from station.history import House
from station.inbox import Inbox, open_socket
from station.journal import Identity, Journal
from station.keys import load_or_make, load_public, machine_id, seal_key
from station.lane import Lane, Timing
from station.ledger import Ledger
from station.ledger_table import SELECT, moves
from station.notify import notify
from station.office import Office
from station.offsets import Offsets
from station.orders import Orders
from station.outputs import Outputs
from station.painted import Painted
from station.policy_file import parse_policy
from station.presence import anchor
from station.recorder import Recorder
from station.register import Register
from station.restore import restore, restore_brief
from station.retention import Retention
from station.salvage import open_journal
from station.screening import Screening
from station.web.app import create_app
from station.whois import salted
from station.wire.entry import ClockState, parse_header

log = logging.getLogger(__name__)

#: Streams hold a thread each (12 at most); the rest answers presses and searches (DESIGN §7).
THREADS = 32
#: A poor card takes seconds for an fsync; one that takes longer than this hangs, and a restart may free it.
DISK_HANGS_S = 20.0
#: Visits have whole numbers that a browser keeps exactly; two of 100,000 share one with a chance of one in a million.
MAX_ID = 2**53 - 1
#: What a code is called that a scanner typed into the page: the device, and the kind of code, which nobody knows.
PAGE, TYPED = "page", "typed"


def serve(config: Config) -> None:
    """Run the desk until SIGTERM."""
    clock = make_clock(config)
    paths = config.paths
    paths.state.mkdir(parents=True, exist_ok=True)
    key = load_or_make(paths.key)
    root = load_public(paths.root)
    journal = open_journal(paths.journal, Identity(config.station.id, key, machine_id()), clock.moment)
    register = Register(paths.register)
    outputs = make_outputs(config)
    lane = Lane(
        parse_policy(resources.files("station").joinpath("regimes/low.toml").read_text("utf-8")),
        lambda: str(secrets.randbelow(MAX_ID) + 1),
        make_timing(config),
        Direction(config.station.direction),
        ledger=Ledger(moves(tuple(row) for row in journal.rows(SELECT))),
        house=make_house(config),
    )
    office = Office(
        lane.policy,
        register,
        Applied(paths.state / "applied"),
        Orders(paths.orders, config.station.id, root),
        paths.sync / "status.json",
        salted(os.urandom(16)),
        config.hub.has_road,
    )
    missing = office.load({row[0]: row[1] for row in journal.rows("SELECT kind, sha256 FROM applied")})
    journal.seal_to(seal_key(office.keyring))
    office.seal_to = journal.seal_to
    lane.policy = office.policy
    lane.screening = Screening.of(learned.rows(journal.rows))
    restarted = journal.seq > 1
    take_up(lane, journal, office, clock.now_ms())
    lane.timezone, lane.offer_trip = config.station.timezone, config.desk.ask_trip
    offsets = Offsets(
        config.station.id,
        [one.calibration for one in config.thermometer if one.calibration is not None],
        {row[0]: json.loads(row[1]) for row in journal.rows("SELECT device, facts FROM calibrated")},
    )
    desk = with_decoder(
        Desk(config, clock, lane, office, outputs, register.search, register.count, offsets, register.plates),
        config.decoder,
    )
    zone = ZoneInfo(config.station.timezone)
    retention = Retention(journal, clock.moment, config.retention.days, config.retention.alone, zone)
    recorder = Recorder(journal, desk.deliver, desk.deliver, clock.now_ms, retention.step, desk.stop)
    office.receive = recorder.receive
    drafting = Drafting(paths.journal, config.station.timezone, config.clock.rate == 1.0, desk.deliver)
    desk.attach(recorder, restarted, lambda: feed(recorder), drafting.ask, salvaged_ms(journal))
    lane.record(Draft(kinds.SERVICE_STARTED, {"last_seq": journal.seq, "journal": 1}))
    if clock.state() in (ClockState.SYNCED, ClockState.RTC):
        lane.record(anchor(clock.moment()))
    for draft in missing:
        lane.record(draft)
    inbox = Inbox(open_socket(paths.inbox), desk.arrived)
    painted = Painted(time.monotonic)
    server = create_server(
        create_app(
            desk,
            now_ms=clock.now_ms,
            alive=painted.note,
            painted_s_ago=painted.s_ago,
            scanned=typed_scans(desk) if config.web.scanner_keys else None,
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
        inbox.close()
        server.close()
        recorder.submit(Draft(kinds.SERVICE_STOPPED, {}), "stopped")
        recorder.close()
        outputs.close()
        journal.close()


def take_up(lane: Lane, journal: Journal, office: Office, now_ms: int) -> None:
    """Put back into *lane* whoever rests, what is open, and what was counted, as the journal has it."""
    restore(
        lane,
        [tuple(row) for row in journal.rows("SELECT visit, tag, since_ms, facts, personal FROM waiting")],
        [
            tuple(row)
            for row in journal.rows("SELECT visit, opened_ms, cause, steps, personal FROM fever_case WHERE ended = 0")
        ],
        office.resident,
        now_ms,
    )
    restore_brief(
        lane,
        [tuple(row) for row in journal.rows("SELECT facts, personal FROM unfinished ORDER BY rowid")],
        [tuple(row) for row in journal.rows("SELECT epoch, seq, visit, at_ms FROM handed ORDER BY epoch, seq")],
    )


def salvaged_ms(journal: Journal) -> int | None:
    """When the chain began that goes on after a damaged file, None for any other."""
    (row,) = journal.rows("SELECT header FROM entry WHERE epoch = ? AND seq = 1", journal.epoch)
    header = parse_header(row[0])
    return header.at_ms if header.facts["reason"] == "salvage" else None


def feed(recorder: Recorder) -> None:
    """Feed the watchdog, from the lane, as long as the disk answers too."""
    if recorder.busy_s() < DISK_HANGS_S:
        notify("WATCHDOG=1")


def typed_scans(desk: Desk) -> Callable[[bytes], None]:
    """Takes what a scanner typed into the page, as if a driver had read it."""
    return lambda payload: desk.arrived(Scan(PAGE, boottime_ns(), payload, TYPED))


def make_clock(config: Config) -> Clock:
    """The station's clock; a demo's time is its own and so is known."""
    if not config.station.demo:
        return Clock(state=system_clock_state)
    start_ms = None
    if config.clock.start:
        zone = ZoneInfo(config.station.timezone)
        start_ms = int(datetime.fromisoformat(config.clock.start).replace(tzinfo=zone).timestamp() * 1000)
    return Clock(config.clock.rate, start_ms, config.clock.start_ns or None, state=lambda: ClockState.SYNCED)


def with_decoder(desk: Desk, table: DecoderTable) -> Desk:
    """*desk*, which asks the service of ``[decoder]`` for the colour of codes, if the settings name one."""
    if table.url:
        service = HttpService(table.url, table.app_id, table.secret_file, table.timeout_s)
        desk.decoder = Decoder(service, desk.seen)
    return desk


def make_timing(config: Config) -> Timing:
    """The lane's waits from the settings."""
    desk = config.desk
    return Timing(
        pairing_ms=desk.pairing_s * 1000,
        open_ms=desk.open_s * 1000,
        ask_ms=desk.ask_s * 1000,
        waiting_ms=desk.waiting_s * 1000,
    )


def make_house(config: Config) -> House:
    """How the pass ledger counts, from the settings."""
    zone = ZoneInfo(config.station.timezone)
    return House(
        config.station.only_gate,
        config.desk.short_trip_minutes * 60_000,
        lambda at_ms: datetime.fromtimestamp(at_ms / 1000, zone).toordinal(),
    )


def make_outputs(config: Config) -> Outputs:
    """Lamps, buzzer, gate and voice from the settings."""
    settings = signals_config(config.signals)
    voice = open_voice(voice_config(config.voice))
    return Outputs(
        lambda speak: open_signals(settings, after_burst=speak),
        voice,
        config.desk.gate_open_s,
    )


def signals_config(table: SignalsTable) -> SignalsConfig:
    """``[signals]`` as the driver wants it: 0 is no pin."""
    return SignalsConfig(
        backend=Backend(table.backend),
        red=table.red or None,
        amber=table.amber or None,
        green=table.green or None,
        buzzer=table.buzzer or None,
        gate=table.gate or None,
        gate_active_high=table.gate_active_high,
        volume_percent=table.volume,
        night_volume_percent=table.night_volume,
        trace=Path(table.trace) if table.trace else None,
    )


def voice_config(table: VoiceTable) -> VoiceConfig:
    """``[voice]`` as the driver wants it: without a player it stays silent."""
    return VoiceConfig(
        player="aplay" if table.enabled else "",
        folder=table.clips,
        languages=tuple(table.language.split("+")),
        lines=frozenset(Line),
        volume_percent=table.volume,
        night_volume_percent=table.night_volume,
    )
