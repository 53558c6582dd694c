from __future__ import annotations

import contextlib
import errno
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.datagram import decode
from drivers.errors import DriverError
from drivers.events import Bound, Event, Health, Heartbeat, Mode, OutOfRange, Raw, Reading, Role, Scan, Site
from drivers.outlet import MAX_SOCKET_PATH, PAUSE_S, RETRY_S, Inbox, Lines, OutletError, Outlets, open_outlets

RAW = Raw(3652, 5, 12, "5a")
READING = Reading("gun", 1, 3652, Site.FOREHEAD, Mode.SURFACE, RAW, 2410)
HEARTBEAT = Heartbeat("gun", 2, Role.THERMOMETER, Health.OK, "/dev/thermometer")
MATTERS = pytest.mark.parametrize(
    "event",
    [READING, OutOfRange("gun", 1, Bound.HIGH, RAW), Scan("cam", 1, b"x", "QRCode")],
    ids=lambda e: type(e).__name__,
)


class Watch:
    """A clock that moves only when it is waited on, and what happens meanwhile."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.waits = 0
        self.meanwhile: Callable[[int], None] = lambda _: None

    def clock(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        self.waits += 1
        self.meanwhile(self.waits)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def inbox(path: Path, watch: Watch) -> Iterator[Inbox]:
    opened = Inbox(path, watch.clock, watch.wait)
    yield opened
    opened.close()


@pytest.fixture
def desks() -> Iterator[list[socket.socket]]:
    bound: list[socket.socket] = []
    yield bound
    for desk in bound:
        desk.close()


def bind(path: Path, desks: list[socket.socket]) -> socket.socket:
    desk = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    desks.append(desk)
    path.unlink(missing_ok=True)
    desk.bind(str(path))
    desk.setblocking(False)
    return desk


@MATTERS
def test_an_event_arrives_as_it_was(
    path: Path, inbox: Inbox, watch: Watch, desks: list[socket.socket], event: Event
) -> None:
    desk = bind(path, desks)
    inbox.send(event)
    assert decode(desk.recv(20_000)) == event
    assert watch.waits == 0


@MATTERS
def test_what_matters_is_tried_for_one_second_and_then_the_driver_is_told(
    path: Path, inbox: Inbox, watch: Watch, event: Event
) -> None:
    with pytest.raises(OutletError, match=r"took no \w+ for 1 s .*is the desk running\?") as caught:
        inbox.send(event)
    assert str(path) in str(caught.value)
    assert RETRY_S <= watch.now_s <= RETRY_S + PAUSE_S
    assert isinstance(caught.value, DriverError)
    assert isinstance(caught.value, ConnectionError)
    assert caught.value.code == "outlet"


def test_a_desk_that_comes_back_within_the_second_gets_it_once(
    path: Path, inbox: Inbox, watch: Watch, desks: list[socket.socket]
) -> None:
    watch.meanwhile = lambda waits: (bind(path, desks), None)[1] if waits == 40 else None
    inbox.send(READING)
    assert decode(desks[0].recv(20_000)) == READING
    with pytest.raises(BlockingIOError):
        desks[0].recv(20_000)


def test_a_desk_that_restarted_under_the_same_name_gets_the_next_one(
    path: Path, inbox: Inbox, watch: Watch, desks: list[socket.socket]
) -> None:
    bind(path, desks)
    inbox.send(READING)
    desks[0].close()
    fresh = bind(path, desks)
    inbox.send(READING)
    assert decode(fresh.recv(20_000)) == READING
    assert watch.waits == 0


def test_a_dead_socket_file_is_waited_for_too(
    path: Path, inbox: Inbox, watch: Watch, desks: list[socket.socket]
) -> None:
    bind(path, desks).close()
    with pytest.raises(OutletError):
        inbox.send(READING)
    assert watch.waits > 10


def test_a_full_inbox_is_waited_for_and_heartbeats_do_not_wait(
    path: Path, inbox: Inbox, watch: Watch, desks: list[socket.socket]
) -> None:
    desk = bind(path, desks)
    filler = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    desks.append(filler)
    filler.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            filler.sendto(b"x", str(path))
    inbox.send(HEARTBEAT)
    assert watch.waits == 0
    watch.meanwhile = lambda waits: drain(desk) if waits == 3 else None
    inbox.send(READING)
    assert watch.waits == 3
    assert decode(desk.recv(20_000)) == READING


def drain(desk: socket.socket) -> None:
    with contextlib.suppress(BlockingIOError):
        while desk.recv(20_000):
            pass


def test_a_heartbeat_may_be_lost(inbox: Inbox, watch: Watch) -> None:
    inbox.send(HEARTBEAT)
    assert watch.waits == 0


def test_a_path_no_socket_can_have_is_refused_at_once(tmp_path: Path) -> None:
    name = "x" * (MAX_SOCKET_PATH - len(str(tmp_path)))
    with pytest.raises(OutletError, match="shorter folder"):
        Inbox(tmp_path / name)
    Inbox(tmp_path / name[:-1]).close()


def test_lines_are_the_datagrams() -> None:
    out = bytearray()

    def write_a_little(data: bytes) -> int:
        out.extend(data[:7])
        return len(data[:7])

    lines = Lines(write_a_little)
    lines.send(READING)
    lines.send(HEARTBEAT)
    assert [decode(line) for line in bytes(out).splitlines()] == [READING, HEARTBEAT]


def test_lines_nobody_reads_are_an_error_even_for_a_heartbeat() -> None:
    def write(_: bytes) -> int:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    with pytest.raises(OutletError, match="reader of --print"):
        Lines(write).send(HEARTBEAT)


def test_several_outlets_get_the_same_events(path: Path, desks: list[socket.socket]) -> None:
    desk, out = bind(path, desks), bytearray()

    def write(data: bytes) -> int:
        out.extend(data)
        return len(data)

    with Outlets(Lines(write), Inbox(path)) as outlets:
        outlets.send(READING)
    assert decode(bytes(out)) == decode(desk.recv(20_000)) == READING


def test_the_command_lines_outlets(
    path: Path, desks: list[socket.socket], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    desk = bind(path, desks)
    with open_outlets(path, printing=True) as outlets:
        outlets.send(READING)
    with open_outlets(None, printing=False) as outlets:
        outlets.send(READING)
    assert decode(desk.recv(20_000)) == READING
    assert [decode(line) for line in capfdbinary.readouterr().out.splitlines()] == [READING]
