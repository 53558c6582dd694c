"""Keep the codes that let gates in here, where every hub on the database finds them; journeys from now on; how far old
skeletons went.

Codes in a hub's folder are not taken over: they lasted a quarter of an hour, and no hub runs while this does.  Nor are
journeys that were told before: who of them has come back was not kept.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    op.add_column("epoch", sa.Column("dropped_seq", sa.BigInteger))
    op.add_column("epoch", sa.Column("dropped_hash", sa.LargeBinary))
    op.create_table(
        "journey",
        sa.Column("station", sa.String, primary_key=True),
        *(sa.Column(name, sa.BigInteger, primary_key=True) for name in ("epoch", "seq")),
        *(sa.Column(name, sa.String, nullable=False) for name in ("person_key", "where_to")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("at_ms", "back_ms")),
        *(sa.Column(name, sa.BigInteger) for name in ("left_ms", "came_ms")),
    )
    op.create_table(
        "invitation",
        sa.Column("token_sha256", sa.LargeBinary, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("station", "name", "unit")),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
    )
