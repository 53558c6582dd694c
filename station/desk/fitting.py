"""From the settings to the parts of a desk: its clock, its lane's waits, its outputs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from drivers.signals import open_signals
from drivers.signals_config import Backend, SignalsConfig
from drivers.spoken import Line
from drivers.voice import open_voice
from drivers.voice_config import VoiceConfig
from station.clock import Clock, Skipped, system_clock_state
from station.config.config import Config
from station.config.devices import DecoderTable, SignalsTable, VoiceTable, unspoken
from station.decoder import Decoder, HttpService
from station.desk.announcing import Announcer
from station.desk.desk import Desk
from station.desk.outputs import Outputs
from station.lane.timing import Timing
from station.ledger.history import House
from station.notebook.round_times import RoundTimes, minutes
from station.wire.entry import ClockState


def make_clock(config: Config) -> Clock:
    """The station's clock; a demo's time is its own and so is known."""
    if not config.station.demo:
        return Clock(state=system_clock_state)
    start_ms = None
    if config.clock.start:
        zone = ZoneInfo(config.station.timezone)
        start_ms = int(datetime.fromisoformat(config.clock.start).replace(tzinfo=zone).timestamp() * 1000)
    skipped = (lambda: 0) if config.clock.skipped is None else Skipped(config.clock.skipped)
    start_ns = config.clock.start_ns or None
    return Clock(config.clock.rate, start_ms, start_ns, state=lambda: ClockState.SYNCED, skipped_ms=skipped)


def with_decoder(desk: Desk, table: DecoderTable) -> Desk:
    """*desk*, which asks the service of ``[decoder]`` for the colour of codes, if the settings name one."""
    if table.url:
        service = HttpService(table.url, table.app_id, table.secret_file, table.timeout_s)
        desk.use_decoder(Decoder(service, desk.seen))
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


def make_rounds(config: Config) -> RoundTimes:
    """By when rounds are due, from the settings."""
    rounds = config.rounds
    usual = RoundTimes()
    morning, evening = minutes(rounds.morning), minutes(rounds.evening)
    return RoundTimes(
        minutes(rounds.disinfect),
        rounds.supplies_days,
        usual.morning if morning is None else morning,
        usual.evening if evening is None else evening,
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
        map(Line, unspoken(config.voice.unspoken_at_night)),
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


def announcer(config: Config) -> Announcer:
    """When the notices that are to be spoken are announced: ``[voice] notices_*``."""
    table = config.voice
    zone = ZoneInfo(config.station.timezone)
    return Announcer(zone, table.notices_from, table.notices_to, table.notices_every_minutes)


def voice_config(table: VoiceTable) -> VoiceConfig:
    """``[voice]`` as the driver wants it: without a player it stays silent."""
    return VoiceConfig(
        player="aplay" if table.enabled else "",
        folder=table.clips,
        languages=tuple(table.language.split("+")),
        lines=frozenset(Line) - set(unspoken(table.unspoken)),
        volume_percent=table.volume,
        night_volume_percent=table.night_volume,
    )
