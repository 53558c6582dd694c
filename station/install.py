"""What systemd has to know of the settings: one instance for each device, with the driver's arguments in a file.

python -m station.install --config /etc/station/station.toml --devices /etc/station/devices

The drivers never read ``station.toml``; systemd hands them their own device's arguments and nothing else.  The units
to run are printed one a line, for ``station-apply``.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from station.config.config import Config
from station.config.file import load
from station.config.values import ConfigError
from station.errors import StationError

#: Names that systemd takes as they are and that can be typed after ``systemctl status``.
_PLAIN = re.compile(r"[A-Za-z0-9_]+(-[A-Za-z0-9_]+)*")
#: Sources that the camera's driver reaches over a network.
_NETWORK = frozenset({"http", "https", "rtsp"})


class DeviceFileError(StationError, OSError):
    """The folder of the devices' arguments cannot be written."""

    code = "device_file"


@dataclass(frozen=True, slots=True)
class Instance:
    """One unit to run.  *variables* go into its file; *network*: it needs more than the inbox."""

    unit: str
    file: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    network: bool = False


def instances(config: Config) -> list[Instance]:
    """Every unit that the settings ask for besides the desk."""
    found = []
    for name, thermometer in zip(_names([one.name for one in config.thermometer]), config.thermometer, strict=True):
        variables = {
            "PORT": thermometer.port,
            "PROTOCOL": thermometer.protocol,
            "DEVICE": thermometer.name,
            "SITE": thermometer.site,
            "BAUD": f"--baud {thermometer.baud}" if thermometer.baud else "",
        }
        found.append(Instance(f"station-thermometer@{name}.service", f"thermometer-{name}.env", variables))
    for name, camera in zip(_names([one.name for one in config.camera]), config.camera, strict=True):
        variables = {"SOURCE": camera.source, "DEVICE": camera.name}
        network = urlsplit(camera.source).scheme in _NETWORK
        found.append(Instance(f"station-camera@{name}.service", f"camera-{name}.env", variables, network))
    for name, wedge in zip(_names([one.name for one in config.wedge]), config.wedge, strict=True):
        which = f"--device-path={wedge.path}" if wedge.path else f"--match={wedge.match}"
        variables = {"WHICH": which, "DEVICE": wedge.name}
        found.append(Instance(f"station-wedge@{name}.service", f"wedge-{name}.env", variables))
    # Without a hub it waits until the camera reads a hub's code; where there will never be one, it does not run.
    if config.hub.has_road or not config.retention.alone:
        found.append(Instance("station-sync.service"))
    return found


def environment_file(variables: Mapping[str, str]) -> str:
    """*variables* as systemd reads them from a file (systemd.exec(5), EnvironmentFile).

    :raises ConfigError: if a value cannot stand in one line.
    """
    lines = ["# Written by station-apply from station.toml; what is changed here is lost.\n"]
    for name, value in variables.items():
        if not value.isprintable():
            raise ConfigError(f"{name}: {value!r}: line breaks and control characters cannot be passed to a driver")
        quoted = re.sub(r'(["\\`$])', r"\\\1", value)
        lines.append(f'{name}="{quoted}"\n')
    return "".join(lines)


def write_devices(wanted: Sequence[Instance], folder: Path) -> None:
    """Make *folder* hold exactly the files of *wanted*, each whole or not at all.

    :raises DeviceFileError: if it cannot be written.
    """
    files = {one.file: environment_file(one.variables) for one in wanted if one.file}
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, text in files.items():
            fresh = folder / f".{name}.new"
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(folder / name)
        for old in folder.glob("*.env"):
            if old.name not in files:
                old.unlink()
    except OSError as error:
        raise DeviceFileError(f"{folder}: cannot be written ({error.strerror}); run it as root") from error


def main(argv: Sequence[str] | None = None) -> int:
    """Write the files; print the units, those that need the network with `` network`` behind."""
    parser = argparse.ArgumentParser(prog="python -m station.install", description="Tell systemd about the devices.")
    parser.add_argument("--config", type=Path, default=Path("/etc/station/station.toml"), help="the settings")
    parser.add_argument("--devices", type=Path, default=Path("/etc/station/devices"), help="where the files go")
    options = parser.parse_args(argv)
    try:
        wanted = instances(load(options.config))
        write_devices(wanted, options.devices)
    except StationError as error:
        print(f"station: {error}", file=sys.stderr)
        return 1
    for one in wanted:
        print(one.unit + (" network" if one.network else ""))
    return 0


def _names(names: Sequence[str]) -> Sequence[str]:
    """What to call the instances: by their devices' names, or by number if one of them is not plain."""
    if all(_PLAIN.fullmatch(name) for name in names):
        return names
    return [str(number) for number in range(1, len(names) + 1)]


if __name__ == "__main__":
    sys.exit(main())
