"""The gate's own normal: what it is, who stands out from it, and what it learns."""
