"""What Alembic runs: the steps, inside the transaction that sync/hub/database/upgrade.py opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
