"""The rota as an order, its badges and PINs, and what a gate refuses."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from drivers.camera.decode import decode
from station import kinds
from station.cli import cli
from station.credential import roster_code
from station.duty import badge
from station.duty.pins import MAX_WRONG, WAIT_S, Pins
from station.duty.rota import Operator, Role, Rota, RotaError, Shift, encode_rota, parse_rota
from station.journal.draft import Draft
from station.lane.action import Act, Action, ActionError
from station.wire.canonical import canonical
from tests.station.journal_kit import identity, journal_at

#: As weak as the format allows, so that a test costs a millisecond.
HASHER = PasswordHasher(1, 8, 1)
HOUR_MS = 3_600_000
ROTA = Rota(
    {
        "wang": Operator("wang", "王秀兰", pin=HASHER.hash("2468"), badge=badge.fingerprint(bytes(8))),
        "li": Operator("li", "李主任", Role.LEADER, "138 0000 1234"),
    },
    (Shift(0, 8 * HOUR_MS, ("wang",), "li"), Shift(8 * HOUR_MS, 16 * HOUR_MS, ("li", "wang"))),
)


def body() -> dict[str, Any]:
    return dict(json.loads(encode_rota(ROTA)))


def test_a_rota_comes_back_as_it_was() -> None:
    assert parse_rota(encode_rota(ROTA)) == ROTA


Change = Callable[[dict[str, Any]], object]
BAD: dict[str, Change] = {
    "another version": lambda b: b.update(v=2),
    "a field more": lambda b: b.update(extra=1),
    "no shifts": lambda b: b.pop("shifts"),
    "operators that are no list": lambda b: b.update(operators={}),
    "too many operators": lambda b: b.update(operators=[{"id": f"o{n}", "name": "x"} for n in range(201)]),
    "an operator that is a text": lambda b: b["operators"].append("wang"),
    "an operator's field more": lambda b: b["operators"][0].update(sex="f"),
    "an id of letters we do not take": lambda b: b["operators"][0].update(id="王"),
    "an id that stands for nobody": lambda b: b["operators"][0].update(id="unsigned"),
    "an id twice": lambda b: b["operators"][1].update(id="wang"),
    "a badge twice": lambda b: b["operators"][1].update(badge=b["operators"][0]["badge"]),
    "no name": lambda b: b["operators"][0].pop("name"),
    "a long name": lambda b: b["operators"][0].update(name="王" * 33),
    "a name with a line break": lambda b: b["operators"][0].update(name="王\n"),
    "a name that is a number": lambda b: b["operators"][0].update(name=5),
    "a role of ours": lambda b: b["operators"][0].update(role="root"),
    "a phone of letters": lambda b: b["operators"][0].update(phone="call me"),
    "a badge in clear": lambda b: b["operators"][0].update(badge=badge.encode(bytes(8))),
    "a PIN in clear": lambda b: b["operators"][0].update(pin="2468"),
    "a PIN that takes all memory": lambda b: b["operators"][0].update(
        pin=b["operators"][0]["pin"].replace("m=8,", "m=999999,")
    ),
    "a shift of nobody": lambda b: b["shifts"][0].update(watch=[]),
    "a shift of somebody unknown": lambda b: b["shifts"][0].update(watch=["ghost"]),
    "a shift of a list": lambda b: b["shifts"][0].update(watch=[["wang"]]),
    "a shift led by an operator": lambda b: b["shifts"][0].update(leader="wang"),
    "a shift that ends first": lambda b: b["shifts"][0].update(to_ms=0),
    "a shift of a week": lambda b: b["shifts"][0].update(to_ms=7 * 24 * HOUR_MS),
    "a shift at noon": lambda b: b["shifts"][0].update(from_ms="12:00"),
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD)
def test_a_wrong_rota_is_refused_whole_and_the_message_says_where(change: Change) -> None:
    given = body()
    change(given)
    with pytest.raises(RotaError, match="rota"):
        parse_rota(canonical(given))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_rota_or_refused(content: bytes) -> None:
    with pytest.raises(RotaError):
        parse_rota(content)


def test_who_is_expected_shortly_before_a_change_is_who_comes() -> None:
    assert ROTA.expected(2 * HOUR_MS)[0] == "wang"
    assert ROTA.expected(8 * HOUR_MS - 60_000) == ("li", "wang")
    assert ROTA.expected(99 * HOUR_MS) == ()


def test_neither_pin_nor_badge_is_in_a_log_of_the_rota() -> None:
    assert "argon2" not in repr(ROTA)
    assert badge.fingerprint(bytes(8)) not in repr(ROTA)


# -- badges ----------------------------------------------------------------------------------------------------


@given(st.binary(min_size=8, max_size=8))
def test_a_badge_is_read_again_and_is_no_households_card(tag: bytes) -> None:
    text = badge.encode(tag)
    assert badge.is_badge(text.encode())
    assert badge.read(text.lower().replace("-", " ").encode()) == badge.fingerprint(tag)
    assert not badge.is_badge(roster_code.encode(tag).encode())


@given(st.binary(max_size=60))
def test_no_bytes_after_the_prefix_break_the_gate(rest: bytes) -> None:
    assert ROTA.of_badge(badge.read(b"VB1:" + rest)) is None


# -- PINs ------------------------------------------------------------------------------------------------------


def press(pin: str = "2468", operator: str = "wang", act: Act = Act.HAND_OVER) -> Action:
    return Action(act, "nonce", (("operator", operator), ("pin", pin)))


def test_a_right_pin_is_replaced_by_its_proof() -> None:
    pins = Pins(lambda: ROTA, lambda: 0.0)
    assert dict(pins.proved(press()).arguments) == {"operator": "wang", "proven": "pin"}
    # Who has none, and acts that take none, are left alone.
    assert dict(pins.proved(press(operator="li")).arguments) == {"operator": "li"}
    plain = Action(Act.WIPE, "nonce")
    assert pins.proved(plain) is plain


def test_wrong_pins_have_to_wait_and_lock_nobody_for_ever() -> None:
    now_s = [0.0]
    pins = Pins(lambda: ROTA, lambda: now_s[0])
    for _ in range(MAX_WRONG):
        with pytest.raises(ActionError) as wrong:
            pins.proved(press("1111"))
        assert wrong.value.code == "pin_wrong"
    with pytest.raises(ActionError) as early:
        pins.proved(press())
    assert early.value.code == "pin_wait"
    now_s[0] = WAIT_S
    assert pins.proved(press()).get("proven") == "pin"
    with pytest.raises(ActionError) as again:
        pins.proved(press("1111"))
    assert again.value.code == "pin_wrong"


def test_a_pin_that_is_being_checked_keeps_others_out_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.duty.pins.BUSY_S", 0.01)
    held, free = threading.Event(), threading.Event()

    def slow_clock() -> float:
        held.set()
        free.wait(10)
        return 0.0

    pins = Pins(lambda: ROTA, slow_clock)
    answers: list[str] = []

    def first() -> None:
        try:
            pins.proved(press("1111"))
        except ActionError as error:
            answers.append(error.code)

    thread = threading.Thread(target=first)
    thread.start()
    assert held.wait(10)
    with pytest.raises(ActionError) as busy:
        pins.proved(press())
    assert busy.value.code == "busy"
    free.set()
    thread.join(10)
    assert answers == ["pin_wrong"]


# -- station duty ----------------------------------------------------------------------------------------------


def test_the_command_makes_a_badge_that_the_rota_takes(tmp_path: Path) -> None:
    out = tmp_path / "badge.json"
    assert CliRunner().invoke(cli, ["duty", "badge", "--json", str(out)]).exit_code == 0
    made = json.loads(out.read_text("utf-8"))
    rota = parse_rota(encode_rota(Rota({"wang": Operator("wang", "王秀兰", badge=made["rota"])})))
    assert rota.of_badge(badge.read(made["badge"].encode())) == rota.operators["wang"]
    picture = tmp_path / "badge.png"
    assert CliRunner().invoke(cli, ["duty", "badge", "--qr", str(picture), "--json", str(out)]).exit_code == 0
    image = cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    assert [symbol.payload.decode() for symbol in decode(image.astype(np.uint8))] == [
        json.loads(out.read_text())["badge"]
    ]
    refused = CliRunner().invoke(cli, ["duty", "badge", "--qr", str(tmp_path / "badge.gif")])
    assert "badge.gif: expected a name that ends in .svg or .png" in refused.output
    said = CliRunner().invoke(cli, ["duty", "badge"]).output
    assert said.startswith("VB1:")


def test_the_command_hashes_a_pin_as_a_gate_can_check_it() -> None:
    made = CliRunner().invoke(cli, ["duty", "pin", "--pin", "2468"])
    rota = parse_rota(encode_rota(Rota({"wang": Operator("wang", "王秀兰", pin=made.output.strip())})))
    assert Pins(lambda: rota, lambda: 0.0).proved(press()).get("proven") == "pin"
    for bad in ("123", "123456789", "12a4", "٢٤٦٨"):
        assert CliRunner().invoke(cli, ["duty", "pin", "--pin", bad]).exit_code == 2


def test_the_command_says_who_is_on_duty(tmp_path: Path) -> None:
    settings = tmp_path / "station.toml"
    settings.write_text(
        f'[station]\nid = "east"\nname = "东门"\ncommunity = "幸福里"\n[paths]\nstate = "{tmp_path}"\n', "utf-8"
    )
    journal = journal_at(tmp_path, identity())
    asks = ["duty", "now", "--config", str(settings)]
    assert CliRunner().invoke(cli, asks).output == "nobody has signed in\n"
    journal.append(Draft(kinds.OPERATOR_SIGNED_IN, {"operator": "wang"}, "wang", {"name": "王秀兰"}))
    assert CliRunner().invoke(cli, asks).output.startswith("王秀兰 since 2020-11-22")
    out = tmp_path / "now.json"
    CliRunner().invoke(cli, [*asks, "--json", str(out)])
    assert json.loads(out.read_text("utf-8"))["operator"] == "wang"
    journal.close()
