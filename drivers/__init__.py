"""Device programs: they say what they see, and know no station, database or key."""
