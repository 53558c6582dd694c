"""One step a file; the newest is named in sync/hub/tables.py."""
