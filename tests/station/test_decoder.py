"""An online service for mainland codes: never green by assumption, never in the lane's way."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.code_answer import MAX_ANSWER, colour, question
from station.config.file import parse
from station.config.values import ConfigError
from station.decoder import Decoder, HttpService, Seen
from station.facts import HealthCode
from station.lane.action import Act
from station.lane.asked import seen_online
from tests.station.storyboard import ann, day, stranger

GOOD = {"risk_assessment_grade": "00", "qrcode_expired": False, "name": "张*"}


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (GOOD, HealthCode.GREEN),
        ({"data": GOOD, "code": 0}, HealthCode.GREEN),
        ({**GOOD, "risk_assessment_grade": "01"}, HealthCode.YELLOW),
        ({**GOOD, "risk_assessment_grade": "10"}, HealthCode.RED),
        ({**GOOD, "qrcode_expired": True}, None),
        ({**GOOD, "qrcode_expired": "false"}, None),
        ({**GOOD, "qrcode_expired": 0}, None),
        ({"risk_assessment_grade": "00"}, None),
        ({**GOOD, "risk_assessment_grade": 0}, None),
        ({**GOOD, "risk_assessment_grade": "0"}, None),
        ({**GOOD, "risk_assessment_grade": ["00"]}, None),
        ({}, None),
        ([GOOD], None),
        ("00", None),
    ],
)
def test_only_a_grade_of_a_code_that_still_holds_is_a_colour(answer: Any, seen: HealthCode | None) -> None:
    assert colour(json.dumps(answer).encode()) is seen


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_are_green_by_chance(answer: bytes) -> None:
    assert colour(answer) is None
    assert colour(b"[" * 9_999 + answer) is None
    assert colour(json.dumps(GOOD).encode() + b" " * MAX_ANSWER) is None


def test_what_is_no_text_is_not_asked_about() -> None:
    assert question(b"\xff", "a", "s") is None
    assert json.loads(question(b"abc\r\n", "a", "s") or b"") == {"appId": "a", "secretKey": "s", "code_content": "abc"}


@contextmanager
def service(status: int, body: bytes, asked: list[bytes], go_on: threading.Event | None = None) -> Iterator[str]:
    """A real server on loopback that answers so; with *go_on* not before that is set."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            if go_on is not None:
                go_on.wait(10)
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/health/decode"
    finally:
        if go_on is not None:
            go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text("s3cret\n")
    return file


@pytest.mark.parametrize(
    ("status", "body", "seen"),
    [
        (200, json.dumps(GOOD).encode(), HealthCode.GREEN),
        (200, b"", None),
        (200, b"<html>", None),
        (500, json.dumps(GOOD).encode(), None),
        (302, json.dumps(GOOD).encode(), None),
        (200, json.dumps(GOOD).encode() + b" " * 2 * MAX_ANSWER, None),
    ],
)
def test_a_service_is_asked_once_and_believed_only_if_it_says_so(
    secret: Path, status: int, body: bytes, seen: HealthCode | None
) -> None:
    asked: list[bytes] = []
    with service(status, body, asked) as url:
        assert HttpService(url, "app", secret, 3).colour(b"code") is seen
    assert [json.loads(one)["secretKey"] for one in asked] == ["s3cret"]


def test_a_service_that_is_slow_away_or_without_its_key_is_no_answer(secret: Path, tmp_path: Path) -> None:
    with service(200, json.dumps(GOOD).encode(), [], threading.Event()) as url:
        assert HttpService(url, "app", secret, 0.2).colour(b"code") is None
        assert HttpService(url, "app", tmp_path / "none", 0.2).colour(b"code") is None
    assert HttpService(url, "app", secret, 0.2).colour(b"code") is None


def test_one_question_at_a_time(secret: Path) -> None:
    asked: list[bytes] = []
    told: list[Seen] = []
    go_on = threading.Event()
    with service(200, json.dumps(GOOD).encode(), asked, go_on) as url:
        decoder = Decoder(HttpService(url, "app", secret, 5), told.append)
        decoder.ask(b"first", "x:1")
        decoder.ask(b"second", "x:2")
        go_on.set()
        decoder.close()
    assert told == [Seen("x:1", HealthCode.GREEN)]
    assert [json.loads(one)["code_content"] for one in asked] == ["first"]


def test_an_answer_counts_for_who_showed_the_code_and_still_stands_there() -> None:
    shown = stranger("s")
    story = day("green online").shows(shown).reads(36.5).asks("no_code")
    seen_online(story.lane, "x:else", HealthCode.GREEN, story.now_ms)
    story.asks("no_code")
    seen_online(story.lane, shown.key, HealthCode.GREEN, story.now_ms)
    story.waits(0.1).expect("admit", "green_code")
    # Too late: somebody else stands there.
    story.waits(4).shows(ann)
    seen_online(story.lane, shown.key, HealthCode.RED, story.now_ms)
    story.here(ann).reads(36.5).expect("admit", "resident", ann).ends()


def test_what_the_operator_saw_stays() -> None:
    shown = stranger("s")
    story = day("two colours").shows(shown).presses(Act.CODE_SEEN, colour="yellow")
    seen_online(story.lane, shown.key, HealthCode.GREEN, story.now_ms)
    story.reads(36.5).expect("refer", "health_code").ends()


def test_the_settings_name_a_service_or_none() -> None:
    station = {"station": {"id": "east", "name": "东门"}}
    assert parse(station, "x").decoder.url == ""
    named = {**station, "decoder": {"url": "https://decode.example/health/decode", "timeout_s": 2}}
    assert parse(named, "x").decoder.timeout_s == 2
    for wrong in ({"url": "http://decode.example/"}, {"timeout_s": 0}, {"timeout": 3}):
        with pytest.raises(ConfigError, match="decoder"):
            parse({**station, "decoder": wrong}, "x")
