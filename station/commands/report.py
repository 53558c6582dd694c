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
from station.config import Config
from station.config_file import load
from station.papers.layout import Head, lay_out
from station.papers.words import words
from station.papers.write import WRITERS
from station.report import Period, Report, Sent, day_before, day_of, day_period
from station.reporting import report_day, report_period, sent_reports, shifts_began_ms
from station.web.words import LANGUAGES

#: Formats that no terminal shows.
_BINARY = ("xlsx", "pdf")


@click.command()
@click.argument("form", type=click.Choice(["daily", "zero", "shift", "now"]))
@click.option("--day", help="Which day, as 2020-11-22; by default the last one that is over.")
@click.option("--since", help="When the shift began, as 2020-11-22T08:00; by default when this one did.")
@click.option("--previous", is_flag=True, help="The shift before, whole: with shift.")
@click.option("--format", "kind", type=click.Choice([*WRITERS, "json"]), default="txt", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write, whole or not at all.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
@config_option
def report(
    form: str,
    day: str | None,
    since: str | None,
    previous: bool,
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
    if since is not None and form != "shift":
        raise click.UsageError(f"--since: goes with shift, not with {form}")
    if previous and (form != "shift" or since is not None):
        raise click.UsageError("--previous: goes with shift, and not with --since")
    config = load(config_file)
    now_ms = time.time_ns() // 1_000_000
    made = _shift(config, since, previous, now_ms) if form == "shift" else _of_day(config, form, day, now_ms)
    if form == "zero" and not made.is_zero:
        raise click.ClickException(f"{made.period.day} is no zero report; ask for the daily report")
    sent = sent_reports(config.paths.journal).get(made.period.day) if form in ("daily", "zero") else None
    head = make_head(config, "daily" if form == "zero" else form, made, sent, now_ms)
    content = json_of(made) if kind == "json" else WRITERS[kind](lay_out(made, head, words(language)))
    if out is None and kind in _BINARY:
        out = Path(f"{form}-{config.station.id}-{made.period.day}.{kind}")
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        write_output(out, content)
        click.echo(f"{out}: {len(content)} bytes")


def json_of(made: Report) -> bytes:
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
    )


def _of_day(config: Config, form: str, day: str | None, now_ms: int) -> Report:
    zone = ZoneInfo(config.station.timezone)
    today = day_of(now_ms, zone)
    wanted = day or (today if form == "now" else day_before(today))
    try:
        return report_day(config.paths.journal, zone, wanted, now_ms, config.clock.rate == 1.0)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--day") from None


def _shift(config: Config, since: str | None, previous: bool, now_ms: int) -> Report:
    zone = ZoneInfo(config.station.timezone)
    today = day_period(day_of(now_ms, zone), zone, now_ms)
    before_ms, began_ms = shifts_began_ms(config.paths.journal)
    if previous and (before_ms is None or began_ms is None):
        raise click.BadParameter("no shift before this one is in the journal", param_hint="--previous")
    ends_ms = began_ms if previous and began_ms is not None else now_ms
    began_ms = before_ms if previous else began_ms
    if since is not None:
        try:
            began_ms = int(datetime.fromisoformat(since).replace(tzinfo=zone).timestamp() * 1000)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--since") from None
    began_ms = today.from_ms if began_ms is None else began_ms
    if began_ms >= ends_ms:
        raise click.BadParameter("the shift has not begun yet", param_hint="--since")
    period = Period(day_of(began_ms, zone), began_ms, ends_ms, None if previous else ends_ms)
    return report_period(config.paths.journal, zone, period, config.clock.rate == 1.0)
