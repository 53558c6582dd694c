"""Reports from the journal's file, read beside whoever writes it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from station import kinds
from station.config import Config
from station.journal_reader import JournalDamaged, JournalReader
from station.report import (
    SURVEYED,
    Noted,
    Period,
    Report,
    Sent,
    day_period,
    make_report,
    newest,
    of_bytes,
    survey,
)
from station.report.sent import KINDS as SENT_KINDS

#: While the desk serves people a report gives way after so many entries (some 20 ms of work) …
BREATHE_AFTER = 1_000
#: … for so long.
BREATH_S = 0.02


def report_day(config: Config, path: Path, day: str, now_ms: int, breath_s: float = 0.0) -> Report:
    """The report of *day* (2020-11-22) from the journal at *path*.

    :raises ValueError: if *day* is no day, or has not begun.
    :raises JournalUnavailable: if there is no journal to read, or it is damaged.
    """
    return report_period(config, path, day_period(day, ZoneInfo(config.station.timezone), now_ms), breath_s)


def report_period(config: Config, path: Path, period: Period, breath_s: float = 0.0) -> Report:
    """The report of *period*; see :func:`report_day`."""
    reader = JournalReader(path)
    try:
        surveyed = survey(_entries(reader, path, SURVEYED))
        entries = _entries(reader, path, (), breath_s)
        zone = ZoneInfo(config.station.timezone)
        return make_report(reader.station(), period, zone, surveyed, entries, config.clock.rate == 1.0)
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


def shift_began_ms(path: Path) -> int | None:
    """When somebody last signed in, by the journal at *path*; None where nobody ever did.

    :raises JournalUnavailable: if there is no journal to read, or it is damaged.
    """
    reader = JournalReader(path)
    try:
        began_ms = None
        for noted in _entries(reader, path, (kinds.OPERATOR_SIGNED_IN,)):
            began_ms = noted.at_ms if noted.knows_time else began_ms
        return began_ms
    finally:
        reader.close()


def _entries(reader: JournalReader, path: Path, wanted: tuple[str, ...], breath_s: float = 0.0) -> Iterator[Noted]:
    try:
        for number, (header, head) in enumerate(reader.headers(wanted), 1):
            yield of_bytes(header, head)
            if breath_s and not number % BREATHE_AFTER:
                time.sleep(breath_s)
    except ValueError as error:
        raise JournalDamaged(f"{path}: damaged ({error}); keep the file and call the technician") from error
