"""Where PostgreSQL keeps what is forgotten: one partition of ``part`` for each day it came, dropped as a whole."""

from __future__ import annotations

from sqlalchemy import Connection, text

#: Two hubs that make the same partition take turns.
_LOCK = 0x53544250
_OF_PART = text(
    "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
    " WHERE inhparent = 'part'::regclass ORDER BY relname"
)


def make(connection: Connection, day: int) -> None:
    """Make the partitions of *day* and of the day after, so that midnight has nothing to wait for."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    for each in (day, day + 1):
        connection.exec_driver_sql(
            f"CREATE TABLE IF NOT EXISTS part_{int(each)} PARTITION OF part FOR VALUES FROM ({int(each)})"
            f" TO ({int(each) + 1})"
        )


def drop_before(connection: Connection, day: int) -> None:
    """Drop every partition of a day before *day*."""
    for name in connection.scalars(_OF_PART).all():
        if int(name.rpartition("_")[2]) < day:
            connection.exec_driver_sql(f"DROP TABLE {name}")
