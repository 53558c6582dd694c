"""The ways in which batches reach the hub and documents come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO, Protocol

from sync.answer import OrderName


class Carrier(Protocol):
    """One way to the hub.

    Every method raises :class:`~sync.errors.HubUnavailable` where another try is worth it and
    :class:`~sync.errors.HubRefused` where it is not.
    """

    def deliver(self, batch: bytes) -> bytes:
        """Hand over *batch*; the hub's receipt."""
        ...

    def receipt(self, epoch: int) -> bytes:
        """The hub's receipt for *epoch* as things stand."""
        ...

    def newer_orders(self, have: Mapping[str, int], unsent: int) -> list[OrderName]:
        """Orders for us beyond the numbers in *have*; tells the hub how many entries are *unsent*."""
        ...

    def fetch_order(self, name: OrderName, into: BinaryIO) -> None:
        """Write the whole document *name* to *into*."""
        ...
