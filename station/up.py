"""A station's programs on a machine without systemd: the same programs, started by hand."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from station.config.config import Config
from station.supervisor import Program, Supervisor, python


def programs(config: Config, config_file: Path) -> list[Program]:
    """Desk, drivers and road of *config*, desk first so that the inbox is there."""
    found = [Program("desk", python("station", "desk", "--config", str(config_file)))]
    inbox = str(config.paths.inbox)
    for thermometer in config.thermometer:
        command = ["drivers.thermometer", "--port", thermometer.port, "--protocol", thermometer.protocol]
        command += ["--device", thermometer.name, "--site", thermometer.site, "--inbox", inbox]
        if thermometer.baud:
            command += ["--baud", str(thermometer.baud)]
        found.append(Program(f"thermometer-{thermometer.name}", python(*command)))
    for camera in config.camera:
        command = ["drivers.camera", "--source", camera.source, "--device", camera.name, "--inbox", inbox]
        found.append(Program(f"camera-{camera.name}", python(*command)))
    for wedge in config.wedge:
        which = ["--device-path", str(wedge.path)] if wedge.path else ["--match", wedge.match]
        command = ["drivers.wedge", *which, "--device", wedge.name, "--inbox", inbox]
        found.append(Program(f"wedge-{wedge.name}", python(*command)))
    # Without a hub it waits until the camera reads a hub's code; where there will never be one, it does not run.
    if config.hub.has_road or not config.retention.alone:
        found.append(Program("sync", python("sync", "--config", str(config_file))))
    return found


def up(config: Config, config_file: Path) -> None:
    """Run a station until SIGTERM or Ctrl-C."""
    supervisor = Supervisor(programs(config, config_file), None, os.environ)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: supervisor.stop())
    supervisor.run()
