"""Reports from the journal's file, read beside whoever writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from station import kinds
from station.journal_errors import JournalDamaged
from station.journal_reader import JournalReader
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


def shifts_began_ms(path: Path) -> tuple[int | None, int | None]:
    """When the shift before this one and this one began, by the journal at *path*; None where nobody was on duty.

    A shift begins when it is handed over, or when somebody signs in whom nobody handed over to.

    :raises JournalUnavailable: if there is no journal to read, or it is damaged.
    """
    reader = JournalReader(path)
    try:
        before_ms: int | None = None
        began_ms: int | None = None
        for noted in _entries(reader, path, (kinds.OPERATOR_SIGNED_IN, kinds.SHIFT_HANDED_OVER)):
            if noted.knows_time:
                before_ms, began_ms = began_ms, noted.at_ms
        return before_ms, began_ms
    finally:
        reader.close()


def _entries(reader: JournalReader, path: Path, wanted: tuple[str, ...]) -> Iterator[Noted]:
    try:
        for header, head in reader.headers(wanted):
            yield of_bytes(header, head)
    except ValueError as error:
        raise JournalDamaged(f"{path}: damaged ({error}); keep the file and call the technician") from error
