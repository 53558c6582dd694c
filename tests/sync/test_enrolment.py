"""A gate is let in by a code that is shown: once, for minutes, by somebody who compared the fingerprint."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from station.credential.families import recognise
from station.credential.result import Now, Verdict
from station.credential.trust import TrustStore
from station.wire.canonical import canonical
from station.wire.errors import WireError
from station.wire.invitation import (
    PREFIX,
    Invitation,
    encode_invitation,
    parse_invitation,
    root_mark,
    sign_entrance,
)
from sync.enrol import Gate, Given, NotEnrolled, ask, settle
from sync.errors import HubRefused
from sync.hub.access.tries import TRIES
from sync.hub.database.store import Store, open_store
from sync.hub.database.tables import invitation
from sync.hub.database.tables import station as stations
from sync.hub.errors import HubFault, Refusal
from sync.hub.gates.enrolment import LASTS_MS, admit, invite
from sync.hub.home import Home
from tests.sync.chain import MORNING_MS, key
from tests.sync.conftest import NewPlace, create_known
from tests.sync.desk import new_home
from tests.sync.processes import ROOT, HubProcess, make_hub, run_hub

INVITED = Invitation("north", "https://hub.example.cn", "A" * 22, root_mark(bytes(32)), MORNING_MS)


def request(token: str, private: Ed25519PrivateKey, name: str = "北门") -> bytes:
    public = private.public_key().public_bytes_raw().hex()
    signature = sign_entrance(token, name, private).hex()
    return canonical({"token": token, "name": name, "public_key": public, "signature": signature})


# -- the code -----------------------------------------------------------------------------------------------------


def test_a_code_is_read_as_it_was_written() -> None:
    text = encode_invitation(INVITED)
    assert parse_invitation(f" {text}\n") == INVITED
    assert len(text) < 400, "a small QR code"
    assert INVITED.fingerprint.count(" ") == 7


@pytest.mark.parametrize("text", ["", "hello", PREFIX, PREFIX + "AAAA", PREFIX + "é", PREFIX + "e30", "x" * 2_000])
def test_anything_else_is_no_code(text: str) -> None:
    with pytest.raises(WireError):
        parse_invitation(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [("url", "ftp://x"), ("token", "short"), ("root", "ab"), ("root", "Z" * 32), ("until_ms", "1"), ("more", 1)],
)
def test_a_code_with_a_wrong_field_is_none(field: str, value: object) -> None:
    coded = encode_invitation(INVITED).removeprefix(PREFIX)
    body = json.loads(urlsafe_b64decode(coded + "=" * (-len(coded) % 4))) | {field: value}
    with pytest.raises(WireError):
        parse_invitation(PREFIX + urlsafe_b64encode(canonical(body)).decode())


def test_to_the_lane_it_is_a_code_that_nobody_knows() -> None:
    found = recognise(encode_invitation(INVITED).encode(), TrustStore(), Now(MORNING_MS))
    assert found.verdict is Verdict.UNRECOGNISED


# -- the hub's side -----------------------------------------------------------------------------------------------


def show(store: Store, station: str = "north", now_ms: int = MORNING_MS) -> Invitation:
    with store.writing() as connection:
        return invite(connection, station, "北门", "community", "https://hub", bytes(32), now_ms)


def test_a_token_lets_one_gate_in_once(store: Store) -> None:
    code = show(store)
    with store.reading() as connection:
        (row,) = connection.execute(select(invitation)).all()
    assert bytes(row.token_sha256) == hashlib.sha256(code.token.encode()).digest(), "hashed at rest"
    assert code.token not in repr(tuple(row))
    assert len(urlsafe_b64decode(code.token + "==")) == 16, "128 bits: nobody finds them from their hash"
    with pytest.raises(Refusal) as forged:
        admit(store, request(code.token, key(5)).replace(b'"public_key":"', b'"public_key":"00', 1), MORNING_MS)
    assert forged.value.code == "enrol"
    other = json.loads(request(code.token, key(5))) | {"public_key": key(6).public_key().public_bytes_raw().hex()}
    with pytest.raises(Refusal) as forged:
        admit(store, canonical(other), MORNING_MS)
    assert forged.value.code == "proof", "another's key cannot be enrolled, and the code is not used up by trying"
    welcome = admit(store, request(code.token, key(5)), MORNING_MS + LASTS_MS)
    assert (welcome.station, welcome.root) == ("north", bytes(32))
    with pytest.raises(Refusal) as again:
        admit(store, request(code.token, key(5)), MORNING_MS)
    with pytest.raises(Refusal) as unknown:
        admit(store, request("B" * 22, key(5)), MORNING_MS)
    assert str(again.value) == str(unknown.value), "guessing tells nothing"


def test_a_code_that_is_over_lets_nobody_in_and_goes_with_the_next(store: Store) -> None:
    code = show(store)
    with pytest.raises(Refusal) as over:
        admit(store, request(code.token, key(5)), code.until_ms + 1)
    assert over.value.code == "invitation"
    show(store, "south", code.until_ms + 1)
    with store.reading() as connection:
        assert connection.scalars(select(invitation.c.station)).all() == ["south"]
    with pytest.raises(HubFault, match="letters, digits"):
        show(store, "北门")


def test_no_more_codes_are_open_than_gates_come_on_one_day(store: Store) -> None:
    for number in range(100):
        show(store, f"gate{number}")
    with pytest.raises(HubFault, match="100 invitations are open"):
        show(store)
    show(store, now_ms=MORNING_MS + LASTS_MS + 1)


def test_of_two_hubs_that_are_shown_one_code_at_once_one_lets_the_gate_in(new_place: NewPlace) -> None:
    place = new_place()
    hubs = [create_known(place), open_store(place)]
    for number in range(5):
        # Shown by the one hub, brought to both of them.
        code, start = show(hubs[0], f"gate{number}"), threading.Barrier(len(hubs))
        body = request(code.token, key(5))

        def bring(hub: Store, start: threading.Barrier = start, body: bytes = body) -> str:
            start.wait(30)
            try:
                return admit(hub, body, MORNING_MS).token
            except Refusal as refused:
                return refused.code

        with ThreadPoolExecutor(len(hubs)) as pool:
            answers = list(pool.map(bring, hubs))
        assert sorted(answer == "invitation" for answer in answers) == [False, True]
        with hubs[1].reading() as connection:
            given = connection.scalars(select(stations.c.token_sha256).where(stations.c.station == f"gate{number}"))
            won = next(answer for answer in answers if answer != "invitation")
            assert [bytes(each) for each in given] == [hashlib.sha256(won.encode()).digest()]
    for hub in hubs:
        hub.close()


def test_codes_that_an_older_program_kept_in_the_folder_go_with_the_upgrade(tmp_path: Path) -> None:
    home = new_home(tmp_path / "hub")
    old = home.path / "invitations"
    old.mkdir()
    (old / f"{'0' * 64}.json").write_text("{}")
    home.upgrade()
    assert not old.exists()


# -- a real hub and a gate's command ------------------------------------------------------------------------------


@pytest.fixture
def running(tmp_path: Path) -> Iterator[HubProcess]:
    hub = make_hub(tmp_path / "hub")
    hub.start()
    yield hub
    hub.kill()


def shown(hub: HubProcess, *more: str) -> dict[str, Any]:
    where = ("--state", str(hub.state), "--station", "north", "--name", "北门", "--url", hub.url)
    return run_hub("invite", *where, *more)


def enrol_gate(folder: Path, code: str, says: str = "y\n") -> subprocess.CompletedProcess[str]:
    config = folder / "station.toml"
    config.write_text(
        f'[station]\nid = "north"\nname = "北门"\n[paths]\nstate = "{folder / "state"}"\n'
        f'[hub]\nurl = "http://127.0.0.1:1"\ntoken_file = "{folder / "state" / "sync" / "token"}"\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "station", "enrol", "--config", str(config), "--code", code]
    return subprocess.run(command, cwd=ROOT, input=says, capture_output=True, text=True, check=False)


def given(folder: Path) -> set[str]:
    """What lies in a gate's folder, but for its own key."""
    state = folder / "state"
    return {str(path.relative_to(state)) for path in state.rglob("*") if path.is_file()} - {"station.key"}


