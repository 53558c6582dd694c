"""What the office decides reaches the gate's screen once, wherever the power is cut; all of it in real processes."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.wire.case_order import Handled, encode_cases
from station.wire.keyring import Purpose
from station.wire.order import Order, OrderKind, sign_order
from sync.hub.custody.keys import KeyFolder
from tests.sync.chain import MORNING_MS, key
from tests.sync.desk_process import DeskProcess
from tests.sync.office_visitor import OfficeVisitor
from tests.sync.processes import ROOT, AgentProcess, HubProcess, eventually, free_port

#: A hub, a desk that is started five times, an agent: a quarter of a minute alone, two minutes among ten other jobs.
pytestmark = pytest.mark.timeout(480)

LOW = (ROOT / "station" / "regimes" / "low.toml").read_text("utf-8")
REFUSED = "规定更新被拒"
#: What each round gives the gate.
GIVEN = ("case", "policy", "roster")


@dataclass
class Road:
    """An office, a gate with an unanswered fever, and the agent between them, which runs when it is told to."""

    hub: HubProcess
    office: OfficeVisitor
    agent: AgentProcess
    desk: DeskProcess

    @property
    def case(self) -> str:
        return str(self.desk.said("case.opened")[0]["case"])

    def give(self, who: str, phone: str, resident: str) -> None:
        """While the road is away: *who* takes up the case, rules with another *phone*, a roster with *resident*."""
        self.office.post("/fevers", station="east", case=self.case, to=who)
        self.office.post("/policy", do="publish", text=LOW.replace("0393-0000000", phone))
        rows = f"姓名,楼号,单元,房号\n何伟,3,2,501\n{resident},3,2,502\n"
        self.office.post("/roster", file=rows, do="publish")

    def order_file(self, kind: str, number: int) -> Path:
        return self.agent.orders / f"order-{kind}-{number:012d}.doc"

    def drop(self, number: int, document: bytes) -> None:
        """Lay an order of the kind ``case`` where the road would."""
        path = self.order_file("case", number)
        aside = path.with_suffix(".tmp")
        aside.write_bytes(document)
        aside.rename(path)

    def issued(self) -> list[tuple[str, int, str]]:
        """Kind, number and hash of what the hub has issued to the gate."""
        return sorted(rows(self.hub.state / "hub.db", "SELECT kind, number, sha256 FROM orders"))

    def acknowledged(self) -> list[tuple[str, int, str]]:
        """The same, of what the hub knows the gate to have put in force."""
        query = "SELECT header FROM entry WHERE station = 'east' AND kind = 'order.applied'"
        facts = [json.loads(header)["facts"] for (header,) in rows(self.hub.state / "hub.db", query)]
        return sorted((one["kind"], one["number"], one["sha256"]) for one in facts)

    def applied(self) -> list[tuple[str, int]]:
        return [(one["kind"], one["number"]) for one in self.desk.said("order.applied")]

    def wait_applied(self, number: int) -> None:
        """All that was given in a round is in force and written down, each once; nothing was refused."""
        eventually(lambda: {(kind, number) for kind in GIVEN} <= set(self.applied()))
        assert len(self.applied()) == len(set(self.applied())) == 1 + 3 * number
        assert self.desk.said("order.refused") == []
        eventually(lambda: not list(self.agent.orders.glob("*.doc")))

    def wait_shown(self, number: int, who: str, resident: str) -> None:
        """What round *number* gave is on the gate's screen and in its decisions, and the hub knows that."""
        eventually(lambda: f"已由社区接收 {who} " in self.desk.shows(), f"{who} is not on the screen")
        found = self.desk.get("/gate/search?" + urllib.parse.urlencode({"q": resident}))
        assert "3-2-502" in found, found
        judged = len(self.desk.said("visit.decided"))
        self.desk.reads(3850)
        eventually(lambda: len(self.desk.said("visit.decided")) > judged)
        rules = self.desk.said("visit.decided")[-1]["policy_sha256"]
        assert ("policy", number, rules) in self.issued()
        assert REFUSED not in self.desk.shows()
        assert self.agent.once().returncode == 0
        assert self.acknowledged() == self.issued()


def rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=60)) as db:
        return db.execute(query).fetchall()


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory, made_hub: HubProcess) -> Iterator[Road]:
    folder = tmp_path_factory.mktemp("road")
    hub = replace(made_hub, state=shutil.copytree(made_hub.state, folder / "hub"), port=free_port())
    agent = AgentProcess(folder / "gate" / "state", hub.url, hub.tokens["east"])
    agent.state.mkdir(parents=True)
    desk = DeskProcess(agent.state, hub.root_public, key(1).private_bytes_raw().hex())
    try:
        hub.start()
        desk.start()
        made = Road(hub, OfficeVisitor(hub), agent, desk)
        assert agent.once().returncode == 0
        eventually(lambda: made.applied() == [("keys", 1)])
        fever(made)
        yield made
    finally:
        desk.kill()
        hub.kill()


