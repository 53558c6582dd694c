"""A gate is let in by a code that is shown: once, for minutes, by somebody who compared the fingerprint."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

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
from sync.hub.enrolment import LASTS_MS, admit, invite
from sync.hub.errors import HubFault, Refusal
from sync.hub.home import Home
from sync.hub.tries import TRIES
from tests.sync.chain import MORNING_MS, key
from tests.sync.conftest import create_known
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


def test_a_token_lets_one_gate_in_once(tmp_path: Path, template: Path) -> None:
    store, folder = create_known(template_copy(template, tmp_path)), tmp_path / "invitations"
    code = invite(folder, "north", "北门", "community", "https://hub", bytes(32), MORNING_MS)
    assert code.token not in "".join(path.name + path.read_text() for path in folder.iterdir()), "hashed at rest"
    with pytest.raises(Refusal) as forged:
        admit(folder, store, request(code.token, key(5)).replace(b'"public_key":"', b'"public_key":"00', 1), MORNING_MS)
    assert forged.value.code == "enrol"
    other = json.loads(request(code.token, key(5))) | {"public_key": key(6).public_key().public_bytes_raw().hex()}
    with pytest.raises(Refusal) as forged:
        admit(folder, store, canonical(other), MORNING_MS)
    assert forged.value.code == "proof", "another's key cannot be enrolled, and the code is not used up by trying"
    welcome = admit(folder, store, request(code.token, key(5)), MORNING_MS + LASTS_MS)
    assert (welcome.station, welcome.root) == ("north", bytes(32))
    with pytest.raises(Refusal) as again:
        admit(folder, store, request(code.token, key(5)), MORNING_MS)
    with pytest.raises(Refusal) as unknown:
        admit(folder, store, request("B" * 22, key(5)), MORNING_MS)
    assert str(again.value) == str(unknown.value), "guessing tells nothing"
    store.close()


def template_copy(template: Path, folder: Path) -> Path:
    place = folder / "hub.db"
    place.write_bytes(template.read_bytes())
    return place


def test_a_code_that_is_over_lets_nobody_in_and_goes_with_the_next(tmp_path: Path, template: Path) -> None:
    store, folder = create_known(template_copy(template, tmp_path)), tmp_path / "invitations"
    code = invite(folder, "north", "北门", "community", "https://hub", bytes(32), MORNING_MS)
    with pytest.raises(Refusal) as over:
        admit(folder, store, request(code.token, key(5)), code.until_ms + 1)
    assert over.value.code == "invitation"
    invite(folder, "south", "南门", "community", "https://hub", bytes(32), code.until_ms + 1)
    assert len(list(folder.iterdir())) == 1
    with pytest.raises(HubFault, match="letters, digits"):
        invite(folder, "北门", "北门", "community", "https://hub", bytes(32), MORNING_MS)
    store.close()


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
