from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.systemd.unit_files import ROOT, SYSTEMD, UNITS

SCRIPT = SYSTEMD / "install.sh"


def install(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """install.sh into *root*, with this interpreter for what needs the product."""
    environment = {"PATH": os.environ["PATH"], "DESTDIR": str(root), "STATION_PYTHON": sys.executable}
    return subprocess.run(
        ["sh", str(SCRIPT), *arguments], env=environment, cwd=ROOT, check=False, capture_output=True, text=True
    )


def snapshot(root: Path) -> dict[str, str]:
    """Every file under *root* with its content, every link with its target."""
    found = {}
    for path in root.rglob("*"):
        if path.is_symlink():
            found[str(path.relative_to(root))] = f"-> {path.readlink()}"
        elif path.is_file():
            found[str(path.relative_to(root))] = path.read_text(encoding="utf-8")
    return found


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    done = install(tmp_path, "gate")
    assert done.returncode == 0, done.stderr
    return tmp_path


def test_every_unit_of_a_gate_is_there(gate: Path) -> None:
    placed = {path.name for path in (gate / "etc/systemd/system").iterdir() if path.is_file()}
    assert placed == {path.name for path in UNITS} - {"station-hub.service"}


def test_the_target_wants_what_the_settings_name(gate: Path) -> None:
    system = gate / "etc/systemd/system"
    wants = {path.name: path.readlink() for path in (system / "station.target.wants").iterdir()}
    assert wants == {
        "station-inbox.socket": Path("../station-inbox.socket"),
        "station-desk.service": Path("../station-desk.service"),
        # It waits for a hub that lets this gate in.
        "station-sync.service": Path("../station-sync.service"),
        "station-kiosk.service": Path("../station-kiosk.service"),
        "station-thermometer@forehead.service": Path("../station-thermometer@.service"),
        "station-camera@codes.service": Path("../station-camera@.service"),
    }
    assert all((system / "station.target.wants" / link).exists() for link in wants.values())
    assert (system / "multi-user.target.wants/station.target").exists()


def test_twice_is_as_once(gate: Path) -> None:
    before = snapshot(gate)
    done = install(gate, "gate")
    assert done.returncode == 0, done.stderr
    assert snapshot(gate) == before


def test_settings_are_never_overwritten(gate: Path) -> None:
    settings = gate / "etc/station/station.toml"
    settings.write_text('[station]\nid = "west-2"\nname = "西门"\n[hub]\nurl = "https://hub.example"\n', "utf-8")
    done = install(gate, "gate", "--no-kiosk")
    assert done.returncode == 0, done.stderr
    assert "west-2" in settings.read_text(encoding="utf-8")
    assert "gate-1" not in done.stdout
    wants = {path.name for path in (gate / "etc/systemd/system/station.target.wants").iterdir()}
    assert wants == {"station-inbox.socket", "station-desk.service", "station-sync.service"}
    assert list((gate / "etc/station/devices").iterdir()) == []


def test_wrong_settings_leave_the_gate_as_it_was(gate: Path) -> None:
    wants = gate / "etc/systemd/system/station.target.wants"
    before = sorted(path.name for path in wants.iterdir())
    (gate / "etc/station/station.toml").write_text("[station]\nid = 1\n", encoding="utf-8")
    done = subprocess.run(
        ["sh", str(SYSTEMD / "station-apply")],
        env={"PATH": os.environ["PATH"], "DESTDIR": str(gate), "STATION_PYTHON": sys.executable},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "station." in done.stderr
    assert sorted(path.name for path in wants.iterdir()) == before


def test_a_network_camera_gets_its_drop_in_and_loses_it(gate: Path) -> None:
    settings = gate / "etc/station/station.toml"
    usual = settings.read_text(encoding="utf-8")
    drop_in = gate / "etc/systemd/system/station-camera@codes.service.d/network.conf"
    settings.write_text(usual.replace('"/dev/station/camera"', '"rtsp://10.0.0.7/1"'), encoding="utf-8")
    install(gate, "gate")
    target = drop_in.readlink()
    assert (gate / target.relative_to("/")).read_text("utf-8") == (SYSTEMD / "station-camera-network.conf").read_text(
        "utf-8"
    )
    settings.write_text(usual, encoding="utf-8")
    install(gate, "gate")
    assert not drop_in.parent.exists()


def test_pins_are_let_go_when_their_owner_dies(tmp_path: Path) -> None:
    config = tmp_path / "boot/firmware/config.txt"
    config.parent.mkdir(parents=True)
    config.write_text("dtoverlay=vc4-kms-v3d\n[cm4]\notg_mode=1\n", encoding="utf-8")
    install(tmp_path, "gate")
    once = config.read_text(encoding="utf-8")
    # Under [cm4] it would count for that model alone.
    assert once.index("[cm4]") < once.rindex("[all]") < once.index("\ndtparam=strict_gpiod\n")
    install(tmp_path, "gate")
    assert config.read_text(encoding="utf-8") == once


def test_uninstalling_keeps_records_and_settings(gate: Path) -> None:
    state = gate / "var/lib/station"
    state.mkdir(parents=True)
    (state / "journal.db").write_text("records", encoding="utf-8")
    done = install(gate, "uninstall")
    assert done.returncode == 0, done.stderr
    assert set(snapshot(gate)) == {"etc/station/station.toml", "var/lib/station/journal.db"}


def test_a_hub_is_no_gate(tmp_path: Path) -> None:
    done = install(tmp_path, "hub")
    assert done.returncode == 0, done.stderr
    units = {path.name for path in (tmp_path / "etc/systemd/system").iterdir()}
    assert units == {"station-hub.service", "multi-user.target.wants"}


@pytest.mark.parametrize("arguments", [[], ["gat"], ["gate", "--nokiosk"]])
def test_what_it_does_not_know_it_refuses(tmp_path: Path, arguments: list[str]) -> None:
    done = install(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "install.sh gate" in done.stderr
    assert list(tmp_path.iterdir()) == []
