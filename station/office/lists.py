"""The lists that the register keeps: roster, isolation, passes, notices; how they come in force and what they say."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from station import kinds
from station.journal.draft import Draft
from station.notebook.isolation import Isolated
from station.notebook.journeys import Journey
from station.office.applied import check_number
from station.office.drafts import applied
from station.office.orders import OrderPending
from station.office.register import Register
from station.register import RegisterFailed
from station.screen.bulletins import Texts
from station.screen.closures import Closure, closure, is_everywhere
from station.wire.order import Order, OrderKind

log = logging.getLogger(__name__)

#: Notices begin and end by the minute, not by the second; in real milliseconds.
NOTICES_EVERY_MS = 20_000
#: The orders that it keeps; all others are kept as their document.
IN_REGISTER = frozenset({OrderKind.ROSTER, OrderKind.ISOLATION, OrderKind.NOTICES, OrderKind.PASSES})


class Lists:
    """What the register's lists say now, and the one thread that puts a new one in force."""

    def __init__(self, register: Register) -> None:
        self.closures: tuple[Closure, ...] = ()
        self.isolated: tuple[Isolated, ...] = ()
        self.travelling: tuple[Journey, ...] = ()
        self.bulletins: Texts = ()
        self.spoken: frozenset[str] = frozenset()
        self._next_notices_ms = 0
        self._register = register
        self._worker = ThreadPoolExecutor(1, "register")
        self._aside: dict[str, Future[None]] = {}
        self._care: dict[str, int] = {}

    @property
    def closed(self) -> bool:
        """Whether the whole compound is closed."""
        return is_everywhere(self.closures)

    def counted(self, draft: Draft) -> Draft:
        """*draft* with 在管, 新增 and 解除, where it is a new list of isolation that it tells of."""
        if draft.kind != kinds.ORDER_APPLIED or draft.facts["kind"] != OrderKind.ISOLATION:
            return draft
        care, self._care = self._care, {}
        return replace(draft, facts=draft.facts | care)

    def ticked(self, now_ms: int) -> None:
        """Look at what the idle screen shows, now and then; each notice has its own beginning and end."""
        if now_ms < self._next_notices_ms:
            return
        self._next_notices_ms = now_ms + NOTICES_EVERY_MS
        try:
            notices = self._register.notices(now_ms)
            self.bulletins = tuple(tuple(sorted(one.text.items())) for one in notices)
            self.spoken = frozenset(one.id for one in notices if one.spoken)
        except RegisterFailed as error:
            log.error("office: the notices cannot be read: %s", error)

    def load(self, journaled: Mapping[str, str]) -> list[Draft]:
        """Read what is closed; the entries that the journal lacks of lists in force, *journaled* by kind → SHA-256."""
        missing = []
        for kind in IN_REGISTER:
            in_force = self._register.applied(kind)
            if in_force is not None and journaled.get(kind) != in_force[1]:
                missing.append(applied(kind, *in_force))
        self._look_at_closed()
        return missing

    def apply(self, order: Order, now_ms: int) -> None:
        """Put *order* in force.

        A roster takes seconds on a small card: it is applied in a thread of its own while the lane goes on.

        :raises OrderPending: until it is in force, and again when the card could not take it.
        :raises StationError: if a newer one is in force.
        """
        running = self._aside.get(order.sha256)
        if running is None:
            check_number(order, self._register.applied(order.kind))
            self._aside[order.sha256] = self._worker.submit(self._register.apply, order, now_ms)
        if running is None or not running.done():
            raise OrderPending(f"{order.kind} {order.number}: is being applied")
        del self._aside[order.sha256]
        before = {one.subject for one in self.isolated}
        try:
            running.result()
        except RegisterFailed as error:
            raise OrderPending(str(error)) from error
        self._look_at_closed()
        self._next_notices_ms = 0
        if order.kind is OrderKind.ISOLATION:
            after = {one.subject for one in self.isolated}
            self._care = {"under_care": len(after), "new": len(after - before), "released": len(before - after)}

    def _look_at_closed(self) -> None:
        try:
            rows = self._register.closed_places()
            self.closures = tuple(closure(row, self._register.living_in(row.closed, row.compound)) for row in rows)
            self.isolated, self.travelling = self._register.isolated(), self._register.travelling()
        except RegisterFailed as error:
            # The header alone loses by it: whether somebody's place is closed is asked for each of them.
            log.error("office: what is closed cannot be read: %s", error)
