"""Backups: what they hold, what they do not, and the drill of losing a hub and making it again."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import insert, select

from benchmarks import _postgresql
from sync.hub.access.accounts import office_account
from sync.hub.access.program_keys import add_program
from sync.hub.access.sessions import open_session
from sync.hub.backup import backup, load_backup_key, make_backup_key, restore
from sync.hub.confirmed.notified import Notified, add, withdraw
from sync.hub.confirmed.risk import CaseKind, PlaceKind
from sync.hub.custody.strongbox import PIECE, Reader, Writer
from sync.hub.database import tables
from sync.hub.database.shelf import DAY_MS
from sync.hub.database.store import Store
from sync.hub.errors import HubFault
from sync.hub.forget import forget
from sync.hub.gates.enrolment import invite
from sync.hub.gates.stations import enrol, station_of
from sync.hub.home import Home
from sync.hub.intake.ingest import ingest
from sync.hub.report.gate_days import draw_day
from tests.sync.chain import MORNING_MS, Chain, fever, key, open_journal, public, visit
from tests.sync.desk import furnish
from tests.sync.processes import (
    OFFICE,
    AgentProcess,
    HubProcess,
    copied_home,
    eventually,
    free_port,
    make_hub,
    run_hub,
)
from tests.sync.test_road import all_arrived, fill, has_receipt, held, receipt, written

ZONE = ZoneInfo("Asia/Shanghai")
KINDS = ["sqlite", "postgresql"]

#: Gives the URL of an empty database of a kind, "" for a file.
NewUrl = Callable[[str], str]


@pytest.fixture
def new_url(request: pytest.FixtureRequest) -> NewUrl:
    def make(kind: str) -> str:
        if kind == "sqlite":
            return ""
        cluster: _postgresql.Cluster = request.getfixturevalue("cluster")
        return cluster.new_database()

    return make


def full(store: Store) -> str:
    """Something in every table; the token of «east»."""
    with store.writing() as connection:
        token = enrol(connection, "east", "东门", "community", public(key()), MORNING_MS)
        enrol(connection, "west", "西门", "community", public(key(2)), MORNING_MS)
    chain = Chain().add(personal={"masked": "李**"}, sealed=b"x").add("case.opened", {"case": "c", "cause": "fever"})
    chain.add("entry.voided", {"voids": [chain.epoch, 2]}).add_raw(b"?").grow(300)
    told = {"where": "city", "days": 1, "back_ms": MORNING_MS}
    chain.add("travel.announced", told, {"resident": "r1", "masked": "李**", "last4": "2468"})
    for batch in (chain.batch(), chain.branch(5).add(facts=visit("deny"), personal={"masked": "王*"}).batch(4)):
        ingest(store, "east", batch, MORNING_MS, ZONE)
    draw_day(store, {"east"}, "2020-11-21", ZONE, MORNING_MS)
    work_in(store)
    return token


def work_in(store: Store) -> None:
    """An office that has worked: accounts, somebody who is in, units, a program that reads, a pass."""
    furnish(store)
    issued = {"pass_id": "00" * 8, "unit": "", "code": "VG1:", "issued_ms": MORNING_MS, "expires_ms": MORNING_MS}
    with store.writing() as connection:
        open_session(connection, office_account(""), MORNING_MS, 1000)
        add_program(connection, "dashboard", "", MORNING_MS)
        invite(connection, "north", "北门", "community", "https://hub", bytes(32), MORNING_MS)
        connection.execute(insert(tables.gate_pass), issued)
        place: dict[str, Any] = {"place": PlaceKind.SCHOOL, "kind": CaseKind.CONFIRMED, "day": date(2020, 11, 22)}
        for record in ("0" * 16, "1" * 16):
            add(connection, Notified(record, "a", source="CDC", added_ms=MORNING_MS, added_by="clerk", **place))
        withdraw(connection, "1" * 16, None, "wrong", MORNING_MS, "clerk")


def everything(store: Store) -> dict[str, list[Any]]:
    with store.reading() as connection:
        return {
            table.name: sorted(connection.execute(select(table)).all(), key=repr)
            for table in tables.metadata.sorted_tables
        }


@pytest.mark.parametrize(("before", "after"), [(one, other) for one in KINDS for other in KINDS])
def test_a_restored_hub_has_everything(tmp_path: Path, new_url: NewUrl, before: str, after: str) -> None:
    home = Home(tmp_path / "hub")
    home.create(OFFICE, MORNING_MS, new_url(before))
    store = home.open()
    token = full(store)
    original = everything(store)
    assert all(original.values()), {name for name, rows in original.items() if not rows}
    store.close()
    make_backup_key(home, tmp_path / "paper")
    made = backup(home, tmp_path / "backups", MORNING_MS, 30)

    again = Home(tmp_path / "again")
    counted = restore(again, made, load_backup_key(tmp_path / "paper"), new_url(after))
    assert counted == {name: len(rows) for name, rows in original.items() if name != "alembic_version"}
    found = again.open()
    assert everything(found) == original
    with found.reading() as connection:
        known = station_of(connection, token)
    assert known is not None
    found.close()
    assert again.office() == home.office()
    assert again.session_secret == home.session_secret
    names = {path.name for path in home.keys.path.iterdir()}
    assert {path.name for path in again.keys.path.iterdir()} == names - {"root.key"}


@pytest.fixture
def made(tmp_path: Path) -> tuple[Home, Path, Path]:
    """A hub, its backup and the key that opens it."""
    home, _ = copied_home(tmp_path / "hub")
    store = home.open()
    full(store)
    store.close()
    make_backup_key(home, tmp_path / "paper")
    return home, backup(home, tmp_path / "backups", MORNING_MS, 30), tmp_path / "paper"


def test_a_backup_says_nothing_without_its_key(made: tuple[Home, Path, Path], tmp_path: Path) -> None:
    home, file, _ = made
    content = file.read_bytes()
    for secret in ("李".encode(), b"east", (home.keys.path / "order.key").read_bytes().strip()[:16]):
        assert secret not in content
    with pytest.raises(HubFault, match="another key"):
        restore(Home(tmp_path / "x"), file, X25519PrivateKey.generate())
    assert not (tmp_path / "x").exists()
    # and the hub has not kept what opens it
    for path in home.path.rglob("*"):
        assert not path.is_file() or (tmp_path / "paper").read_bytes().strip() not in path.read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content[:40] + bytes([content[40] ^ 1]) + content[41:],
        lambda content: content[:-40] + bytes([content[-40] ^ 1]) + content[-39:],
        lambda content: content + b"\0",
        lambda _: b"",
        lambda _: b"PK\3\4 something else",
    ],
    ids=["a byte short", "half", "a bit of its key", "a bit of its content", "a byte more", "empty", "another file"],
)
def test_a_damaged_backup_makes_no_hub(
    made: tuple[Home, Path, Path], tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    _, file, paper = made
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(HubFault, match="backup: "):
        restore(Home(tmp_path / "x"), file, load_backup_key(paper))
    with pytest.raises(HubFault):
        Home(tmp_path / "x").office()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_pieces_can_be_neither_exchanged_nor_left_out(size: int) -> None:
    key = X25519PrivateKey.generate()
    content = os.urandom(size)
    file = io.BytesIO()
    box = Writer(file, key.public_key())
    for at in range(0, size, 100_000):
        box.write(content[at : at + 100_000])
    box.finish()
    assert Reader(io.BytesIO(file.getvalue()), key).read(size + 1) == content
    whole = file.getvalue()
    piece, head = PIECE + 16, len(whole) - size - 16 * max(1, -(-size // PIECE))
    wrong = [whole[:-16], whole[: head + piece] if size > PIECE else whole[:-1]]
    if size == 3 * PIECE:
        first, second, third = (whole[head + at * piece : head + (at + 1) * piece] for at in range(3))
        wrong += [whole[:head] + second + first + third, whole[:head] + first + third]
    for each in wrong:
        with pytest.raises(HubFault, match="damaged or cut short"):
            Reader(io.BytesIO(each), key).read(size + 1)


def test_backups_expire_with_what_they_hold(made: tuple[Home, Path, Path]) -> None:
    home, first, _ = made
    other = first.with_name("notes.backup")
    other.write_bytes(b"")
    second = backup(home, first.parent, MORNING_MS + 20 * DAY_MS, 30)
    third = backup(home, first.parent, MORNING_MS + 31 * DAY_MS, 30)
    assert sorted(first.parent.iterdir()) == sorted([second, third, other])


def test_nothing_is_overwritten(made: tuple[Home, Path, Path], tmp_path: Path) -> None:
    home, file, paper = made
    with pytest.raises(HubFault, match="not empty"):
        restore(home, file, load_backup_key(paper))
    with pytest.raises(HubFault, match="never overwritten"):
        make_backup_key(home, paper)
    (home.keys.path / "backup.pub").unlink()
    with pytest.raises(HubFault, match="backup-key"):
        backup(home, tmp_path, MORNING_MS, 30)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_forgotten_is_gone_and_the_chain_stays(tmp_path: Path, new_url: NewUrl, kind: str) -> None:
    home = Home(tmp_path / "hub")
    home.create(OFFICE, MORNING_MS, new_url(kind))
    store = home.open()
    full(store)
    old = everything(store)
    chain = Chain("west", private=key(2)).add(personal={"masked": "new"})
    with store.writing() as connection:
        enrol(connection, "west", "西门", "community", public(key(2)), MORNING_MS)
    ingest(store, "west", chain.batch(), MORNING_MS + 10 * DAY_MS, ZONE)
    forget(store, MORNING_MS + 30 * DAY_MS, 30)
    assert everything(store)["part"] != []
    assert {row.station for row in everything(store)["part"]} == {"east", "west"}
    forget(store, MORNING_MS + 31 * DAY_MS, 30)
    left = everything(store)
    assert [row.station for row in left["part"]] == ["west"]
    assert all(row.personal is None for name in ("fork", "quarantine") for row in left[name])
    assert [row for row in left["entry"] if row.station == "east"] == old["entry"]
    store.close()
    if kind == "sqlite":
        for path in home.path.glob("hub.db*"):
            assert "李".encode() not in path.read_bytes()


def test_the_drill_a_hub_is_lost_and_made_again_from_last_nights_backup(tmp_path: Path) -> None:
    hub = make_hub(tmp_path / "hub")
    hub.start()
    agent = AgentProcess(tmp_path / "gate", hub.url, hub.tokens["east"])
    agent.state.mkdir()
    journal = open_journal(agent.journal)
    fill(journal, 20)
    agent.start()
    eventually(lambda: all_arrived(hub, agent))
    state, paper = str(hub.state), str(tmp_path / "paper")
    run_hub("backup-key", "--state", state, "--to", paper)
    # while it serves; a disk that is not there is said, and no folder made in its place
    night = tmp_path / "night"
    with pytest.raises(subprocess.CalledProcessError) as refused:
        run_hub("backup", "--state", state, "--to", str(night))
    assert "night" in refused.value.stderr
    assert not night.exists()
    night.mkdir()
    file = run_hub("backup", "--state", state, "--to", str(night))["file"]
    journal.append(fever())
    fill(journal, 30)
    eventually(lambda: all_arrived(hub, agent))
    eventually(lambda: has_receipt(agent, hub, journal))
    before = receipt(agent, hub, journal.epoch)
    assert before is not None

    # the machine burns
    hub.kill()
    shutil.rmtree(hub.state)
    fill(journal, 5)
    eventually(lambda: agent.status().get("state") == "offline")
    counted = run_hub("restore", "--state", state, "--from", file, "--key-file", paper)
    assert counted["entry"] == 21
    again = HubProcess(hub.state, hub.port, hub.tokens, hub.password, hub.root_public)
    assert free_port() != again.port
    again.start()
    # the receipt steps back, the gate sees it and sends again what it still has
    assert again.request("GET", f"/api/v1/receipts/{journal.epoch}")[0] == 200
    eventually(lambda: all_arrived(again, agent))
    eventually(lambda: has_receipt(agent, again, journal))
    after = receipt(agent, again, journal.epoch)
    assert after is not None
    assert (after.contiguous_seq, after.hash_at_contiguous_seq) == (journal.seq, written(agent)[-1][2])
    assert held(again, "fork") == []
    assert agent.stop()[0] == 0
    again.kill()
    journal.close()
