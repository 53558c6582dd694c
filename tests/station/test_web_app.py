"""The door of the web: who is let in, what is refused, and what every answer carries."""

from __future__ import annotations

import gzip
import json
import logging
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from station.lane.action import Act, Action, ActionError
from station.web import app as web
from station.web.access import Access, AccessMissing, access, enforce
from station.web.app import create_app
from tests.station.fake_desk import FakeDesk
from tests.station.gallery import GALLERY, NOW_MS

NONCE = "0f8fad5b-d9cb-469f-a165-70867728950e"
OURS = {"Origin": "http://localhost", "X-Gate": "1"}


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def client(desk: FakeDesk) -> FlaskClient:
    return create_app(desk, now_ms=lambda: NOW_MS, alive=desk.alive.append).test_client()


def press(client: FlaskClient, body: object, headers: dict[str, str] | None = None) -> TestResponse:
    return client.post("/gate/act", json=body, headers=OURS if headers is None else headers)


def test_the_root_leads_to_the_gate(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.location) == (302, "/gate")


def test_the_page_is_whole_before_any_script_ran(client: FlaskClient) -> None:
    html = client.get("/gate").get_data(as_text=True)
    for word in ("请扫码", "请测温", "东门", "王秀兰", "更多"):
        assert word in html


@pytest.mark.parametrize("address", ["/", "/gate", "/gate/view", "/gate/search?q=sl", "/static/gate.js", "/nothing"])
def test_every_answer_is_hardened(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    headers = answer.headers
    answer.close()
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_a_press_reaches_the_desk_once_with_all_it_said(client: FlaskClient, desk: FakeDesk) -> None:
    body = {"act": "direction", "nonce": NONCE, "arguments": {"to": "out"}, "visit": 7}
    first, second = press(client, body), press(client, body)
    assert first.get_json() == second.get_json() | {"version": first.get_json()["version"]}
    assert first.get_json()["accepted"] is True
    assert desk.acts == [Action(Act.DIRECTION, NONCE, (("to", "out"),), 7)]
    assert desk.view().direction == "out"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Gate": "1"},
        {"Origin": "http://localhost"},
        {"X-Gate": "1", "Origin": "http://evil.example"},
        {"X-Gate": "1", "Origin": "null"},
        {"X-Gate": "1", "Origin": "http://localhost:8081"},
        {"X-Gate": "1", "Origin": "https://localhost"},
        {**OURS, "Sec-Fetch-Site": "cross-site"},
        {**OURS, "Host": "evil.example"},
    ],
)
@pytest.mark.parametrize("address", ["/gate/act", "/gate/alive"])
def test_another_site_cannot_press(client: FlaskClient, desk: FakeDesk, address: str, headers: dict[str, str]) -> None:
    answer = client.post(address, json={"act": "wipe", "nonce": NONCE}, headers=headers)
    assert answer.status_code == 403
    assert answer.get_json()["code"].startswith("foreign_")
    assert desk.asked == 0
    assert desk.alive == []


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "gate.local", "evil.example:80"])
def test_a_rebound_name_reads_nothing(client: FlaskClient, host: str) -> None:
    answer = client.get("/gate", headers={"Host": host})
    assert answer.status_code == 403
    assert "王秀兰" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080"])
def test_the_machine_itself_may_read(client: FlaskClient, host: str) -> None:
    assert client.get("/gate", headers={"Host": host}).status_code == 200


