"""The desk's process: the one thread that owns the lane, and what is wired to it."""
