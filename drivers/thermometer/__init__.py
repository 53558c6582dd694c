"""The thermometer's program: bytes of a serial line in, settled readings out."""
