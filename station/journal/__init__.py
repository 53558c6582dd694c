"""The journal: its file, its writer, its readers, and what is derived from it."""
