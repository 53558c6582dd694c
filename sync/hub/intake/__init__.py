"""What gates send: put in its place, kept, and what the office looks at brought up to date."""
