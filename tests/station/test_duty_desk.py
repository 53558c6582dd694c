"""Duty on the real desk, in its own process: PINs and passage side by side, a restart, a drill that counts nowhere."""

from __future__ import annotations

import json
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from argon2 import PasswordHasher

from drivers.patterns import Meaning
from drivers.signals import SignalsBusyError
from station.config.file import parse
from station.desk.fitting import make_outputs
from station.duty import badge
from station.duty.rota import Operator, Role, Rota, Shift, encode_rota
from station.lane.effects import SelfTest, Signal
from station.report import Period
from station.reporting import read_shifts, report_period
from station.roster.content import encode_snapshot
from station.wire.order import Order, OrderKind
from tests.station.storyboard import MORNING_MS
from tests.station.test_registration_desk import HOUSE, KEYS, ORDER, ROOT, Desk, eventually, keys_order

TAG = bytes(range(8))
BEGIN_MS = 1_795_305_600_000  # 2026-11-22, 08:00 in Shanghai: when the demo's day begins
ROTA = Rota(
    {
        "wang": Operator("wang", "王秀兰", badge=badge.fingerprint(TAG)),
        "zhao": Operator("zhao", "赵国强", pin=PasswordHasher(1, 8, 1).hash("2468")),
        "li": Operator("li", "李主任", Role.LEADER),
    },
    (Shift(BEGIN_MS - 8 * 3_600_000, BEGIN_MS + 8 * 3_600_000, ("wang", "zhao"), "li"),),
)
_nonces = (f"duty-nonce-{number}" for number in count())


