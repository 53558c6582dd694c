"""Duty at the gate: the rota, who is on duty, shifts with their hand-over, and drills."""
