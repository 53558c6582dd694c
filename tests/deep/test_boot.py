"""A gate boots: Debian with systemd, installed by install.sh, its devices played on a pty and over HTTP.

``./run test --deep boot``, as root.  Needs Debian's mmdebstrap and systemd-container, a mirror that apt is set up
for, and five minutes.  The tests are one story and run in this order.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.simulator.thermometer import PtyThermometer
from tests.deep._machine import CLEAN, Machine, make_bundle, make_root, missing, python_of

pytestmark = [pytest.mark.deep, pytest.mark.skipif(bool(missing()), reason=missing() or "-")]

#: Quotes, a space, a dollar and Chinese: what a name goes through on its way to the driver and back.
THERMOMETER = '额温 "$1"'
CAMERA, SCANNER = "codes", "counter"
DESK, ROAD = "station-desk.service", "station-sync.service"
#: By number, as its name is none that systemd would take.
READER, EYE = "station-thermometer@1.service", "station-camera@codes.service"
KEYS = "station-wedge@counter.service"
PROGRAMS = (DESK, ROAD, READER, EYE, KEYS)
#: A Python with OpenCV in a sandbox starts in 2 s here; other tests may keep the machine busy.
BACK_S = 45.0
PLAYED_PORT, HUB_PORT = 8090, 8081
SETTINGS = f"""
[station]
id = "gate-1"
name = "东门"
[desk]
pairing_s = 5
open_s = 5
ask_s = 5
[hub]
url = "http://127.0.0.1:{HUB_PORT}"
[[thermometer]]
name = '{THERMOMETER}'
port = "/dev/ttyUSB0"
protocol = "gy_mcu90615"
[[camera]]
name = "{CAMERA}"
source = "http://127.0.0.1:{PLAYED_PORT}/"
[[wedge]]
name = "{SCANNER}"
path = "/dev/scanner"
"""
PLAYED_CAMERA = f"""
import threading
import numpy
from drivers.simulator.camera import MjpegCamera
from drivers.simulator.picture import code_picture
with MjpegCamera({PLAYED_PORT}) as camera:
    camera.show(code_picture("ROSTER-1", numpy.random.default_rng(1)))
    threading.Event().wait()
"""
#: The headers of all entries in order, as JSON.
HEADERS = """
import json
from pathlib import Path
from station.journal.reader import JournalReader
reader = JournalReader(Path("/var/lib/station/journal.db"))
entries = [stored for epoch in reader.epochs() for stored in reader.read(epoch, 0, 100_000)]
print(json.dumps([json.loads(stored.entry.header) for stored in entries]))
"""
PUBLIC_KEY = """
from pathlib import Path
from station.journal.reader import JournalReader
reader = JournalReader(Path("/var/lib/station/journal.db"))
print(reader.public_key(reader.epochs()[-1]).hex())
"""
HELD = """
import sqlite3
with sqlite3.connect("file:/var/lib/station-hub/hub.db?mode=ro", uri=True) as db:
    print(db.execute("SELECT count(*) FROM entry").fetchone()[0])
"""
PAGE = """
import urllib.request
with urllib.request.urlopen("http://127.0.0.1:8080/gate", timeout=5) as answer:
    print(answer.status, answer.read().decode())
