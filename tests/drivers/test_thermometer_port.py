from __future__ import annotations

import random
import socket
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import serial
from serial.urlhandler import protocol_loop

from drivers.errors import DriverError
from drivers.simulator.pty_line import PtyLine
from drivers.thermometer.port import READ_BYTES, PortLost, SerialPort


@pytest.fixture
def line(tmp_path: Path) -> Iterator[PtyLine]:
    played = PtyLine(tmp_path / "thermometer")
    yield played
    played.unplug()


@pytest.fixture
def port(line: PtyLine, tmp_path: Path) -> Iterator[SerialPort]:
    with SerialPort(str(tmp_path / "thermometer"), 9_600) as opened:
        assert line.baud == 9_600
        yield opened


def test_every_byte_passes_both_ways(line: PtyLine, port: SerialPort) -> None:
    every = bytes(range(256))
    line.write(every)
    came = b""
    while len(came) < len(every) and (piece := port.read()):
        came += piece
    assert came == every
    port.write(every)
    assert line.read() == every


def test_an_idle_line_gives_nothing_soon(port: SerialPort) -> None:
    assert port.read() == b""


def test_one_read_is_bounded(line: PtyLine, port: SerialPort) -> None:
    for _ in range(20):
        line.write(random.Random(1).randbytes(1_000))
    assert 0 < len(port.read()) <= READ_BYTES


def test_another_speed_forgets_what_came_at_the_old_one(line: PtyLine, port: SerialPort) -> None:
    line.write(b"old")
    port.set_baud(9_600)
    assert port.read()
    line.write(b"old")
    port.set_baud(115_200)
    assert line.baud == 115_200
    assert port.read() == b""


USES = pytest.mark.parametrize(
    "use",
    [SerialPort.read, lambda port: port.write(b"\xa5\x45\xea"), lambda port: port.set_baud(115_200)],
    ids=["read", "write", "set_baud"],
)


@USES
def test_a_lost_port_is_one_error_whatever_it_is_used_for(
    line: PtyLine, port: SerialPort, use: Callable[[SerialPort], object]
) -> None:
    line.unplug()
    with pytest.raises(PortLost, match=r"thermometer has gone; check its plug and its cable") as caught:
        use(port)
    assert isinstance(caught.value, DriverError)
    assert isinstance(caught.value, OSError)
    assert caught.value.code == "port-lost"


#: Every way in which pyserial 3.5 was seen to report that a device has vanished.
LOSSES = (
    serial.SerialException("write failed: [Errno 5] Input/output error"),
    OSError(5, "Input/output error"),
    termios.error(5, "Input/output error"),
    TypeError("'NoneType' object cannot be interpreted as an integer"),
)


class Torn(protocol_loop.Serial):  # type: ignore[misc]  # pyserial carries no types
    """A port of pyserial's own kind that reports *loss* in every use from the moment it is given one."""

    loss: Exception | None = None

    def tear(self) -> None:
        if self.loss is not None:
            raise self.loss

    @property
    def in_waiting(self) -> int:
        self.tear()
        return 0

    def write(self, data: bytes) -> int:
        self.tear()
        return len(data)

    def reset_input_buffer(self) -> None:
        self.tear()


@USES
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: type(loss).__name__)
def test_every_way_of_pyserial_to_report_a_loss_is_that_error(
    monkeypatch: pytest.MonkeyPatch, loss: Exception, use: Callable[[SerialPort], object]
) -> None:
    # pyserial finds handlers of its URLs in packages by name.
    handler = SimpleNamespace(serial_class_for_url=lambda _: ("loop://", Torn))
    monkeypatch.setitem(sys.modules, "handlers", ModuleType("handlers"))
    monkeypatch.setitem(sys.modules, "handlers.protocol_torn", handler)
    monkeypatch.setattr(serial, "protocol_handler_packages", ["handlers"])
    with SerialPort("torn://", 9_600) as port:
        monkeypatch.setattr(Torn, "loss", loss)
        with pytest.raises(PortLost, match="has gone"):
            use(port)


def test_a_port_closed_under_a_read_is_lost_too(port: SerialPort) -> None:
    port.close()
    with pytest.raises(PortLost):
        port.read()


def test_closing_a_lost_port_is_quiet(line: PtyLine, port: SerialPort) -> None:
    line.unplug()
    port.close()


@pytest.mark.parametrize("name", ["no-such-device", "a-plain-file", "nonsense://port"])
def test_what_cannot_be_opened_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "a-plain-file").write_bytes(b"")
    place = name if "://" in name else str(tmp_path / name)
    with pytest.raises(PortLost, match=r"cannot be opened; check --port") as caught:
        SerialPort(place, 9_600)
    assert place in str(caught.value)


def test_a_second_program_cannot_steal_bytes(port: SerialPort, tmp_path: Path) -> None:
    assert port.read() == b""
    with pytest.raises(PortLost, match="no other program uses it"):
        SerialPort(str(tmp_path / "thermometer"), 9_600)


def test_a_serial_server_on_the_network_is_a_port_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        ends: list[socket.socket] = []
        accepting = threading.Thread(target=lambda: ends.append(server.accept()[0]))
        accepting.start()
        with SerialPort(f"socket://127.0.0.1:{server.getsockname()[1]}", 9_600) as port:
            accepting.join(5)
            ends[0].sendall(b"\x5a")
            assert port.read() == b"\x5a"
            ends[0].close()
            with pytest.raises(PortLost):
                port.read()
