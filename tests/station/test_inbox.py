"""The inbox: our events pass, foreign datagrams are counted, and one desk listens at a time."""

from __future__ import annotations

import logging
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.datagram import encode
from drivers.events import Event, Health, Heartbeat, Role, Scan
from drivers.fields import MAX_DATAGRAM
from station.inbox import Inbox, InboxBusy, open_socket

SCAN = Scan("c1", 1, b"VG1:abc", "QRCode")


def eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "did not come true within ten seconds"
        threading.Event().wait(0.01)


@pytest.fixture
def heard() -> list[Event]:
    return []


@pytest.fixture
def inbox(tmp_path: Path, heard: list[Event]) -> Iterator[Inbox]:
    made = Inbox(open_socket(tmp_path / "run" / "inbox"), heard.append)
    made.start()
    yield made
    made.close()


@pytest.fixture
def driver(tmp_path: Path, inbox: Inbox) -> Iterator[socket.socket]:  # noqa: ARG001 - the inbox must be there first
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.connect(str(tmp_path / "run" / "inbox"))
        yield made


def test_events_come_through_in_order(driver: socket.socket, heard: list[Event]) -> None:
    events: list[Event] = [Heartbeat("t1", at, Role.THERMOMETER, Health.OK, "p") for at in range(5)]
    for event in [*events, SCAN]:
        driver.send(encode(event))
    eventually(lambda: len(heard) == 6)
    assert heard == [*events, SCAN]


def test_foreign_datagrams_are_counted_and_hurt_nobody(
    driver: socket.socket, inbox: Inbox, heard: list[Event], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    secret = b"VG1:secret-code"
    foreign = [b"", b"hello", b"\xff" * 100, b"{}", b"[" * 5000, b" " * (MAX_DATAGRAM + 500), secret, encode(SCAN)[:-1]]
    for datagram in foreign:
        driver.send(datagram)
    driver.send(encode(SCAN))
    eventually(lambda: heard)
    assert (heard, inbox.foreign) == ([SCAN], len(foreign))
    # Once when it broke and once when it was over, and nothing of what was in it.
    eventually(lambda: len(caplog.messages) == 2)
    assert "8 foreign datagrams" in caplog.messages[1]
    assert not any("secret" in message for message in caplog.messages)


def test_the_socket_is_for_the_drivers_group(tmp_path: Path, inbox: Inbox) -> None:
    assert inbox.foreign == 0
    mode = (tmp_path / "run" / "inbox").stat().st_mode
    assert (stat.S_ISSOCK(mode), stat.S_IMODE(mode)) == (True, 0o660)


def test_a_second_desk_does_not_take_the_inbox_away(
    tmp_path: Path, driver: socket.socket, inbox: Inbox, heard: list[Event]
) -> None:
    with pytest.raises(InboxBusy, match="another desk"):
        open_socket(tmp_path / "run" / "inbox")
    driver.send(encode(SCAN))
    eventually(lambda: heard == [SCAN])
    assert inbox.foreign <= 1


def test_what_a_killed_desk_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "inbox"
    open_socket(path).close()  # the file stays, nobody listens
    assert path.exists()
    open_socket(path).close()


def test_a_socket_that_was_passed_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTEN_FDS", "1")
    monkeypatch.setenv("LISTEN_PID", "1")  # meant for somebody else
    open_socket(tmp_path / "inbox").close()
    assert (tmp_path / "inbox").exists()