"""


@pytest.fixture(scope="module")
def thermometer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PtyThermometer]:
    link = tmp_path_factory.mktemp("devices") / "thermometer"
    with PtyThermometer(link, "gy_mcu90615", random.Random(1)) as played:
        yield played


@pytest.fixture(scope="module")
def scanner() -> Iterator[str]:
    """A line on which nobody scans, as most of the day; the kernel's events could be written to its other end."""
    master, slave = os.openpty()
    tty.setraw(slave)
    yield os.ttyname(slave)
    os.close(master)
    os.close(slave)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, thermometer: PtyThermometer, scanner: str) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("machine")
    root = folder / "root"
    make_root(root)
    if python_of(root) != sys.version_info[:2]:
        pytest.skip(f"Debian has Python {python_of(root)}, the wheels would be for {sys.version_info[:2]}")
    make_bundle(root / "srv/bundle")
    for role in (["gate", "--no-kiosk"], ["hub"]):
        script = ["sh", "/srv/bundle/systemd/install.sh", *role, "--no-apt"]
        subprocess.run(["chroot", str(root), *script], check=True, env=CLEAN)
    (root / "etc/station/station.toml").write_text(SETTINGS, encoding="utf-8")
    apply = ["chroot", str(root), "/usr/local/sbin/station-apply"]
    subprocess.run(apply, check=True, env=CLEAN)
    # Played devices: a pty is no USB adapter, and here there is no proxy that ends https.
    drop_in(root, "station-thermometer@.service", "DeviceAllow=char-pts rw")
    drop_in(root, "station-wedge@.service", "DeviceAllow=char-pts r")
    (root / "etc/station/hub.env").write_text("HUB_OPTIONS=\n", encoding="utf-8")
    for node, group in ((thermometer.node, "dialout"), (scanner, "input")):
        os.chown(node, 0, group_id(root, group))
        Path(node).chmod(0o660)
    binds = [(thermometer.node, "/dev/ttyUSB0"), (scanner, "/dev/scanner")]
    with Machine(root, folder / "console.log", binds) as booted:
        booted.run("systemd-run", "--unit=played-camera", "/opt/station/bin/python", "-I", "-c", PLAYED_CAMERA)
        yield booted


def drop_in(root: Path, unit: str, line: str) -> None:
    folder = root / "etc/systemd/system" / f"{unit}.d"
    folder.mkdir()
    (folder / "played.conf").write_text(f"[Service]\n{line}\n", encoding="utf-8")


def group_id(root: Path, name: str) -> int:
    for line in (root / "etc/group").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split(":")[2])
    raise AssertionError(f"no group {name}")


def python(machine: Machine, program: str) -> str:
    return machine.run("/opt/station/bin/python", "-I", "-c", program)


def kinds(machine: Machine) -> list[str]:
    return [header["kind"] for header in json.loads(python(machine, HEADERS))]


def temperatures(machine: Machine) -> list[int]:
    """The deciding reading of every visit in the journal that had one, in hundredths of a degree."""
    facts = [header["facts"] for header in json.loads(python(machine, HEADERS)) if header["kind"].startswith("visit.")]
    return [centi for centi in map(_temperature, facts) if centi is not None]


def _temperature(facts: Any) -> int | None:
    if isinstance(facts, dict):
        found = facts.get("centi_celsius")
        return found if isinstance(found, int) else next(filter(None, map(_temperature, facts.values())), None)
    if isinstance(facts, list):
        return next(filter(None, map(_temperature, facts)), None)
    return None


def until_active(machine: Machine, *units: str) -> None:
    for unit in units:
        machine.until(lambda unit=unit: machine.active(unit), f"{unit} is not running", BACK_S)


def test_every_unit_is_running(machine: Machine) -> None:
    until_active(machine, "station.target", "station-inbox.socket", *PROGRAMS)
    for unit in (DESK, ROAD, READER, KEYS):
        assert machine.run("systemctl", "show", unit, "--property=NRestarts", "--value") == "0", unit
    listed = machine.run("systemctl", "list-dependencies", "--plain", "--no-pager", "station.target").split()
    assert {unit for unit in listed if unit.startswith("station")} == {
        "station.target",
        "station-inbox.socket",
        *PROGRAMS,
    }


def test_the_desk_has_said_that_it_is_ready_and_serves_the_page(machine: Machine) -> None:
    assert machine.run("systemctl", "show", DESK, "--property=Type", "--value") == "notify"
    status, _, page = python(machine, PAGE).partition(" ")
    assert status == "200"
    assert "东门" in page


def test_the_inbox_is_for_the_drivers_alone(machine: Machine) -> None:
    assert machine.run("stat", "-c", "%U %G %a %F", "/run/station/inbox") == "station-desk station-inbox 660 socket"
    stranger = "import socket; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'x', '/run/station/inbox')"
    refused = machine.fails("runuser", "-u", "station-sync", "--", "/opt/station/bin/python", "-I", "-c", stranger)
    assert "PermissionError" in refused


