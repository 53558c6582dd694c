"""Keep what is forgotten apart from what stays, by the day it came."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_DAY_MS = 24 * 3600 * 1000


def upgrade() -> None:
    """Move personal, salt and sealed of every entry into ``part``."""
    op.create_table(
        "part",
        sa.Column("station", sa.String, primary_key=True),
        sa.Column("epoch", sa.BigInteger, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True),
        sa.Column("personal", sa.LargeBinary),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("sealed", sa.LargeBinary),
        postgresql_partition_by="RANGE (day)",
    )
    op.create_index("part_day", "part", ["day"])
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        days = f"SELECT DISTINCT received_ms / {_DAY_MS} FROM entry WHERE personal IS NOT NULL OR sealed IS NOT NULL"
        for day in connection.execute(sa.text(days)).scalars().all():
            op.execute(f"CREATE TABLE part_{day} PARTITION OF part FOR VALUES FROM ({day}) TO ({day + 1})")
    op.execute(
        "INSERT INTO part (station, epoch, seq, day, personal, salt, sealed)"
        f" SELECT station, epoch, seq, received_ms / {_DAY_MS}, personal, salt, sealed FROM entry"
        " WHERE personal IS NOT NULL OR sealed IS NOT NULL"
    )
    for name in ("personal", "salt", "sealed"):
        op.drop_column("entry", name)
