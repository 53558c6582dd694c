"""The gate: the desk, its journal, its rules and its screen."""
