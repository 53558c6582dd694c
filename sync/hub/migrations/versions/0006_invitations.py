"""Keep the codes that let gates in here, where every hub on the database finds them.

Those in a hub's folder are not taken over: they lasted a quarter of an hour, and no hub runs while this does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "invitation",
        sa.Column("token_sha256", sa.LargeBinary, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("station", "name", "unit")),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
    )
