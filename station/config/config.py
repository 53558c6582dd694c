"""The station's settings as frozen values; station/config/file.py reads them, docs/settings.md lists every key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from station.config.devices import CameraTable, DecoderTable, SignalsTable, ThermometerTable, VoiceTable, WedgeTable
from station.config.tables import (
    ClockTable,
    DeskTable,
    HubTable,
    PathsTable,
    ReportTable,
    RetentionTable,
    RoundsTable,
    StationTable,
    WebTable,
)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything in the file."""

    station: StationTable
    paths: PathsTable = field(default_factory=PathsTable)
    clock: ClockTable = field(default_factory=ClockTable)
    web: WebTable = field(default_factory=WebTable)
    hub: HubTable = field(default_factory=HubTable)
    desk: DeskTable = field(default_factory=DeskTable)
    signals: SignalsTable = field(default_factory=SignalsTable)
    voice: VoiceTable = field(default_factory=VoiceTable)
    report: ReportTable = field(default_factory=ReportTable)
    rounds: RoundsTable = field(default_factory=RoundsTable)
    retention: RetentionTable = field(default_factory=RetentionTable)
    decoder: DecoderTable = field(default_factory=DecoderTable)
    thermometer: tuple[ThermometerTable, ...] = ()
    camera: tuple[CameraTable, ...] = ()
    wedge: tuple[WedgeTable, ...] = ()


TABLES: Mapping[str, type] = {
    "station": StationTable,
    "paths": PathsTable,
    "clock": ClockTable,
    "web": WebTable,
    "hub": HubTable,
    "desk": DeskTable,
    "signals": SignalsTable,
    "voice": VoiceTable,
    "report": ReportTable,
    "rounds": RoundsTable,
    "retention": RetentionTable,
    "decoder": DecoderTable,
}
LISTS: Mapping[str, type] = {"thermometer": ThermometerTable, "camera": CameraTable, "wedge": WedgeTable}
