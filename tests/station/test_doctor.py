from __future__ import annotations

import fcntl
import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner

from drivers.simulator.thermometer import PtyThermometer
from station.cli import cli
from station.commands.doctor import CHECKS
from station.config.config import Config
from station.config.devices import CameraTable, SignalsTable, ThermometerTable, WedgeTable
from station.config.tables import HubTable, PathsTable, StationTable
from station.doctor import devices as doctor_devices
from station.doctor import machine as doctor_machine
from station.doctor import station as doctor_station
from station.doctor.doctor import WORDS, Check, Finding, Level, Machine, examine, failed, lines, to_json
from station.wire.entry import ClockState
from tests.drivers.machine_tree import Machine as Tree

ROOT = Path(__file__).parents[2]
TODAY = date(2020, 11, 22)
TOKEN = "a-token-of-the-gate-1"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "machine")


@pytest.fixture
def machine(tree: Tree, tmp_path: Path) -> Machine:
    file = tmp_path / "station.toml"
    file.touch(0o600)
    return Machine(TODAY, file, tree.sys, tree.dev, tree.proc, tmp_path / "units", tmp_path / "fonts", uid=os.getuid())


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "state").mkdir()
    return Config(StationTable("gate-1", "East"), PathsTable(tmp_path / "state", tmp_path / "run"))


def codes(check: Check, config: Config, machine: Machine) -> list[str]:
    return [finding.code for finding in check(config, machine)]


def only(check: Check, config: Config, machine: Machine) -> Finding:
    (finding,) = check(config, machine)
    return finding


def gun(port: object, **more: object) -> ThermometerTable:
    return ThermometerTable("forehead", str(port), **{"protocol": "gy_mcu90615", **more})  # type: ignore[arg-type]


# -- thermometers


def test_no_thermometer_is_bad(config: Config, machine: Machine) -> None:
    assert only(doctor_devices.thermometers, config, machine).level is Level.BAD


def test_a_thermometer_that_answers_and_one_that_its_driver_has(
    config: Config, machine: Machine, tmp_path: Path
) -> None:
    link = tmp_path / "line"
    config = replace(config, thermometer=(gun(link),))
    with PtyThermometer(link, "gy_mcu90615", random.Random(1), rate_hz=50):
        found = only(doctor_devices.thermometers, config, machine)
        assert (found.code, found.gaps["what"]) == ("thermometer_ok", "gy_mcu90615 (115200)")
        held = os.open(link, os.O_RDWR | os.O_NOCTTY)
        fcntl.flock(held, fcntl.LOCK_EX)
        assert codes(doctor_devices.thermometers, config, machine) == ["thermometer_in_use"]
        os.close(held)


def test_a_thermometer_that_is_not_there(config: Config, machine: Machine, tmp_path: Path) -> None:
    config = replace(config, thermometer=(gun(tmp_path / "nothing"),))
    assert codes(doctor_devices.thermometers, config, machine) == ["thermometer_missing"]


def test_silence_and_noise(config: Config, machine: Machine, tmp_path: Path) -> None:
    link = tmp_path / "line"
    config = replace(config, thermometer=(gun(link, protocol="idc_50"),))
    with PtyThermometer(link, "idc_50", random.Random(1), rate_hz=20) as played:
        played.faults.silent = True
        assert codes(doctor_devices.thermometers, config, machine) == ["thermometer_silent"]
        played.faults.silent, played.faults.babble = False, True
        assert codes(doctor_devices.thermometers, config, machine) == ["thermometer_noise"]


def test_a_thermal_camera_as_thermometer_is_said(config: Config, machine: Machine, tmp_path: Path) -> None:
    link = tmp_path / "line"
    config = replace(config, thermometer=(gun(link, protocol="gy_mcu90640"),))
    with PtyThermometer(link, "gy_mcu90640", random.Random(1), rate_hz=20):
        assert codes(doctor_devices.thermometers, config, machine) == ["thermometer_viewer"]


def test_the_console_is_never_opened(config: Config, machine: Machine, tree: Tree) -> None:
    tree.board_port("ttyS0")
    (tree.proc / "cmdline").write_text("console=ttyS0,115200")
    config = replace(config, thermometer=(gun(tree.dev / "ttyS0"),))
    assert codes(doctor_devices.thermometers, config, machine) == ["thermometer_console"]


def test_a_name_that_changes_is_said_with_a_better_one(
    config: Config, machine: Machine, tree: Tree, tmp_path: Path
) -> None:
    tree.adapter("ttyUSB0", "1-1.3")
    with PtyThermometer(tmp_path / "line", "gy_mcu90615", random.Random(1), rate_hz=50) as played:
        (tree.dev / "ttyUSB0").unlink()
        (tree.dev / "ttyUSB0").symlink_to(played.node)
        config = replace(config, thermometer=(gun(tree.dev / "ttyUSB0"),))
        unstable, well = doctor_devices.thermometers(config, machine)
    assert (unstable.code, well.code) == ("thermometer_unstable_name", "thermometer_ok")
    assert "by-path" in unstable.gaps["better"]


