"""A gate is let in as people do it: the office's page, the real decoder, the desk's and the road's own processes."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from drivers.camera.decode import decode, grey
from drivers.events import Scan
from drivers.outlet import Inbox
from station.clock import boottime_ns
from station.wire.entrance import entrance_body
from station.wire.invitation import PREFIX, parse_invitation
from tests.sync.chain import key
from tests.sync.processes import ROOT, HubProcess, make_hub
from tests.sync.processes import eventually as patiently

#: A hub, a desk, a road and a browser on a machine that may be busy; alone it takes ten seconds.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
#: Three processes have to do their part.
PATIENCE_S = 60.0
_nonces = (f"enrol-nonce-{number}" for number in count())


def eventually(what: Callable[[], Any], message: str = "") -> None:
    patiently(what, message, PATIENCE_S)


class Gate:
    """A desk and a road in their own processes, with a state folder that nobody has let in."""

    def __init__(self, folder: Path, hub_url: str = "") -> None:
        folder.mkdir()
        self.state = folder / "state"
        self.config = folder / "station.toml"
        self.config.write_text(
            f'[station]\nid = "north"\nname = "北门"\n[paths]\nstate = "{self.state}"\nruntime = "{folder / "run"}"\n'
            f'[web]\nport = 0\n[hub]\nurl = "{hub_url}"\ntoken_file = "{self.state / "sync" / "token"}"\n'
            '[signals]\nbackend = "null"\n[voice]\nenabled = false\n',
            encoding="utf-8",
        )
        self.desk, self.road = self.start_desk(), self.start("sync")

    def start(self, *module: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", *module, "--config", str(self.config)]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def start_desk(self) -> subprocess.Popen[str]:
        desk = self.start("station", "desk")
        assert desk.stdout is not None
        line = next(line for line in desk.stdout if "http://" in line)
        self.address = line.strip().rpartition(" at ")[2].removesuffix("/gate")
        self.inbox = Inbox(self.config.parent / "run" / "inbox")
        return desk

    def press(self, do: str) -> str:
        body = {"act": "enrol", "nonce": next(_nonces), "arguments": {"do": do}, "visit": 0}
        headers = {"Content-Type": "application/json", "X-Gate": "1", "Origin": self.address}
        request = urllib.request.Request(f"{self.address}/gate/act", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return str(json.load(answer)["code"])

    def shows(self) -> str:
        """The sheet as it stands on the screen."""
        return str(self.view()["html"]["enrol"])

    def view(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.address}/gate/view", timeout=20) as answer:
            return dict(json.load(answer))

    def sees(self, payload: bytes) -> None:
        self.inbox.send(Scan("codes", boottime_ns(), payload, "qrcode"))

    def entries(self, kind: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(f"file:{self.state / 'journal.db'}?mode=ro", uri=True)) as db:
            rows = db.execute("SELECT header FROM entry WHERE kind = ?", (kind,)).fetchall()
        return [json.loads(header) for (header,) in rows]

    def end(self) -> None:
        self.inbox.close()
        for process in (self.road, self.desk):
            process.kill()
            process.communicate()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    made = make_hub(tmp_path_factory.mktemp("office") / "hub")
    made.start()
    yield made
    made.kill()


@pytest.fixture
def office(chromium: Browser, hub: HubProcess) -> Iterator[Page]:
    page = chromium.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{hub.url}/login")
    page.fill("input[name=password]", hub.password)
    page.click("form button")
    page.wait_for_url(f"{hub.url}/")
    yield page
    page.close()


@pytest.fixture
def gates(tmp_path: Path) -> Iterator[Callable[[], Gate]]:
    made: list[Gate] = []

    def start() -> Gate:
        made.append(Gate(tmp_path / f"gate-{len(made)}"))
        return made[-1]

    yield start
    for gate in made:
        gate.end()


def shown(page: Page, hub: HubProcess) -> tuple[bytes, str]:
    """What the gate's decoder reads from the office's screen, and the fingerprint that stands beside it."""
    page.goto(f"{hub.url}/gates/enrol")
    page.fill("input[name=station]", "north")
    page.fill("input[name=name]", "北门")
    page.click("main form button")
    picture = page.locator(".invitation img")
    picture.wait_for()
    image = cv2.imdecode(np.frombuffer(picture.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    (symbol,) = decode(grey(image.astype(np.uint8)))
    return symbol.payload, page.locator(".fingerprint").inner_text()


def test_a_gate_is_let_in_by_what_its_camera_sees(hub: HubProcess, office: Page, gates: Callable[[], Gate]) -> None:
    gate = gates()
    payload, fingerprint = shown(office, hub)
    assert payload.startswith(PREFIX.encode())

    gate.sees(payload)
    eventually(lambda: gate.view()["marks"]["visit"] != "0", "to the lane it is a code that nobody knows")
    assert gate.shows() == ""
    assert not (gate.state / "entrance.json").exists()
    assert gate.press("open") == "ok"
    gate.sees(payload)
    eventually(lambda: fingerprint in gate.shows(), "the fingerprint of the office's screen is on the gate's")
    assert not (gate.state / "entrance.json").exists(), "nobody was asked yet"
    assert gate.press("same") == "ok"
    eventually(lambda: "已登记" in gate.shows())

    # The desk pinned the key, the road has the token and the address; nobody was told to write a file.
    assert (gate.state / "root.pub").read_text().strip() == hub.root_public.hex()
    assert [entry["facts"]["url"] for entry in gate.entries("station.enrolled")] == [hub.url]
    eventually(lambda: len(gate.entries("order.applied")) == 1)
    office.wait_for_selector("#done:not([hidden])")
    assert not office.locator("#open").is_visible(), "the code is gone from the office's screen"

    def held() -> int:
        with closing(sqlite3.connect(hub.state / "hub.db")) as db:
            return int(db.execute("SELECT count(*) FROM entry WHERE station = 'north'").fetchone()[0])

    eventually(lambda: held() > 3, "records go over by themselves")


def test_without_a_line_it_waits_and_goes_on_when_there_is_one(
    hub: HubProcess, office: Page, gates: Callable[[], Gate]
) -> None:
    gate = gates()
    used, _ = shown(office, hub)
    code = parse_invitation(used.decode())
    assert hub.request("POST", "/api/v1/enrol", entrance_body(code, "别人", key(9)), station=None)[0] == 200
    gate.press("open")
    gate.sees(used)
    eventually(lambda: "enrol compare" in gate.shows())
    gate.press("same")
    eventually(lambda: "用过" in gate.shows(), "a code works once")
    assert not (gate.state / "sync" / "token").exists()

    payload, _ = shown(office, hub)
    hub.kill()
    gate.sees(payload)
    eventually(lambda: "enrol compare" in gate.shows())
    gate.press("same")
    eventually(lambda: "连不上平台" in gate.shows())
    hub.start()
    eventually(lambda: "已登记" in gate.shows())
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}\n", (gate.state / "sync" / "token").read_text())
