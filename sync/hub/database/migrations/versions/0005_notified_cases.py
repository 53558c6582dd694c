"""Keep the cases that the authorities told the office of."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make their table, empty: fevers at gates are no cases."""
    texts = ("unit", "place", "kind", "source", "added_by", "withdrawn_by", "reason")
    op.create_table(
        "notified_case",
        sa.Column("record", sa.String, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in texts),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("added_ms", sa.BigInteger, nullable=False),
        sa.Column("withdrawn_ms", sa.BigInteger),
    )
    op.create_index("notified_case_day", "notified_case", ["day"])
