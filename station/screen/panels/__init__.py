"""The large panel, one file for each thing that it can show.  Pure."""
