from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.systemd.unit_files import (
    CONFIGURATION,
    ROOT,
    SYSTEMD,
    UNITS,
    analyze,
    copy_units,
    directives,
    instance,
    values,
)

SERVICES = [path for path in UNITS if path.suffix == ".service"]
#: Our programs; the browser draws with the graphics card and makes its own sandbox, so it cannot be held as tightly.
PROGRAMS = [path for path in SERVICES if path.name != "station-kiosk.service"]
#: What is started once by an event, and not again.
ONCE = [path for path in SERVICES if values(path, "Type") == ["oneshot"]]
#: In tenths, as systemd-analyze takes it.
LIMIT, KIOSK_LIMIT = 20, 50
DRIVERS = [SYSTEMD / f"station-{name}@.service" for name in ("thermometer", "camera", "wedge")]

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy_units(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", CONFIGURATION, ids=lambda path: str(path.relative_to(SYSTEMD)))
def test_every_line_is_explained_by_the_comment_above_it(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    bare = [
        f"{path.name}:{number}: {line}"
        for number, (above, line) in enumerate(zip(["", *lines], lines, strict=False), 1)
        if line and not line.startswith(("#", "[")) and not above.startswith("# ")
    ]
    assert bare == []


@needs_systemd
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_finds_nothing_to_say(path: Path, folder: Path) -> None:
    done = analyze(folder, "verify", "--man=no", instance(path.name))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_systemd
def test_the_drop_in_of_network_cameras_is_understood(folder: Path) -> None:
    done = analyze(folder, "verify", "--man=no", "station-camera@network.service")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_systemd
def test_an_unknown_directive_would_be_found(folder: Path) -> None:
    path = folder / "station-desk.service"
    path.write_text(path.read_text(encoding="utf-8").replace("WatchdogSec=", "WatchdogSecs="), encoding="utf-8")
    assert "WatchdogSecs" in analyze(folder, "verify", "--man=no", path.name).stderr


@needs_systemd
@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_exposure_is_low(path: Path, folder: Path) -> None:
    limit = KIOSK_LIMIT if path not in PROGRAMS else LIMIT
    done = analyze(folder, "security", "--offline=yes", f"--threshold={limit}", instance(path.name))
    assert done.returncode == 0, done.stdout + done.stderr


@needs_systemd
def test_exposure_of_a_network_camera_is_low(folder: Path) -> None:
    done = analyze(folder, "security", "--offline=yes", f"--threshold={LIMIT}", "station-camera@network.service")
    assert done.returncode == 0, done.stdout + done.stderr


@needs_systemd
def test_exposure_without_the_sandbox_would_be_found(folder: Path) -> None:
    path = folder / "station-sync.service"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(("Protect", "System", "Cap"))), "utf-8")
    done = analyze(folder, "security", "--offline=yes", f"--threshold={LIMIT}", path.name)
    assert done.returncode != 0, done.stdout


def test_program_folder_unit_and_user_have_one_name() -> None:
    for path in set(PROGRAMS) - set(ONCE):
        name = path.name.removesuffix(".service").removesuffix("@").removeprefix("station-")
        (command,) = values(path, "ExecStart")
        module = command.split(" -m ")[1].split()[0]
        assert module in {"station", "drivers." + name, name, "sync." + name}
        place = ROOT.joinpath(*module.split("."))
        assert (place / "__main__.py").is_file() or place.with_suffix(".py").is_file()
        assert values(path, "User") == values(path, "Group") == [f"station-{name}"]


def test_every_user_and_group_is_made_or_is_debians() -> None:
    words = [line.split() for line in (SYSTEMD / "sysusers.d/station.conf").read_text("utf-8").splitlines()]
    made = {line[1] for line in words if line and line[0] in {"u", "g"}}
    debians = {"audio", "dialout", "input", "render", "video"}
    asked = {one for path in SERVICES for key in ("User", "Group") for one in values(path, key)}
    asked |= {group for path in SERVICES for line in values(path, "SupplementaryGroups") for group in line.split()}
    asked |= set(values(SYSTEMD / "station-inbox.socket", "SocketUser"))
    asked |= set(values(SYSTEMD / "station-inbox.socket", "SocketGroup"))
    assert asked - debians <= made
    for line in (SYSTEMD / "tmpfiles.d/station.conf").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            assert set(line.split()[3:5]) <= made | {"root"}, line


