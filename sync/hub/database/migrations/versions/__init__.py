"""One step a file; the newest is named in sync/hub/database/tables.py."""
