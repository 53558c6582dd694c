"""Offsets of thermometers: in force, refused, expired; written down, shown, and applied to readings by the desk."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drivers.events import Mode, Raw, Reading, Site
from station import kinds
from station.calibration import Calibration, sign
from station.cli import cli
from station.clock import Clock, boottime_ns
from station.config.config import Config
from station.config.file import parse
from station.desk.desk import Desk
from station.desk.fitting import make_outputs
from station.desk.gate import Gate
from station.desk.waking import forms_of
from station.duty.post import Post
from station.journal.projections import rebuild
from station.journal.reader import JournalReader
from station.journal.recorder import Recorder
from station.journal.writer import Journal
from station.lane.lane import Lane
from station.lane.whois import salted
from station.office.applied import Applied
from station.office.office import Office
from station.office.orders import Orders
from station.offsets import LOOK_EVERY_MS, Offsets, State, state_of
from station.register import Register
from station.screen.badges import Condition, Road, badges
from station.screen.elements import Level
from station.wire.document import key_id
from station.wire.entry import ClockState, parse_header
from station.wire.keyring import KeyRecord, KeyRing, Purpose, encode_keys
from station.wire.order import Order, OrderKind, sign_order
from tests.station.journal_kit import counted, identity, ticking
from tests.station.storyboard import LOW, counting

DAY = date(2020, 11, 20)
NOW_MS = int(datetime(2020, 11, 22, 8, tzinfo=UTC).timestamp() * 1000)
YEAR_MS = 366 * 86_400_000
KEY, OTHER, ROOT = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
GUN = Calibration("forehead", -25, "black body 37.0", DAY, "admin-2")
SIGNED = replace(GUN, signature=bytes.fromhex(sign("east", GUN, KEY)))


def record(
    key: Ed25519PrivateKey = KEY, purpose: Purpose = Purpose.ORDER, scope: tuple[str, ...] = (), until_ms: int = 2**50
) -> KeyRecord:
    public = key.public_key()
    return KeyRecord(key_id(public), purpose, public.public_bytes_raw(), scope, 0, until_ms)


RING = KeyRing((record(OTHER), record()))


@pytest.mark.parametrize(
    ("offset", "ring", "now_ms", "state"),
    [
        (SIGNED, RING, NOW_MS, State.IN_FORCE),
        (SIGNED, KeyRing((record(scope=("east",)),)), NOW_MS, State.IN_FORCE),
        (GUN, RING, NOW_MS, State.REFUSED),
        (SIGNED, KeyRing(), NOW_MS, State.REFUSED),
        (SIGNED, KeyRing((record(OTHER),)), NOW_MS, State.REFUSED),
        (SIGNED, KeyRing((record(purpose=Purpose.PASS),)), NOW_MS, State.REFUSED),
        (SIGNED, KeyRing((record(scope=("west",)),)), NOW_MS, State.REFUSED),
        (SIGNED, KeyRing((record(until_ms=NOW_MS - 1),)), NOW_MS, State.REFUSED),
        (replace(SIGNED, offset_centi=-24), RING, NOW_MS, State.REFUSED),
        (replace(SIGNED, device="wrist"), RING, NOW_MS, State.REFUSED),
        (SIGNED, RING, NOW_MS + YEAR_MS, State.EXPIRED),
        (SIGNED, RING, NOW_MS - YEAR_MS, State.EXPIRED),
        (SIGNED, RING, None, State.IN_FORCE),
    ],
    ids=str,
)
def test_an_offset_counts_only_while_an_office_key_in_force_has_signed_exactly_it(
    offset: Calibration, ring: KeyRing, now_ms: int | None, state: State
) -> None:
    assert state_of(offset, "east", ring, now_ms) is state


def test_every_beginning_and_end_is_written_down_once() -> None:
    offsets = Offsets("east", [SIGNED])
    assert offsets.of("forehead") is None
    (begun,) = offsets.ticked(RING, NOW_MS, True)
    assert begun.kind == kinds.DEVICE_CALIBRATED
    assert begun.facts == {
        "device": "forehead", "offset_centi": -25, "name": "black body 37.0", "day": "2020-11-20", "by": "admin-2"
    }  # fmt: skip
    assert offsets.of("forehead") == SIGNED
    assert offsets.of("wrist") is None
    assert offsets.ticked(RING, NOW_MS + LOOK_EVERY_MS, True) == []
    (ended,) = offsets.ticked(KeyRing(), NOW_MS + LOOK_EVERY_MS, True)  # the key was withdrawn: not in a minute, now
    assert (ended.facts["offset_centi"], ended.facts["name"]) == (0, "")
    assert offsets.of("forehead") is None
    assert list(offsets.states()) == [(SIGNED, State.REFUSED)]


def test_an_offset_ends_by_itself_after_a_year_but_not_for_a_clock_that_nobody_knows() -> None:
    offsets = Offsets("east", [SIGNED], {"forehead": {"device": "forehead"}})
    offsets.ticked(RING, NOW_MS, True)
    assert offsets.ticked(RING, NOW_MS + YEAR_MS, False) == []
    assert offsets.of("forehead") == SIGNED
    (ended,) = offsets.ticked(RING, NOW_MS + YEAR_MS, True)
    assert ended.facts["offset_centi"] == 0
    assert list(offsets.states()) == [(SIGNED, State.EXPIRED)]


def test_what_the_journal_knows_already_is_not_written_again_and_what_was_taken_out_is() -> None:
    facts = Offsets("east", [SIGNED]).ticked(RING, NOW_MS, True)[0].facts
    assert Offsets("east", [SIGNED], {"forehead": facts}).ticked(RING, NOW_MS, True) == []
    (removed,) = Offsets("east", [], {"forehead": facts}).ticked(RING, NOW_MS, True)
    assert (removed.facts["device"], removed.facts["offset_centi"]) == ("forehead", 0)


def test_the_screen_shows_each_of_them() -> None:
    condition = Condition((), ClockState.SYNCED, Road(), 0, "ok", "ok", True, False)
    shown = {
        state: [(badge.word.code, badge.level) for badge in badges(replace(condition, offsets=((SIGNED, state),)))]
        for state in State
    }
    assert shown == {
        State.IN_FORCE: [("offset_in_force", Level.NOTE)],
        State.REFUSED: [("offset_refused", Level.WARN)],
        State.EXPIRED: [("offset_expired", Level.WARN)],
    }
    assert [badge.word.code for badge in badges(replace(condition, readings_moved=True))] == ["readings_moved"]


# -- the desk ------------------------------------------------------------------------------------------------------


def settings(folder: Path) -> Config:
    document = {
        "station": {"id": "east", "name": "东门"},
        "paths": {"state": str(folder), "runtime": str(folder)},
        "signals": {"backend": "mock"},
        "voice": {"enabled": False},
    }
    return parse(document, "test")


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not what():
        assert time.monotonic() < deadline, "not within ten seconds"
        threading.Event().wait(0.01)


def test_the_desk_adds_it_to_readings_and_keeps_the_raw_value(tmp_path: Path) -> None:
    config = settings(tmp_path)
    clock = Clock(start_ms=NOW_MS, state=lambda: ClockState.SYNCED)
    journal = Journal(tmp_path / "journal.db", identity(), ticking(), counted())
    lane = Lane(LOW, counting())
    orders = Orders(tmp_path / "orders", "east", None)
    orders.keyring = RING
    register = Register(tmp_path / "register.db")
    office = Office(
        LOW,
        register,
        Applied(tmp_path / "applied"),
        orders,
        tmp_path / "status.json",
        salted(b"0" * 16),
        False,
    )
    forms = forms_of(register, journal, office, clock, lane.new_id)
    outputs = make_outputs(config)
    offsets, post = Offsets("east", [SIGNED]), Post(lambda: office.rota)
    desk = Desk(Gate(config, clock, lane, office, outputs, register, forms, offsets, post))
    recorder = Recorder(journal, desk.deliver, desk.deliver, clock.now_ms)
    desk.attach(recorder, lambda: None)
    recorder.start()
    running = threading.Thread(target=desk.run)
    running.start()
    try:
        raw = Raw(3680, 3, 0, "a5")
        desk.arrived(Reading("forehead", boottime_ns(), 3680, Site.FOREHEAD, Mode.SURFACE, raw))
        until(lambda: lane.visit is not None)
        assert lane.visit is not None
        (taken,) = lane.visit.round
        assert (taken.centi_celsius, taken.offset_centi, dict(taken.raw)["centi_celsius"]) == (3655, -25, 3680)
        until(lambda: "offset_in_force" in [badge.word.code for badge in desk.view().badges])
    finally:
        desk.stop()
        running.join(10)
        recorder.close()
        journal.close()
    entries = [
        parse_header(one.entry.header) for one in JournalReader(tmp_path / "journal.db").read(journal.epoch, 0, 50)
    ]
    assert [one.facts["offset_centi"] for one in entries if one.kind == kinds.DEVICE_CALIBRATED] == [-25]
    journal = Journal(tmp_path / "journal.db", identity(), ticking(), counted())
    before = [tuple(row) for row in journal.rows("SELECT * FROM calibrated")]
    assert json.loads(before[0][1])["offset_centi"] == -25
    rebuild(journal._file.db)
    assert [tuple(row) for row in journal.rows("SELECT * FROM calibrated")] == before
    journal.close()


# -- the command ---------------------------------------------------------------------------------------------------


def station(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["calibrate", *map(str, arguments)])


def made(folder: Path, *readings: str) -> Result:
    shown = [part for one in readings for part in ("--read", one)]
    return station(
        "make", "--station", "east", "--device", "forehead", "--reference", "37", *shown,
        "--name", 'black "body" 37.0', "--date", "2020-11-20", "--by", "admin-2", folder / "request.json",
    )  # fmt: skip


def test_a_request_is_made_signed_put_into_the_settings_and_shown(tmp_path: Path) -> None:
    assert made(tmp_path, "36.71", "36.75", "36.80").exit_code == 0
    assert json.loads((tmp_path / "request.json").read_text())["offset_centi"] == 25
    (tmp_path / "order.key").write_text(KEY.private_bytes_raw().hex())
    signed = station("sign", tmp_path / "request.json", "--key", tmp_path / "order.key")
    assert signed.exit_code == 0, signed.output
    (tmp_path / "root.pub").write_text(ROOT.public_key().public_bytes_raw().hex())
    keys = encode_keys([record()])
    document = sign_order(Order(OrderKind.KEYS, 1, ("east",), "office", 0, keys), ROOT)
    (tmp_path / "applied").mkdir()
    (tmp_path / "applied" / "keys.doc").write_bytes(document)
    config = tmp_path / "station.toml"
    config.write_text(
        f'[station]\nid = "east"\nname = "e"\n[paths]\nstate = "{tmp_path}"\n'
        f'[[thermometer]]\nname = "forehead"\nport = "/dev/x"\n{signed.output}'
        '[[thermometer]]\nname = "wrist"\nport = "/dev/y"\n'
    )
    shown = station("show", "--config", config, "--json", tmp_path / "out.json")
    (row,) = json.loads((tmp_path / "out.json").read_text())["offsets"]
    assert (row["offset_centi"], row["state"], row["until"]) == (25, "expired", "2021-11-20")  # it is 2026 or later
    assert shown.exit_code == 1
    assert "wrist: no offset" in shown.output
    (tmp_path / "applied" / "keys.doc").unlink()
    assert "refused" in station("show", "--config", config).output


@pytest.mark.parametrize(
    ("readings", "says"),
    [(("36.7", "36.8"), "at least 3"), (("36.2", "36.7", "36.8"), "apart"), (("30.0", "30.0", "30.0"), "beyond")],
)
def test_a_request_that_no_offset_mends_is_not_made(tmp_path: Path, readings: tuple[str, ...], says: str) -> None:
    refused = made(tmp_path, *readings)
    assert refused.exit_code != 0
    assert says in refused.output + str(refused.exception)
    assert not (tmp_path / "request.json").exists()


@pytest.mark.parametrize("text", ["{}", "no json", '{"station":"east"}'])
def test_only_a_request_is_signed(tmp_path: Path, text: str) -> None:
    (tmp_path / "request.json").write_text(text)
    (tmp_path / "order.key").write_text(KEY.private_bytes_raw().hex())
    refused = station("sign", tmp_path / "request.json", "--key", tmp_path / "order.key")
    assert refused.exit_code != 0
    assert "offset_signature" not in refused.output


def test_signing_makes_no_key(tmp_path: Path) -> None:
    made(tmp_path, "36.71", "36.75", "36.80")
    assert station("sign", tmp_path / "request.json", "--key", tmp_path / "none.key").exit_code != 0
    assert not (tmp_path / "none.key").exists()
