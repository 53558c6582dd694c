"""The hub's tables, step by step: numbered, added to, never edited; applied whole or not at all."""
