"""The hub's folder and its commands."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station.wire.keyring import Purpose, parse_keys
from station.wire.order import open_order
from sync.hub.custody.keys import VALID_MS, load_key
from sync.hub.database.store import open_store
from sync.hub.errors import HubFault
from sync.hub.home import Home, Office
from sync.hub.office.orders import order_document
from sync.hub.played import played_clock
from tests.sync.chain import MORNING_MS, key, public
from tests.sync.processes import ROOT, run_hub

OFFICE = Office("幸福里社区", "community", "Asia/Shanghai", False, "")


def fails(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "sync.hub", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    return done.stderr


def test_a_hub_is_made_a_gate_let_in_an_order_issued(tmp_path: Path) -> None:
    state = str(tmp_path / "hub")
    made = run_hub("init", "--state", state, "--name", "幸福里社区")
    assert set(made) == {"root_public", "root_key_file", "password", "seal_passphrase", "recovery_key"}
    enrolled = run_hub("enrol", "--state", state, "--station", "east", "--name", "东门", "--public-key", "ab" * 32)
    assert (enrolled["station"], enrolled["name"], len(enrolled["token"])) == ("east", "东门", 43)
    content = tmp_path / "policy.toml"
    content.write_text("x = 1")
    issued = run_hub("publish", "--state", state, "--kind", "policy", "--content", str(content))
    assert (issued["kind"], issued["number"]) == ("policy", 1)
    assert [gate["station"] for gate in run_hub("board", "--state", state)["gates"]] == ["east"]
    assert run_hub("password", "--state", state)["password"] != made["password"]

    store = open_store(tmp_path / "hub" / "hub.db")
    with store.reading() as connection:
        keys = order_document(connection, "east", "keys", 1)
        policy = order_document(connection, "east", "policy", 1)
    store.close()
    assert keys is not None
    assert policy is not None
    root = Ed25519PublicKey.from_public_bytes(bytes.fromhex(made["root_public"]))
    ring = parse_keys(open_order(keys, lambda _: [root]).content)
    assert [record.purpose for record in ring.records] == ["receipt", "order", "pass", "seal", "transport"]
    assert open_order(policy, ring.lookup(Purpose.ORDER)).content == b"x = 1"
    # without the root key only keys cannot be issued any more
    Path(made["root_key_file"]).unlink()
    run_hub("publish", "--state", state, "--kind", "policy", "--content", str(content))
    assert "root.key" in fails("publish", "--state", state, "--kind", "keys", "--content", str(content))


def test_secrets_are_readable_by_the_hub_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "hub")
    made = home.create(OFFICE, MORNING_MS)
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", made.password)
    assert re.fullmatch(r"([a-z2-9]{4}-){4}[a-z2-9]{4}", made.passphrase)
    assert home.path.stat().st_mode & 0o777 == 0o700
    keys = list(home.keys.path.iterdir())
    assert {path.name for path in keys} == {
        f"{name}.key" for name in ("root", "order", "receipt", "pass", "transport", "session")
    } | {"seal.json", "root.pub"}
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}
    everything = b"".join(path.read_bytes() for path in home.path.rglob("*") if path.is_file())
    for secret in (made.password, made.passphrase, made.recovery.hex()):
        assert secret.encode() not in everything
    assert made.recovery not in everything


def test_keys_are_valid_from_before_now_for_three_years(tmp_path: Path) -> None:
    home = Home(tmp_path / "hub")
    home.create(OFFICE, MORNING_MS)
    store = home.open()
    with store.reading() as connection:
        document = order_document(connection, "any", "keys", 1)
    store.close()
    assert document is not None
    ring = parse_keys(open_order(document, lambda _: [load_key(home.keys.root).public_key()]).content)
    assert {(r.not_before_ms < MORNING_MS, r.not_after_ms - MORNING_MS) for r in ring.records} == {(True, VALID_MS)}


def test_a_hub_is_never_made_twice(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (tmp_path / "something").touch()
    with pytest.raises(HubFault, match="not empty"):
        home.create(OFFICE, MORNING_MS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"demo": "no"}, "demo"),
        ({"colour": "red"}, "expected exactly"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    home = Home(tmp_path / "hub")
    home.create(OFFICE, MORNING_MS)
    path = home.path / "office.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(HubFault, match=message) as fault:
        home.office()
    assert str(path) in str(fault.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("serve",), "there is no hub here|cannot be read"),
        (("enrol", "--station", "east", "--name", "东门", "--public-key", "xyz"), "hex"),
        (("enrol", "--station", "东门", "--name", "东门", "--public-key", public(key()).hex()), "no hub here|letters"),
        (("revoke", "--station", "north"), "no hub here"),
    ],
)
def test_a_fault_is_one_line(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    error = fails(arguments[0], "--state", str(tmp_path / "none"), *arguments[1:])
    assert re.search(message, error)
    assert error.count("\n") == 1


def test_a_demo_plays_its_own_day_and_goes_on_with_it_after_a_restart() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    began = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - 60_000_000_000
    first = played_clock("2020-11-22T08:00", began, 60.0, zone)
    again = played_clock("2020-11-22T08:00", began, 60.0, zone)
    # a minute of life is an hour of the day
    before = first()
    assert 0 <= before - (MORNING_MS + 3_600_000) < 60_000
    assert 0 <= again() - before < 60_000
    assert 0 <= played_clock("2020-11-22T08:00", None, 1.0, zone)() - MORNING_MS < 1000


@pytest.mark.parametrize(("start", "rate"), [("noon", 1.0), ("2020-11-22T08:00", 0.0), ("2020-11-22T08:00", 1e9)])
def test_a_demo_that_cannot_be_played(start: str, rate: float) -> None:
    with pytest.raises(HubFault, match="--demo"):
        played_clock(start, None, rate, ZoneInfo("Asia/Shanghai"))


def test_only_a_demo_plays_with_the_time(tmp_path: Path) -> None:
    home = Home(tmp_path / "hub")
    home.create(OFFICE, MORNING_MS)
    assert "init --demo" in fails("serve", "--state", str(home.path), "--demo-start", "2020-11-22T08:00")


def test_another_versions_file_is_not_touched(tmp_path: Path) -> None:
    home = Home(tmp_path / "hub")
    home.create(OFFICE, MORNING_MS)
    store = home.open()
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with pytest.raises(HubFault, match="newer version"):
        home.open()
    with pytest.raises(HubFault, match="newer version"):
        home.upgrade()


def test_the_database_keeps_its_promises(tmp_path: Path) -> None:
    home = Home(tmp_path / "hub")
    home.create(OFFICE, MORNING_MS)
    store = home.open()
    with store.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    store.close()
