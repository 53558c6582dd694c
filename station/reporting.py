"""Reports from the journal's file, read beside whoever writes it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from station import kinds
from station.duty.relief import STAND_IN
from station.duty.rota import RotaError, parse_rota
from station.journal.errors import JournalDamaged
from station.journal.reader import JournalReader
from station.report import (
    DEED_KINDS,
    SHIFT_KINDS,
    SURVEYED,
    Noted,
    Period,
    Report,
    Sent,
    Shift,
    ShiftReport,
    day_period,
    deeds,
    make_report,
    newest,
    of_bytes,
    shifts,
    survey,
)
from station.report.sent import KINDS as SENT_KINDS
from station.wire.errors import WireError
from station.wire.order import OrderKind, read_order

log = logging.getLogger(__name__)


def report_day(path: Path, zone: ZoneInfo, day: str, now_ms: int, steady: bool = True) -> Report:
    """The report of *day* (2020-11-22) from the journal at *path*; *steady* as in ``make_report``.

    :raises ValueError: if *day* is no day, or has not begun.
    :raises JournalUnavailable: if there is no journal to read, or it is damaged.
    """
    return report_period(path, zone, day_period(day, zone, now_ms), steady)


def report_period(path: Path, zone: ZoneInfo, period: Period, steady: bool = True) -> Report:
    """The report of *period*; see :func:`report_day`."""
    reader = JournalReader(path)
    try:
        surveyed = survey(_entries(reader, path, SURVEYED))
        return make_report(reader.station(), period, zone, surveyed, _entries(reader, path, ()), steady)
    finally:
        reader.close()


def sent_reports(path: Path) -> dict[str, Sent]:
    """The newest version that went out of each day, by the journal at *path*.

    :raises JournalUnavailable: if there is no journal to read, or it is damaged.
    """
    reader = JournalReader(path)
    try:
        return newest(_entries(reader, path, SENT_KINDS))
    finally:
        reader.close()


def read_shifts(path: Path) -> list[Shift]:
    """The shifts that the journal at *path* tells of, oldest first.

    :raises JournalUnavailable: if there is no journal to read, or it is damaged.
    """
    reader = JournalReader(path)
    try:
        return shifts(_entries(reader, path, SHIFT_KINDS), survey(_entries(reader, path, SURVEYED)))
    finally:
        reader.close()


def report_shift(path: Path, zone: ZoneInfo, period: Period, shift: Shift | None, steady: bool = True) -> ShiftReport:
    """The report of *shift*, which was in *period*, or of a period that is nobody's shift; see :func:`report_day`."""
    reader = JournalReader(path)
    try:
        surveyed = survey(_entries(reader, path, SURVEYED))
        made = make_report(reader.station(), period, zone, surveyed, _entries(reader, path, ()), steady)
        return ShiftReport(made, deeds(period, surveyed, _entries(reader, path, DEED_KINDS)), shift)
    finally:
        reader.close()


def duty_names(path: Path) -> dict[str, str]:
    """The names of those on duty by their ids: of the rota in force beside the journal at *path*, and of its entries.

    A stand-in has the id of all of them, and so is named by ``id@at_ms``, when they took over.  Whoever is neither on
    the rota any more nor within the retention has no name here.

    :raises JournalUnavailable: if there is no journal to read.
    """
    names: dict[str, str] = {}
    rota = path.with_name("applied") / f"{OrderKind.ROTA}.doc"
    try:
        if rota.exists():
            names = {one.id: one.name for one in parse_rota(read_order(rota.read_bytes()).content).operators.values()}
    except (WireError, RotaError) as error:
        # Names are a courtesy; the report is right without them.
        log.warning("report: %s: %s; people on duty are shown by their ids", rota, error)
    reader = JournalReader(path)
    try:
        for header, personal in reader.with_personal((kinds.OPERATOR_SIGNED_IN, kinds.SHIFT_HANDED_OVER)):
            name = json.loads(personal).get("name", "") if personal else ""
            if name:
                noted = of_bytes(header, b"")
                id = str(noted.facts.get("operator", noted.actor))
                names[f"{id}@{noted.at_ms}" if id == STAND_IN else id] = name
    finally:
        reader.close()
    return names


def _entries(reader: JournalReader, path: Path, wanted: tuple[str, ...]) -> Iterator[Noted]:
    try:
        for header, head in reader.headers(wanted):
            yield of_bytes(header, head)
    except ValueError as error:
        raise JournalDamaged(f"{path}: damaged ({error}); keep the file and call the technician") from error
