"""Letting this gate into a community by the code that its hub shows."""
