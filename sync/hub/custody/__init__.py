"""The office's keys and what they open, kept so that whoever takes the hub's disk reads nothing."""
