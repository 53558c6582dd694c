"""What stands around the figures of a report.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around the figures.

    ``form`` is daily, shift or now; ``state`` draft, confirmed, automatic or changed.  ``prepared_by`` and
    ``checked_by`` are ids of people on duty, ``station`` for the system, empty where nobody did; ``names`` are their
    names by these ids, as far as they are known.
    """

    form: str
    gate: str
    zone: tzinfo
    made_ms: int
    community: str = ""
    state: str = "draft"
    version: int = 1
    prepared_by: str = "station"
    checked_by: str = ""
    late: bool = False
    demo: bool = False
    unsent: int | None = None
    names: Mapping[str, str] = field(default_factory=dict)
