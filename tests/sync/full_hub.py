"""A hub on the morning when the street wants yesterday's figures at 10:30, with something on every page.

Four gates in two communities: east is well, west has a gap, south fell silent last night, north was never heard.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient

from sync.hub.database.store import Store
from sync.hub.gates.stations import enrol, heard
from sync.hub.intake.ingest import ingest
from sync.hub.unit.tree import Unit
from sync.hub.unit.units import write_tree
from tests.sync.chain import MORNING_MS, Chain, key, public, visit
from tests.sync.conftest import create_known
from tests.sync.desk import enter, furnish, make_app, new_home, post
from tests.sync.processes import ROOT

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
#: 10:10 on 2020-11-22 where the hub is.
NOW_MS = MORNING_MS + 2 * HOUR_MS + 10 * MINUTE_MS
YESTERDAY_MS = MORNING_MS - 24 * HOUR_MS
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class FullHub:
    store: Store
    app: Flask
    #: Somebody of the office, and who may do everything.
    clerk: FlaskClient
    manager: FlaskClient


def person(masked: str, **more: object) -> dict[str, object]:
    return {"masked": masked, "last4": "1234", "place": "3-2-501", "resident": masked, "pass": "", **more}


def full_hub(template: Path, folder: Path) -> FullHub:
    """All of it in *folder*; *template* is an empty store."""
    store = create_known(Path(shutil.copy(template, folder / "hub.db")))
    furnish(store)
    with store.writing() as connection:
        for number, (station, name, unit) in enumerate((("south", "南门", "a"), ("north", "北门", "b")), 3):
            enrol(connection, station, name, unit, public(key(number)), MORNING_MS)
        write_tree(connection, _units())
    app = make_app(store, new_home(folder / "office"), NOW_MS)
    for chain, firsts in ((_east(), ((1, None),)), (_west(), ((1, 9), (14, None))), (_south(), ((1, None),))):
        for first, last in firsts:
            ingest(store, chain.station, chain.batch(first, last), NOW_MS, ZONE)
    with store.writing() as connection:
        heard(connection, "east", NOW_MS - 4_000, 0)
        heard(connection, "west", NOW_MS - 9_000, 12)
        heard(connection, "south", NOW_MS - 13 * HOUR_MS, 3)
    made = FullHub(store, app, enter(app, "clerk"), enter(app, "manager"))
    _act(made.manager)
    return made


def _units() -> list[Unit]:
    return [
        Unit("s", "城关街道", "街道", (), "街道办", "赵主任", "0370-1111111"),
        Unit("a", "幸福里社区", "社区", ("s",), "幸福里居委会", "钱主任", "0370-2222222"),
        Unit("b", "和平里社区", "社区", ("s",), "和平里居委会", "孙主任", "0370-3333333"),
        Unit("east", "东门", "卡口", ("a",)),
        Unit("south", "南门", "卡口", ("a",)),
        Unit("west", "西门", "卡口", ("b",)),
        Unit("north", "北门", "卡口", ("b",)),
    ]


class _Gate:
    """A gate whose entries are written in the order of their times, however they are named here."""

    def __init__(self, station: str, number: int, at_ms: int) -> None:
        self.station, self.number, self.at_ms = station, number, at_ms
        self.noted: list[tuple[int, tuple[Any, ...], dict[str, Any]]] = []

    def add(self, *what: Any, at_ms: int, **more: Any) -> None:
        self.noted.append((at_ms, what, more))

    def day(self, from_ms: int, hours: int) -> None:
        """Residents going out and coming in, each hour some, and the gate's own marks."""
        for half in range(2 * hours):
            self.add("gate.checked", {"devices": 3, "answering": 3}, at_ms=from_ms + half * 30 * MINUTE_MS)
        for hour in range(hours):
            for one in range(hour % 5 + 1):
                who = person(f"居民{'甲乙丙丁戊'[one]}*", place=f"{hour + 1}-1-{101 + one}", minutes_out=120)
                facts = visit(direction="out" if one % 2 else "in") | {"visit": str(hour * 10 + one)}
                self.add(facts=facts, personal=who, at_ms=from_ms + hour * HOUR_MS + one * MINUTE_MS)

    def chain(self) -> Chain:
        chain = founded(self.station, self.number, self.at_ms)
        for at_ms, what, more in sorted(self.noted, key=lambda each: each[0]):
            chain.add(*what, at_ms=at_ms, **more)
        return chain


