"""The files of systemd/, taken apart for the tests."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SYSTEMD = ROOT / "systemd"
UNITS = sorted(path for path in SYSTEMD.iterdir() if path.suffix in {".service", ".socket", ".target"})
#: Everything of ours that systemd, its helpers or the installer read line by line.
CONFIGURATION = sorted(
    path for path in SYSTEMD.rglob("*") if path.suffix in {".service", ".socket", ".target", ".conf", ".rules"}
)
#: What a gate and a hub find under these names; systemd-analyze wants programs to be there.
STAND_IN = "/bin/sh"
PROGRAMS = ("/opt/station/bin/python", "/opt/station/sbin/station-kiosk", "/opt/station/sbin/station-carry")


@dataclass(frozen=True, slots=True)
class Directive:
    """One ``Key=value`` of a unit, with its line number and section."""

    line: int
    section: str
    key: str
    value: str


def directives(path: Path) -> Iterator[Directive]:
    """Every directive of *path*, in order."""
    section = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, found, value = line.partition("=")
            assert found, f"{path.name}:{number}: no directive: {line}"
            yield Directive(number, section, key, value)


def values(path: Path, key: str) -> list[str]:
    """Every value that *path* gives to *key*."""
    return [one.value for one in directives(path) if one.key == key]


def copy_units(folder: Path) -> None:
    """Our units with programs that exist, the instances that stand for the templates, and what they lean on."""
    for path in UNITS:
        text = path.read_text(encoding="utf-8")
        for program in PROGRAMS:
            text = text.replace(program, STAND_IN)
        (folder / path.name).write_text(text, encoding="utf-8")
    drop_in = folder / "station-camera@network.service.d"
    drop_in.mkdir()
    shutil.copy(SYSTEMD / "station-camera-network.conf", drop_in / "network.conf")
    (folder / "seatd.service").write_text(f"[Service]\nExecStart={STAND_IN}\n", encoding="utf-8")


def instance(unit: str) -> str:
    """*unit*, or an instance of it if it is a template."""
    return unit.replace("@.", "@one.")


def analyze(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``systemd-analyze`` in *folder*, which holds our units before the system's own."""
    program = shutil.which("systemd-analyze")
    assert program is not None
    environment = {"SYSTEMD_UNIT_PATH": f"{folder}:", "SYSTEMD_COLORS": "0", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [program, *arguments], cwd=folder, env=environment, check=False, capture_output=True, text=True
    )
