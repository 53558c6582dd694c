from __future__ import annotations

import json
import os
import random
import time
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from drivers.simulator.thermometer import PtyThermometer, Talk
from drivers.thermometer.identify import Heard, Identity
from station import devices
from station.cli import cli
from station.config.file import load
from station.device_settings import DevicesError, additions, write
from station.devices import Inventory, lines, probed, take, to_json
from tests.drivers.machine_tree import Machine

SETTINGS = """[station]
id = "gate-1"
name = "East"
"""


def fast_clock() -> int:
    return time.monotonic_ns() * 8


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def seen(machine: Machine) -> Inventory:
    return take(machine.sys, machine.dev, machine.proc)


def plug_in(machine: Machine, node: str, pty: str) -> None:
    """Make the adapter *node* lead to a real line."""
    (machine.dev / node).unlink()
    (machine.dev / node).symlink_to(pty)


def identified(inventory: Inventory, *identities: Identity) -> Inventory:
    ports = tuple((port, identity) for (port, _), identity in zip(inventory.ports, identities, strict=True))
    return Inventory(ports, inventory.cameras, inventory.keyboards)


FOUND = Identity(Heard.FAMILY, "gy_mcu90615", 115_200)


def test_everything_is_listed_and_nothing_is_opened(machine: Machine) -> None:
    machine.adapter("ttyUSB0", "1-1.3")
    machine.camera("video0", "HD Webcam", "1-1.1")
    machine.scanner("event3", "1.2")
    machine.board_port("ttyS0")
    (machine.proc / "cmdline").write_text("console=ttyS0,115200")
    said = "\n".join(lines(seen(machine)))
    assert "by-path/pci-0000:01:00.0-usb-0:1-1.3:1.0-port0" in said
    assert "ttyS0  on the board: the system's console, left alone" in said
    assert "HD_Webcam" in said
    assert "0c2e:0b61  Scanner 1900" in said
    body = to_json(seen(machine))
    assert [port["heard"] for port in body["serial"]] == [None, None]
    assert (len(body["cameras"]), body["keyboards"][0]["match"]) == (1, "0c2e:0b61")
    assert json.loads(json.dumps(body)) == body


def test_a_bare_machine_says_so(machine: Machine) -> None:
    assert lines(seen(machine)) == ["nothing is attached: no serial port, no camera, no scanner or keyboard"]


def test_probing_finds_a_talking_thermometer_and_sends_it_nothing(machine: Machine, tmp_path: Path) -> None:
    machine.adapter("ttyUSB0", "1-1.3")
    with PtyThermometer(tmp_path / "line", "gy_614v", random.Random(1), baud=9_600, rate_hz=50) as played:
        plug_in(machine, "ttyUSB0", played.node)
        ((_, identity),) = probed(seen(machine), ask=False, clock=fast_clock).ports
        assert played.heard == b""
    assert identity == Identity(Heard.FAMILY, "gy_614v", 9_600)


def test_listening_only_never_wakes_what_waits_for_a_question(machine: Machine, tmp_path: Path) -> None:
    machine.adapter("ttyUSB0", "1-1.3")
    with PtyThermometer(
        tmp_path / "line", "gy_mcu90615", random.Random(1), talk=Talk.AFTER_START, rate_hz=50
    ) as played:
        plug_in(machine, "ttyUSB0", played.node)
        ((_, identity),) = probed(seen(machine), ask=False, clock=fast_clock).ports
        assert (identity, played.heard) == (Identity(Heard.SILENCE), b"")
        ((_, identity),) = probed(seen(machine), ask=True, clock=fast_clock).ports
        assert identity is not None
        assert (identity.heard, identity.protocol) == (Heard.FAMILY, "gy_mcu90615")
        assert bytes.fromhex("A555") not in played.heard


def test_noise_a_busy_port_and_a_console_are_said(machine: Machine, tmp_path: Path) -> None:
    machine.adapter("ttyUSB0", "1-1.3")
    machine.adapter("ttyUSB1", "1-1.4")
    machine.board_port("ttyS0")
    (machine.proc / "cmdline").write_text("console=ttyS0")
    with PtyThermometer(tmp_path / "line", "gy_mcu90615", random.Random(1), rate_hz=50) as played:
        played.faults.babble = True
        plug_in(machine, "ttyUSB0", played.node)
        plug_in(machine, "ttyUSB1", str(tmp_path / "nothing"))
        names = [str(machine.dev / name) for name in ("ttyS0", "ttyUSB0", "ttyUSB1")]
        inventory = probed(seen(machine), False, names, fast_clock)
    heard = {port.node.name: identity and identity.heard for port, identity in inventory.ports}
    assert heard == {"ttyS0": None, "ttyUSB0": Heard.NOISE, "ttyUSB1": Heard.BUSY}
    assert any("check --port" in line for line in lines(inventory))


def test_a_port_on_the_board_is_probed_only_by_its_name(machine: Machine) -> None:
    machine.board_port("ttyAMA0")
    assert probed(seen(machine), ask=True, clock=fast_clock).ports[0][1] is None


