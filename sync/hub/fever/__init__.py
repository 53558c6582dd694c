"""Fever cases: the open ones, who was near, what they share, and whether there are more than usual."""