def test_a_gate_is_let_in_by_the_code_and_no_second_time(running: HubProcess, tmp_path: Path) -> None:
    gate, picture = tmp_path / "gate", tmp_path / "north.svg"
    gate.mkdir()
    code = shown(running, "--qr", str(picture))
    assert picture.read_text().startswith("<?xml")
    refused = enrol_gate(gate, code["code"], "n\n")
    assert refused.returncode != 0
    assert code["fingerprint"] in refused.stdout
    assert given(gate) == set(), "not confirmed, nothing written"
    done = enrol_gate(gate, code["code"])
    assert done.returncode == 0, done.stderr
    assert f'url = "{running.url}"' in done.stdout
    assert given(gate) == {"root.pub", "sync/token", "sync/keys.doc", "orders/order-keys-000000000001.doc"}
    assert (gate / "state" / "root.pub").read_text().strip() == running.root_public.hex()
    running.tokens["north"] = (gate / "state" / "sync" / "token").read_text().strip()
    assert running.request("GET", "/api/v1/orders", station="north")[0] == 200
    again = enrol_gate(gate, code["code"])
    assert "belongs to a community already" in again.stderr
    other = tmp_path / "other"
    other.mkdir()
    used = enrol_gate(other, code["code"])
    assert used.returncode != 0
    assert "not open" in used.stderr
    assert given(other) == set()
    with sqlite3.connect(running.state / "hub.db") as db:
        assert db.execute("SELECT count(*) FROM station_key WHERE station = 'north'").fetchone() == (1,)


