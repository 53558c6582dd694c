"""Forget at the hub what its retention time is over for: names after weeks, skeletons after two years, counts never."""

from __future__ import annotations

from sqlalchemy import delete, or_, update

from sync.hub.confirmed.notified import forget_typed
from sync.hub.database import partitions, tables
from sync.hub.database.shelf import DAY_MS
from sync.hub.database.skeletons import KEPT_DAYS, drop_skeletons
from sync.hub.database.store import Store
from sync.hub.people.journeys import forget_journeys
from sync.hub.people.whereabouts import forget_people


def forget(store: Store, now_ms: int, days: int, skeleton_days: int = KEPT_DAYS) -> None:
    """Forget personal and sealed parts that came more than *days* days ago (UTC), skeletons after *skeleton_days*."""
    day = now_ms // DAY_MS - days
    with store.writing() as connection:
        # Before nobody knows any more where people were last.
        forget_journeys(connection, now_ms, day * DAY_MS)
        forget_people(connection, now_ms)
        forget_typed(connection, day * DAY_MS)
        if connection.dialect.name == "postgresql":
            partitions.drop_before(connection, day)
        else:
            connection.execute(delete(tables.part).where(tables.part.c.day < day))
        for table in (tables.fork, tables.quarantine):
            connection.execute(
                update(table)
                .where(table.c.received_ms < day * DAY_MS)
                .where(or_(table.c.personal.is_not(None), table.c.salt.is_not(None), table.c.sealed.is_not(None)))
                .values(personal=None, salt=None, sealed=None)
            )
    drop_skeletons(store, now_ms, skeleton_days)
    store.empty_log()
