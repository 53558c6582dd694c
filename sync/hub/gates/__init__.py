"""The gates this hub knows, and how one is let in."""
