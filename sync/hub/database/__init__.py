"""The hub's tables, in SQLite or PostgreSQL: what they are, how they are written, how they grow."""
