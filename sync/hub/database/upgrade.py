"""Bring the hub's tables to the newest form.  Alembic is loaded here and nowhere else: a running hub does without."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect

_STEPS = Path(__file__).parent / "migrations"
#: The step that hubs stand at whose tables were made before there were steps.
_BEFORE_STEPS = "0001"
#: In those hubs a table of one row that held the number 1.
_OLD_MARK = "schema"


def upgrade(connection: Connection, to: str = "head") -> None:
    """Apply every step up to *to* that *connection*'s database does not have, in its transaction."""
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    if inspect(connection).has_table(_OLD_MARK):
        command.stamp(config, _BEFORE_STEPS)
        connection.exec_driver_sql(f"DROP TABLE {_OLD_MARK}")
    command.upgrade(config, to)