def test_a_protocol_that_does_not_exist(config: Config, machine: Machine, tmp_path: Path) -> None:
    config = replace(config, thermometer=(gun(tmp_path / "nothing", protocol="gy"),))
    assert codes(doctor_devices.thermometers, config, machine) == ["thermometer_unknown"]


@pytest.mark.parametrize(
    ("offset", "found"),
    [
        ({}, []),
        ({"offset_date": "2020-11-01"}, ["calibration_set", "calibration_unsigned"]),
        ({"offset_date": "2019-11-01", "offset_signature": "ab" * 64}, ["calibration_set", "calibration_due"]),
    ],
)
def test_offsets_are_shown(
    config: Config, machine: Machine, tmp_path: Path, offset: dict[str, str], found: list[str]
) -> None:
    named = {"offset_centi": 25, "offset_name": "black body", "offset_by": "admin-1"} if offset else {}
    config = replace(config, thermometer=(gun(tmp_path / "nothing", **named, **offset),))
    assert codes(doctor_devices.thermometers, config, machine)[1:] == found


# -- cameras and scanners


def camera_code(config: Config, machine: Machine, source: object) -> str:
    return only(doctor_devices.cameras, replace(config, camera=(CameraTable("codes", str(source)),)), machine).code


def test_cameras(config: Config, machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    assert codes(doctor_devices.cameras, config, machine) == ["camera_none"]
    assert camera_code(config, machine, tmp_path / "pictures") == "camera_ok"
    assert camera_code(config, machine, tmp_path / "pictures" / "img_%04d.png") == "camera_ok"
    assert camera_code(config, machine, tmp_path / "nothing") == "camera_missing"
    assert camera_code(config, machine, "picamera2:0") == "camera_no_picamera2"


def test_a_network_camera_and_its_password_is_never_shown(config: Config, machine: Machine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert camera_code(config, machine, f"http://127.0.0.1:{port}/video") == "camera_network"
    table = CameraTable("codes", f"http://admin:secret@127.0.0.1:{port}/")
    found = only(doctor_devices.cameras, replace(config, camera=(table,)), machine)
    assert found.code == "camera_unreachable"
    assert "secret" not in json.dumps(found.to_json())


def test_scanners(config: Config, machine: Machine, tree: Tree) -> None:
    tree.scanner("event3", "1.2")
    assert codes(doctor_devices.scanners, config, machine) == []

    def code(**which: object) -> str:
        tables = (WedgeTable("scanner", **which),)  # type: ignore[arg-type]
        return only(doctor_devices.scanners, replace(config, wedge=tables), machine).code

    assert code(match="0C2E:0B61") == "scanner_ok"
    assert code(path=tree.dev / "input/event3") == "scanner_ok"
    assert code(path=tree.dev / "input/event9") == "scanner_missing"
    assert code(match="dead:beef") == "scanner_missing"
    tree.scanner("event4", "1.3")
    assert code(match="0c2e:0b61") == "scanner_several"


# -- the machine


def test_pins_that_are_not_wanted_and_pins_for_show(config: Config, machine: Machine) -> None:
    def code(backend: str) -> str:
        return only(doctor_machine.pins, replace(config, signals=SignalsTable(backend)), machine).code

    assert code("null") == "gpio_off"
    assert code("mock") == "gpio_mock"


@pytest.mark.skipif(Path("/proc/device-tree/model").exists(), reason="this machine may have pins")
@pytest.mark.parametrize(("lgpio", "code"), [("", "gpio_empty_lgpio"), (None, "gpio_none")])
def test_the_empty_lgpio_is_told_from_a_missing_one(tmp_path: Path, lgpio: str | None, code: str) -> None:
    if lgpio is not None:
        (tmp_path / "lgpio.py").write_text(lgpio)
    program = (
        "from datetime import date; from pathlib import Path; from station.config.config import Config; "
        "from station.config.tables import StationTable; "
        "from station.doctor.doctor import Machine; from station.doctor.machine import pins; "
        "print([f.code for f in pins(Config(StationTable('g', 'g')), Machine(date.today(), Path('x')))])"
    )
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    environment.pop("GPIOZERO_PIN_FACTORY", None)
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert run.stdout.strip() == str([code]), run.stderr


def test_fonts(config: Config, machine: Machine) -> None:
    assert codes(doctor_machine.fonts, config, machine) == ["fonts_missing"]
    (machine.fonts / "truetype/wqy").mkdir(parents=True)
    (machine.fonts / "truetype/dejavu.ttf").touch()
    assert codes(doctor_machine.fonts, config, machine) == ["fonts_missing"]
    (machine.fonts / "truetype/wqy/wqy-microhei.ttc").touch()
    assert codes(doctor_machine.fonts, config, machine) == ["fonts_ok"]


def test_the_disk_is_written_and_left_as_it_was(config: Config, machine: Machine) -> None:
    found = list(doctor_machine.disk(config, machine))
    assert [finding.code.split("_")[0] for finding in found] == ["disk", "write"]
    assert int(found[0].gaps["free"]) > 0
    assert list(config.paths.state.iterdir()) == []


def test_a_slow_disk_shows_as_its_median(tmp_path: Path) -> None:
    ticks = iter([0.0, 0.150, 1.0, 1.150, 2.0, 2.150, 3.0, 9.0, 4.0, 4.001])
    assert doctor_machine.write_ms(tmp_path, lambda: next(ticks)) == pytest.approx(150)


def test_a_folder_that_is_not_there_or_cannot_be_written(config: Config, machine: Machine, tmp_path: Path) -> None:
    gone = replace(config, paths=PathsTable(tmp_path / "nowhere", tmp_path))
    assert codes(doctor_machine.disk, gone, machine) == ["disk_missing"]
    # /proc is a folder in which nobody can make a file, not even root.
    assert (
        codes(doctor_machine.disk, replace(config, paths=PathsTable(Path("/proc"), tmp_path)), machine)[1]
        == "write_failed"
    )


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (ClockState.SYNCED, "clock_ok"),
        (ClockState.RTC, "clock_rtc"),
        (ClockState.RESTORED, "clock_unset"),
        (ClockState.UNKNOWN, "clock_unset"),
    ],
)
def test_the_clock(config: Config, machine: Machine, state: ClockState, code: str) -> None:
    assert codes(doctor_machine.clock, config, replace(machine, clock_state=lambda: state)) == [code]


