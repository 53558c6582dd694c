"""What the gate's screen shows: pure values, drawn from the lane and its surroundings."""
