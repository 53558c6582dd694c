"""The tables a hub began with."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_PARTS = ("personal", "salt", "sealed")


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "station",
        sa.Column("station", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("token_sha256", sa.LargeBinary, unique=True),
        sa.Column("enrolled_ms", sa.BigInteger, nullable=False),
        sa.Column("last_word_ms", sa.BigInteger),
        sa.Column("unsent", sa.BigInteger),
    )
    op.create_table(
        "station_key",
        sa.Column("station", sa.String, primary_key=True),
        sa.Column("public_key", sa.LargeBinary, primary_key=True),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "epoch",
        *_key("station", "epoch"),
        sa.Column("start", sa.LargeBinary),
        sa.Column("contiguous_seq", sa.BigInteger, nullable=False),
        sa.Column("contiguous_hash", sa.LargeBinary),
        sa.Column("highest_seq", sa.BigInteger, nullable=False),
        sa.Column("previous_epoch", sa.BigInteger),
        sa.Column("previous_head", sa.LargeBinary),
    )
    op.create_table(
        "entry",
        *_key("station", "epoch", "seq"),
        sa.Column("kind", sa.String),
        sa.Column("at_ms", sa.BigInteger),
        sa.Column("header", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("sig", sa.LargeBinary, nullable=False),
        *_parts(),
        sa.Column("received_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "fork",
        *_key("station", "epoch", "seq", "hash"),
        sa.Column("kind", sa.String),
        sa.Column("at_ms", sa.BigInteger),
        sa.Column("header", sa.LargeBinary, nullable=False),
        sa.Column("sig", sa.LargeBinary, nullable=False),
        *_parts(),
        sa.Column("received_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "quarantine",
        *_key("station", "epoch", "seq", "hash"),
        sa.Column("why", sa.String, nullable=False),
        *_parts(),
        sa.Column("received_ms", sa.BigInteger, nullable=False),
    )
    op.create_table("void", *_key("station", "epoch", "seq"))
    op.create_table(
        "tally",
        sa.Column("station", sa.String, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True),
        sa.Column("hour", sa.Integer, primary_key=True),
        *(
            sa.Column(name, sa.BigInteger, nullable=False)
            for name in ("inward", "outward", "measured", "turned_back", "referred")
        ),
    )
    op.create_index("tally_day", "tally", ["day"])
    op.create_table(
        "fever",
        sa.Column("station", sa.String, primary_key=True),
        sa.Column("case_id", sa.String, primary_key=True),
        sa.Column("cause", sa.String),
        sa.Column("epoch", sa.BigInteger),
        sa.Column("seq", sa.BigInteger),
        sa.Column("opened_ms", sa.BigInteger),
        sa.Column("step", sa.String),
        sa.Column("step_epoch", sa.BigInteger),
        sa.Column("step_seq", sa.BigInteger),
        sa.Column("step_ms", sa.BigInteger),
        sa.Column("ended", sa.Boolean, nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("audience", sa.String, nullable=False),
        sa.Column("base", sa.BigInteger),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )


def _key(*names: str) -> list[sa.Column[Any]]:
    kinds = {"station": sa.String, "epoch": sa.BigInteger, "seq": sa.BigInteger, "hash": sa.LargeBinary}
    return [sa.Column(name, kinds[name], primary_key=True) for name in names]


def _parts() -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.LargeBinary) for name in _PARTS]
