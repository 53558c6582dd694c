"""The folder of a demo: a hub with its keys, an enrolled station, a roster, passes for everybody of the day."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.clock import boottime_ns
from station.credential import roster_code
from station.credential.gate_pass import issue
from station.credential.result import GatePass
from station.credential.trust import kid_of
from station.demo.script import Account, Actor, Day, Gate, Order
from station.duty import badge
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
#: As a rota may have them (station/duty/rota.py), and quick: these PINs are printed on the terminal.
_HASHER = PasswordHasher(1, 1_024, 1)
_PURPOSE = {"resident": 1, "worker": 2, "official": 3, "visitor": 4}


@dataclass(frozen=True, slots=True)
class World:
    """Where everything of a demo is, and what its people carry.

    ``password`` is that of the hub's account `office`; ``accounts`` are the others with theirs, ``others`` the settings
    files of the gates that no hub has let in.  ``codes`` are by person, and by `badge-` and who is on the rota.
    """

    folder: Path
    config: Path
    hub: Path
    station: Path
    start_ms: int
    codes: dict[str, str]
    password: str
    orders: dict[str, tuple[str, Path]]
    accounts: tuple[tuple[Account, str], ...] = ()
    others: Mapping[str, Path] = field(default_factory=dict)
    passphrase: str = ""

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


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a gate of the demo is plugged into: its page's port, its camera's address, its thermometers' nodes."""

    web: int
    camera: str
    thermometers: Mapping[str, Path]


def build(folder: Path, day: Day, wire: int, plugged: Mapping[str, Wiring]) -> World:
    """Make everything a demo needs in *folder*.

    *wire* is the port between road and hub; *plugged* has what each gate is plugged into, by its id.
    """
    hub, station = folder / "hub", folder / "station"
    station.mkdir(parents=True)
    asked = [word for one in day.accounts for word in ("--account", f"{one.name}:{one.role}:{one.shown}")]
    made = _hub(hub, "init", "--name", "演示社区", "--demo", *asked)
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
    codes |= {f"badge-{one['id']}": badge.encode(badge_tag(day, one["id"])) for one in on_rota(day) if one.get("badge")}
    config = folder / "station.toml"
    orders = {order.id: (order.kind, content(folder, day, order)) for order in day.orders}
    accounts = tuple((one, made["accounts"][one.name]) for one in day.accounts)
    others = {gate.id: folder / gate.id / "station.toml" for gate in day.gates}
    world = World(
        folder,
        config,
        hub,
        station,
        start_ms,
        codes,
        made["password"],
        orders,
        accounts,
        others,
        made["seal_passphrase"],
    )
    for order in day.at_start:
        world.publish(order)
    road = f"""
[hub]
url = "http://127.0.0.1:{wire}"
token_file = "{token}"
longest_wait_s = 2
"""
    own = _settings(world, day, Gate(STATION, "东门"), folder, plugged[STATION])
    config.write_text(own + road, encoding="utf-8")
    for gate in day.gates:
        others[gate.id].parent.mkdir()
        # Its road learns the hub's address from the code, and keeps the token where its own state is.
        state = others[gate.id].parent / "station"
        road = f'\n[hub]\ntoken_file = "{state / "sync" / "token"}"\nlongest_wait_s = 2\n'
        own = _settings(world, day, gate, others[gate.id].parent, plugged[gate.id])
        others[gate.id].write_text(own + road, encoding="utf-8")
    return world


def on_rota(day: Day) -> tuple[Mapping[str, Any], ...]:
    """Who is on the rota that the day begins with: ``id``, ``name``, and as given ``role``, ``pin`` and ``badge``."""
    rotas = (order for order in day.orders if order.kind == "rota" and order.id in day.at_start)
    return next((order.rows for order in rotas), ())


def badge_tag(day: Day, operator: str) -> bytes:
    """What the badge of *operator* holds: the same in every demo of the day, as its rota is."""
    return hashlib.sha256(f"{day.seed}/badge/{operator}".encode()).digest()[:8]


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
        operators = [_operator(day, one) for one in order.rows]
        file.write_bytes(canonical({"v": 1, "operators": operators, "shifts": renamed}))
    else:
        file.write_bytes(encode({"list": "isolation", "rows": len(order.rows)}, [dict(row) for row in order.rows]))
    return file


def _operator(day: Day, row: Mapping[str, Any]) -> dict[str, Any]:
    """*row* as a rota has it: of a PIN its hash, of a badge its fingerprint."""
    proofs: dict[str, str] = {}
    if row.get("pin"):
        proofs["pin"] = _HASHER.hash(row["pin"])
    if row.get("badge"):
        proofs["badge"] = badge.fingerprint(badge_tag(day, row["id"]))
    return {name: value for name, value in row.items() if name not in ("pin", "badge")} | proofs


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


def _hub(folder: Path, verb: str, *arguments: str) -> dict[str, Any]:
    command = python("sync.hub", verb, "--state", str(folder), *arguments)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {}
    return answer


def _settings(world: World, day: Day, gate: Gate, folder: Path, plugged: Wiring) -> str:
    thermometers = "".join(
        f'\n[[thermometer]]\nname = "{name}"\nport = "{link}"\nprotocol = "auto"\n'
        for name, link in plugged.thermometers.items()
    )
    return f"""# Made for a demo; everything here is thrown away.
[station]
id = "{gate.id}"
name = "{gate.name}"
community = "演示社区"
timezone = "{ZONE}"
demo = true
only_gate = {str(day.only_gate).lower()}

[paths]
state = "{folder / "station"}"
runtime = "{folder / "run"}"

[clock]
rate = {day.rate}
start = "{day.start}"
start_ns = {boottime_ns()}
skipped = "{world.skipped}"

[web]
port = {plugged.web}

[signals]
backend = "mock"
red = 17
amber = 27
green = 22
buzzer = 23
gate = 24
trace = "{folder / world.trace.name}"

[voice]
enabled = false
{thermometers}
[[camera]]
name = "camera"
source = "{plugged.camera}"
"""
