"""The ``station`` command: wiring only."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from pathlib import Path

import click

from station.commands.settings import config_option
from station.errors import StationError

#: Where commands that are not here live.  Each is imported only when it is asked for: the desk loads none of them.
ELSEWHERE = {
    "calibrate": "station.commands.calibrate:calibrate",
    "case": "station.commands.case:case",
    "credential": "station.commands.credential:credential",
    "devices": "station.commands.devices:devices",
    "doctor": "station.commands.doctor:doctor",
    "journal": "station.commands.journal:journal",
    "key": "station.commands.key:key",
    "pass": "station.commands.passes:passes",
    "duty": "station.commands.duty:duty",
    "people": "station.commands.people:people",
    "policy": "station.commands.policy:policy",
    "rebuild": "station.commands.journal:rebuild",
    "report": "station.commands.report:report",
    "roster": "station.commands.roster:roster",
}


class _Lazy(click.Group):
    """A group that imports a command when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = ELSEWHERE[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def cli() -> None:
    """The checkpoint station: a gate, its journal and its road to the community.

    Example: station up --demo
    """
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")


@cli.command()
@config_option
def desk(config_file: Path) -> None:
    """Run the desk alone: lane, journal, lamps, screen.

    Example: station desk --config station.toml
    """
    from station.config.file import load
    from station.desk.serve import serve

    serve(load(config_file))


@cli.command()
@config_option
@click.option("--demo", is_flag=True, help="a simulated gate with its hub, playing a scripted day")
@click.option("--day", type=click.Path(exists=True, path_type=Path), help="the day to play (with --demo)")
@click.option("--exit", "once", is_flag=True, help="play once, count, and end (with --demo)")
@click.option("--rows", default="", help="only visits whose title begins with such a number, as 1-34 (with --demo)")
@click.option("--json", "out", type=click.Path(path_type=Path), help="write what was counted (with --demo --exit)")
@click.option("--keep", type=click.Path(path_type=Path), help="a new folder to leave the demo's files in")
def up(
    config_file: Path, demo: bool, day: Path | None, once: bool, rows: str, out: Path | None, keep: Path | None
) -> None:
    """Run all programs of a station without systemd, or a whole simulated one.

    Example: station up --demo --day tests/days/first.toml --exit --json out.json
    """
    if demo:
        from station.demo.run import demo as play

        if keep is not None and keep.exists() and any(keep.iterdir()):
            raise click.UsageError(f"--keep: {keep} is not empty; name a new folder")
        sys.exit(play(day or default_day(), once, out, keep, rows))
    if day or once or rows or out or keep:
        raise click.UsageError("--day, --exit, --rows, --json and --keep go with --demo")
    from station.config.file import load
    from station.up import up as run

    run(load(config_file), config_file)


def default_day() -> Path:
    """The day that a demo plays when none is named."""
    return Path(__file__).parent / "demo" / "days" / "morning.toml"


@cli.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def sync(arguments: tuple[str, ...]) -> None:
    """The road to the hub; station sync --help says more.

    Example: station sync --config station.toml --once
    """
    os.execv(sys.executable, [sys.executable, "-m", "sync", *arguments])


@cli.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def carry(arguments: tuple[str, ...]) -> None:
    """The journal onto a USB stick, and the hub's answer back; station carry --help says more.

    Example: station carry both /media/stick
    """
    os.execv(sys.executable, [sys.executable, "-m", "sync", "carry", *arguments])


@cli.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def enrol(arguments: tuple[str, ...]) -> None:
    """Let this gate into a community by its hub's code; station enrol --help says more.

    Example: station enrol --code "$(cat code.txt)"
    """
    os.execv(sys.executable, [sys.executable, "-m", "sync", "enrol", *arguments])


@cli.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def hub(arguments: tuple[str, ...]) -> None:
    """The community's end; station hub --help says more.

    Example: station hub board --state /var/lib/hub
    """
    os.execv(sys.executable, [sys.executable, "-m", "sync.hub", *arguments])


def main() -> None:
    """The command; an error of ours is one line, not a traceback."""
    try:
        cli(prog_name="station")
    except StationError as error:
        click.echo(f"station: {error}", err=True)
        sys.exit(1)
