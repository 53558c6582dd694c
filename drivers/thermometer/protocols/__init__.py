"""The device families.  A new family is one new file here and one row in :data:`PROTOCOLS` (``table.py``).

Pure: no port, no clock, no logging.
"""

from __future__ import annotations

from drivers.thermometer.protocols.frame import (
    Frame,
    Garbage,
    Item,
    NoTarget,
    OutOfBounds,
    Picture,
    Seen,
    Understood,
)
from drivers.thermometer.protocols.row import Decoder, Poll, Protocol
from drivers.thermometer.protocols.table import PROTOCOLS, searched

__all__ = [
    "PROTOCOLS",
    "Decoder",
    "Frame",
    "Garbage",
    "Item",
    "NoTarget",
    "OutOfBounds",
    "Picture",
    "Poll",
    "Protocol",
    "Seen",
    "Understood",
    "searched",
]
