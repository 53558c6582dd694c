"""The road between a gate and its community, and the hub at the far end."""
