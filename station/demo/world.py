"""The folder of a demo: a hub with its keys, an enrolled station, a roster, passes for everybody of the day."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.clock import boottime_ns
from station.credential import roster_code
from station.credential.gate_pass import issue
from station.credential.result import GatePass
from station.credential.trust import kid_of
from station.demo.script import Actor, Day, Order
from station.keys import load_or_make
from station.roster.content import encode_snapshot
from station.roster.lines import encode
from station.roster.resident import Klass, Resident
from station.supervisor import python
from station.wire.canonical import canonical

ZONE = "Asia/Shanghai"
STATION = "demo-east"
SITE = 1
#: The demo's passes hold from an hour before its day.
_EARLY_S = 3_600
#: What a shift's times are called in an order.
_SHIFT = {"from": "from_ms", "to": "to_ms"}
_PURPOSE = {"resident": 1, "worker": 2, "official": 3, "visitor": 4}


@dataclass(frozen=True, slots=True)
class World:
    """Where everything of a demo is, and what its people carry."""

    folder: Path
    config: Path
    hub: Path
    station: Path
    start_ms: int
    codes: dict[str, str]
    password: str
    orders: dict[str, tuple[str, Path]]

    def publish(self, order: str) -> None:
        """Have the office publish one of the day's orders.

        :raises KeyError: if the day has none of that name.
        """
        kind, content = self.orders[order]
        _hub(self.hub, "publish", "--kind", kind, "--content", str(content))

    @property
    def skipped(self) -> Path:
        """What the day has left out, in milliseconds."""
        return self.folder / "skipped"

    @property
    def trace(self) -> Path:
        """What the lamps did."""
        return self.folder / "lamps.jsonl"


def build(folder: Path, day: Day, ports: dict[str, int], camera_url: str, links: dict[str, Path]) -> World:
    """Make everything a demo needs in *folder*.

    *ports* are those of web, hub and wire (between road and hub); *links* the thermometers' device nodes.
    """
    hub, station = folder / "hub", folder / "station"
    station.mkdir(parents=True)
    made = _hub(hub, "init", "--name", "演示社区", "--demo")
    key = load_or_make(station / "station.key")
    public = key.public_key().public_bytes_raw().hex()
    enrolled = _hub(hub, "enrol", "--station", STATION, "--name", "东门", "--public-key", public)
    (station / "sync").mkdir()
    token = station / "sync" / "token"
    token.touch(mode=0o600)
    token.write_text(enrolled["token"])
    (station / "root.pub").write_text(made["root_public"] + "\n")
    start = datetime.fromisoformat(day.start).replace(tzinfo=ZoneInfo(ZONE))
    start_ms = int(start.timestamp() * 1000)
    tags = {actor.id: bytes([SITE, *number.to_bytes(2), *b"demo1"]) for number, actor in enumerate(day.actors)}
    roster = folder / "roster.jsonl"
    roster.write_bytes(encode_snapshot(_resident(actor, tags[actor.id]) for actor in day.actors if actor.place))
    _hub(hub, "publish", "--kind", "roster", "--content", str(roster))
    policy = folder / "policy.toml"
    policy.write_text(_policy(day, day.number), encoding="utf-8")
    _hub(hub, "publish", "--kind", "policy", "--content", str(policy))
    pass_key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex((hub / "keys" / "pass.key").read_text().strip()))
    codes = {actor.id: _code(actor, start_ms, tags[actor.id], pass_key) for actor in day.actors}
    config = folder / "station.toml"
    orders = {order.id: (order.kind, content(folder, day, order)) for order in day.orders}
    world = World(folder, config, hub, station, start_ms, codes, made.get("password", ""), orders)
    for order in day.at_start:
        world.publish(order)
    config.write_text(_settings(world, day, ports, camera_url, links), encoding="utf-8")
    return world


def _policy(day: Day, number: int) -> str:
    """The day's regime as it is shipped, as the office would issue it for the day."""
    shipped = resources.files("station").joinpath(f"regimes/{day.regime}.toml").read_text("utf-8")
    numbered = re.sub(r"(?m)^number = \d+", f"number = {number}", shipped)
    return re.sub(r"(?m)^rest_minutes = \d+", f"rest_minutes = {day.rest_minutes}", numbered)


def content(folder: Path, day: Day, order: Order) -> Path:
    """The file of *order*; a row of the list of isolation stands there as in docs/roster.md."""
    file = folder / f"order-{order.id}"
    if order.kind == "policy":
        file.write_text(_policy(day, order.number), encoding="utf-8")
    elif order.kind == "rota":
        shifts = [
            {name: _ms(value) if name in ("from", "to") else value for name, value in one.items()}
            for one in order.shifts
        ]
        renamed = [{_SHIFT.get(name, name): value for name, value in one.items()} for one in shifts]
        file.write_bytes(canonical({"v": 1, "operators": [dict(one) for one in order.rows], "shifts": renamed}))
    else:
        file.write_bytes(encode({"list": "isolation", "rows": len(order.rows)}, [dict(row) for row in order.rows]))
    return file


def _ms(time: str) -> int:
    return int(datetime.fromisoformat(time).replace(tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)


def _resident(actor: Actor, tag: bytes) -> Resident:
    return Resident(
        actor.id, actor.name, actor.place, household=actor.place, last4=actor.last4, klass=Klass(actor.klass), code=tag
    )


def _code(actor: Actor, start_ms: int, tag: bytes, key: Ed25519PrivateKey) -> str:
    if actor.code == "none":
        return ""
    if actor.code == "tag":
        return roster_code.encode(tag)
    start_s = start_ms // 1000
    claims = GatePass(
        pass_id=tag,
        site=SITE,
        not_before_s=start_s - _EARLY_S,
        expires_s=start_s + actor.minutes * 60,
        name=actor.name,
        id_last4=actor.last4,
        household=actor.place or None,
        purpose=_PURPOSE.get(actor.klass),
        max_minutes_out=actor.minutes_out,
    )
    signer = Ed25519PrivateKey.generate() if actor.code == "forged" else key
    # A forger writes the name of the community's key on it; a key that nobody knows would only be asked about.
    return issue(claims, signer, kid_of(key.public_key().public_bytes_raw()))


def _hub(folder: Path, verb: str, *arguments: str) -> dict[str, str]:
    command = python("sync.hub", verb, "--state", str(folder), *arguments)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    try:
        answer: dict[str, str] = json.loads(done.stdout)
    except ValueError:
        return {}
    return answer


def _settings(world: World, day: Day, ports: dict[str, int], camera_url: str, links: dict[str, Path]) -> str:
    thermometers = "".join(
        f'\n[[thermometer]]\nname = "{name}"\nport = "{link}"\nprotocol = "auto"\n' for name, link in links.items()
    )
    return f"""# Made for a demo; everything here is thrown away.
[station]
id = "{STATION}"
name = "东门"
community = "演示社区"
timezone = "{ZONE}"
demo = true
only_gate = {str(day.only_gate).lower()}

[paths]
state = "{world.station}"
runtime = "{world.folder / "run"}"

[clock]
rate = {day.rate}
start = "{day.start}"
start_ns = {boottime_ns()}
skipped = "{world.skipped}"

[web]
port = {ports["web"]}

[hub]
url = "http://127.0.0.1:{ports["wire"]}"
token_file = "{world.station / "sync" / "token"}"
longest_wait_s = 2

[signals]
backend = "mock"
red = 17
amber = 27
green = 22
buzzer = 23
gate = 24
trace = "{world.trace}"

[voice]
enabled = false
{thermometers}
[[camera]]
name = "camera"
source = "{camera_url}"
"""
