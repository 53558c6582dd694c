"""What a checkpoint writes down beside passages.  Pure but for its table."""
