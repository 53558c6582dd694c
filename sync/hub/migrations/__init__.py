"""The hub's tables, step by step: numbered, added to, never edited; each applied and recorded in one transaction."""
