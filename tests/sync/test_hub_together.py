"""Several batches in one transaction: all of it, or each alone; the small ones first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection

from sync.hub import api
from sync.hub.app import create_app
from sync.hub.database.store import create_store
from sync.hub.database.together import Together
from sync.hub.errors import HubBusy, Refusal
from sync.hub.gates.stations import enrol
from sync.hub.home import Office
from sync.hub.intake.ingest import URGENT
from sync.hub.site import Site
from tests.sync.chain import MORNING_MS, Chain, key, public

LONG_S = 30.0


class Disk:
    """A place to write: what was begun, what was kept, and whose turn it is."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.transactions: list[list[str]] = []
        self.kept: list[str] = []
        self.patience_s = LONG_S

    @contextmanager
    def turn(self) -> Iterator[None]:
        if not self.lock.acquire(timeout=self.patience_s):
            raise HubBusy("store: others are writing")
        try:
            yield
        finally:
            self.lock.release()

    @contextmanager
    def writing(self) -> Iterator[Any]:
        rows: list[str] = []
        self.transactions.append(rows)
        yield rows
        self.kept += rows


def eventually(condition: Callable[[], bool]) -> None:
    deadline, pause = time.monotonic() + LONG_S, threading.Event()
    while not condition():
        assert time.monotonic() < deadline
        pause.wait(0.005)


def piece(name: str) -> Callable[[Connection], str]:
    def work(rows: Any) -> str:
        if name == "broken":
            raise Refusal("breaks", "batch: broken")
        rows.append(name)
        return name

    return work


def waiting(together: Together, number: int) -> bool:
    return len(together._small) + len(together._large) == number


def bring(disk: Disk, names: list[tuple[str, bool]]) -> list[Future[str]]:
    """What becomes of the pieces, which all came while somebody else was writing, in this order."""
    together = Together(disk.turn, disk.writing, LONG_S)
    with ThreadPoolExecutor(len(names)) as pool, disk.lock:
        found = []
        for number, (name, small) in enumerate(names, 1):
            found.append(pool.submit(together.write, piece(name), small))
            eventually(partial(waiting, together, number))
    return found


def test_what_waits_is_written_at_once() -> None:
    disk = Disk()
    found = bring(disk, [("a", False), ("b", False), ("c", False)])
    assert [each.result() for each in found] == ["a", "b", "c"]
    assert disk.transactions == [["a", "b", "c"]]


def test_a_fever_goes_before_backlogs_and_not_instead_of_them() -> None:
    disk = Disk()
    bring(disk, [(f"backlog {number}", False) for number in range(5)] + [("fever", True)])
    assert disk.transactions[0] == ["fever", "backlog 0", "backlog 1", "backlog 2", "backlog 3"]
    assert disk.transactions[1] == ["backlog 4"]


def test_what_breaks_breaks_alone() -> None:
    disk = Disk()
    first, broken, last = bring(disk, [("a", False), ("broken", False), ("c", False)])
    assert (first.result(), last.result()) == ("a", "c")
    with pytest.raises(Refusal, match="broken"):
        broken.result()
    assert disk.kept == ["a", "c"]


def test_who_waited_too_long_writes_nothing_later() -> None:
    disk = Disk()
    disk.patience_s = 0.01
    together = Together(disk.turn, disk.writing, LONG_S)
    with disk.lock, pytest.raises(HubBusy):
        together.write(piece("late"), small=False)
    assert together.write(piece("next"), small=False) == "next"
    assert disk.kept == ["next"]


def test_a_transaction_that_fails_is_nobodys_receipt() -> None:
    @contextmanager
    def writing() -> Iterator[Any]:
        yield []
        raise HubBusy("store: disk is full")

    with pytest.raises(HubBusy, match="full"):
        Together(nullcontext, writing, LONG_S).write(piece("a"), small=False)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[tuple[FlaskClient, dict[str, str]]]:
    """A hub in this process, and what a request of the gate «east» carries."""
    store = create_store(tmp_path / "hub.db")
    with store.writing() as connection:
        token = enrol(connection, "east", "东门", "community", public(key(1)), MORNING_MS)
    office = Office("幸福里社区", "community", "Asia/Shanghai", False, "")
    site = Site(store, office, key(3), lambda: MORNING_MS)
    yield create_app(site, b"secret").test_client(), {"Authorization": f"Bearer {token}"}
    store.close()


def test_a_fever_comes_in_while_backlogs_take_every_place(
    door: tuple[FlaskClient, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, headers = door
    monkeypatch.setattr(api, "WAIT_S", 0.01)
    chain = Chain().grow(99)
    chain.add("case.opened", {"case": "1", "visit": "1", "cause": "fever"})
    backlog, fever = chain.batch(1, 100), chain.batch(101)
    assert len(backlog) >= URGENT > len(fever)
    with ExitStack() as places:
        for _ in range(api._AT_ONCE):
            places.enter_context(api._slot(api._slots))
        assert client.post("/api/v1/batches", data=backlog, headers=headers).status_code == 503
        assert client.post("/api/v1/batches", data=fever, headers=headers).status_code == 200
    assert client.post("/api/v1/batches", data=backlog, headers=headers).status_code == 200
