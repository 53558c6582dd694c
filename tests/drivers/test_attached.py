from __future__ import annotations

from pathlib import Path

import pytest

from drivers.attached import Attached, cameras, serial_ports
from tests.drivers.machine_tree import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def ports(machine: Machine) -> dict[str, Attached]:
    return {port.node.name: port for port in serial_ports(machine.sys, machine.dev, machine.proc)}


def eyes(machine: Machine) -> list[str]:
    return [camera.name for camera in cameras(machine.sys, machine.dev)]


def test_a_bare_machine_has_nothing(machine: Machine) -> None:
    assert (ports(machine), eyes(machine)) == ({}, [])


def test_two_alike_adapters_without_a_number_are_told_apart_by_their_sockets(machine: Machine) -> None:
    machine.adapter("ttyUSB0", "1-1.3")
    machine.adapter("ttyUSB1", "1-1.4")
    found = ports(machine)
    assert [Path(port.name).name for port in found.values()] == [
        "pci-0000:01:00.0-usb-0:1-1.3:1.0-port0",
        "pci-0000:01:00.0-usb-0:1-1.4:1.0-port0",
    ]
    assert len({port.name for port in found.values()}) == 2
    assert {port.usb for port in found.values()} == {"1a86:7523"}


def test_one_adapter_without_a_number_is_named_by_its_socket_too(machine: Machine) -> None:
    # A second one of its kind, plugged in later, would take its name by id.
    machine.adapter("ttyUSB0", "1-1.3")
    assert "by-path" in ports(machine)["ttyUSB0"].name


def test_an_adapter_with_a_number_of_its_own_keeps_its_name_in_any_socket(machine: Machine) -> None:
    machine.adapter("ttyUSB0", "1-1.3", "0403:6001", "FT232R", "A5069RR4")
    assert ports(machine)["ttyUSB0"].name.endswith("serial/by-id/usb-0403_FT232R_A5069RR4-if00-port0")
    assert any("thermometer-1-1.3" in alias for alias in ports(machine)["ttyUSB0"].aliases)


def test_the_same_number_in_two_adapters_is_no_name(machine: Machine) -> None:
    machine.adapter("ttyUSB0", "1-1.3", "10c4:ea60", "CP2102", "0001")
    machine.adapter("ttyUSB1", "1-1.4", "10c4:ea60", "CP2102", "0001")
    assert all("by-path" in port.name for port in ports(machine).values())


def test_without_udev_the_node_is_all_there_is(machine: Machine) -> None:
    machine.adapter("ttyUSB0", "1-1.3")
    (machine.dev / "serial/by-path/pci-0000:01:00.0-usb-0:1-1.3:1.0-port0").unlink()
    assert ports(machine)["ttyUSB0"].name == str(machine.dev / "ttyUSB0")


@pytest.mark.parametrize(
    ("consoles", "cmdline"),
    [
        ("ttyS0                -W- (EC  p a)    4:64\n", "quiet"),
        ("tty0 -WU (E p) 4:7\n", "console=ttyS0,115200 console=tty1"),
    ],
)
def test_a_port_on_which_the_system_talks_is_marked(machine: Machine, consoles: str, cmdline: str) -> None:
    machine.board_port("ttyS0")
    machine.board_port("ttyAMA0")
    (machine.proc / "consoles").write_text(consoles)
    (machine.proc / "cmdline").write_text(cmdline)
    assert {name: port.console for name, port in ports(machine).items()} == {"ttyS0": True, "ttyAMA0": False}


def test_a_port_without_a_chip_and_other_terminals_are_none(machine: Machine) -> None:
    machine.board_port("ttyS1", chip="0")
    machine.board_port("ttyprintk")
    (machine.sys / "class/tty/tty1").mkdir()
    assert ports(machine) == {}


def test_a_usb_camera_is_its_first_node_by_id_and_two_alike_by_socket(machine: Machine) -> None:
    machine.camera("video0", "HD Webcam", "1-1.1")
    machine.camera("video1", "HD Webcam", "1-1.1", index=1)
    assert [Path(name).name for name in eyes(machine)] == ["usb-046d_HD_Webcam-video-index0"]
    machine.camera("video2", "HD Webcam", "1-1.2")
    assert ["by-path" in name for name in eyes(machine)] == [True, True]


def test_the_ribbon_of_a_raspberry_pi_is_a_camera_and_its_codecs_are_none(machine: Machine) -> None:
    machine.camera("video0", "unicam")
    machine.camera("video10", "bcm2835-codec-decode")
    machine.camera("video20", "pispbe-input")
    assert eyes(machine) == ["picamera2:0"]
