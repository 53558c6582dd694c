"""Who may look and act: accounts, sessions, keys of programs, and how often anybody may try."""
