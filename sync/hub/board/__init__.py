"""The board of today: counts by unit and by day."""
