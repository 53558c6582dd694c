"""The tree of units: who reports to whom."""
