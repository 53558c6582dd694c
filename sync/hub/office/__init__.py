"""What the office does: its own signed chain, and the orders that its gates get."""
