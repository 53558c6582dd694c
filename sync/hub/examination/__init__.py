"""A batch read and checked, before anything of it is kept."""