def test_a_reading_and_a_code_arrive(machine: Machine, thermometer: PtyThermometer) -> None:
    thermometer.present(3650, 4.0)
    machine.until(lambda: bool(temperatures(machine)), "no visit with a reading in the journal", 2 * BACK_S)
    # The device's own noise and the settling of the reading.
    assert all(abs(centi - 3650) < 60 for centi in temperatures(machine))
    # The name came through systemd unharmed: the desk never missed the device under that name.
    machine.until(
        lambda: kinds(machine).count("device.back") + 1 >= kinds(machine).count("device.lost"), "lost", BACK_S
    )
    said = machine.run("journalctl", "-b", "-u", DESK, "--no-pager", "-o", "cat")
    for name in (THERMOMETER, CAMERA, SCANNER):
        lines = [line for line in said.splitlines() if f" {name} " in line]
        assert not lines or lines[-1].endswith(" back"), said


def test_drivers_see_neither_state_nor_settings_nor_network(machine: Machine) -> None:
    for unit, user in ((READER, "station-thermometer"), (EYE, "station-camera"), (KEYS, "station-wedge")):
        for path in ("/var/lib/station", "/etc/station"):
            assert "ermission denied" in machine.fails(*machine.inside(unit, user, "station-inbox", "ls", path))
            # Root's rights would not help it either: the folder itself is masked.
            assert machine.fails("nsenter", "-t", str(machine.pid(unit)), "-m", "ls", f"{path}/station.toml")
    leader = machine.pid(READER)
    links = machine.run("nsenter", "-t", str(leader), "-n", "cat", "/proc/net/dev")
    assert [line.split(":")[0].strip() for line in links.splitlines()[2:]] == ["lo"]
    assert f"net:[{machine.run('readlink', f'/proc/{leader}/ns/net')[5:-1]}]" != machine.run(
        "readlink", "/proc/1/ns/net"
    )


def test_the_road_reads_the_journal_and_nothing_more(machine: Machine) -> None:
    def road(*command: str) -> tuple[str, ...]:
        return machine.inside(ROAD, "station-sync", "station", *command)

    assert int(machine.run(*road("stat", "-c", "%s", "/var/lib/station/journal.db"))) > 0
    machine.run(*road("head", "-c", "16", "/var/lib/station/journal.db"))
    for path in ("station.key", "register.db", "applied"):
        # Once with its own rights alone, once in its sandbox.
        plain = ("setpriv", "--reuid=station-sync", "--regid=station-sync", "--groups=station", "--")
        assert "ermission denied" in machine.fails(*plain, "head", "-c", "1", f"/var/lib/station/{path}")
        machine.fails(*road("head", "-c", "1", f"/var/lib/station/{path}"))
    for path in ("journal.db", "journal.db-shm", "other", "applied/keys.doc"):
        assert machine.fails(*road("dd", "if=/dev/null", f"of=/var/lib/station/{path}", "conv=notrunc"))
    for path in ("orders/probe.tmp", "sync/probe.tmp"):
        machine.run(*road("touch", f"/var/lib/station/{path}"))
        machine.run(*machine.inside(DESK, "station-desk", "station", "ls", f"/var/lib/station/{path}"))
    machine.run(*machine.inside(DESK, "station-desk", "station", "rm", "/var/lib/station/orders/probe.tmp"))
    machine.run(*road("rm", "/var/lib/station/sync/probe.tmp"))


def test_only_the_desk_has_the_key(machine: Machine) -> None:
    assert machine.run("stat", "-c", "%U %a", "/var/lib/station/station.key") == "station-desk 600"
    assert machine.run("stat", "-c", "%U %G %a", "/var/lib/station/journal.db") == "station-desk station 640"
    for name in ("journal.db-wal", "journal.db-shm"):
        assert machine.run("stat", "-c", "%U %G %a", f"/var/lib/station/{name}") == "station-desk station 640"
    assert machine.run("stat", "-c", "%U %a", "/var/lib/station/register.db") == "station-desk 600"


