"""What an order about the roster holds: everybody (a snapshot), or what changed since one (a delta).  Pure.

Head of a snapshot: ``{"list":"roster","people":N,"v":1}``; each line a person.  Head of a delta: also ``base``
and ``base_sha256`` (the roster it changes), ``put`` and ``gone`` (how many lines of each); each line
``{"put":{person}}`` or ``{"gone":id}``; ``people`` is how many there are afterwards.  docs/roster.md has examples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from station.pinyin import readings
from station.roster.errors import ContentError
from station.roster.lines import MAX_ROWS, decode, encode, is_count
from station.roster.place import natural_key
from station.roster.resident import Resident
from station.roster.row import from_row, is_hex, is_id, to_row

NAME = "roster"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everybody; ``residents`` can be read once and may raise ContentError until its end."""

    people: int
    residents: Iterator[Resident]


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed since the roster ``base``: who is new or different, and the ids of who is gone."""

    base: int
    base_sha256: str
    people: int
    put: tuple[Resident, ...]
    gone: tuple[str, ...]


def encode_snapshot(residents: Iterable[Resident]) -> bytes:
    """The content with everybody, in the order of their places; whose name has no readings yet is given them.

    :raises ContentError: if the gate would not take one of them, or an id comes twice.
    """
    ordered = sorted(map(_readable, residents), key=_order)
    content = encode({"list": NAME, "people": len(ordered)}, map(to_row, ordered))
    for _ in _all(decode_roster(content)):
        pass
    return content


def encode_delta(delta: Delta) -> bytes:
    """The content of *delta*; whose name has no readings yet is given them.

    :raises ContentError: if the gate would not take it.
    """
    head = {
        "list": NAME,
        "people": delta.people,
        "base": delta.base,
        "base_sha256": delta.base_sha256,
        "put": len(delta.put),
        "gone": len(delta.gone),
    }
    rows: list[dict[str, Any]] = [{"gone": gone} for gone in sorted(delta.gone)]
    rows += [{"put": to_row(person)} for person in sorted(map(_readable, delta.put), key=_order)]
    content = encode(head, rows)
    decode_roster(content)
    return content


def decode_roster(content: bytes) -> Snapshot | Delta:
    """The roster in *content*; a snapshot is read line by line, a delta at once.

    :raises ContentError: at the first thing that is wrong.
    """
    head, rows = decode(content, NAME)
    people = head.get("people")
    if not is_count(people, 0, MAX_ROWS) or not isinstance(people, int):
        raise ContentError(f"roster line 1: people: expected 0 to {MAX_ROWS}")
    if set(head) == {"people"}:
        return Snapshot(people, _residents(people, rows))
    if set(head) != {"people", "base", "base_sha256", "put", "gone"}:
        raise ContentError("roster line 1: unknown or missing field")
    for name in ("base", "put", "gone"):
        if not is_count(head[name], 0, MAX_ROWS if name != "base" else 2**62):
            raise ContentError(f"roster line 1: {name}: expected a count")
    if not isinstance(head["base_sha256"], str) or not is_hex(head["base_sha256"], 64):
        raise ContentError("roster line 1: base_sha256: expected 64 hex digits")
    return _delta(head, rows)


def _delta(head: dict[str, Any], rows: Iterator[tuple[int, dict[str, Any]]]) -> Delta:
    put: list[Resident] = []
    gone: list[str] = []
    for number, row in rows:
        at = f"roster line {number}"
        if set(row) == {"put"} and isinstance(row["put"], dict):
            put.append(from_row(row["put"], at))
        elif set(row) == {"gone"} and is_id(row["gone"]):
            gone.append(row["gone"])
        else:
            raise ContentError(f"{at}: expected put with a person, or gone with an id")
    if (len(put), len(gone)) != (head["put"], head["gone"]):
        raise ContentError(f"roster: {len(put)} put and {len(gone)} gone lines, the head promises others")
    if len({person.id for person in put} | set(gone)) != len(put) + len(gone):
        raise ContentError("roster: an id comes twice")
    return Delta(head["base"], head["base_sha256"], head["people"], tuple(put), tuple(gone))


def _residents(people: int, rows: Iterator[tuple[int, dict[str, Any]]]) -> Iterator[Resident]:
    seen: set[str] = set()
    for number, row in rows:
        person = from_row(row, f"roster line {number}")
        if person.id in seen:
            raise ContentError(f"roster line {number}: id: comes twice")
        seen.add(person.id)
        yield person
    if len(seen) != people:
        raise ContentError(f"roster: {len(seen)} people, the head promises {people}")


def _all(roster: Snapshot | Delta) -> Iterable[Resident]:
    return roster.residents if isinstance(roster, Snapshot) else roster.put


def _readable(person: Resident) -> Resident:
    return person if person.readings else replace(person, readings=readings(person.name))


def _order(person: Resident) -> tuple[str, str, str, str]:
    return person.compound, natural_key(person.place), person.name, person.id
