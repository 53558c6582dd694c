"""The hub's pages, one module each."""
