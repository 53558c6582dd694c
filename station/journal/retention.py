"""The nightly forgetting, done by the thread that writes the journal while nobody is at the gate."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta, tzinfo

from station.clock import Moment
from station.journal.salvage import forget_damaged
from station.journal.writer import Journal
from station.report.period import local
from station.wire.entry import ClockState

log = logging.getLogger(__name__)

DAY_MS = 86_400_000
#: Entries in one transaction: some 20 ms on a poor card, so that whoever comes meanwhile does not notice.
CHUNK = 200
#: In the middle of the night, after the day's report was drawn up and before the morning's crowd.
HOUR = 3
#: After a failure the card is left in peace for so long.
AGAIN_MS = 3_600_000


class Retention:
    """Forgets what is older than *days*, a little at each :meth:`step`; once after the start, then every night.

    *alone*: nobody will ever give a receipt, so none is waited for.
    """

    def __init__(self, journal: Journal, moment: Callable[[], Moment], days: int, alone: bool, zone: tzinfo) -> None:
        self._journal = journal
        self._moment = moment
        self._keep_ms = days * DAY_MS
        self._alone = alone
        self._zone = zone
        self._next_ms = 0
        self._forgotten = 0
        # A power cut may have come between forgetting and emptying the log.
        self._scrubbed = False

    def step(self) -> bool:
        """Forget a little if it is time to; whether there is more to do."""
        now = self._moment()
        if now.clock not in (ClockState.SYNCED, ClockState.RTC) or now.at_ms < self._next_ms:
            return False
        before_ms = now.at_ms - self._keep_ms
        try:
            count = self._journal.forget(before_ms, CHUNK, self._alone)
            if count:
                self._forgotten += count
                self._scrubbed = False
                return True
            self._scrubbed = self._scrubbed or self._journal.scrub()
            if not self._scrubbed:
                return True
            forget_damaged(self._journal.path, before_ms)
            later = self._journal.forgets_later(before_ms) if not self._alone else 0
        except OSError as error:
            log.warning("retention: %s", error)
            self._next_ms = now.at_ms + AGAIN_MS
            return False
        if self._forgotten or later:
            log.info("retention: %d entries lost their personal parts, %d wait for a receipt", self._forgotten, later)
        self._forgotten = 0
        self._next_ms = next_night_ms(now.at_ms, self._zone)
        return False


def next_night_ms(now_ms: int, zone: tzinfo) -> int:
    """When :data:`HOUR` next comes."""
    now = local(now_ms, zone)
    night = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if night <= now:
        night += timedelta(days=1)
    return int(night.timestamp() * 1000)
