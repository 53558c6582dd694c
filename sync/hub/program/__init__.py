"""What programs of others may read: each address declared once."""
