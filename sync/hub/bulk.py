"""Add many rows at once, in the way that is fastest for each database.

SQLAlchemy's own executemany asks Python for a dict a row and looks at every value; here rows are tuples that go to
the driver as they are.  PostgreSQL takes them as one binary COPY, three times as fast as pipelined inserts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Integer, LargeBinary, String, Table

_COPY_TYPES = {String: "text", BigInteger: "int8", Integer: "int4", LargeBinary: "bytea", Boolean: "bool"}


def add_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert *rows*, whose values are in the order of *table*'s columns."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    else:
        connection.exec_driver_sql(_insert(table), list(rows))


@cache
def _insert(table: Table) -> str:
    names = [column.name for column in table.columns]
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


@cache
def _copy_statement(table: Table) -> tuple[str, list[str]]:
    names = ", ".join(column.name for column in table.columns)
    return (
        f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)",
        [_COPY_TYPES[type(column.type)] for column in table.columns],
    )


def _copy(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    statement, types = _copy_statement(table)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
