"""People as the gates' own entries say: inside, overdue, visiting, in isolation."""
