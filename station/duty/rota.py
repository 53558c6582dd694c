"""The rota 值班表: who may be on duty at the gates, and the shifts of the coming days.  Pure.

The content of an order of the kind ``rota`` (docs/formats.md): canonical JSON, a full snapshot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from station.errors import StationError
from station.wire.canonical import canonical, parse
from station.wire.errors import WireError

VERSION = 1
#: A community of six gates on a rota of five shifts has some sixty people; a street three times as many.
MAX_OPERATORS = 200
#: Five shifts a day for a quarter of a year.
MAX_SHIFTS = 500
#: Two at the gate and two to spare.
MAX_WATCH = 4
#: As long as a name in the header may be, and as an id that the page sends back.
MAX_TEXT = 32
#: Nobody stands at a gate for longer than two days.
MAX_SHIFT_MS = 48 * 3_600_000
#: A hand-over may come so long before the shift it is for.
EARLY_MS = 2 * 3_600_000
#: Bounds of what one check may cost: 64 MB and some seconds on the smallest board.
MAX_MEMORY_KIB, MAX_ROUNDS, MAX_LANES = 65_536, 8, 4

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_PIN = re.compile(r"\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d)\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{22,86}")
_BADGE = re.compile(r"[0-9a-f]{64}")
_PHONE = re.compile(r"[0-9+][0-9 -]{2,19}")
#: Ids that an entry's actor has for nobody in particular.
RESERVED = frozenset({"station", "unsigned", "stand-in"})


class RotaError(StationError, ValueError):
    """A rota that makes no sense; the message says where."""

    code = "rota_bad"


class Role(StrEnum):
    """What somebody on duty may do: an operator 值守员, a shift leader 带班领导, somebody of the office."""

    OPERATOR = "operator"
    LEADER = "leader"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who may be on duty; ``pin`` is an argon2id hash, ``badge`` a fingerprint (station/duty/badge.py)."""

    id: str
    name: str
    role: Role = Role.OPERATOR
    phone: str = ""
    pin: str = field(default="", repr=False)
    badge: str = field(default="", repr=False)

    @property
    def leads(self) -> bool:
        """Whether they may do what takes a shift leader."""
        return self.role is not Role.OPERATOR


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift: from, up to, who stands at the gate and who leads; wall milliseconds and ids."""

    from_ms: int
    to_ms: int
    watch: tuple[str, ...]
    leader: str = ""


@dataclass(frozen=True, slots=True)
class Rota:
    """The rota in force; shifts in the order of their beginning."""

    operators: Mapping[str, Operator] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()

    def of_badge(self, fingerprint: str) -> Operator | None:
        """Whose badge that is."""
        return next((one for one in self.operators.values() if fingerprint and one.badge == fingerprint), None)

    def at(self, now_ms: int) -> Shift | None:
        """The shift at *now_ms*; of two that overlap the later one."""
        return next((one for one in reversed(self.shifts) if one.from_ms <= now_ms < one.to_ms), None)

    def planned(self, operator: str, since_ms: int) -> Shift | None:
        """The shift that *operator*, on duty since *since_ms*, stands for; the first if several would do."""
        own = (one for one in self.shifts if operator in one.watch or operator == one.leader)
        found = next((one for one in own if one.from_ms - EARLY_MS <= since_ms < one.to_ms), None)
        return found or self.at(since_ms)

    def expected(self, now_ms: int) -> tuple[str, ...]:
        """Who is to be on duty now or next, the nearest shift first; each once."""
        near = [one for one in self.shifts if one.to_ms > now_ms][:3]
        # Shortly before a change, who comes is looked for, not who goes.
        near.sort(key=lambda one: (one.to_ms - now_ms < EARLY_MS // 4 and one.from_ms <= now_ms, one.from_ms))
        ids = [id for one in near for id in (*one.watch, *((one.leader,) if one.leader else ()))]
        return tuple(dict.fromkeys(ids))


def encode_rota(rota: Rota) -> bytes:
    """The content of an order with *rota*.

    :raises RotaError: if a gate would not take it.
    """
    operators = [{k: v for k, v in asdict(one).items() if v} for one in rota.operators.values()]
    shifts = [{k: v for k, v in asdict(one).items() if v != ""} | {"watch": list(one.watch)} for one in rota.shifts]
    content = canonical({"v": VERSION, "operators": operators, "shifts": shifts})
    parse_rota(content)
    return content


def parse_rota(content: bytes) -> Rota:
    """The rota in *content*.

    :raises RotaError: at the first thing that is wrong.
    """
    try:
        body = parse(content)
    except WireError as error:
        raise RotaError(f"rota: {error}") from error
    if body.keys() != {"v", "operators", "shifts"} or body["v"] != VERSION:
        raise RotaError("rota: expected v 1, operators and shifts, and nothing else")
    operators: dict[str, Operator] = {}
    badges: set[str] = set()
    for number, given in enumerate(_listed(body["operators"], "operators", MAX_OPERATORS), 1):
        one = _operator(given, f"rota operator {number}")
        if one.id in operators or (one.badge and one.badge in badges):
            raise RotaError(f"rota operator {number}: the id {one.id} or its badge is there twice")
        operators[one.id] = one
        badges.add(one.badge)
    rows = _listed(body["shifts"], "shifts", MAX_SHIFTS)
    shifts = [_shift(given, operators, f"rota shift {number}") for number, given in enumerate(rows, 1)]
    return Rota(operators, tuple(sorted(shifts, key=lambda one: one.from_ms)))


def _operator(given: dict[str, Any], at: str) -> Operator:
    if given.keys() - {"id", "name", "role", "phone", "pin", "badge"}:
        raise RotaError(f"{at}: expected id, name, role, phone, pin and badge, and nothing else")
    texts = {name: _text(given, name, at) for name in ("id", "name", "role", "phone", "pin", "badge")}
    if not _ID.fullmatch(texts["id"]) or texts["id"] in RESERVED:
        raise RotaError(f"{at}: id {texts['id'][:40]!r}: expected 1 to 32 letters, digits, _ or -")
    name = texts["name"]
    if not 0 < len(name) <= MAX_TEXT or not name.isprintable() or name != name.strip():
        raise RotaError(f"{at}: name: expected 1 to {MAX_TEXT} letters")
    if texts["role"] not in set(Role):
        raise RotaError(f"{at}: role {texts['role'][:40]!r}: expected {', '.join(Role)}")
    if texts["phone"] and not _PHONE.fullmatch(texts["phone"]):
        raise RotaError(f"{at}: phone: expected digits")
    if texts["badge"] and not _BADGE.fullmatch(texts["badge"]):
        raise RotaError(f"{at}: badge: expected what station duty badge prints, 64 hex digits")
    if texts["pin"]:
        _check_pin(texts["pin"], at)
    return Operator(texts["id"], name, Role(texts["role"]), texts["phone"], texts["pin"], texts["badge"])


def _check_pin(pin: str, at: str) -> None:
    found = _PIN.fullmatch(pin)
    if found is None:
        raise RotaError(f"{at}: pin: expected an argon2id hash, as station duty pin prints it")
    memory, rounds, lanes = (int(group) for group in found.groups())
    if not (8 * lanes <= memory <= MAX_MEMORY_KIB and 1 <= rounds <= MAX_ROUNDS and 1 <= lanes <= MAX_LANES):
        raise RotaError(f"{at}: pin: m={memory},t={rounds},p={lanes} is more than a gate can check")


def _shift(given: dict[str, Any], operators: Mapping[str, Operator], at: str) -> Shift:
    if given.keys() - {"from_ms", "to_ms", "watch", "leader"}:
        raise RotaError(f"{at}: expected from_ms, to_ms, watch and leader, and nothing else")
    from_ms, to_ms, watch = given.get("from_ms"), given.get("to_ms"), given.get("watch")
    if type(from_ms) is not int or type(to_ms) is not int or not 0 < to_ms - from_ms <= MAX_SHIFT_MS:
        raise RotaError(f"{at}: from_ms and to_ms: expected two times, at most two days apart")
    if not isinstance(watch, list) or not 1 <= len(watch) <= MAX_WATCH:
        raise RotaError(f"{at}: watch: expected 1 to {MAX_WATCH} ids")
    leader = _text(given, "leader", at)
    for id in (*watch, *((leader,) if leader else ())):
        if not isinstance(id, str) or id not in operators:
            raise RotaError(f"{at}: {str(id)[:40]!r} is no operator of this rota")
    if leader and not operators[leader].leads:
        raise RotaError(f"{at}: leader {leader} has the role operator")
    return Shift(from_ms, to_ms, tuple(watch), leader)


def _listed(given: Any, name: str, most: int) -> list[dict[str, Any]]:
    if not isinstance(given, list) or len(given) > most or not all(isinstance(one, dict) for one in given):
        raise RotaError(f"rota: {name}: expected a list of at most {most} objects")
    return given


def _text(given: dict[str, Any], name: str, at: str) -> str:
    value = given.get(name, "operator" if name == "role" else "")
    if not isinstance(value, str):
        raise RotaError(f"{at}: {name}: expected a text")
    return value
