"""What the community tells this gate: orders, verified and kept."""