def test_what_was_found_is_added_once_and_can_be_loaded(machine: Machine, tmp_path: Path) -> None:
    machine.adapter("ttyUSB0", "1-1.3")
    machine.camera("video0", "HD Webcam", "1-1.1")
    inventory = identified(seen(machine), FOUND)
    file = tmp_path / "station.toml"
    file.write_text(SETTINGS + "# a remark that stays")
    file.chmod(0o640)
    assert write(file, inventory) == ["thermometer", "camera"]
    config = load(file)
    assert config.thermometer[0].port.endswith("serial/by-path/pci-0000:01:00.0-usb-0:1-1.3:1.0-port0")
    assert (config.thermometer[0].protocol, config.thermometer[0].baud) == ("gy_mcu90615", 115_200)
    assert config.camera[0].source.endswith("by-id/usb-046d_HD_Webcam-video-index0")
    assert "# a remark that stays\n" in file.read_text()
    assert os.stat(file).st_mode & 0o777 == 0o640
    before = file.read_text()
    assert write(file, inventory) == []
    assert file.read_text() == before


def test_a_device_that_is_there_under_another_name_is_not_added_again(machine: Machine) -> None:
    machine.adapter("ttyUSB0", "1-1.3")
    inventory = identified(seen(machine), FOUND)
    for name in (machine.dev / "ttyUSB0", machine.dev / "station/thermometer-1-1.3"):
        document = {"thermometer": [{"name": "forehead", "port": str(name)}]}
        assert additions(document, inventory) == ("", [])


def test_names_in_use_are_left_alone(machine: Machine) -> None:
    machine.adapter("ttyUSB0", "1-1.3")
    document = {"thermometer": [{"name": "thermometer", "port": "/dev/other"}], "camera": [{"name": "thermometer-2"}]}
    text, added = additions(document, identified(seen(machine), FOUND))
    assert added == ["thermometer-3"]
    assert tomllib.loads(text)["thermometer"][0]["name"] == "thermometer-3"


@pytest.mark.parametrize(
    "identity", [None, Identity(Heard.SILENCE), Identity(Heard.NOISE), Identity(Heard.FAMILY, "gy_mcu90640", 115_200)]
)
def test_what_is_no_thermometer_is_not_written(machine: Machine, identity: Identity | None) -> None:
    machine.adapter("ttyUSB0", "1-1.3")
    ports = tuple((port, identity) for port, _ in seen(machine).ports)
    assert additions({}, Inventory(ports, (), ())) == ("", [])


def test_a_scanner_is_only_suggested_because_it_may_be_the_operators_keyboard(machine: Machine, tmp_path: Path) -> None:
    machine.scanner("event3", "1.2", title='A "keyboard"\x1b[31m')
    file = tmp_path / "station.toml"
    file.write_text(SETTINGS)
    assert write(file, seen(machine)) == []
    assert load(file).wedge == ()
    comment = [line for line in file.read_text().splitlines() if line.startswith("# ")]
    assert any("by-path" in line for line in comment)
    # Without its marks it is a table that loads.
    file.write_text(SETTINGS + "\n".join(line.removeprefix("# ") for line in comment[1:]))
    assert load(file).wedge[0].path is not None
    before = file.read_text()
    assert write(file, seen(machine)) == []
    assert file.read_text() == before


def test_a_scanner_that_is_set_up_is_not_suggested_again(machine: Machine) -> None:
    machine.scanner("event3", "1.2")
    for which in ({"match": "0C2E:0B61"}, {"path": str(machine.dev / "input/event3")}):
        assert additions({"wedge": [{"name": "counter", **which}]}, seen(machine)) == ("", [])
    assert additions({}, seen(machine))[0] != ""


@pytest.mark.parametrize("text", ["[station\n", SETTINGS + "\x00", SETTINGS + "[web]\nprot = 1\n"])
def test_a_file_that_is_no_settings_is_left_as_it_is(machine: Machine, tmp_path: Path, text: str) -> None:
    machine.adapter("ttyUSB0", "1-1.3")
    file = tmp_path / "station.toml"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"station\.toml"):
        write(file, identified(seen(machine), FOUND))
    assert file.read_text() == text
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".new"] == []


def test_a_folder_that_is_not_there(machine: Machine, tmp_path: Path) -> None:
    machine.adapter("ttyUSB0", "1-1.3")
    with pytest.raises(DevicesError, match="cannot be added to"):
        write(tmp_path / "nowhere" / "station.toml", identified(seen(machine), FOUND))


def test_the_command_probes_a_named_port_and_writes_what_it_found(tmp_path: Path) -> None:
    out, settings, link = tmp_path / "out.json", tmp_path / "station.toml", tmp_path / "line"
    settings.write_text(SETTINGS)
    with PtyThermometer(link, "cjmcu_90614", random.Random(1), baud=115_200, rate_hz=50):
        options = ["devices", "--port", str(link), "--write-config", str(settings), "--json", str(out)]
        result = CliRunner().invoke(cli, options)
    assert result.exit_code == 0, result.output
    assert f"serial  {link}  named: cjmcu_90614 at 115200 baud" in result.output
    (entry,) = [port for port in json.loads(out.read_text())["serial"] if port["port"] == str(link)]
    assert (entry["protocol"], entry["baud"]) == ("cjmcu_90614", 115_200)
    assert [table.port for table in load(settings).thermometer] == [str(link)]


def test_viewers_are_families_of_the_table() -> None:
    from drivers.thermometer.protocols import PROTOCOLS

    assert set(PROTOCOLS) >= devices.VIEWERS