@pytest.mark.parametrize("unit", PROGRAMS)
def test_what_is_killed_comes_back(machine: Machine, unit: str) -> None:
    until_active(machine, unit)
    before = machine.pid(unit)
    machine.run("systemctl", "kill", "--signal=KILL", unit)
    machine.until(lambda: machine.pid(unit) not in {0, before}, f"{unit} did not come back", BACK_S)
    until_active(machine, unit)


def test_a_desk_that_hangs_is_restarted_by_the_watchdog(machine: Machine) -> None:
    until_active(machine, DESK)
    before, entries = machine.pid(DESK), len(kinds(machine))
    machine.run("systemctl", "kill", "--signal=STOP", DESK)
    # 20 s of silence are allowed.
    machine.until(lambda: machine.pid(DESK) not in {0, before}, "the watchdog did nothing", 20 + BACK_S)
    until_active(machine, DESK)
    assert "watchdog" in machine.run("journalctl", "-b", "-u", DESK, "--no-pager", "-o", "cat")
    after = kinds(machine)
    assert len(after) > entries
    assert "service.started" in after[entries:]


def test_the_gate_stops_and_starts_as_one(machine: Machine) -> None:
    # As the page for technicians says; the target alone would not be waited for.
    machine.run("systemctl", "stop", "station*")
    for unit in PROGRAMS:
        assert machine.pid(unit) == 0, unit
    machine.fails("test", "-e", "/run/station/inbox")
    # The road ended first, so the desk could fold the journal into one file: that file is the backup.
    machine.fails("test", "-e", "/var/lib/station/journal.db-wal")
    machine.run("systemctl", "start", "station.target")
    until_active(machine, *PROGRAMS)
    machine.run("systemctl", "restart", "station.target")
    until_active(machine, "station-inbox.socket", *PROGRAMS)


def test_the_journal_goes_over_the_road_to_the_hub(machine: Machine) -> None:
    hub = ("/opt/station/bin/python", "-I", "-m", "sync.hub")
    as_hub = ("runuser", "-u", "station-hub", "--")
    made = json.loads(
        machine.run(*as_hub, *hub, "init", "--state", "/var/lib/station-hub", "--name", "幸福里社区").splitlines()[-1]
    )
    machine.run("systemctl", "restart", "station-hub.service")
    until_active(machine, "station-hub.service")
    enrol = ("enrol", "--state", "/var/lib/station-hub", "--station", "gate-1", "--name", "东门")
    token = json.loads(machine.run(*as_hub, *hub, *enrol, "--public-key", python(machine, PUBLIC_KEY)))["token"]
    (machine.root / "srv/token").write_text(token, encoding="ascii")
    (machine.root / "srv/root.pub").write_text(made["root_public"], encoding="ascii")
    # As the page for technicians says.
    owner = ("-m", "600", "-o", "station-sync", "-g", "station-sync")
    machine.run("install", *owner, "/srv/token", "/var/lib/station/sync/token")
    machine.run(
        "install", "-m", "640", "-o", "station-desk", "-g", "station", "/srv/root.pub", "/var/lib/station/root.pub"
    )
    machine.run("systemd-tmpfiles", "--create", "/etc/tmpfiles.d/station.conf")
    machine.run("station-apply")
    machine.until(lambda: "order.applied" in kinds(machine), "the hub's keys were not applied", 2 * BACK_S)
    assert "\nsound" in machine.run("station", "journal", "verify", "/var/lib/station/journal.db")
    written = len(kinds(machine))
    machine.until(lambda: int(python(machine, HELD)) >= written, "the hub does not have everything", 2 * BACK_S)


def test_nothing_of_ours_has_failed(machine: Machine) -> None:
    failed = machine.try_run("systemctl", "list-units", "--failed", "--plain", "--no-legend", "--no-pager", "station*")
    assert failed == ""


def test_what_is_uninstalled_is_gone_and_the_records_stay(machine: Machine) -> None:
    machine.run("sh", "/srv/bundle/systemd/install.sh", "uninstall")
    assert machine.try_run("systemctl", "list-units", "--all", "--plain", "--no-legend", "--no-pager", "station*") == ""
    machine.run("test", "-s", "/var/lib/station/journal.db", "-a", "-s", "/etc/station/station.toml")
    machine.fails("test", "-e", "/opt/station")
