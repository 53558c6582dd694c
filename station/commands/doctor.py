"""``station doctor``: is everything there that a gate needs, and what to do about what is not."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from station.commands.output import json_option, write_json
from station.commands.settings import config_option
from station.config.file import load
from station.doctor import devices as doctor_devices
from station.doctor import machine as doctor_machine
from station.doctor import station as doctor_station
from station.doctor.doctor import Machine, examine, failed, lines, to_json

#: From the devices inwards, as one would look.
CHECKS = (
    doctor_devices.thermometers,
    doctor_devices.cameras,
    doctor_devices.scanners,
    doctor_machine.pins,
    doctor_machine.voice,
    doctor_machine.fonts,
    doctor_machine.zbar,
    doctor_machine.disk,
    doctor_machine.clock,
    doctor_machine.users,
    doctor_station.inbox,
    doctor_station.secrets,
    doctor_station.settings,
    doctor_station.hub,
)


@click.command()
@config_option
@click.option("--language", type=click.Choice(["both", "zh", "en"]), default="both", show_default=True)
@json_option
def doctor(config_file: Path, language: str, out: Path | None) -> None:
    """Look at devices, pins, disk, clock, hub and permissions; status 0 only if nothing is bad.

    Example: station doctor --config station.toml
    """
    config = load(config_file)
    today = datetime.now(UTC).astimezone(ZoneInfo(config.station.timezone)).date()
    findings = examine(config, Machine(today, config_file, uid=os.getuid()), CHECKS)
    for line in lines(findings, language):
        click.echo(line)
    write_json(out, to_json(findings))
    sys.exit(failed(findings))