def test_users_of_services_and_groups_of_a_person(config: Config, machine: Machine) -> None:
    assert codes(doctor_machine.users, config, machine) == ["users_none"]
    everything = replace(
        config, thermometer=(gun("x"),), camera=(CameraTable("c", "0"),), wedge=(WedgeTable("w", Path("x")),)
    )
    *_, lacking = doctor_machine.users(everything, replace(machine, uid=12_345))
    held = {name for name in ("dialout", "video", "input") if doctor_machine._holds(name, os.getgroups())}
    assert set(lacking.gaps["names"].split(", ")) == {"dialout", "video", "input"} - held
    machine.units.mkdir()
    (machine.units / "station-desk.service").touch()
    found = only(doctor_machine.users, everything, machine)
    if found.code == "users_missing":
        assert "station-" in found.gaps["names"]


# -- the station


class Answers(BaseHTTPRequestHandler):
    """A hub that knows one token, or somebody else's page."""

    asked: ClassVar[list[str]] = []
    page = b""

    def do_GET(self) -> None:
        self.asked.append(self.path)
        known = self.headers["Authorization"] == f"Bearer {TOKEN}"
        body = self.page or (b'{"body": "x"}\n' if known else b'{"code": "token", "message": "unknown"}')
        self.send_response(200 if known or self.page else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def hub_url() -> Iterator[str]:
    Answers.asked, Answers.page = [], b""
    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def asked_hub(config: Config, machine: Machine, url: str, token: str | None, folder: Path) -> str:
    file = folder / "token"
    file.unlink(missing_ok=True)
    if token is not None:
        file.write_text(token + "\n")
    found = list(doctor_station.hub(replace(config, hub=HubTable(url, file)), machine))
    assert TOKEN not in json.dumps([finding.to_json() for finding in found])
    return found[-1].code


def test_the_hub_and_our_token(config: Config, machine: Machine, hub_url: str, tmp_path: Path) -> None:
    assert codes(doctor_station.hub, config, machine) == ["hub_none"]
    assert asked_hub(config, machine, hub_url, TOKEN, tmp_path) == "hub_ok"
    assert asked_hub(config, machine, hub_url, "a-token-that-was-revoked", tmp_path) == "hub_refused"
    assert asked_hub(config, machine, hub_url, None, tmp_path) == "token_missing"
    # Asking must change nothing there, and "unsent" in a question would be believed.
    assert set(Answers.asked) == {"/api/v1/receipts/0"}
    Answers.page = b"<html>please log in</html>"
    assert asked_hub(config, machine, hub_url, TOKEN, tmp_path) == "hub_other"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://127.0.0.1:9", "nonsense://x", "http://[::"])
def test_a_hub_that_cannot_be_reached(config: Config, machine: Machine, tmp_path: Path, url: str) -> None:
    assert asked_hub(config, machine, url, TOKEN, tmp_path) == "hub_unreachable"


def test_key_files_are_their_owners_alone(config: Config, machine: Machine) -> None:
    assert codes(doctor_station.secrets, config, machine) == ["key_none"]
    config.paths.key.write_text("00" * 32)
    config.paths.key.chmod(0o640)
    found = only(doctor_station.secrets, config, machine)
    assert (found.code, found.level, found.gaps["mode"]) == ("secret_open", Level.BAD, "0640")
    config.paths.key.chmod(0o600)
    assert codes(doctor_station.secrets, config, machine) == ["secret_ok"]


def test_settings_for_everybody_are_a_warning(config: Config, machine: Machine) -> None:
    assert codes(doctor_station.settings, config, machine) == []
    machine.config_file.chmod(0o644)
    assert only(doctor_station.settings, config, machine).level is Level.WARN
    machine.config_file.chmod(0o640)
    assert codes(doctor_station.settings, config, machine) == []


def test_the_inbox(config: Config, machine: Machine) -> None:
    path = config.paths.inbox
    assert codes(doctor_station.inbox, config, machine) == ["inbox_missing"]
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as desk:
        desk.bind(str(path))
        path.chmod(0o660)
        assert codes(doctor_station.inbox, config, machine) == ["inbox_ok"]
        path.chmod(0o666)
        assert codes(doctor_station.inbox, config, machine) == ["inbox_open", "inbox_ok"]
        path.chmod(0o660)
    assert codes(doctor_station.inbox, config, machine) == ["inbox_deaf"]


# -- all of it


def test_every_finding_has_both_languages_and_only_what_is_well_needs_nothing_done() -> None:
    for code, words in WORDS.items():
        assert re.search("[\u4e00-\u9fff]", words.zh), code
        assert not re.search("[\u4e00-\u9fff]", words.en + words.todo_en), code
        assert bool(words.todo_zh) == bool(words.todo_en), code
        gaps = [set(re.findall(r"{(\w+)}", text)) for text in (words.zh, words.en)]
        assert gaps[0] == gaps[1], code
        assert not re.search(r"[\u4e00-\u9fff}][,:;(]", words.zh + words.todo_zh), code


def test_every_code_a_check_uses_has_words_and_no_word_is_unused() -> None:
    source = "".join((ROOT / "station/doctor" / f"{name}.py").read_text() for name in ("devices", "machine", "station"))
    used = {
        text
        for text in re.findall(r'"([a-z0-9]+_[a-z0-9_]+)"', source)
        if text.split("_")[0] in {code.split("_")[0] for code in WORDS}
    }
    assert set(WORDS) <= used | {"lgpio"}
    assert {code for code in used if code not in WORDS} <= {"clock_state"}


def test_what_is_bad_or_warned_of_says_what_to_do(config: Config, machine: Machine) -> None:
    for finding in examine(config, machine, CHECKS):
        words = finding.words()
        if finding.level in (Level.BAD, Level.WARN):
            assert words.todo_en, finding
        assert "{" not in "".join(words)


def test_lines_and_json() -> None:
    bad = Finding("thermometer_missing", Level.BAD, "forehead", {"port": "/dev/x"})
    assert lines([bad], "zh") == [
        "✗ 体温枪 forehead：找不到 /dev/x",
        "  → 检查插头和线；用 station devices 看现在的名字",
    ]
    assert lines([bad], "both")[:2] == [
        "✗ 体温枪 forehead：找不到 /dev/x",
        "  thermometer forehead: /dev/x is not there",
    ]
    assert lines([Finding("zbar_missing", Level.WARN)], "both")[2:] == ["  → apt install libzbar0"]
    body = to_json([bad, Finding("hub_none", Level.NOTE)])
    assert (body["bad"], body["note"], body["ok"], body["warn"]) == (1, 1, 0, 0)
    assert set(body["findings"][0]) == {"code", "level", "subject", "zh", "en", "todo_zh", "todo_en"}
    assert failed([bad])
    assert not failed([Finding("zbar_missing", Level.WARN)])


def test_the_command(tmp_path: Path) -> None:
    settings, out = tmp_path / "station.toml", tmp_path / "out.json"
    settings.write_text(
        f'[station]\nid = "gate-1"\nname = "East"\n[paths]\nstate = "{tmp_path}"\nruntime = "{tmp_path}"\n'
    )
    settings.chmod(0o640)
    options = ["doctor", "--config", str(settings), "--language", "en", "--json", str(out)]
    result = CliRunner().invoke(cli, options)
    assert result.exit_code == 1
    assert "✗ no thermometer is set up" in result.output
    assert json.loads(out.read_text())["bad"] >= 1


def test_the_page_lists_every_finding() -> None:
    page = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    for code, words in WORDS.items():
        assert f"| `{code}` | {words.zh}<br>{words.en} |" in page