class Gate(Desk):
    """A running desk with a roster and a rota."""

    def does(self, act: str, **arguments: str) -> str:
        """The code of the answer."""
        return str(self.act(act, next(_nonces), **arguments)["code"])

    def ordered(self) -> None:
        roster = Order(OrderKind.ROSTER, 1, ("*",), "office", MORNING_MS, encode_snapshot(HOUSE))
        rota = Order(OrderKind.ROTA, 1, ("*",), "office", MORNING_MS, encode_rota(ROTA))
        self.give((keys_order(1, KEYS), ROOT), (roster, ORDER), (rota, ORDER))
        assert eventually(lambda: len(self.entries("order.applied")) == 3)

    def passes(self, resident: str) -> None:
        before = len(self.entries("visit.decided"))
        self.does("identify", resident=resident)
        self.reads(3650)
        assert eventually(lambda: len(self.entries("visit.decided")) == before + 1)

    def facts(self, *kinds: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(f"file:{self.folder / 'state' / 'journal.db'}?mode=ro", uri=True)) as db:
            marks = ", ".join("?" * len(kinds))
            found = db.execute(
                f"SELECT header FROM entry WHERE kind IN ({marks}) ORDER BY epoch, seq", kinds
            ).fetchall()
        return [json.loads(header)["facts"] for (header,) in found]

    def stop(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        self.process.communicate(timeout=20)
        self.inbox.close()


@pytest.fixture
def started() -> Iterator[list[Gate]]:
    gates: list[Gate] = []
    yield gates
    for gate in gates:
        if gate.process.poll() is None:
            gate.stop(signal.SIGTERM)
        else:
            with suppress(OSError):
                gate.inbox.close()


def begin(started: list[Gate], folder: Path) -> Gate:
    gate = Gate(folder)
    started.append(gate)
    return gate


def test_a_shift_is_opened_handed_over_and_survives_a_power_cut(tmp_path: Path, started: list[Gate]) -> None:
    gate = begin(started, tmp_path)
    gate.ordered()
    gate.passes("r-1")
    gate.scans(badge.encode(TAG))
    assert eventually(lambda: len(gate.entries("operator.signed_in")) == 1)
    assert "王秀兰" in gate.view()["html"]["header"]
    assert [gate.does("self_test"), gate.does("self_test_seen", result="ok"), gate.does("own_temperature")] == [
        "ok"
    ] * 3
    gate.reads(3640)
    assert eventually(lambda: len(gate.entries("shift.opened")) == 1)
    assert gate.entries("visit.decided")[-1][0]["actor"] == "unsigned"

    # A wrong PIN takes its time in its own thread; passage goes on and the shift stays.
    assert gate.does("hand_over", operator="zhao", pin="1111") == "pin_wrong"
    assert gate.does("hand_over", operator="zhao") == "pin_needed"
    gate.passes("r-1")
    assert gate.entries("visit.decided")[-1][0]["actor"] == "wang"
    assert gate.does("hand_over", operator="zhao", pin="2468") == "ok"
    assert eventually(lambda: len(gate.entries("shift.handed_over")) == 1)
    header, personal, _ = gate.entries("shift.handed_over")[0]
    assert (header["actor"], header["facts"]["by"], header["facts"]["from"]) == ("zhao", "pin", "wang")
    assert personal == {"name": "赵国强", "from_name": "王秀兰"}

    gate.stop(signal.SIGKILL)
    gate = begin(started, tmp_path)
    assert "赵国强" in gate.view()["html"]["header"]
    gate.passes("r-1")
    assert gate.entries("visit.decided")[-1][0]["actor"] == "zhao"
    before, this = read_shifts(tmp_path / "state" / "journal.db")
    assert (before.began_ms, this.began_ms) == (gate.entries("operator.signed_in")[0][0]["at_ms"], header["at_ms"])
    assert (before.operator, this.operator, before.self_test) == ("wang", "zhao", "ok")


def test_a_drill_survives_a_power_cut_and_counts_nowhere(tmp_path: Path, started: list[Gate]) -> None:
    gate = begin(started, tmp_path)
    gate.ordered()
    gate.passes("r-1")
    assert gate.does("drill", to="on") == "leader_needed"
    assert gate.does("drill", to="on", operator="li") == "ok"
    assert gate.view()["marks"]["drill"] == "on"
    gate.passes("r-2")
    gate.stop(signal.SIGKILL)
    gate = begin(started, tmp_path)
    assert gate.view()["marks"]["drill"] == "on"
    gate.passes("r-2")
    assert gate.does("drill", to="off", operator="li") == "ok"
    assert gate.view()["marks"]["drill"] == ""
    gate.passes("r-1")
    assert [facts["reason"] for facts in gate.facts("epoch.opened")] == ["first", "drill", "drill_ended"]
    assert [facts.get("drill", False) for facts in gate.facts("visit.decided")] == [False, True, True, False]
    with closing(sqlite3.connect(f"file:{tmp_path / 'state' / 'journal.db'}?mode=ro", uri=True)) as db:
        assert db.execute("SELECT count(*) FROM passage").fetchone() == (2,)
    period = Period("2026-11-22", BEGIN_MS - 8 * 3_600_000, BEGIN_MS + 16 * 3_600_000)
    made = report_period(tmp_path / "state" / "journal.db", ZoneInfo("Asia/Shanghai"), period)
    assert (made.counts.inward, made.counts.measured) == (2, 2)


def test_a_self_test_drives_lamps_and_leaves_an_alarm_alone(tmp_path: Path) -> None:
    document = {
        "station": {"id": "east", "name": "东门"},
        "paths": {"state": str(tmp_path)},
        "signals": {"backend": "mock"},
        "voice": {"enabled": False},
    }
    outputs = make_outputs(parse(document, "test"))
    try:
        outputs.carry_out(SelfTest(), False, 0)
        outputs.carry_out(Signal(Meaning.FEVER), False, 0)
        outputs.carry_out(SelfTest(), False, 0)
        assert [meaning for meaning, _ in outputs.signals.history] == [Meaning.FEVER]
        with pytest.raises(SignalsBusyError):
            outputs.signals.self_test()
    finally:
        outputs.close()