def founded(station: str, number: int, at_ms: int) -> Chain:
    """A gate that was started at *at_ms*, signed with the key *number*."""
    chain = Chain(station, private=key(number))
    chain.entries.clear()
    del chain.heads[1:]
    facts = {"reason": "first", "public_key": public(chain.key).hex(), "previous_epoch": None, "previous_head": None}
    return chain.add("epoch.opened", facts, at_ms=at_ms).add("service.started", {"last_seq": 1}, at_ms=at_ms)


def _east() -> Chain:
    midnight_ms = YESTERDAY_MS - 8 * HOUR_MS
    gate = _Gate("east", 1, midnight_ms - HOUR_MS)
    gate.day(midnight_ms - HOUR_MS, 35)
    at_ms = YESTERDAY_MS + 7 * HOUR_MS + 40 * MINUTE_MS
    masked = {"masked": "徐*"}
    gate.add(facts=visit("refer") | {"reason": "fever", "visit": "900"}, personal=masked, at_ms=at_ms)
    gate.add("case.opened", {"case": "70", "cause": "fever"}, masked, at_ms=at_ms + 1)
    gate.add("case.step", {"case": "70", "step": "ruled_out", "ends": True}, at_ms=at_ms + HOUR_MS)
    gate.add("goods.handed_over", {"pieces": 20}, at_ms=YESTERDAY_MS + 4 * HOUR_MS)
    gate.add("device.lost", {"device": "gun-1", "role": "thermometer"}, at_ms=NOW_MS - 30 * MINUTE_MS)
    facts = {"day": "2020-11-21", "version": 1, "sha256": "ab" * 32, "prepared_by": "li", "zero": False, "late": False}
    gate.add("report.confirmed", facts | {"checked_by": "wang"}, at_ms=NOW_MS - 20 * MINUTE_MS)
    late = person("李**", place="12-3-2501", minutes_out=30)
    gate.add(facts=visit(direction="out"), personal=late, at_ms=NOW_MS - 3 * HOUR_MS)
    guest = person("阿不都热合曼**", place="12-3-2501")
    gate.add(facts={**visit(people=3), "class": "visitor"}, personal=guest, at_ms=NOW_MS - 5 * HOUR_MS)
    patient = person("曾*", place="6-2-301")
    gate.add("case.opened", {"case": "77", "cause": "fever"}, patient, at_ms=NOW_MS - 8 * MINUTE_MS)
    for subject, half_ms, facts in (
        ("12-3-2501", NOW_MS - 3 * HOUR_MS, {"centi_celsius": 3650, "by": "doctor"}),
        ("9-1-101", NOW_MS - 2 * HOUR_MS, {"centi_celsius": 3790, "by": "self", "high": True, "symptoms": ["cough"]}),
        ("12-3-2501", NOW_MS - 14 * HOUR_MS, {"answered": False}),
    ):
        day = "2020-11-22" if half_ms > MORNING_MS - 8 * HOUR_MS else "2020-11-21"
        about = {"day": day, "half": "morning" if day.endswith("22") else "evening", "answered": True, "high": False}
        who = {"subject": subject, "masked": "", "last4": ""}
        gate.add("isolation.measured", about | facts, who, at_ms=half_ms)
    for masked, where, days, ago in (("赵*", "province", 3, 30), ("钱**", "beyond", 7, 50), ("孙*", "city", 1, 40)):
        facts = {"where": where, "days": days, "back_ms": NOW_MS + (24 * days - ago) * HOUR_MS}
        who = {"resident": f"r-{masked}", "masked": masked, "last4": "2468"}
        gate.add("travel.announced", facts, who, at_ms=NOW_MS - 27 * HOUR_MS)
    case = {"case": "8", "step": "opened", "causes": ["temperature"]}
    gate.add("isolation.case", case, {"subject": "9-1-101"}, at_ms=NOW_MS - 2 * HOUR_MS + 1)
    return gate.chain()


