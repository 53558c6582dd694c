"""The loop between a gate and its hub: look, send, fetch, wait.

The agent holds no key and decides nothing.  Everything it writes is whole or absent, so it may be killed at any
moment; two of them at once only send some entries twice, which the hub does not mind.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from station.atomic import sweep, whole_file, write_whole
from station.journal.errors import JournalUnavailable
from station.journal.reader import JournalReader
from station.wire.order import OrderKind
from sync.answer import MAX_LISTED, Held, OrderName, read_receipt
from sync.backoff import LONGEST_S, delay_s
from sync.carriers import Carrier
from sync.carry import KEYS_FILE
from sync.cursor import load_cursor, save_cursor
from sync.errors import BatchTooLarge, HubRefused, HubUnavailable
from sync.night import Night
from sync.outbox import Outbox, Parcel
from sync.status import Status

log = logging.getLogger("sync")

#: A fever is on its way before the alarm has sounded twice; a look costs one pragma.
POLL_S = 0.5
#: A building closed by the office is closed at the gate within this time; 184 gates are 18 small requests a second.
ORDERS_S = 10.0
#: What was refused waits for a person; until one comes, four tries an hour show whether one has been.
REFUSED_S = 900.0
#: A card that was copied or put back is rare, and what its receipt says changes once.
AGAIN_S = 3600.0
#: The cursor only saves work after a restart: no reason to wear the card more often.
_SAVE_S = 60.0
#: No file takes this long to be written; older temp files are from before a power cut.
_STALE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, from outside: seconds that only grow, wall milliseconds, a lot between 0 and 1.

    ``longest_wait_s`` bounds the pause between two tries.  ``minute`` is the time of day in minutes, where the gate is.
    """

    monotonic: Callable[[], float]
    wall_ms: Callable[[], int]
    lot: Callable[[], float]
    longest_wait_s: float = LONGEST_S
    minute: Callable[[], int] = lambda: 0


