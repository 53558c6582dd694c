"""``station report``: the figures of a day, a shift or now, as a file or as a text for a chat."""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from station.commands.output import write_output
from station.commands.settings import config_option
from station.config.config import Config
from station.config.file import load
from station.papers.head import Head
from station.papers.layout import lay_out
from station.papers.paper import Paper
from station.papers.shift_paper import lay_out_shift
from station.papers.words import words
from station.papers.write import WRITERS
from station.report import (
    Period,
    Report,
    Sent,
    ShiftReport,
    chosen_shift,
    day_before,
    day_of,
    day_period,
    local,
    shift_period,
)
from station.reporting import duty_names, read_shifts, report_day, report_shift, sent_reports
from station.web import words as screen
from station.web.words import LANGUAGES

#: Formats that no terminal shows.
_BINARY = ("xlsx", "pdf")


@click.command()
@click.argument("form", type=click.Choice(["daily", "zero", "shift", "now"]))
@click.option("--day", help="Which day, as 2020-11-22; by default the last one that is over.")
@click.option("--shift", "at", help="The shift that was on duty at that time, as 2020-11-22T08:00: with shift.")
@click.option("--since", help="With shift: from that time until now, whoever was on duty.")
@click.option("--previous", is_flag=True, help="The shift before, whole: with shift.")
@click.option("--list", "listed", is_flag=True, help="Only say which shifts there were: with shift.")
@click.option("--format", "kind", type=click.Choice([*WRITERS, "json"]), default="txt", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write, whole or not at all.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
@config_option
def report(
    form: str,
    day: str | None,
    at: str | None,
    since: str | None,
    previous: bool,
    listed: bool,
    kind: str,
    out: Path | None,
    language: str,
    config_file: Path,
) -> None:
    """Report a day (daily, or zero: only if nothing happened), this shift, or the figures now.

    The journal is read beside the desk, which goes on.

    Example: station report daily --day 2020-11-22 --format pdf --out 2020-11-22.pdf
    """
    if day is not None and form in ("shift", "now"):
        raise click.UsageError(f"--day: goes with daily and zero, not with {form}")
    wishes = {"--shift": at, "--since": since, "--previous": previous or None, "--list": listed or None}
    named = [name for name, wish in wishes.items() if wish is not None]
    if named and (form != "shift" or len(named) > 1):
        raise click.UsageError(f"{' and '.join(named)}: goes with shift, one of them at a time")
    config = load(config_file)
    now_ms = _now_ms(config)
    if listed:
        _list_shifts(config)
        return
    if form == "shift":
        report = _shift(config, at, since, previous, now_ms)
        made, content = report.made, _written_shift(config, report, kind, language, now_ms)
    else:
        made = _of_day(config, form, day, now_ms)
        if form == "zero" and not made.is_zero:
            raise click.ClickException(f"{made.period.day} is no zero report; ask for the daily report")
        content = _written(config, form, made, kind, language, now_ms)
    if out is None and kind in _BINARY:
        out = Path(f"{form}-{config.station.id}-{made.period.day}.{kind}")
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        write_output(out, content)
        click.echo(f"{out}: {len(content)} bytes")


def _written(config: Config, form: str, made: Report, kind: str, language: str, now_ms: int) -> bytes:
    if kind == "json":
        return json_of(made)
    sent = sent_reports(config.paths.journal).get(made.period.day) if form in ("daily", "zero") else None
    head = make_head(config, "daily" if form == "zero" else form, made, sent, now_ms)
    return WRITERS[kind](lay_out(made, head, words(language)))


def _written_shift(config: Config, report: ShiftReport, kind: str, language: str, now_ms: int) -> bytes:
    return json_of(report) if kind == "json" else WRITERS[kind](shift_paper(config, report, language, now_ms))


def shift_paper(config: Config, report: ShiftReport, language: str, now_ms: int) -> Paper:
    """*report* laid out with the names of those who were on duty."""
    head = make_head(config, "shift", report.made, None, now_ms)
    return lay_out_shift(report, head, words(language), screen.load(language))


def json_of(made: Report | ShiftReport) -> bytes:
    """The figures of *made* and their digest."""
    return (json.dumps(made.body() | {"sha256": made.sha256()}, ensure_ascii=False, indent=1) + "\n").encode()


def make_head(config: Config, form: str, made: Report, sent: Sent | None, now_ms: int) -> Head:
    """What stands around the figures of *made*; *sent* is the version of it that went out, if one did."""
    station = config.station
    same = sent is not None and sent.sha256 == made.sha256()
    version = 1 if sent is None else sent.version if same else sent.version + 1
    return Head(
        form,
        station.name,
        ZoneInfo(station.timezone),
        now_ms,
        station.community,
        "draft" if sent is None else sent.state if same else "changed",
        version,
        sent.prepared_by if sent is not None and same else "station",
        sent.checked_by if sent is not None and same else "",
        sent is not None and sent.late,
        station.demo,
        names=duty_names(config.paths.journal),
    )


def _now_ms(config: Config) -> int:
    if not config.station.demo:
        return time.time_ns() // 1_000_000
    # All of a desk, which only a demo's own time needs.
    from station.desk.fitting import make_clock

    return make_clock(config).now_ms()


def _of_day(config: Config, form: str, day: str | None, now_ms: int) -> Report:
    zone = ZoneInfo(config.station.timezone)
    today = day_of(now_ms, zone)
    wanted = day or (today if form == "now" else day_before(today))
    try:
        return report_day(config.paths.journal, zone, wanted, now_ms, config.clock.rate == 1.0)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--day") from None


def _shift(config: Config, at: str | None, since: str | None, previous: bool, now_ms: int) -> ShiftReport:
    """The shift that was asked for; this one where none was, and today where nobody ever was on duty."""
    journal, zone = config.paths.journal, ZoneInfo(config.station.timezone)
    found, shift, option = read_shifts(journal), None, "--since"
    try:
        if since is not None:
            begins_ms = _time_ms(since, zone)
            if begins_ms >= now_ms:
                raise ValueError(f"{since}: has not begun yet")
            period = Period(day_of(begins_ms, zone), begins_ms, now_ms, now_ms)
        elif at is None and not previous and not found:
            period = day_period(day_of(now_ms, zone), zone, now_ms)
        else:
            option = "--shift" if at is not None else "--previous"
            shift = chosen_shift(found, None if at is None else _time_ms(at, zone), previous)
            period = shift_period(shift, zone, now_ms)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None
    return report_shift(journal, zone, period, shift, config.clock.rate == 1.0)


def _list_shifts(config: Config) -> None:
    """The shifts, the newest first."""
    zone, names = ZoneInfo(config.station.timezone), duty_names(config.paths.journal)
    for shift in reversed(read_shifts(config.paths.journal)):
        began, ended = (_clock(at_ms, zone) for at_ms in (shift.began_ms, shift.ended_ms))
        who = names.get(f"{shift.operator}@{shift.began_ms}") or names.get(shift.operator, shift.operator)
        click.echo(f"{began}  {ended or '-':16}  {who}")


def _clock(at_ms: int | None, zone: ZoneInfo) -> str:
    return "" if at_ms is None else f"{local(at_ms, zone):%Y-%m-%dT%H:%M}"


def _time_ms(text: str, zone: ZoneInfo) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)
