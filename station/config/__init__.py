"""The settings: the tables they have, how they are read, and whether they make sense."""