@pytest.fixture(scope="module")
def killed_at(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], tuple[str, ...]]:
    """A command before another that kills it as it is about to take a file away."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: nothing can be killed between two of its system calls")
    if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here (ptrace is forbidden)")
    trace = tmp_path_factory.mktemp("strace") / "trace"

    def command(path: Path) -> tuple[str, ...]:
        calls = "unlink,unlinkat"
        chosen = ("-P", str(path), "-e", f"trace={calls}", "-e", f"inject={calls}:signal=KILL")
        return ("strace", "-f", "-qq", "-o", str(trace), *chosen)

    return command


def test_orders_come_once_wherever_the_gate_is_killed(road: Road, killed_at: Callable[[Path], tuple[str, ...]]) -> None:
    desk, agent = road.desk, road.agent
    # Killed after the orders have come and before anybody looked at them.
    road.give("chen", "0393-1111111", "李娜")
    desk.freeze()
    assert agent.once().returncode == 0
    assert [road.order_file(kind, 1).exists() for kind in GIVEN] == [True] * 3
    desk.kill()
    assert road.applied() == [("keys", 1)]
    doomed = road.order_file("case", 2)
    desk.start(killed_at(doomed))
    road.wait_applied(1)
    road.wait_shown(1, "chen", "李娜")

    # Killed with the case's order in force and its file still there; nothing written down, the others not yet read.
    road.give("wang", "0393-2222222", "王芳")
    assert agent.once().returncode == 0
    desk.dies()
    assert doomed.exists()
    assert ("case", 2) not in road.applied()
    doomed = road.order_file("roster", 3)
    desk.start(killed_at(doomed))
    road.wait_applied(2)
    road.wait_shown(2, "wang", "王芳")

    # The same with the roster, which goes into the register.
    road.give("zhao", "0393-3333333", "孙磊")
    assert agent.once().returncode == 0
    desk.dies()
    assert doomed.exists()
    assert ("roster", 3) not in road.applied()
    desk.start()
    road.wait_applied(3)
    road.wait_shown(3, "zhao", "孙磊")

    # Killed with all files gone and no entry of it written: the journal is busy just then.
    road.give("li", "0393-4444444", "周婷")
    with closing(sqlite3.connect(agent.journal, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert agent.once().returncode == 0
        eventually(lambda: not [kind for kind in GIVEN if road.order_file(kind, 4).exists()])
        desk.kill()
    assert not [one for one in road.applied() if one[1] == 4]
    desk.start()
    road.wait_applied(4)
    road.wait_shown(4, "li", "周婷")


def test_what_is_old_foreign_or_repeated_does_nothing_and_a_closed_case_ends_by_a_tap(road: Road) -> None:
    desk, agent, case = road.desk, road.agent, road.case
    road.office.post("/fevers", station="east", case=case, to="sun")
    assert agent.once().returncode == 0
    eventually(lambda: "已由社区接收 sun " in desk.shows())
    before, number = road.applied(), max(number for kind, number, _ in road.issued() if kind == "case")
    assert before[-1] == ("case", number)

    # Each of them would close the case.
    ours = KeyFolder(road.hub.state / "keys").signing_key(Purpose.ORDER)
    for moved, station, signer, code in (
        (-1, "east", ours, "order_old"),
        (0, "east", ours, "order_old"),
        (1, "west", ours, "order_other_station"),
        (2, "east", Ed25519PrivateKey.generate(), "signature"),
    ):
        closed = encode_cases(station, [Handled(case, "", 0, "nobody", MORNING_MS)])
        order = Order(OrderKind.CASE, number + moved, (station,), "community", MORNING_MS, closed)
        told = len(desk.said("order.refused"))
        road.drop(order.number, sign_order(order, signer))
        eventually(lambda told=told: len(desk.said("order.refused")) > told)
        assert desk.said("order.refused")[told:] == [{"file": road.order_file("case", order.number).name, "code": code}]
        assert REFUSED in desk.shows()
    # The one in force once more is no wrong order: a road that has lost its place brings it.
    (document,) = rows(
        road.hub.state / "hub.db", f"SELECT document FROM orders WHERE kind = 'case' AND number = {number}"
    )
    told = len(desk.said("order.refused"))
    road.drop(number, document[0])
    (agent.sync / "cursor.json").unlink()
    assert agent.once().returncode == 0
    eventually(lambda: not list(agent.orders.glob("*.doc")))
    assert len(desk.said("order.refused")) == told
    assert road.applied() == before
    assert "已由社区接收 sun " in desk.shows()
    assert "社区已结案" not in desk.shows()

    # Closed by the office, it ends once somebody here has answered the alarm and seen that.
    road.office.post("/fevers", station="east", case=case, do="close", reason="已送诊排除")
    assert agent.once().returncode == 0
    eventually(lambda: "社区已结案 office " in desk.shows())
    assert desk.press("case_step", case=case, step="office_closed") != "ok"
    assert desk.press("answer", case=case) == "ok"
    assert desk.press("case_step", case=case, step="office_closed") == "ok"
    eventually(lambda: [one["step"] for one in desk.said("case.step")] == ["answered", "office_closed"])
    listed = station_command(road, "case", "list")
    assert listed.startswith(f"{case} ")
    assert listed.endswith("  closed\n")
    assert agent.once().returncode == 0
    assert rows(road.hub.state / "hub.db", "SELECT ended FROM fever") == [(1,)]
    assert road.acknowledged() == road.issued()


def station_command(road: Road, *command: str) -> str:
    """What a command of the gate prints."""
    done = subprocess.run(
        [sys.executable, "-m", "station", *command, "--config", str(road.desk.config)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def fever(road: Road) -> None:
    """Somebody is over the line twice."""
    desk = road.desk
    desk.reads(3850)
    eventually(lambda: desk.said("visit.decided"))
    assert desk.press("resume", waiting=desk.said("visit.decided")[0]["visit"]) == "ok"
    desk.reads(3860)
    eventually(lambda: desk.said("case.opened"))
    assert road.agent.once().returncode == 0