def test_who_guesses_must_wait_and_the_office_need_not(running: HubProcess) -> None:
    bodies = [request(f"{number:022d}", key(5)) for number in range(TRIES + 1)]
    statuses = [running.request("POST", "/api/v1/enrol", body, station=None)[0] for body in bodies]
    assert statuses == [403] * TRIES + [503]
    assert running.request("GET", "/login", station=None)[0] == 200


def test_a_root_key_that_this_hub_never_had_is_refused(tmp_path: Path) -> None:
    hub = make_hub(tmp_path / "hub")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        shown(hub, "--root-public", key(9).public_key().public_bytes_raw().hex())
    assert "did not sign" in failed.value.stderr
    # The root key is on paper: its public half, as «init» printed it, is enough.
    Home(hub.state).keys.root.unlink()
    assert shown(hub, "--root-public", hub.root_public.hex())["code"].startswith(PREFIX)


# -- what the gate makes of an answer -----------------------------------------------------------------------------


def gate_at(folder: Path) -> Gate:
    return Gate("north", "北门", key(5), folder / "root.pub", folder / "sync/token", folder / "orders", folder / "sync")


@pytest.mark.parametrize("change", [{"root_public": "11" * 32}, {"station": "west"}, {"keys": "AAAA"}, {"keys": None}])
def test_an_answer_that_does_not_fit_the_code_is_not_believed(
    running: HubProcess, tmp_path: Path, change: dict[str, Any]
) -> None:
    code = parse_invitation(shown(running)["code"])

    def answer(body: bytes) -> bytes:
        whole = json.loads(running.request("POST", "/api/v1/enrol", body, station=None)[1])
        return canonical(whole | change)

    with pytest.raises(NotEnrolled):
        ask(code, gate_at(tmp_path / "gate"), answer)
    assert not (tmp_path / "gate").exists()


def test_the_hubs_refusal_stays_what_it_is(tmp_path: Path) -> None:
    def refuse(_body: bytes) -> bytes:
        raise HubRefused("invitation", "hub: refused", whole_road=True)

    with pytest.raises(HubRefused):
        ask(INVITED, gate_at(tmp_path), refuse)


@pytest.mark.parametrize("fails", ["sync/token", "sync/keys.doc", "orders/order-keys-000000000001.doc", "root.pub"])
def test_a_power_cut_between_two_files_leaves_a_gate_that_is_not_enrolled(tmp_path: Path, fails: str) -> None:
    gate, blocked = gate_at(tmp_path), tmp_path / fails
    # A folder in its place: the rename that would finish the file fails, as if the power had gone just before.
    blocked.mkdir(parents=True)
    (blocked / "x").touch()
    with pytest.raises(OSError, match="irectory"):
        settle(Given("t" * 43, bytes(32), b"keys", 1), gate)
    assert not gate.root.is_file()
    (blocked / "x").unlink()
    blocked.rmdir()
    settle(Given("u" * 43, bytes(32), b"keys", 1), gate)
    assert gate.root.read_text() == "00" * 32 + "\n"
    assert gate.token_file.read_text() == "u" * 43 + "\n"
