from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from station.painted import STILL_S, Painted, is_well, main


def test_the_desk_keeps_when_a_page_last_painted() -> None:
    now = [100.0]
    painted = Painted(lambda: now[0])
    assert painted.s_ago() is None
    painted.note(7)
    now[0] = 112.5
    assert painted.s_ago() == 12.5


@pytest.mark.parametrize(
    ("answer", "well"),
    [
        (b'{"painted_s_ago": 0.1}', True),
        (json.dumps({"painted_s_ago": STILL_S}).encode(), False),
        (b'{"painted_s_ago": null}', False),  # no page has come since the desk started
        (None, True),  # the desk is down: not the browser's fault
        (b"<html>", True),
        (b"{}", True),
        (b"[]", True),
    ],
)
def test_only_a_page_that_stands_still_is_held_against_the_browser(answer: bytes | None, well: bool) -> None:
    assert is_well(answer) is well


@pytest.fixture
def desk() -> Iterator[tuple[str, list[bytes]]]:
    answers = [b'{"painted_s_ago": 1}']

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/gate/alive" else 404)
            self.send_header("Content-Length", str(len(answers[0])))
            self.end_headers()
            self.wfile.write(answers[0])

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/gate", answers
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_watcher_asks_the_desk(desk: tuple[str, list[bytes]]) -> None:
    page, answers = desk
    assert main([page, "--once"]) == 0
    answers[0] = b'{"painted_s_ago": 99}'
    assert main([page, "--once"]) == 1


def test_only_this_machines_page_is_watched(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["https://elsewhere.example/gate", "--once"])
    assert "only a page of this machine" in capsys.readouterr().err
