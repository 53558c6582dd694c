"""Who is inside and who is outside, as this gate's own entries say."""
