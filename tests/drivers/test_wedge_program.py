"""The real program on a pipe with recorded events; on a real kernel device where the machine can make one."""

from __future__ import annotations

import fcntl
import os
import queue
import random
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.datagram import decode
from drivers.events import Event, Health, Heartbeat, Role, Scan
from drivers.input_device import EVENT, InputLost, InputReader, devices, matching
from drivers.keystrokes import KEYS, Key
from drivers.wedge import UNREADABLE
from tests.drivers.wedge_events import pressed, recorded, typed

ROOT = Path(__file__).parents[2]
WITHIN_S = 60.0


class Program:
    """One run of the driver with ``--print``; its lines as they come."""

    def __init__(self, *options: object) -> None:
        command = [sys.executable, "-m", "drivers.wedge", *map(str, options), "--print"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def until(self, wanted: Callable[[Event], bool]) -> Event:
        deadline = time.monotonic() + WITHIN_S
        while True:
            event = decode(self._lines.get(timeout=max(0.01, deadline - time.monotonic())).rstrip(b"\n"))
            if wanted(event):
                return event

    def scan(self) -> Scan:
        event = self.until(lambda event: isinstance(event, Scan))
        assert isinstance(event, Scan)
        return event

    def heartbeat(self, wanted: Callable[[Heartbeat], bool] = lambda _: True) -> Heartbeat:
        event = self.until(lambda event: isinstance(event, Heartbeat) and wanted(event))
        assert isinstance(event, Heartbeat)
        return event

    def ends(self) -> tuple[int, str]:
        code = self.process.wait(WITHIN_S)
        assert self.process.stderr is not None
        return code, self.process.stderr.read().decode()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(WITHIN_S)
        self._reader.join(WITHIN_S)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.stdout.close()
        self.process.stderr.close()


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    path = tmp_path / "events"
    os.mkfifo(path)
    file = os.open(path, os.O_RDWR)
    yield path, file
    os.close(file)


@pytest.fixture
def run() -> Iterator[Callable[..., Program]]:
    programs: list[Program] = []

    def start(*options: object) -> Program:
        programs.append(Program(*options))
        return programs[-1]

    yield start
    for program in programs:
        program.close()


def test_a_code_is_a_scan_and_silence_is_health(pipe: tuple[Path, int], run: Callable[..., Program]) -> None:
    path, file = pipe
    program = run("--device-path", path, "--device", "counter")
    first = program.heartbeat()
    assert (first.device, first.role, first.health, first.port) == ("counter", Role.WEDGE, Health.OK, str(path))
    os.write(file, recorded(typed("VG1:6BFOXN%TS3DH0YOJ58S $/+W*M.-")))
    scan = program.scan()
    assert (scan.payload, scan.symbology, scan.in_image) == (b"VG1:6BFOXN%TS3DH0YOJ58S $/+W*M.-", "wedge", 1)
    later = program.heartbeat(lambda beat: beat.observed_ns > first.observed_ns + 1_500_000_000)
    assert (later.health, later.detail) == (Health.OK, "")


def test_events_cut_anywhere_are_the_same_code(pipe: tuple[Path, int], run: Callable[..., Program]) -> None:
    path, file = pipe
    program, rng = run("--device-path", path), random.Random(1)
    program.heartbeat()
    stream = recorded([*typed("11010119900307123X"), *typed("Second-Code_1")])
    while stream:
        cut = rng.randint(1, 70)
        os.write(file, stream[:cut])
        stream = stream[cut:]
    assert [program.scan().payload, program.scan().payload] == [b"11010119900307123X", b"Second-Code_1"]


def test_a_scan_that_cannot_be_read_is_said_without_its_characters(
    pipe: tuple[Path, int], run: Callable[..., Program]
) -> None:
    path, file = pipe
    program = run("--device-path", path)
    program.heartbeat()
    os.write(file, recorded([*typed("4403", end=None), *pressed(59), *typed("7777")]))
    assert program.heartbeat(lambda beat: beat.detail != "").detail == UNREADABLE
    os.write(file, recorded(typed("next")))
    assert program.scan().payload == b"next"
    program.process.terminate()
    code, log = program.ends()
    assert code == 0
    assert "unreadable_scan" in log
    assert "4403" not in log
    assert "7777" not in log


def test_a_device_that_goes_is_lost_and_the_program_ends(run: Callable[..., Program]) -> None:
    master, slave = os.openpty()
    program = run("--device-path", os.ttyname(slave))
    program.heartbeat()
    os.close(slave)
    os.close(master)
    lost = program.heartbeat(lambda beat: beat.health is Health.LOST)
    assert "check its plug" in lost.detail
    assert program.ends()[0] == 3


def test_a_device_that_is_not_there(run: Callable[..., Program], tmp_path: Path) -> None:
    code, message = run("--device-path", tmp_path / "nothing").ends()
    assert (code, "cannot be opened" in message) == (3, True)
    code, message = run("--match", "dead:beef").ends()
    assert (code, "no input device dead:beef" in message) == (3, True)


@pytest.mark.parametrize("options", [[], ["--match", "1:2"], ["--match", "0c2e:0b61", "--device-path", "/dev/null"]])
def test_wrong_options(run: Callable[..., Program], options: list[str]) -> None:
    assert run(*options).ends()[0] == 2


TWO_ALIKE = """I: Bus=0003 Vendor=0c2e Product=0b61 Version=0111
N: Name="Honeywell Imaging 1900"
P: Phys=usb-0000:01:00.0-1.{port}/input0
S: Sysfs=/devices/x
H: Handlers=sysrq kbd event{port} leds
B: PROP=0
B: EV=120013
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe
"""
A_BUTTON = """I: Bus=0019 Vendor=0000 Product=0001 Version=0000
N: Name="Power Button"
P: Phys=PNP0C0C/button/input0
H: Handlers=kbd event0
B: EV=3
B: KEY=10000000000000 0
"""


def kernel(tmp_path: Path, *blocks: str) -> Path:
    (tmp_path / "bus/input").mkdir(parents=True)
    (tmp_path / "bus/input/devices").write_text("\n".join(blocks) + "\n")
    return tmp_path


def test_the_kernels_list_is_read(tmp_path: Path) -> None:
    proc = kernel(tmp_path, A_BUTTON, TWO_ALIKE.format(port=3))
    button, scanner = devices(proc, Path("/dev"))
    assert (button.name, button.match, button.types_codes) == ("Power Button", "0000:0001", False)
    assert (scanner.node, scanner.match, scanner.types_codes) == (Path("/dev/input/event3"), "0c2e:0b61", True)
    assert scanner.place == "usb-0000:01:00.0-1.3/input0"
    assert matching("0C2E:0B61", [button, scanner]) == scanner
    assert devices(tmp_path / "elsewhere") == []


def test_two_alike_are_told_apart_by_path_only(tmp_path: Path) -> None:
    found = devices(kernel(tmp_path, TWO_ALIKE.format(port=3), TWO_ALIKE.format(port=4)))
    with pytest.raises(InputLost, match=r"there 2 times .*event3.*event4.*--device-path"):
        matching("0c2e:0b61", found)


def test_a_button_is_no_scanner(tmp_path: Path) -> None:
    with pytest.raises(InputLost, match="no input device"):
        matching("0000:0001", devices(kernel(tmp_path, A_BUTTON)))


#: linux/uinput.h: UI_DEV_CREATE, UI_DEV_DESTROY, UI_DEV_SETUP, UI_SET_EVBIT, UI_SET_KEYBIT.
CREATE, DESTROY, SETUP, SET_EV, SET_KEY = 0x5501, 0x5502, 0x405C5503, 0x40045564, 0x40045565


@pytest.fixture
def made() -> Iterator[int]:
    try:
        file = os.open("/dev/uinput", os.O_WRONLY)
    except OSError as error:
        pytest.skip(f"this machine makes no input devices: /dev/uinput: {error.strerror}")
    fcntl.ioctl(file, SET_EV, 1)
    for code in KEYS:
        fcntl.ioctl(file, SET_KEY, code)
    fcntl.ioctl(file, SET_KEY, 28)
    fcntl.ioctl(file, SET_KEY, 42)
    fcntl.ioctl(file, SETUP, struct.pack("HHHH80sI", 3, 0xFEED, 0xBEEF, 1, b"a scanner, played", 0))
    fcntl.ioctl(file, CREATE)
    yield file
    os.close(file)


@pytest.mark.device
def test_a_device_of_the_kernel_is_grabbed_and_read(made: int, run: Callable[..., Program]) -> None:
    program = run("--match", "feed:beef")
    program.heartbeat()
    node = matching("feed:beef", devices()).node
    with pytest.raises(InputLost, match="taken by another program"):
        InputReader(node)
    os.write(
        made, b"".join(EVENT.pack(0, 0, key.type, key.code, key.value) for key in typed("Kernel-1") if key.type < 2)
    )
    assert program.scan().payload == b"Kernel-1"
    fcntl.ioctl(made, DESTROY)
    program.heartbeat(lambda beat: beat.health is Health.LOST)


def test_an_event_has_the_kernels_size() -> None:
    assert EVENT.size == 24
    assert Key(*EVENT.unpack(recorded(pressed(28))[:24])[2:]) == Key(4, 4, 28)