def _west() -> Chain:
    gate = _Gate("west", 2, YESTERDAY_MS - 8 * HOUR_MS)
    gate.day(YESTERDAY_MS - 8 * HOUR_MS, 11)
    earlier = visit(direction="out") | {"visit": "901"}
    gate.add(facts=earlier, personal=person("曾*", place="6-2-301"), at_ms=YESTERDAY_MS + 2 * HOUR_MS + 4 * MINUTE_MS)
    gate.add("road.lost", {}, at_ms=YESTERDAY_MS + HOUR_MS)
    gate.add("road.back", {}, at_ms=YESTERDAY_MS + 2 * HOUR_MS)
    on_ms = YESTERDAY_MS + 4 * HOUR_MS
    gate.add("service.started", {"last_seq": 1}, at_ms=on_ms, boot_id="boot-2", boottime_ns=0)
    for half in range(1, 44):
        at_ms = half * 30 * MINUTE_MS
        gate.add("gate.checked", {}, at_ms=on_ms + at_ms, boot_id="boot-2", boottime_ns=at_ms * 10**6)
    facts = {"day": "2020-11-21", "version": 1, "sha256": "cd" * 32, "prepared_by": "station", "zero": False}
    boot = {"boot_id": "boot-2", "boottime_ns": (NOW_MS - 5 * MINUTE_MS - on_ms) * 10**6}
    gate.add("report.sent_automatically", facts | {"late": True}, at_ms=NOW_MS - 5 * MINUTE_MS, **boot)
    return gate.chain()


def _south() -> Chain:
    gate = _Gate("south", 3, YESTERDAY_MS - 8 * HOUR_MS)
    gate.day(YESTERDAY_MS - 8 * HOUR_MS, 20)
    return gate.chain()


def _act(client: FlaskClient) -> None:
    post(client, "/passes/issue", name="何伟", household="3-2-501", until="2020-12-31", site="1")
    post(client, "/passes/issue", name="孙磊", household="6-1-201", until="2020-12-31", site="1")
    post(client, "/passes/issue", name="马师傅", purpose="worker", until="2020-11-21", site="1")
    household = {"status": "isolation", "category": "密接触类", "responsible": "陈医生"}
    for what, begins, ends in (
        ("12-3-2501", "2020-11-20", "2020-12-04"),
        ("9-1-101", "2020-11-21", "2020-12-05"),
        ("5-1-301", "2020-11-06", "2020-11-20"),
    ):
        post(client, "/isolation", kind="household", what=what, until=ends, **{"from": begins, **household})
    post(client, "/isolation", kind="closed", what="7号楼", category="疫点，等待复查", until="2020-12-06")
    post(client, "/isolation", kind="risk", what="河北省石家庄市藁城区增村镇小果庄村", level="high")
    post(client, "/notices", zh="请戴口罩，测温后进入", en="Wear a mask and have your temperature taken", spoken="yes")
    post(client, "/fevers", station="east", case="77", to="wang")
    post(client, "/rota", do="person", id="wang", name="王芳", role="leader", phone="138 0000 0000")
    post(client, "/rota", do="person", id="li", name="李强", role="operator")
    shift = {"from": "2020-11-22T08:00", "to": "2020-11-22T20:00", "watch": "li", "leader": "wang"}
    post(client, "/rota", do="shift", **shift)
    for number, (unit, place, kind, day) in enumerate(
        [("a", "school", "confirmed", f"2020-11-{10 + each}") for each in range(5)]
        + [("b", "compound", "confirmed", "2020-11-18"), ("b", "compound", "confirmed", "2020-11-21")]
        + [("b", "clinic", "imported", "2020-11-20"), ("b", "other", "asymptomatic", "2020-11-22")]
    ):
        told = {"unit": unit, "place": place, "kind": kind, "day": day, "source": "区疾控中心 电话通知"}
        post(client, "/notified", record=f"{number:016x}", **told)
    post(client, "/notified/withdraw", record=f"{6:016x}", reason="疾控更正：复核为阴性")
    told = {"unit": "b", "place": "compound", "kind": "confirmed", "day": "2020-11-21", "source": "街道卫生服务中心"}
    post(client, "/notified", record="f" * 16, **told)
    text = (ROOT / "station" / "regimes" / "medium.toml").read_text(encoding="utf-8")
    post(client, "/policy", text=text, do="publish")
