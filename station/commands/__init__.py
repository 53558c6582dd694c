"""What the ``station`` command can do besides running: one file for each group.  Wiring only."""