class Agent:
    """Sends *journal* over *carrier*; receipts and orders go into the folder *orders*, our own files into *state*.

    With a *night* only what is urgent goes by day.
    """

    def __init__(
        self,
        journal: JournalReader,
        carrier: Carrier,
        orders: Path,
        state: Path,
        clock: Clock,
        night: Night | None = None,
    ) -> None:
        self._night = night
        self._night_done = False
        self._carrier = carrier
        self._orders = orders
        self._clock = clock
        self._outbox = Outbox(journal)
        self._cursor_path = state / "cursor.json"
        self._cursor = load_cursor(self._cursor_path)
        self._cursor_saved = clock.monotonic()
        self.status = Status(state / "status.json")
        self._journal_there = True
        self._tries = 0
        self._again_at = 0.0
        self._not_before = 0.0
        self._orders_at = 0.0
        self._held_back: dict[int, tuple[float, HubRefused]] = {}
        for folder in (orders, state):
            sweep(folder, clock.wall_ms() / 1000 - _STALE_S)

    def run(self, stop: Event) -> None:
        """Go on until *stop* is set."""
        try:
            while not stop.is_set():
                self.turn(stop)
                stop.wait(POLL_S)
        finally:
            self._remember(at_once=True)

    def turn(self, stop: Event) -> bool:
        """One look at the journal, and what follows from it; whether everything has gone over."""
        try:
            hurry = self._outbox.look()
            self._journal_back()
            if self._clock.monotonic() < self._not_before and not hurry:
                return False
            self._exchange(stop)
        except JournalUnavailable as error:
            self._journal_gone(error)
            return False
        except HubRefused as error:
            self._refused(error)
            return False
        except HubUnavailable as error:
            self._unavailable(error)
            return False
        except OSError as error:
            # Ours to write and not writable: the card is full or failing.  Sending is worth another try all the same.
            self._unavailable(HubUnavailable("disk", f"{self._orders}: cannot be written ({error})"))
            return False
        self._tries = 0
        self._remember()
        return self._outbox.unsent == 0

    def _exchange(self, stop: Event) -> None:
        for epoch in sorted(set(self._outbox.roads) - set(self._outbox.sent)):
            document = self._carrier.receipt(epoch)
            self._outbox.begin(epoch, self._take_receipt(epoch, document), self._cursor.sent.get(epoch, 0))
        while (parcel := self._outbox.next(self._still_held_back() | self._kept_for_night())) and not stop.is_set():
            self._send(parcel)
            # A fever that came in the meantime goes before the rest of a long queue.
            self._outbox.look()
            self._fetch_orders_if_due()
        self._fetch_orders_if_due()
        self._ask_again_if_due()
        self._say_how_it_is()

    def _ask_again_if_due(self) -> None:
        """Of an epoch that the hub contradicts, ask now and then whether it has our side beside the other by now."""
        if not self._outbox.contradicted:
            self._again_at = 0.0
        elif self._clock.monotonic() >= self._again_at:
            # At once when it turns out, and once more when the epoch after it has gone over.
            self._again_at = self._clock.monotonic() + (AGAIN_S if self._again_at else ORDERS_S)
            for epoch in sorted(self._outbox.contradicted):
                self._take_receipt(epoch, self._carrier.receipt(epoch))

    def _kept_for_night(self) -> frozenset[int]:
        """The epochs of which only what is urgent goes now."""
        if self._night is None:
            return frozenset()
        minute = self._clock.minute()
        if self._night.is_over(minute):
            self._night_done = False
        elif self._outbox.unsent == 0:
            self._night_done = True
        return frozenset() if self._night.is_open(minute, self._night_done) else frozenset(self._outbox.roads)

    def _send(self, parcel: Parcel) -> None:
        epoch, began = parcel.span.epoch, self._clock.monotonic()
        try:
            document = self._carrier.deliver(parcel.batch)
        except BatchTooLarge as error:
            if not self._outbox.shrink(parcel):
                self._hold_back(parcel, error)
        except HubRefused as error:
            if error.whole_road:
                raise
            self._hold_back(parcel, error)
        else:
            seconds = self._clock.monotonic() - began
            self._outbox.accept(parcel, self._take_receipt(epoch, document), seconds)
            self._tries = 0

    def _take_receipt(self, epoch: int, document: bytes) -> Held:
        held = read_receipt(document, self._outbox.station, epoch)
        write_whole(self._orders / f"receipt-{epoch}.doc", document)
        self.status.receipt(self._clock.wall_ms())
        return held

    def _fetch_orders_if_due(self) -> None:
        if self._clock.monotonic() < self._orders_at:
            return
        # What a stick brought meanwhile need not come again.
        for kind, number in load_cursor(self._cursor_path).orders.items():
            self._cursor.orders[kind] = max(number, self._cursor.orders.get(kind, 0))
        listed = self._carrier.newer_orders(self._cursor.orders, self._outbox.unsent)
        for name in listed:
            if name.number > self._cursor.orders.get(name.kind, -1):
                self._fetch(name)
                self._cursor.orders[name.kind] = name.number
                self._remember(at_once=True)
        if len(listed) < MAX_LISTED:
            self._orders_at = self._clock.monotonic() + ORDERS_S

    def _fetch(self, name: OrderName) -> None:
        if name.kind == OrderKind.KEYS:
            # Our own copy, for sealing what goes by stick: the desk may take the other away at once.
            with whole_file(self._cursor_path.with_name(KEYS_FILE)) as file:
                self._carrier.fetch_order(name, file)
                file.seek(0)
                write_whole(self._orders / name.file_name, file.read())
            return
        with whole_file(self._orders / name.file_name) as file:
            self._carrier.fetch_order(name, file)

    def _still_held_back(self) -> frozenset[int]:
        now = self._clock.monotonic()
        self._held_back = {epoch: held for epoch, held in self._held_back.items() if held[0] > now}
        return frozenset(self._held_back)

    def _hold_back(self, parcel: Parcel, error: HubRefused) -> None:
        self._outbox.leave(parcel)
        self._held_back[parcel.span.epoch] = (self._clock.monotonic() + REFUSED_S, error)
        self._say_how_it_is()

    def _say_how_it_is(self) -> None:
        """The hub answers; what it refused is still to be seen to."""
        now_ms = self._clock.wall_ms()
        if self._held_back:
            _, error = next(iter(self._held_back.values()))
            self.status.refused(now_ms, error.code, str(error))
        else:
            self.status.ok(now_ms)

    def _refused(self, error: HubRefused) -> None:
        self._not_before = self._clock.monotonic() + REFUSED_S
        self.status.refused(self._clock.wall_ms(), error.code, str(error))

    def _delay_s(self, error: HubUnavailable) -> float:
        return delay_s(self._tries, self._clock.lot(), error.retry_after_s, self._clock.longest_wait_s)

    def _unavailable(self, error: HubUnavailable) -> None:
        self._not_before = self._clock.monotonic() + self._delay_s(error)
        self._tries += 1
        self.status.offline(self._clock.wall_ms(), error.code, str(error))

    def _journal_gone(self, error: JournalUnavailable) -> None:
        if self._journal_there:
            log.warning("%s", error)
        self._journal_there = False

    def _journal_back(self) -> None:
        if not self._journal_there:
            log.info("journal: can be read again")
        self._journal_there = True

    def _remember(self, at_once: bool = False) -> None:
        now = self._clock.monotonic()
        if at_once or (now - self._cursor_saved >= _SAVE_S and self._cursor.sent != self._outbox.sent):
            self._cursor.sent |= self._outbox.sent
            self._cursor_saved = now
            # A hint that cannot be kept costs work after a restart, and nothing now.
            with contextlib.suppress(OSError):
                save_cursor(self._cursor_path, self._cursor)
