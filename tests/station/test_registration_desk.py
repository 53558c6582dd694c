"""The whole way on the real desk: its own process, socket, web server and card; only driver and operator are played."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from drivers.events import Mode, Raw, Reading, Scan, Site
from drivers.outlet import Inbox
from station.clock import boottime_ns
from station.keys import load_or_make
from station.roster.content import encode_snapshot
from station.roster.isolation import StatusKind, StatusRow, encode_isolation
from station.roster.resident import Resident
from station.seal import seal_key_id, unseal
from station.wire.keyring import KeyRecord, Purpose
from station.wire.order import Order, OrderKind, sign_order
from tests.station.journal_kit import OFFICE
from tests.station.storyboard import MORNING_MS
from tests.station.test_office import KEYS, ORDER, ROOT, keys_order
from tests.station.test_registration_answers import GOOD

DEADLINE_S = 30.0
SEALING = KeyRecord(
    seal_key_id(OFFICE.public_key()).hex(), Purpose.SEAL, OFFICE.public_key().public_bytes_raw(), (), 0, 2**53
)
HOUSE = (
    Resident("r-1", "张桂兰", "2-2-301", household="2-2-301", last4="5521", readings=("zhang,gui lan",)),
    Resident("r-2", "吴秀梅", "5-1-301", household="5-1-301", last4="4410", readings=("wu,xiu mei",)),
)


class Desk:
    """A running desk in *folder*."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        state = folder / "state"
        (state / "orders").mkdir(parents=True, exist_ok=True)
        load_or_make(state / "station.key")
        (state / "root.pub").write_text(ROOT.public_key().public_bytes_raw().hex() + "\n")
        config = folder / "station.toml"
        config.write_text(
            f'[station]\nid = "east"\nname = "东门"\ndemo = true\n[paths]\nstate = "{state}"\n'
            f'runtime = "{folder / "run"}"\n[clock]\nstart = "2026-11-22T08:00:00"\n[web]\nport = 0\n'
            '[signals]\nbackend = "mock"\n[voice]\nenabled = false\n',
            encoding="utf-8",
        )
        self._start(config)

    def _start(self, config: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "station", "desk", "--config", str(config)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "http://" in line:
                self.address = line.strip().rpartition(" at ")[2].removesuffix("/gate")
                break
        else:
            raise AssertionError("the desk did not start")
        self.inbox = Inbox(self.folder / "run" / "inbox")

    def give(self, *orders: tuple[Order, Any]) -> None:
        """Drop orders as the road does."""
        folder = self.folder / "state" / "orders"
        for order, key in orders:
            aside = folder / f".{order.kind}"
            aside.write_bytes(sign_order(order, key))
            aside.rename(folder / f"order-{order.kind}-{order.number:012d}.doc")

    def post(self, address: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "X-Gate": "1", "Origin": self.address}
        request = urllib.request.Request(self.address + address, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            return dict(json.load(error))

    def step(self, do: str, **more: object) -> dict[str, Any]:
        return self.post("/gate/registration", {"do": do, **more})

    def act(self, act: str, nonce: str, **arguments: str) -> dict[str, Any]:
        return self.post("/gate/act", {"act": act, "nonce": nonce, "arguments": arguments, "visit": 0})

    def view(self) -> dict[str, Any]:
        with urllib.request.urlopen(self.address + "/gate/view", timeout=60) as answer:
            return dict(json.load(answer))

    def reads(self, centi: int) -> None:
        raw = Raw(centi, 3, 0, "00")
        self.inbox.send(Reading("t1", boottime_ns(), centi, Site.FOREHEAD, Mode.SURFACE, raw))

    def scans(self, text: str) -> None:
        self.inbox.send(Scan("reader", boottime_ns(), text.encode(), "wedge"))

    def entries(self, *kinds: str) -> list[tuple[dict[str, Any], dict[str, Any] | None, bytes | None]]:
        with closing(sqlite3.connect(f"file:{self.folder / 'state' / 'journal.db'}?mode=ro", uri=True)) as db:
            marks = ", ".join("?" * len(kinds))
            rows = db.execute(
                f"SELECT header, personal, sealed FROM entry WHERE kind IN ({marks}) ORDER BY seq", kinds
            ).fetchall()
        return [(json.loads(header), personal and json.loads(personal), sealed) for header, personal, sealed in rows]


def eventually(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + DEADLINE_S
    pause = threading.Event()
    while not condition():
        if time.monotonic() > until:
            return False
        pause.wait(0.05)
    return True


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.process.terminate()
    rest, _ = desk.process.communicate(timeout=20)
    desk.inbox.close()
    assert "周" not in rest
    assert GOOD not in rest


def test_a_stranger_is_registered_measured_and_judged_and_found_again(desk: Desk) -> None:
    assert "社区未发密钥" in desk.step("open")["html"]
    desk.give(
        (keys_order(1, (*KEYS, SEALING)), ROOT),
        (Order(OrderKind.ROSTER, 1, ("*",), "office", MORNING_MS, encode_snapshot(HOUSE)), ORDER),
    )
    isolation = encode_isolation([StatusRow(StatusKind.ISOLATION, household="5-1-301")])
    desk.give((Order(OrderKind.ISOLATION, 1, ("*",), "office", MORNING_MS, isolation), ORDER))
    assert eventually(lambda: "社区未发密钥" not in desk.step("open")["html"])
    assert eventually(lambda: len(desk.entries("order.applied")) == 3)

    # Somebody unknown is measured; the form is opened for them, and their card is read.
    desk.reads(3660)
    assert eventually(lambda: desk.view()["marks"]["visit"] != "0")
    form = desk.step("open", visit=int(desk.view()["marks"]["visit"]))["form"]
    desk.scans(GOOD)
    assert eventually(lambda: "尾号6626" in desk.step("answer", form=form, question="klass", value="visitor")["html"])
    assert desk.step("host", form=form, value="wxm")["list"].count("吴秀梅") == 1
    for question, value in (("name", "周婷"), ("host", "r-2"), ("purpose", "family")):
        assert desk.step("answer", form=form, question=question, value=value)["form"] == form
    done = desk.step("answer", form=form, question="risk", value="none")
    assert (done["form"], done["text"]) == ("", "已登记 请测温")
    assert eventually(lambda: len(desk.entries("visitor.registered")) == 1)
    header, personal, sealed = desk.entries("visitor.registered")[0]
    assert (header["facts"]["host_isolated"], header["facts"]["id_read"]) == (True, True)
    assert personal is not None
    assert personal["masked"] == "周*"
    assert sealed is not None
    private = json.loads(unseal(sealed, OFFICE, "east", header["epoch"], header["seq"]))
    assert (private["id_number"], private["name"]) == (GOOD, "周婷")

    # They keep their reading, and the ordinary rules decide: nobody visits a household in isolation.
    assert eventually(lambda: len(desk.entries("visit.decided")) == 1)
    decided = desk.entries("visit.decided")[0][0]["facts"]
    assert (decided["class"], decided["source"]) == ("visitor", "registration")
    assert (decided["outcome"], decided["used"]["host_isolated"]) == ("deny", True)
    assert [reading["centi_celsius"] for reading in decided["readings"]] == [3660]

    # An hour later: in the list, one press.
    form = desk.step("open")
    assert "周*" in form["html"]
    again = desk.step("same", form=form["form"], registration=header["facts"]["registration"])
    assert again["accepted"], again
    assert eventually(lambda: len(desk.entries("visitor.registered")) == 2)
    assert desk.entries("visitor.registered")[1][0]["facts"]["same_as"] == [header["epoch"], header["seq"]]
    assert eventually(lambda: desk.view()["marks"]["visit"] != "0")

    # 擦屏 forgets what is open.
    form = desk.step("open")["form"]
    desk.step("answer", form=form, question="klass", value="worker")
    desk.step("answer", form=form, question="name", value="周婷")
    revision = desk.view()["marks"]["registration"]
    desk.act("wipe", "nonce-0001")
    assert desk.step("show", form=form)["code"] == "form_gone"
    assert eventually(lambda: desk.view()["marks"]["registration"] != revision)
