"""Cases that the authorities told the office of, and what they come to by the plan."""
