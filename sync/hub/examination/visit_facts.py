"""The facts of a visit by the names that gates give them: read in a third of the time that unnamed ones take.  Pure.

Nearly every entry is of a visit, and nearly all of it is names.  Nothing is promised about the values but what holds
for any facts (no floats, no integer beyond 63 bits); each may be missing.  Facts with a name that is not here are none
of these, and are read the long way (:mod:`sync.hub.examination.headers`).  The fields stand in canonical
order, as they are written again to compare.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from station.facts import Facts
from station.wire.canonical import MAX_INTEGER

Integer = Annotated[int, msgspec.Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
#: A value without others in it, or none.
Plain = Integer | str | bool | None | UnsetType


class Reading(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """One of ``readings``; ``raw`` has the device's own names."""

    ambient_centi: Plain = UNSET
    by_hand: Plain = UNSET
    centi_celsius: Plain = UNSET
    cold_below_centi: Plain = UNSET
    device: Plain = UNSET
    mode: Plain = UNSET
    normal_centi: Plain = UNSET
    offset_centi: Plain = UNSET
    raw: dict[str, Integer | str | bool | None] | UnsetType = UNSET
    rested: Plain = UNSET
    seat: Plain = UNSET
    seen_ms: Plain = UNSET
    site: Plain = UNSET


class Learned(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """One of ``learned``."""

    ambient_centi: Plain = UNSET
    at_ms: Plain = UNSET
    centi_celsius: Plain = UNSET
    device: Plain = UNSET
    direction: Plain = UNSET
    mode: Plain = UNSET
    rested: Plain = UNSET
    site: Plain = UNSET
    stood_out: Plain = UNSET


if TYPE_CHECKING:
    Used = Any
else:
    #: What the decision used.
    Used = msgspec.defstruct(
        "Used",
        [(name, Plain, UNSET) for name in sorted(field.name for field in fields(Facts))],
        forbid_unknown_fields=True,
        gc=False,
    )


class VisitFacts(msgspec.Struct, forbid_unknown_fields=True, gc=False, rename={"class_": "class"}):
    """What ``visit.decided``, ``visit.left``, ``visit.measured`` and ``waiting.left`` say in clear."""

    class_: Plain = UNSET
    details_later: Plain = UNSET
    direction: Plain = UNSET
    drill: Plain = UNSET
    exception: Plain = UNSET
    exception_reason: Plain = UNSET
    joined: Plain = UNSET
    learned: list[Learned] | UnsetType = UNSET
    notes: list[str] | UnsetType = UNSET
    observed_at_ms: Plain = UNSET
    outcome: Plain = UNSET
    people: Plain = UNSET
    policy: Plain = UNSET
    policy_sha256: Plain = UNSET
    readings: list[Reading] | UnsetType = UNSET
    reason: Plain = UNSET
    regime: Plain = UNSET
    rest: Plain = UNSET
    rule: Plain = UNSET
    seat: Plain = UNSET
    source: Plain = UNSET
    tag: Plain = UNSET
    trip: Plain = UNSET
    used: Used | UnsetType = UNSET
    vehicle: Plain = UNSET
    visit: Plain = UNSET

    def get(self, name: str) -> Any:
        """The value of *name*, None where there is none, as of a dict."""
        value = getattr(self, "class_" if name == "class" else name, None)
        return None if value is UNSET else value
