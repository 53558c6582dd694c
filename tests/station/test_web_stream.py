"""The stream of views, over a real server and real sockets: the promises of station/web/stream.py."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from station.web.app import create_app
from station.web.stream import STREAMS, Streams
from tests.station.fake_desk import FakeDesk, served
from tests.station.gallery import GALLERY, NOW_MS

#: Quick beats, so that a test need not wait for the real four seconds.
BEAT_S = 0.1
#: Long enough for a busy machine; nothing waits for it when all is well.
DEADLINE_S = 30.0


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def address(desk: FakeDesk) -> Iterator[str]:
    with served(lambda: create_app(desk, now_ms=lambda: NOW_MS, heartbeat_s=BEAT_S)) as url:
        yield url


class Stream:
    """An open stream, read event by event."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=DEADLINE_S)
        self._connection.request("GET", "/gate/stream")
        self.answer = self._connection.getresponse()
        self.status = self.answer.status

    def event(self) -> tuple[str, dict[str, Any]] | None:
        """The next event, or None at the end of the stream."""
        name = data = ""
        while line := self.answer.readline().decode():
            if line == "\n" and data:
                return name, json.loads(data)
            field, _, value = line.rstrip("\n").partition(": ")
            name, data = (value if field == "event" else name), (value if field == "data" else data)
        return None

    def view(self) -> dict[str, Any]:
        """The next view, beats left out."""
        while (event := self.event()) is not None:
            if event[0] == "view":
                return event[1]
        raise AssertionError("the stream ended")

    def close(self) -> None:
        self.answer.close()
        self._connection.close()


@contextmanager
def stream(address: str) -> Iterator[Stream]:
    opened = Stream(address)
    try:
        yield opened
    finally:
        opened.close()


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether *condition* comes true before the deadline."""
    tick, until = threading.Event(), time.monotonic() + DEADLINE_S
    while time.monotonic() < until:
        if condition():
            return True
        tick.wait(0.02)
    return False


def test_a_page_first_gets_the_whole_view_then_what_changed(desk: FakeDesk, address: str) -> None:
    with stream(address) as page:
        assert page.answer.headers["Content-Type"].startswith("text/event-stream")
        first = page.view()
        assert set(first["html"]) == {
            *("header", "panel", "person", "recent", "undo", "row", "keys", "sheets", "duty", "enrol", "wipe"),
        }
        desk.publish(GALLERY["admit"])
        second = page.view()
        assert second["version"] > first["version"]
        assert second["stage"] == second["outcome"] == "admit"
        assert second["entry"] == [(1 << 32) | 7, 42]
        assert second["event_ns"] == 123_456_789
        assert "panel" in second["html"]
        assert "header" not in second["html"]


def test_silence_is_never_longer_than_a_heartbeat(address: str) -> None:
    with stream(address) as page:
        page.view()
        heard = [page.event() for _ in range(3)]
        assert heard == [("beat", {"now_ms": NOW_MS})] * 3


def test_versions_never_go_back_and_the_last_one_arrives(desk: FakeDesk, address: str) -> None:
    states = list(GALLERY.values())
    with stream(address) as page:
        versions = [page.view()["version"]]

        def publish() -> None:
            for turn in range(200):
                desk.publish(states[turn % len(states)])

        publisher = threading.Thread(target=publish)
        publisher.start()
        while versions[-1] < 201:
            versions.append(page.view()["version"])
        publisher.join()
    assert versions == sorted(set(versions))


def test_the_thirteenth_page_is_told_to_ask_instead(address: str) -> None:
    pages = [Stream(address) for _ in range(STREAMS)]
    try:
        assert [page.status for page in pages] == [200] * STREAMS
        with stream(address) as late:
            assert late.status == 503
            assert int(late.answer.headers["Retry-After"]) > 0
            assert json.loads(late.answer.read())["code"] == "streams_full"
        pages.pop().close()

        def let_in() -> bool:
            with stream(address) as next_page:
                return next_page.status == 200

        assert eventually(let_in), "the place of a page that left is never free again"
    finally:
        for page in pages:
            page.close()


def test_presses_are_answered_beside_all_streams(address: str) -> None:
    pages = [Stream(address) for _ in range(STREAMS)]
    try:
        body = json.dumps({"act": "direction", "nonce": "12345678", "arguments": {"to": "out"}})
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=DEADLINE_S)
        headers = {"Origin": address, "X-Gate": "1", "Content-Type": "application/json"}
        connection.request("POST", "/gate/act", body, headers)
        assert connection.getresponse().status == 200
        connection.close()
        assert [page.view()["version"] for page in pages] == [1] * STREAMS
        assert [page.view()["version"] for page in pages] == [2] * STREAMS
    finally:
        for page in pages:
            page.close()


def test_a_stream_ends_by_itself_and_the_page_can_come_back(desk: FakeDesk) -> None:
    app = create_app(desk, now_ms=lambda: NOW_MS, heartbeat_s=0.05, lifetime_s=0.2)
    with served(lambda: app) as address:
        for _ in range(STREAMS + 2):  # a place that were not given back would be missed
            with stream(address) as page:
                assert page.status == 200
                assert page.view()["version"] == 1
                while page.event() is not None:
                    pass


def test_a_page_that_leaves_before_its_first_event_gives_its_place_back(desk: FakeDesk) -> None:
    client = create_app(desk, now_ms=lambda: NOW_MS, streams=1).test_client()
    for _ in range(3):
        answer = client.get("/gate/stream")
        assert answer.status_code == 200
        answer.close()


def test_a_place_is_given_back_once() -> None:
    streams = Streams(1)
    leave = streams.enter()
    assert leave is not None
    assert streams.enter() is None
    leave()
    leave()
    assert streams.enter() is not None
    assert streams.enter() is None
