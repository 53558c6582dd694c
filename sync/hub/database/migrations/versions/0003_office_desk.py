"""Let several people work at the office: accounts, sessions, the tree of units, programs that read, issued passes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make their tables, all empty."""
    op.create_table(
        "account",
        sa.Column("account", sa.String, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("shown", "role", "unit", "password")),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("token_sha256", sa.LargeBinary, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("account", "mark")),
        sa.Column("ends_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "program_key",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("key_sha256", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "unit",
        sa.Column("unit", sa.String, primary_key=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("name", "level", "responsible_unit", "person", "phone", "valid_from")
        ),
    )
    op.create_table(
        "unit_parent",
        sa.Column("unit", sa.String, primary_key=True),
        sa.Column("parent", sa.String, primary_key=True),
    )
    op.create_table(
        "gate_pass",
        sa.Column("pass_id", sa.String, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("unit", "code")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("issued_ms", "expires_ms")),
        sa.Column("revoked_ms", sa.BigInteger),
    )
