"""``station doctor``: what is wrong with this gate, and what to do."""
