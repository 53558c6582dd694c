"""What the register answers beside a resident.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from station.roster.resident import Resident


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle and the people it belongs to, the first of them as the roster lists them."""

    plate: str = field(repr=False)
    owners: tuple[Resident, ...] = ()


@dataclass(frozen=True, slots=True)
class Household:
    """Who lives together, as the roster lists them."""

    key: str = field(repr=False)
    place: str = field(repr=False)
    members: tuple[Resident, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """An order that is kept as it came: its number, the SHA-256 of its content, and the content."""

    number: int
    sha256: str
    content: bytes = field(repr=False)