@pytest.mark.parametrize("path", sorted(set(SERVICES) - set(ONCE)), ids=lambda path: path.name)
def test_every_program_is_started_again_for_ever(path: Path) -> None:
    assert values(path, "Restart") == ["always"]
    assert values(path, "StartLimitIntervalSec") == ["0"]
    assert float(values(path, "RestartSec")[0]) <= 5
    assert values(path, "MemoryMax")
    assert values(path, "OOMScoreAdjust")
    assert values(path, "LimitCORE") == ["0"]


def test_memory_runs_out_for_the_desk_last() -> None:
    order = {path.name: int(values(path, "OOMScoreAdjust")[0]) for path in SERVICES}
    assert sorted(order, key=order.__getitem__) == [
        "station-desk.service",
        "station-thermometer@.service",
        "station-wedge@.service",
        "station-camera@.service",
        "station-hub.service",
        "station-sync.service",
        "station-carry@.service",
        "station-kiosk.service",
    ]


def test_a_stick_is_carried_by_the_roads_own_user_without_a_network() -> None:
    (path,) = ONCE
    assert path.name == "station-carry@.service"
    assert values(path, "User") == ["station-sync"]
    assert values(path, "PrivateNetwork") == ["yes"]
    rule = (SYSTEMD / "udev" / "70-station.rules").read_text("utf-8")
    assert 'ENV{SYSTEMD_WANTS}+="station-carry@%k.service"' in rule


@pytest.mark.parametrize("path", DRIVERS, ids=lambda path: path.name)
def test_drivers_see_nothing_of_the_station(path: Path) -> None:
    hidden = values(path, "InaccessiblePaths")[0].split()
    assert {"-/var/lib/station", "-/etc/station"} <= set(hidden)
    assert values(path, "PrivateNetwork") == ["yes"]
    assert values(path, "DevicePolicy") == ["closed"]
    assert "station" not in values(path, "SupplementaryGroups")[0].split()
    assert "/etc/station/station.toml" not in values(path, "ExecStart")[0]
    assert not values(path, "ReadWritePaths")


def test_the_road_writes_its_two_folders_and_nothing_else() -> None:
    path = SYSTEMD / "station-sync.service"
    assert values(path, "ReadWritePaths") == ["/var/lib/station/orders /var/lib/station/sync"]
    assert values(path, "ProtectSystem") == ["strict"]
    assert "-/var/lib/station/station.key" in values(path, "InaccessiblePaths")[0].split()


def test_only_the_desk_and_the_drivers_reach_the_inbox() -> None:
    socket = SYSTEMD / "station-inbox.socket"
    assert values(socket, "ListenDatagram") == ["/run/station/inbox"]
    assert (values(socket, "SocketMode"), values(socket, "SocketUser")) == (["0660"], ["station-desk"])
    group = values(socket, "SocketGroup")[0]
    members = {path for path in SERVICES if group in " ".join(values(path, "SupplementaryGroups")).split()}
    assert members == set(DRIVERS)
    assert all(f"--inbox {values(socket, 'ListenDatagram')[0]}" in values(path, "ExecStart")[0] for path in DRIVERS)


def test_the_target_brings_every_unit_of_a_gate() -> None:
    gate = [path for path in UNITS if path.name not in {"station.target", "station-hub.service"}]
    for path in set(gate) - set(ONCE):
        assert values(path, "PartOf") == ["station.target"], path.name
        assert values(path, "WantedBy") == ["station.target"], path.name


def test_a_section_holds_a_directive_once_unless_it_is_a_list() -> None:
    lists = {"After", "Environment", "EnvironmentFile", "DeviceAllow", "SystemCallFilter"}
    for path in UNITS:
        seen = [(one.section, one.key) for one in directives(path) if one.key not in lists]
        assert len(seen) == len(set(seen)), path.name
