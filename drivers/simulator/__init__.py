"""The station's devices, played: real bytes on a pty and pictures for the real decoder."""