def test_another_sites_frame_or_image_reads_nothing(client: FlaskClient) -> None:
    assert client.get("/gate/view", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize(
    ("content", "mimetype", "status", "code"),
    [
        (b"{", "application/json", 400, "bad_request"),
        (b"", "application/json", 400, "bad_request"),
        (b"{}", "text/plain", 415, "bad_request"),
        (b"act=wipe", "application/x-www-form-urlencoded", 415, "bad_request"),
        (b"[]", "application/json", 400, "bad_request"),
        (b'{"act": "open", "nonce": "12345678"}', "application/json", 400, "unknown_act"),
        (b'"' + b"x" * 17_000 + b'"', "application/json", 413, "too_large"),
        (b'"\xff"', "application/json", 400, "bad_request"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_code_and_words(
    client: FlaskClient, desk: FakeDesk, content: bytes, mimetype: str, status: int, code: str
) -> None:
    answer = client.post("/gate/act", data=content, content_type=mimetype, headers=OURS)
    assert answer.status_code == status
    assert answer.get_json()["code"] == code
    assert "[" not in answer.get_json()["text"]
    assert desk.asked == 0


@pytest.mark.parametrize("address", ["/nothing", "/gate/../etc/passwd", "/static/../app.py", "/static/nothing.js"])
def test_there_is_nothing_else(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_what_the_desk_refuses_is_said_in_the_pages_language(client: FlaskClient, desk: FakeDesk) -> None:
    desk.refuse = ActionError("nothing_to_undo", "nothing of the last seconds")
    client.set_cookie("language", "en")
    answer = press(client, {"act": "undo", "nonce": NONCE})
    assert answer.status_code == 409
    assert answer.get_json() == {
        "accepted": False, "code": "nothing_to_undo", "text": "Nothing to undo", "version": 1}  # fmt: skip


def test_a_failure_says_nothing_of_what_was_asked(
    client: FlaskClient, desk: FakeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.failure = RuntimeError("the register is gone")
    with caplog.at_level(logging.ERROR):
        answer = client.get("/gate/search?q=wangxiulan")
    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal")
    assert len(caplog.records) == 1
    assert "wangxiulan" not in caplog.text


def test_a_page_that_has_the_newest_view_is_told_so(client: FlaskClient, desk: FakeDesk) -> None:
    version = client.get("/gate/view").get_json()["version"]
    assert client.get(f"/gate/view?version={version}").status_code == 204
    desk.publish(GALLERY["admit"])
    newer = client.get(f"/gate/view?version={version}").get_json()
    assert newer["stage"] == "admit"
    assert newer["version"] > version
    assert "请通行" in newer["html"]["panel"]


def test_a_page_from_before_a_restart_gets_the_view_whatever_its_number(client: FlaskClient) -> None:
    assert client.get("/gate/view?version=99999").status_code == 200


def test_a_search_shows_rows_and_escapes_what_is_in_them(client: FlaskClient) -> None:
    html = client.get("/gate/search?q=75").get_data(as_text=True)
    assert 'data-resident="r-601-1"' in html
    assert "孙磊" in html
    assert "<b>彭" not in html
    assert "&lt;b&gt;彭" in html


def test_a_search_says_when_nothing_or_too_much_is_found(client: FlaskClient) -> None:
    assert "没有找到" in client.get("/gate/search?q=zzz").get_data(as_text=True)
    many = client.get("/gate/search?q=7").get_data(as_text=True)
    assert many.count("data-resident") == web.MAX_FOUND
    assert "请再按一个键" in many


@pytest.mark.parametrize("query", ["", "%", "' OR 1=1 --", "李*", "x" * 41])
def test_a_search_for_anything_else_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get("/gate/search", query_string={"q": query}).status_code == 400


def test_a_preference_is_kept_and_the_address_is_clean_again(client: FlaskClient) -> None:
    answer = client.get("/gate?language=en")
    assert (answer.status_code, answer.location) == (302, "/gate")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "Scan your code" in client.get("/gate").get_data(as_text=True)


def test_an_unknown_preference_changes_nothing(client: FlaskClient) -> None:
    answer = client.get("/gate?language=fr&theme=<script>")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_a_page_that_has_painted_is_reported_alive(client: FlaskClient, desk: FakeDesk) -> None:
    assert client.post("/gate/alive?version=12", json={}, headers=OURS).status_code == 204
    assert desk.alive == [12]


def test_an_endpoint_that_does_not_say_who_may_call_it_cannot_exist() -> None:
    app = Flask("unguarded")

    @app.get("/open")
    def open_door() -> str:
        return "anybody"

    access(Access.READ)(app.view_functions["static"])
    with pytest.raises(AccessMissing, match="open_door"):
        enforce(app)


def test_every_endpoint_that_changes_something_is_pressed_by_our_own_page_only(desk: FakeDesk) -> None:
    app = create_app(desk, now_ms=lambda: NOW_MS)
    for rule in app.url_map.iter_rules():
        changes = bool((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"})
        assert changes == (app.view_functions[rule.endpoint].__dict__["access"] is Access.PRESS)


def asked_for(html: str) -> list[str]:
    """The names of the files that the page asks for by itself."""
    return re.findall(r'(?:href|src)="/static/([^?"]+)', html)


def test_the_page_keeps_its_budget(client: FlaskClient, desk: FakeDesk) -> None:
    # Whole page at most 80 kB as it is, and of it at most 30 kB script and 10 kB style as compressed.
    pages = []
    for shown in GALLERY.values():
        desk.publish(shown)
        pages += [client.get("/gate").data]
    static = {path.name: path.read_bytes() for path in web.STATIC.iterdir()}
    loaded = asked_for(pages[0].decode())
    assert loaded == ["gate.svg", "gate.css", "gate.js"]
    assert max(map(len, pages)) + sum(len(static[name]) for name in loaded) <= 80_000
    scripts = (static[name] for name in ("gate.js", "pads.js", "registration.js"))
    assert len(gzip.compress(b"".join(scripts))) <= 30_000
    assert len(gzip.compress(static["gate.css"] + static["registration.css"])) <= 10_000
    # What is typed on comes after the first paint, and is no second page.
    pads = client.get("/gate/pads").data
    assert len(pads) + len(static["pads.js"]) <= 30_000


def test_what_is_not_needed_to_pass_comes_later() -> None:
    static = {path.name for path in web.STATIC.iterdir()}
    loaded = asked_for(scanning([]).get("/gate").get_data(as_text=True))
    assert "scanner.js" in loaded
    # Pads right after the first paint, forms when the first is opened, what inspectors read on its own page, characters
    # by pinyin when the first name is asked for.
    later = {"pads.js", "registration.css", "registration.js", "pinyin.txt", "inspection.css", "alive.js"}
    assert static - set(loaded) == later
    assert len(gzip.compress((web.STATIC / "pinyin.txt").read_bytes())) <= 25_000


def test_a_changed_script_changes_the_name_of_the_build(tmp_path: Path) -> None:
    (tmp_path / "gate.js").write_text("1")
    before = web.fingerprint(tmp_path)
    (tmp_path / "gate.js").write_text("2")
    assert web.fingerprint(tmp_path) != before
    assert json.dumps(before)


def scanning(taken: list[bytes]) -> FlaskClient:
    return create_app(FakeDesk(), now_ms=lambda: NOW_MS, scanned=taken.append).test_client()


def test_a_typed_scan_reaches_the_desk_as_bytes() -> None:
    taken: list[bytes] = []
    client = scanning(taken)
    assert client.post("/gate/scan", json={"payload": "VG1:AB C"}, headers=OURS).status_code == 204
    assert taken == [b"VG1:AB C"]


@pytest.mark.parametrize(
    "body",
    [{}, {"payload": "short"}, {"payload": "x" * 2954}, {"payload": 1234567}, {"payload": "tab\tin it"},
     {"payload": "通行证通行证"}, {"payload": "NUL\x00inside"}, {"payload": "123456", "more": 1}, ["payload"]],
)  # fmt: skip
def test_what_no_scanner_types_is_refused(body: object) -> None:
    taken: list[bytes] = []
    assert scanning(taken).post("/gate/scan", json=body, headers=OURS).status_code == 400
    assert taken == []


def test_another_site_cannot_scan() -> None:
    taken: list[bytes] = []
    client = scanning(taken)
    assert client.post("/gate/scan", json={"payload": "123456"}).status_code == 403
    foreign = OURS | {"Origin": "http://elsewhere.example"}
    assert client.post("/gate/scan", json={"payload": "123456"}, headers=foreign).status_code == 403
    assert (
        client.post("/gate/scan", json={"payload": "123456"}, headers=OURS | {"Host": "evil.example"}).status_code
        == 403
    )
    assert taken == []
